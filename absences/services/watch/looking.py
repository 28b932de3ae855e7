"""The homes entrusted to a watcher's chain today, and the looks that their phone sends, each noted once."""

import datetime as dt
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from absences.errors import UnreadableLooks
from absences.models import Look, WatchConsent
from accounts import audit
from accounts.models import Account
from geo.models import Address

TO_WATCH = """
SELECT consent, sector, address, missing_number, is_looked_at FROM walls.homes_to_watch()
"""
WERE_ENTRUSTED = """
SELECT said.consent, said.day
  FROM unnest(%s::uuid[], %s::date[]) AS said (consent, day)
 WHERE walls.was_entrusted(said.consent, said.day)
"""
MOST_ENTRIES = 200
# A phone that finds no network keeps its looks; the wall (0008) takes none that is older.
LATEST = dt.timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class EntrustedHome:
    """A home that is entrusted today, by the key of its consent: where it is, and whether it was looked at."""

    key: UUID
    sector: int
    address: Address
    missing_number: str
    is_looked_at: bool

    @property
    def label(self) -> str:
        """The address as a watcher reads it, with the number that was given where the file has none such."""
        return f"{self.address} (n° {self.missing_number})" if self.missing_number else str(self.address)


@dataclass(frozen=True, kw_only=True)
class SaidLook:
    """A home, by the key of its consent, and the day on which it was looked at."""

    home: UUID
    day: dt.date


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A look as a phone sends it; ``said`` is None where its content cannot be read."""

    reference: UUID
    said: SaidLook | None


class State(StrEnum):
    """What became of an entry: the phone may forget it either way."""

    RECORDED = "recorded"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a phone is told of one entry; ``reason`` says why it was refused."""

    reference: UUID
    state: State
    reason: str = ""


def list_entrusted(account: Account) -> list[EntrustedHome]:
    """Return the homes that whoever asks watches today, by street; for anybody but a watcher, none.

    A home that they entrusted themselves is left out: they know how it is, and others are to look at it.
    """
    with connection.cursor() as cursor:
        cursor.execute(TO_WATCH)
        rows = cursor.fetchall()
    own = _own_among([row[0] for row in rows], account)
    rows = [row for row in rows if row[0] not in own]
    addresses = Address.objects.in_bulk([row[2] for row in rows])
    homes = [
        EntrustedHome(
            key=consent,
            sector=sector,
            address=addresses[address],
            missing_number=number,
            is_looked_at=is_looked_at,
        )
        for consent, sector, address, number, is_looked_at in rows
    ]
    return sorted(homes, key=lambda home: (home.address.street_name, len(home.address.house_number), home.label))


def read_entrusted(account: Account) -> list[EntrustedHome]:
    """Return the homes that whoever asks watches today, on the record."""
    homes = list_entrusted(account)
    keys = [home.key for home in homes]
    audit.record("watch.entrusted_home", kind=WatchConsent, subjects=keys, reason=audit.Reason.NETWORK)
    return homes


def read_entries(body: bytes) -> list[Entry]:
    """Read the body of a request.

    Raises
    ------
    UnreadableLooks
        When it is not a batch, or an entry has no identifier under which it could be answered.
    """
    try:
        told = json.loads(body)["entries"]
        entries = [_read_entry(each["reference"], each["content"]) for each in told]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnreadableLooks from error
    if len(entries) > MOST_ENTRIES:
        raise UnreadableLooks
    return entries


@transaction.atomic
def take_in(entries: Sequence[Entry], *, by: Account, today: dt.date) -> list[Answer]:
    """Note the looks that were not noted yet, and answer for each entry, in their order.

    A home is looked at once a day, whoever of the chain did: the look of a second one is acknowledged, and adds
    nothing. So is the same entry, sent again. What counts is that somebody else entrusted the home on that day.
    """
    entrusted = _find_entrusted([entry.said for entry in entries if entry.said], by)
    refused = {entry.reference: _refuse(entry, entrusted, today) for entry in entries}
    looks = [
        Look(id=entry.reference, consent_id=entry.said.home, day=entry.said.day, noted_by=by)
        for entry in entries
        if entry.said and not refused[entry.reference]
    ]
    Look.objects.bulk_create(looks, ignore_conflicts=True)
    audit.record("watch.tick", subjects=looks, reason=audit.Reason.NETWORK)
    return [
        Answer(
            reference=entry.reference,
            state=State.REFUSED if refused[entry.reference] else State.RECORDED,
            reason=refused[entry.reference],
        )
        for entry in entries
    ]


def _find_entrusted(said: Sequence[SaidLook], account: Account) -> Collection[SaidLook]:
    """Return the looks at homes that were entrusted by others, on their day, to a chain of whoever asks."""
    with connection.cursor() as cursor:
        cursor.execute(WERE_ENTRUSTED, [[look.home for look in said], [look.day for look in said]])
        entrusted = {SaidLook(home=home, day=day) for home, day in cursor}
    own = _own_among([look.home for look in said], account)
    return {look for look in entrusted if look.home not in own}


def _own_among(keys: Sequence[UUID], account: Account) -> Collection[UUID]:
    """Return the consents that an account gave itself."""
    return set(WatchConsent.objects.filter(pk__in=keys, owner__account=account).values_list("pk", flat=True))


def _refuse(entry: Entry, entrusted: Collection[SaidLook], today: dt.date) -> str:
    """Say why a look is not taken in; nothing where it is."""
    if entry.said is None:
        return "unreadable"
    if not today - LATEST <= entry.said.day <= today:
        return "not_that_day"
    return "" if entry.said in entrusted else "not_entrusted"


def _read_entry(reference: Any, content: Any) -> Entry:
    key = UUID(reference)
    try:
        told = json.loads(content)
        said = SaidLook(home=UUID(told["home"]), day=dt.date.fromisoformat(told["day"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Entry(reference=key, said=None)
    return Entry(reference=key, said=said)
