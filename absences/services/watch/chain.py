"""The chain of a sector: who watches, on which days, and on how many days homes were looked at."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from absences.models import Watcher
from accounts import audit
from accounts.models import Account, Grant
from accounts.roles import Role
from sectors.models import Sector
from sectors.services.vigilants import read_pseudonyms

ONE_DAY = dt.timedelta(days=1)
WATCH_DAYS = "SELECT day, entrusted, looked FROM walls.watch_days() WHERE sector = %s ORDER BY day DESC"
WATCHED = "SELECT absence, is_watched, looks FROM walls.watched_homes()"


@dataclass(frozen=True, kw_only=True)
class KnownWatcher:
    """A watcher as the référents of the sector know them; ``pseudonym`` is empty until one is chosen."""

    key: int
    pseudonym: str
    weekdays: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class WatchDay:
    """A day of a chain: how many homes were entrusted to it, and how many of them were looked at."""

    day: dt.date
    entrusted: int
    looked: int

    @property
    def gap(self) -> int:
        """How many homes nobody looked at."""
        return self.entrusted - self.looked


@dataclass(frozen=True, kw_only=True)
class WatchedHome:
    """What the police know of the watch of a home: whether it is entrusted today, and the looks in all."""

    is_watched: bool
    looks: int


@transaction.atomic
def join(role: Grant, weekdays: Collection[int]) -> Watcher:
    """Watch in the chain of the sector of a role of one's own, on some weekdays (0 is Monday), or on others."""
    watcher, _ = Watcher.objects.update_or_create(role=role, defaults={"weekdays": sorted(weekdays)})
    audit.record("watch.join", subjects=[watcher], reason=audit.Reason.NETWORK)
    return watcher


@transaction.atomic
def leave(role: Grant) -> None:
    """Leave the chain. Safe to repeat."""
    for watcher in Watcher.objects.filter(role=role):
        audit.record("watch.leave", subjects=[watcher], reason=audit.Reason.NETWORK)
        watcher.delete()


@transaction.atomic
def set_turns(turns: Mapping[int, Collection[int]], known: Collection[KnownWatcher]) -> None:
    """Say, as a référent, on which weekdays it is whose turn, of the watchers that are ``known``."""
    for watcher in known:
        weekdays = sorted(turns.get(watcher.key, ()))
        if tuple(weekdays) != watcher.weekdays:
            Watcher.objects.filter(pk=watcher.key).update(weekdays=weekdays)
            audit.record("watch.rota", kind=Watcher, subjects=[watcher.key], reason=audit.Reason.NETWORK)


def read_chain(sector: Sector) -> list[KnownWatcher]:
    """Return the watchers of a sector for its référents, by pseudonym; for anybody else, none."""
    known = read_pseudonyms(sector)
    watching = {each.role_id: each for each in Watcher.objects.filter(role__in=[each.held for each in known])}
    return [
        KnownWatcher(
            key=watching[each.held].pk,
            pseudonym=each.pseudonym,
            weekdays=tuple(watching[each.held].weekdays),
        )
        for each in known
        if each.held in watching
    ]


def read_watch_days(sector: Sector) -> list[WatchDay]:
    """Return the days of the last four weeks on which homes were entrusted to a chain, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(WATCH_DAYS, [sector.pk])
        return [WatchDay(day=day, entrusted=entrusted, looked=looked) for day, entrusted, looked in cursor]


def read_watched_homes() -> dict[int, WatchedHome]:
    """Return what the police may know of the homes that are or were entrusted, by absence; for others, nothing."""
    with connection.cursor() as cursor:
        cursor.execute(WATCHED)
        return {absence: WatchedHome(is_watched=is_watched, looks=looks) for absence, is_watched, looks in cursor}


def read_own(account: Account, *, today: dt.date) -> list[tuple[Grant, Watcher | None]]:
    """Return the roles of vigilant that an account holds on a day, each with whether it watches there."""
    held = Grant.objects.filter(account=account, role=Role.VIGILANT).in_force_on(today)
    roles = list(held.select_related("sector").order_by("sector__number"))
    watching = {each.role_id: each for each in Watcher.objects.filter(role__in=roles)}
    return [(role, watching.get(role.pk)) for role in roles]


def is_turn_of(account: Account, day: dt.date) -> bool:
    """Whether it is the turn of an account on a day, in one of its chains."""
    return any(watcher and day.weekday() in watcher.weekdays for _role, watcher in read_own(account, today=day))
