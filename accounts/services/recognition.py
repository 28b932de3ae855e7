"""Whose session it is and what they hold today: read, and said to the walls, in one round trip."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection

from accounts.models import Account
from accounts.person import Holding, Person
from accounts.roles import Role

FIELDS = tuple(field.attname for field in Account._meta.concrete_fields)
_ACCOUNT = ", ".join(f"(known.account).{connection.ops.quote_name(name)}" for name in FIELDS)
RECOGNISE = f"SELECT known.town, known.grants::text, {_ACCOUNT} FROM walls.recognise(%s, %s, %s) AS known"  # noqa: S608
_at_hand: ContextVar[Account | None] = ContextVar("account_at_hand", default=None)


@dataclass(frozen=True, kw_only=True)
class Known:
    """An account in use, and the person it is today, as yet on no enrolled device."""

    account: Account
    person: Person


def recognise(key: int, *, site: str, day: dt.date) -> Known | None:
    """Return the account of a session and what it holds; the walls know it for the rest of the transaction.

    Parameters
    ----------
    key
        The account's primary key, as the session has it.
    site
        INSEE code of the commune that the site serves; empty for the only one of the database. Without one the
        person is known and holds nothing.
    day
        The day on which the roles are held.

    Returns
    -------
    Known | None
        None when there is no such account, or when it is disabled: the walls then know nobody.
    """
    with connection.cursor() as cursor:
        cursor.execute(RECOGNISE, [key, site, day])
        row = cursor.fetchone()
    if row is None:
        return None
    town, grants, *values = row
    holdings = tuple(
        Holding(role=Role(role), sector_id=sector, crew_id=crew) for role, sector, crew in json.loads(grants)
    )
    return Known(
        account=Account.from_db(connection.alias, FIELDS, values),
        person=Person(account_id=key, commune=town or "", holdings=holdings),
    )


@contextmanager
def at_hand(account: Account) -> Iterator[None]:
    """Keep an account that was just read within reach of the backend that is asked for it."""
    token = _at_hand.set(account)
    try:
        yield
    finally:
        _at_hand.reset(token)


def account_at_hand(key: int) -> Account | None:
    """Return the account that was just read, if it is the one of this key."""
    account = _at_hand.get()
    return account if account is not None and account.pk == key else None
