"""Two people never wait for each other in the audit chain; the acts of one are in order."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psycopg
import pytest
from django.db import connection

from accounts.audit.verification import verify_chain
from accounts.models import AuditEntry
from accounts.walls.logins import Login

pytestmark = pytest.mark.django_db(transaction=True)

Connect = Callable[[int], psycopg.Connection]
ACT = "SELECT walls.audit('session.login', '', '{}', '', 'done')"
AT_ONCE, ACTS_EACH = 4, 25


@pytest.fixture
def connect() -> Iterator[Connect]:
    """A connection of the site's own, on behalf of an account, that does not wait for anybody."""
    parameters = {**connection.get_connection_params(), "options": "-c lock_timeout=300ms"}
    with ExitStack() as opened:

        def connect(account: int) -> psycopg.Connection:
            site = opened.enter_context(psycopg.connect(**parameters))
            site.execute(f"SET ROLE {Login.WEB}")
            site.execute("SELECT set_config('ronde.person', %s, false)", [str(account)])
            site.commit()
            return site

        yield connect


def test_an_account_does_not_wait_for_another_whose_page_is_not_done(connect: Connect):
    slow, other = connect(1), connect(2)
    slow.execute(ACT)

    other.execute(ACT)
    other.commit()
    slow.commit()

    assert AuditEntry.objects.count() == 2


def test_two_pages_of_one_account_take_turns(connect: Connect):
    slow, same = connect(1), connect(1)
    slow.execute(ACT)

    with pytest.raises(psycopg.errors.LockNotAvailable):
        same.execute(ACT)


def test_a_page_that_fails_leaves_no_entry_and_no_gap(connect: Connect, tmp_path):
    site = connect(1)
    site.execute(ACT)
    site.rollback()

    site.execute(ACT)
    site.commit()

    assert [entry.number for entry in AuditEntry.objects.all()] == [1]
    assert verify_chain(tmp_path).is_sound


def test_many_pages_at_once_make_one_sound_chain(connect: Connect, tmp_path):
    def act(site: psycopg.Connection) -> None:
        site.execute("SET lock_timeout = 0")
        for _ in range(ACTS_EACH):
            site.execute(ACT)
            site.commit()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(act, [connect(1 + number % 2) for number in range(AT_ONCE)]))

    # Four connections of two accounts, 25 acts each.
    numbers = sorted(AuditEntry.objects.values_list("stream", "number"))
    assert numbers == [(f"account:{account}", number) for account in (1, 2) for number in range(1, 51)]
    assert verify_chain(tmp_path).is_sound
