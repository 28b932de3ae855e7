"""Tell the database on whose behalf it answers; row-level security reads it back."""

import json

from django.db import connection

from accounts.person import Person

# What is said for the length of a transaction, and no longer: a pooled connection serves somebody else next.
ENTER = "SELECT set_config('ronde.person', %s, true), set_config('ronde.holdings', %s, true)"

CLAIM = "SELECT set_config('ronde.claimed_login', %s, true), set_config('ronde.claimed_account', %s, true)"


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
