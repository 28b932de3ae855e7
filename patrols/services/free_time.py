"""Time that a crew has between two passages: it is free where it was, and leaves in time for the next door."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from geo import french
from patrols.models import Leg, Route

LEAST = dt.timedelta(minutes=15)
"""Less is waited at the door; for longer nobody stands there."""
LEAST_TOLD_TRAVEL_S = 30.0
"""Less is the same door, or the next."""


TravelS = Mapping[tuple[int, int], float]


class Lasting(Protocol):
    """A break or a stay, read or saved."""

    @property
    def duration_s(self) -> int: ...


@dataclass(frozen=True, kw_only=True)
class FreeTime:
    """What a crew has before it goes to a stop or back; ``travel_s`` lead there, by way of its stays.

    Breaks of ``pause_s`` and stays of ``stay_s`` lie within, and are not free.
    """

    begins_at: dt.datetime
    leaves_at: dt.datetime
    pause_s: float
    stay_s: float
    travel_s: float

    def __str__(self) -> str:
        words = f"libre de {french.clock(self.begins_at)} à {french.clock(self.leaves_at)}"
        if self.pause_s:
            words += f", pause de {french.duration(self.pause_s)} comprise"
        if self.stay_s:
            words += f", présence de {french.duration(self.stay_s)} comprise"
        if self.travel_s >= LEAST_TOLD_TRAVEL_S:
            words += f", {'et' if self.stay_s else 'puis'} {french.duration(self.travel_s)} de trajet"
        return words


def find_free_time(
    since: dt.datetime,
    until: dt.datetime,
    *,
    travel_s: float,
    pauses: Iterable[Lasting],
    stays: Iterable[Lasting] = (),
) -> FreeTime | None:
    """Return the time that a crew has before a stop or its return; None where it is not worth leaving for.

    Parameters
    ----------
    since, until
        When it is done where it was, as planned, and when the passage begins or the crew is back.
    travel_s
        Of the way there, in seconds.
    pauses
        The breaks meanwhile, wherever they are taken.
    stays
        The stays on the way.
    """
    pause_s = sum(pause.duration_s for pause in pauses)
    stay_s = sum(stay.duration_s for stay in stays)
    leaves_at = until - dt.timedelta(seconds=travel_s)
    if leaves_at - since - dt.timedelta(seconds=pause_s + stay_s) < LEAST:
        return None
    return FreeTime(begins_at=since, leaves_at=leaves_at, pause_s=pause_s, stay_s=stay_s, travel_s=travel_s)


def read_travel_s(routes: Collection[Route]) -> TravelS:
    """Return how long each way of some rounds takes, by the route's key and the number of stops behind it."""
    legs = Leg.objects.filter(route__in=routes).values_list("route", "order", "duration_s")
    return {(route, order): duration_s for route, order, duration_s in legs}


def find_free_times(routes: Collection[Route], travel_s: TravelS) -> Mapping[int, FreeTime]:
    """Return what is free before the stops of some rounds, by the stop's key; all theirs is fetched."""
    found: dict[int, FreeTime] = {}
    for route in routes:
        since = route.starts_at
        for stop in route.stops.all():
            before = stop.order - 1
            free = find_free_time(
                since,
                stop.starts_at,
                travel_s=travel_s.get((route.pk, before), 0.0),
                pauses=[pause for pause in route.breaks.all() if pause.after_stop == before],
                stays=[stay for stay in route.stays.all() if stay.after_stop == before],
            )
            if free is not None:
                found[stop.pk] = free
            since = stop.leaves_at
    return found
