"""What a test commits is gone for the next one, behind walls too, and the log is then as closed as before."""

import threading

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts import audit
from tests.access.stage import build_stage
from tests.emptying import EVERY_TABLE, KEPT

pytestmark = pytest.mark.django_db(transaction=True)

WALLED = "SELECT oid::regclass::text FROM pg_class WHERE relforcerowsecurity"


def filled_tables() -> set[str]:
    """The tables that hold a row, whoever may see it: the owner, without the walls."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WALLED)
        for (name,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")
        cursor.execute(EVERY_TABLE, [list(KEPT)])
        names = [name for (name,) in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names))
        filled = {name for (name,) in cursor.fetchall()}
        transaction.set_rollback(True)
    return filled


def test_whatever_a_test_commits_is_gone_and_the_log_still_refuses(settings):
    settings.COMMUNE_INSEE = "26999"
    with transaction.atomic():
        build_stage()
    filled = filled_tables()

    call_command("flush", verbosity=0, interactive=False)

    assert {"authors.author", "public.accounts_auditentry", "public.reports_report"} <= filled
    assert filled_tables() == set()
    audit.record("session.login")
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="ne se modifie pas"):
        cursor.execute("DELETE FROM accounts_auditentry")


def test_a_request_that_holds_a_table_and_wants_another_is_let_through():
    """It holds a late table while the emptying takes the first ones, and wants one of these before it ends."""
    emptying = threading.Thread(target=_empty)
    with psycopg.connect(_address()) as request:
        request.execute("SELECT FROM sectors_sector LIMIT 1")
        emptying.start()
        _wait_until_it_waits()
        request.execute("SELECT FROM accounts_account LIMIT 1")
    emptying.join(timeout=30)

    assert not emptying.is_alive()
    assert filled_tables() == set()


def _empty() -> None:
    try:
        call_command("flush", verbosity=0, interactive=False)
    finally:
        connection.close()


def _address() -> str:
    parameters = connection.get_connection_params()
    names = ("dbname", "user", "host", "port")
    return psycopg.conninfo.make_conninfo(**{name: parameters[name] for name in names if parameters.get(name)})


def _wait_until_it_waits() -> None:
    waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%LOCK TABLE%'"
    with psycopg.connect(_address(), autocommit=True) as watching:
        for _ in range(1_000):
            if watching.execute(waiting).fetchone() is not None:
                return
            watching.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nothing waits for a lock")
