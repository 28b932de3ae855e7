"""A connection that served one person serves the next as if it were new."""

import psycopg
import pytest
from django.db import connection
from psycopg_pool import ConnectionPool

from accounts.walls.logins import Login
from config.logins import forget_who_asked

pytestmark = pytest.mark.django_db

SETTINGS = ("person", "holdings", "bearer", "claimed_login", "claimed_account", "job")
SAID = [f"ronde.{name}" for name in SETTINGS]


@pytest.fixture
def address() -> dict[str, object]:
    """How to reach the database of the tests, without the job that they declare."""
    return {**connection.get_connection_params(), "options": "", "autocommit": True}


def what_is_said(connection: psycopg.Connection) -> list[str | None]:
    return [connection.execute("SELECT current_setting(%s, true)", [name]).fetchone()[0] for name in SAID]


def test_nothing_that_was_said_outside_a_transaction_passes_to_the_next_through_the_pool(address):
    with ConnectionPool(kwargs=address, min_size=1, max_size=1, reset=forget_who_asked) as pool:
        with pool.connection() as first:
            first.execute(f"SET ROLE {Login.WEB}")
            for name in SAID:
                first.execute("SELECT set_config(%s, '1', false)", [name])
            backend = first.info.backend_pid
        with pool.connection() as second:
            assert second.info.backend_pid == backend
            assert [said or "" for said in what_is_said(second)] == [""] * len(SAID)
            assert second.execute("SELECT current_user = session_user").fetchone() == (True,)


def test_without_the_callback_it_would_pass(address):
    with ConnectionPool(kwargs=address, min_size=1, max_size=1) as pool:
        with pool.connection() as first:
            first.execute("SELECT set_config('ronde.person', '1', false)")
        with pool.connection() as second:
            assert second.execute("SELECT walls.person()").fetchone() == (1,)


def test_a_broken_transaction_does_not_keep_the_pool_from_forgetting(address):
    with ConnectionPool(
        kwargs={**address, "autocommit": False}, min_size=1, max_size=1, reset=forget_who_asked
    ) as pool:
        first = pool.getconn()
        first.execute("SELECT set_config('ronde.person', '1', false)")
        first.commit()
        with pytest.raises(psycopg.errors.DivisionByZero):
            first.execute("SELECT 1/0")
        pool.putconn(first)
        with pool.connection() as second:
            assert second.execute("SELECT walls.person()").fetchone() == (None,)


def test_after_a_transaction_a_setting_is_empty_and_not_null_which_is_nobody_all_the_same(address):
    with psycopg.connect(**address) as connection:
        assert what_is_said(connection) == [None] * len(SAID)
        with connection.transaction():
            for name in SAID:
                connection.execute("SELECT set_config(%s, '1', true)", [name])
            assert connection.execute("SELECT walls.person()").fetchone() == (1,)
        assert what_is_said(connection) == [""] * len(SAID)
        nobody = connection.execute(
            "SELECT walls.person(), walls.commune(), walls.bearer(), walls.claimed_account(), walls.job(),"
            " walls.is_police(), walls.crews()"
        ).fetchone()
        assert nobody == (None, None, None, None, None, False, [])
