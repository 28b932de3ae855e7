"""How the database is emptied after a test that commits: row by row, as a job of the owner may.

TRUNCATE makes the files of each table and of its indexes anew, 0.35 s for a hundred tables that hold a few rows.
"""

from django.core.management.color import Style
from django.db.backends.base.base import BaseDatabaseWrapper

# Filled by migrations and by PostGIS, and read by them alone.
KEPT = ("django_migrations", "spatial_ref_sys")
# Nobody may take a row out of these, the owner included.
NEVER_CHANGED = ("accounts_auditentry", "accounts_auditcut")
EVERY_TABLE = """
    SELECT format('%%I.%%I', schemaname, tablename)
    FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> ALL(%s)
    ORDER BY schemaname, tablename
"""
# A request of the site that outlives its test may hold one table and want another: whoever waits longer than a
# second is told of a deadlock. We let go of all before that, and take them again once it is done.
LOCK_ALL = """
DO $$
BEGIN
    SET LOCAL lock_timeout = '300ms';
    FOR attempt IN 1..200 LOOP
        BEGIN
            LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE;
            RETURN;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            PERFORM pg_sleep(0.05);
        END;
    END LOOP;
    RAISE 'The site still holds a table a minute after the test.';
END
$$
"""


def sql_to_empty(style: Style, connection: BaseDatabaseWrapper, **options: object) -> list[str]:
    """Return what empties every table, in one transaction, as Django's ``sql_flush`` does.

    They are locked first, as by TRUNCATE: what a thread of the site was still writing is there to be taken out.
    """
    with connection.cursor() as cursor:
        cursor.execute(EVERY_TABLE, [list(KEPT)])
        tables = [name for (name,) in cursor.fetchall()]
    return [
        LOCK_ALL.format(tables=", ".join(tables)),
        *(f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in NEVER_CHANGED),
        "; ".join(f"DELETE FROM {name}" for name in tables),
        *(f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in NEVER_CHANGED),
    ]
