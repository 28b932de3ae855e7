"""The walls asked in plain SQL, by psycopg and without Django's models, as the site's login asks them."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection, transaction

from accounts.person import NOBODY, Person
from accounts.scope import describe
from accounts.walls.logins import Login


@contextmanager
def acting(
    login: Login,
    person: Person = NOBODY,
    *,
    job: str = "",
    bearer: str = "",
    claimed_login: str = "",
    claimed_account: int | None = None,
) -> Iterator[psycopg.Cursor]:
    """Become a login for a while, and say who asks; what is done meanwhile is undone at the end."""
    said = {
        "ronde.person": str(person.account_id or ""),
        "ronde.holdings": describe(person),
        "ronde.job": job,
        "ronde.bearer": bearer,
        "ronde.claimed_login": claimed_login,
        "ronde.claimed_account": str(claimed_account or ""),
    }
    with transaction.atomic(), connection.connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {login}")
        for setting, value in said.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [setting, value])
        yield cursor
        transaction.set_rollback(True)


@contextmanager
def site(person: Person = NOBODY, **said: object) -> Iterator[psycopg.Cursor]:
    """Ask as the site does for a person."""
    with acting(Login.WEB, person, **said) as cursor:  # type: ignore[arg-type]
        yield cursor


def keys_in(cursor: psycopg.Cursor, table: str) -> set[object]:
    """The keys of the rows of a table that are shown."""
    return {key for (key,) in cursor.execute(f"SELECT {KEY.get(table, 'id')} FROM {table}").fetchall()}


KEY = {
    "patrols_crew_excluded_absences": "absence_id",
    "patrols_passageorigin": "passage_id",
    "patrols_joinedpassage": "passage_id",
}
