"""Tell the database on whose behalf it answers; row-level security reads it back."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

from django.db import connection, transaction

from accounts.person import Person

# What is said for the length of a transaction, and no longer: a pooled connection serves somebody else next.
ENTER = "SELECT set_config('ronde.person', %s, true), set_config('ronde.holdings', %s, true)"

CLAIM = "SELECT set_config('ronde.claimed_login', %s, true), set_config('ronde.claimed_account', %s, true)"


DECLARE = "SELECT current_setting('ronde.job', true), set_config('ronde.job', %s, true)"
JOB_NAME = re.compile(r"[a-z][a-z0-9_.:-]{0,59}")


def enter(person: Person) -> None:
    """Say for the rest of the transaction who asks and what they hold.

    Raises
    ------
    django.db.transaction.TransactionManagementError
        Outside a transaction, where it would be forgotten at once.
    """
    connection.validate_no_broken_transaction()
    with connection.cursor() as cursor:
        cursor.execute(ENTER, [str(person.account_id or ""), describe(person)])


def claim(*, login: str = "", account: int | None = None) -> None:
    """Say for the rest of the transaction whom a visitor claims to be, before it is proven.

    The walls show the account of that identifier, or of that key (a session's, a passkey's, that of a log-in which
    awaits its second factor), and what proves it; nothing else.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [login, "" if account is None else str(account)])


def bear(fingerprint: str) -> None:
    """Say for the rest of the transaction which one-time link the visitor holds, by the fingerprint of its secret.

    Nobody is known yet when an invitation is followed: the walls show its row to the bearer of this fingerprint.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ronde.bearer', %s, true)", [fingerprint])


@contextmanager
def as_author() -> Iterator[None]:
    """Act as the author of a report, whom the audit chain does not name.

    What is recorded meanwhile joins one stream of all authors, dated to the hour: the account's own would lead
    from a person to what they told.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ronde.author', 'on', true)")
        yield
        cursor.execute("SELECT set_config('ronde.author', '', true)")


def describe(person: Person) -> str:
    """Return the person's holdings as the JSON that the walls read."""
    return json.dumps(
        {
            "commune": person.commune,
            "roles": sorted(person.roles),
            "crews": sorted(person.crews),
            "sectors": {role: sorted(person.sectors(role)) for role in sorted(person.roles)},
        }
    )


def as_job[**Given, Answer](name: str) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Let a function work as a declared job, in one transaction; the walls then show it every row.

    For what the worker does of itself; a command of ``manage.py`` has declared itself already (config/logins.py).
    The site's login gains nothing by it.

    Parameters
    ----------
    name
        What the job is, for the audit chain: at most 60 small letters without accent, digits or ``_ . : -``.

    Raises
    ------
    ValueError
        When the name is not made so.
    """
    if not JOB_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a job")

    def decorate(work: Callable[Given, Answer]) -> Callable[Given, Answer]:
        @wraps(work)
        def work_as_job(*args: Given.args, **options: Given.kwargs) -> Answer:
            with _declared(name):
                return work(*args, **options)

        return work_as_job

    return decorate


@contextmanager
def _declared(job: str) -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(DECLARE, [job])
        before, _ = cursor.fetchone()
        yield
        # Around us a transaction may go on, for something else.
        cursor.execute(DECLARE, [before or ""])
