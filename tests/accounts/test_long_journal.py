"""The journal of a town that works: thousands of acts, some about two thousand homes each."""

import time

import pytest
from django.db import connection

from accounts.roles import Role
from tests.accounts.ways_in import build_account, words_of

PAGE = "/dpo/journal/"
HOMES = 1957
AT_MOST_S = 0.5
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


def test_every_part_of_a_long_journal_is_answered_at_once(dpo, clerk):
    write_acts(clerk, homes=2, acts=5000)
    dpo.get(PAGE)
    assert {
        query: length for query in QUERIES if (length := time_of(dpo, query.format(clerk.pk))) > AT_MOST_S
    } == {}


def time_of(client, query: str) -> float:
    """Seconds of this process for an answer, whatever else the machine does meanwhile."""
    begun = time.process_time()
    assert client.get(PAGE + query).status_code == 200
    return time.process_time() - begun
