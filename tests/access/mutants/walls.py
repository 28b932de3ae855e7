"""The walls of the database: each policy lets every row through, each table loses its wall."""

from collections.abc import Iterator

import psycopg

from tests.access.mutants.mutant import SQL_TESTS, Mutant, first_of
from tests.access.test_bulletin_walls import TABLES as MESSAGES
from tests.access.test_report_walls import TABLES as REPORTS
from tests.access.test_wall_matrix import SHOWN
from tests.access.test_watch_walls import TABLES as WATCH
from tests.access.test_written_rows import ADDED

OF_EVERY_TABLE = "test_all_tables.py"
POLICIES = """
    SELECT schemaname, tablename, policyname, cmd, qual, with_check FROM pg_policies ORDER BY tablename, policyname
"""
WALLED = "SELECT oid::regclass::text FROM pg_class WHERE relforcerowsecurity ORDER BY 1"


def opened_policies(connection: psycopg.Connection) -> Iterator[Mutant]:
    """Each policy of row-level security lets every row through."""
    for schema, table, policy, command, qual, check in connection.execute(POLICIES).fetchall():
        target = f'ALTER POLICY "{policy}" ON {schema}."{table}"'
        was = (f" USING ({qual})" if qual else "") + (f" WITH CHECK ({check})" if check else "")
        opened = (" USING (true)" if qual else "") + (" WITH CHECK (true)" if check else "")
        if was != opened:
            # Those for jobs and for our functions let in whoever has declared none.
            is_of_jobs = policy.endswith(("_job", "_past", "_jobs"))
            first = OF_EVERY_TABLE if is_of_jobs else _likeliest(table, command)
            yield Mutant(
                kind="policy",
                name=policy,
                tests=first_of(SQL_TESTS, first),
                apply=target + opened,
                undo=target + was,
                hint="declared" if is_of_jobs else "",
            )


# Where rows are written that are not in the matrix of writing.
WRITTEN_APART = {
    "accounts_identity": "test_identity_walls.py",
    "accounts_invitation": "test_way_in_walls.py",
    "accounts_purgerun": "test_desk_walls.py",
    "accounts_device": "test_all_tables.py",
    "accounts_export": "test_export_walls.py",
    "accounts_servicetoken": "test_token_walls.py",
    "patrols_joinedpassage": "test_joining_walls.py",
    "sectors_agreement": "test_agreement_walls.py",
    "sectors_meeting": "test_meeting_walls.py",
    "sectors_minutes": "test_training_walls.py",
    "sectors_training": "test_training_walls.py",
    "sectors_attendance": "test_training_walls.py",
    "sectors_registration": "test_vigilant_walls.py",
    "sectors_pseudonym": "test_vigilant_walls.py",
    "sectors_signatory": "test_agreement_walls.py",
    "sectors_signedcopy": "test_agreement_walls.py",
}


def _likeliest(table: str, command: str) -> str:
    if table in {*REPORTS, "author"}:
        return "test_report_walls.py"
    if table.startswith("maps_density"):
        return "test_density_walls.py"
    if table in WATCH:
        return "test_watch_walls.py"
    if table in MESSAGES:
        return "test_bulletin_walls.py"
    if command in ("INSERT", "UPDATE", "DELETE"):
        written = table in {model._meta.db_table for model in ADDED}
        return "test_written_rows.py" if written else WRITTEN_APART.get(table, _apart_by_app(table))
    return "test_wall_matrix.py" if table in SHOWN else OF_EVERY_TABLE


def _apart_by_app(table: str) -> str:
    app, _, _ = table.partition("_")
    return {"patrols": "test_passage_walls.py", "sectors": "test_proposal_walls.py"}.get(
        app, "test_account_walls.py"
    )


def fallen_walls(connection: psycopg.Connection) -> Iterator[Mutant]:
    """Each walled table loses its wall, or keeps it for everybody but its owner."""
    for (table,) in connection.execute(WALLED).fetchall():
        for what in ("ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY"):
            take, give = ("DISABLE", "ENABLE") if what.startswith("ROW") else ("NO", "")
            yield Mutant(
                kind="wall",
                name=f"{table}: {take} {what}",
                tests=("test_walls_stand.py",),
                apply=f"ALTER TABLE {table} {take} {what}",
                undo=f"ALTER TABLE {table} {give} {what}",
            )
