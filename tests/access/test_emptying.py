"""What a test commits is gone for the next one, behind walls too, and the log is then as closed as before."""

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
