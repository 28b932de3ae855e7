"""The journal of a town that works: thousands of acts, some about two thousand homes each."""

import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.views.journal import LINES_A_PAGE
from tests.accounts.ways_in import build_account, words_of

PAGE = "/dpo/journal/"
HOMES = 1957
QUERIES = ("", "?page=-1", "?page=99999999999999999999", "?compte={}", "?compte={}&page=101", "?issue=refused")
SAY = "SELECT set_config('ronde.person', %s, false), set_config('ronde.job', %s, false)"
FILL = """
    SELECT walls.audit('absence.address', 'absences.absence',
                       ARRAY(SELECT home::text FROM generate_series(1, %s) AS home), 'patrol', 'done')
    FROM generate_series(1, %s)
"""


@pytest.fixture
def clerk(place):
    """An account whose acts, eighty of them, were each about the whole list."""
    account = build_account(place, Role.MUNICIPAL_POLICE, login="police-1", has_app=False)
    write_acts(account, homes=HOMES, acts=80)
    return account


def write_acts(account, *, homes: int, acts: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SAY, [str(account.pk), ""])
        cursor.execute(FILL, [homes, acts])
        cursor.execute(SAY, ["", "test"])


def test_an_act_about_many_rows_names_the_first_and_says_how_many_are_left(dpo, clerk):
    page = words_of(dpo.get(f"{PAGE}?compte={clerk.pk}"))
    # 1 957 homes, 20 of them named on each of the 50 lines of a page.
    assert "1\xa0957 logements vacants" in page
    assert "Et 1\xa0937 de plus" in page
    assert page.count("objet=absences.absence") == 50 * 20


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("-1", "Page 1 sur 2"),
        ("0", "Page 1 sur 2"),
        ("x", "Page 1 sur 2"),
        ("2", "Page 2 sur 2"),
        ("99999999999999999999", "Page 2 sur 2"),
        ("9" * 5000, "Page 2 sur 2"),
    ],
)
def test_a_page_that_is_not_there_is_the_nearest_one(dpo, clerk, asked, shown):
    assert shown in words_of(dpo.get(PAGE, {"compte": clerk.pk, "page": asked}))


def test_no_part_of_a_long_journal_takes_more_work_than_that_of_a_short_one(dpo, clerk):
    asked = [query.format(clerk.pk) for query in QUERIES]
    dpo.get(PAGE)
    short = {query: queries_and_entries(dpo, query)[0] for query in asked}
    write_acts(clerk, homes=2, acts=5000)
    long = {query: queries_and_entries(dpo, query) for query in asked}

    assert {query: queries for query, (queries, _) in long.items()} == short
    assert {query: entries for query, (_, entries) in long.items() if entries > LINES_A_PAGE} == {}


def queries_and_entries(client, query: str) -> tuple[int, int]:
    """How often an answer asks the database, and how many entries it reads."""
    read = []

    def note(instance, **signal):
        read.append(instance.pk)

    post_init.connect(note, sender=AuditEntry)
    try:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE + query).status_code == 200
    finally:
        post_init.disconnect(note, sender=AuditEntry)
    return len(queries), len(read)
