"""How far each published round went: what was planned, made, missed, and made beside it."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from django.db.models import QuerySet

from geo.models import Commune
from patrols.models import MissedStop, Route
from patrols.services.progress import Made, pair, read_made_during
from patrols.services.standing import Standing, pair_missed
from sectors.coverage import spread_of_hours

HOUR = dt.timedelta(hours=1)
# Of one passage there is nothing to spread.
FEWEST_SPREAD = 2


@dataclass(frozen=True, kw_only=True)
class RouteCoverage:
    """The round of one shift, in the last version that its crew was given.

    Attributes
    ----------
    planned
        Visits of the round, those that an earlier version took for made included.
    done
        Those of them at which a passage was noted, by this crew or, where the home went to it, another.
    missed
        Those of which the desk says that nobody passed; for who may not read it, 0.
    added
        Passages of the crew that stand for no visit of a round of the day.
    passed_at
        When the passages of ``done`` and ``added`` were, in their order.
    length_m, duration_s
        Of the round as it was planned, from depot to depot.
    """

    route: int
    day: dt.date
    crew: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    planned: int
    done: int
    missed: int
    added: int
    passed_at: tuple[dt.datetime, ...]
    length_m: float
    duration_s: float

    @property
    def untold(self) -> int:
        """Visits of which nobody has said anything, or not yet."""
        return self.planned - self.done - self.missed

    @property
    def first_and_last(self) -> tuple[dt.datetime, dt.datetime] | None:
        """When the first and the last passages were; None without any."""
        return (self.passed_at[0], self.passed_at[-1]) if self.passed_at else None

    @property
    def evenness(self) -> float | None:
        """How evenly the passages are spread over the clock hours of the shift (0: in one, 1: in all alike).

        None of fewer than two passages. A passage outside the shift lengthens the hours.
        """
        if len(self.passed_at) < FEWEST_SPREAD:
            return None
        first = _hour_of(min(self.starts_at, *self.passed_at))
        last = _hour_of(max(self.ends_at - dt.timedelta.resolution, *self.passed_at))
        by_hour = np.zeros(max(2, (last - first) // HOUR + 1), dtype=np.int64)
        for moment in self.passed_at:
            by_hour[(_hour_of(moment) - first) // HOUR] += 1
        return float(spread_of_hours(by_hour))


def published_routes(commune: Commune, first: dt.date, last: dt.date) -> QuerySet[Route]:
    """Return the rounds of the shifts of some days, each in the latest version that has one for it."""
    routes = Route.objects.filter(
        plan__commune=commune, plan__day__range=(first, last), plan__version__isnull=False
    )
    return routes.order_by("shift_id", "-plan__version").distinct("shift_id")


def read_coverage(routes: QuerySet[Route], commune: Commune) -> tuple[RouteCoverage, ...]:
    """Read how far some rounds went, by day and, within it, in the order in which the shifts began.

    A passage noted without a round stands for the first visit that is left at its home on that day, as on the page
    of the plan, and for none where there is no such visit.
    """
    found = sorted(
        routes.select_related("plan", "shift__crew").prefetch_related("stops"),
        key=lambda route: (route.plan.day, route.shift.starts_at, route.shift.crew.name),
    )
    if not found:
        return ()
    shifts = [route.shift for route in found]
    passages = read_made_during(shifts, commune=commune.pk)
    missed = list(MissedStop.objects.filter(shift__in=shifts))
    told: list[RouteCoverage] = []
    for _day, of_day in groupby(found, key=lambda route: route.plan.day):
        told += _tell_day(list(of_day), passages, missed)
    return tuple(told)


def _tell_day(
    routes: Sequence[Route], passages: Sequence[Made], said: Collection[MissedStop]
) -> Iterator[RouteCoverage]:
    shifts = {route.shift_id for route in routes}
    since = min(route.shift.starts_at for route in routes)
    until = max(route.shift.ends_at for route in routes)
    of_day = [
        each
        for each in passages
        if each.shift in shifts or (each.shift is None and since <= each.done_at <= until)
    ]
    stops = {route.pk: list(route.stops.all()) for route in routes}
    every_stop = [stop for each in stops.values() for stop in each]
    made = pair(every_stop, of_day, shifts=shifts)
    missed = pair_missed(every_stop, said)
    paired = {each.passage for each in made.values()}
    for route in routes:
        standings = Counter(Standing.of(stop, made.get(stop.pk), missed.get(stop.pk)) for stop in stops[route.pk])
        beside = [each for each in of_day if each.shift == route.shift_id and each.passage not in paired]
        at_stops = [made[stop.pk] for stop in stops[route.pk] if stop.pk in made]
        yield RouteCoverage(
            route=route.pk,
            day=route.plan.day,
            crew=route.shift.crew.name,
            starts_at=route.shift.starts_at,
            ends_at=route.shift.ends_at,
            planned=len(stops[route.pk]),
            done=standings[Standing.RECORDED],
            missed=standings[Standing.MISSED],
            added=len(beside),
            passed_at=tuple(sorted(each.done_at for each in (*at_stops, *beside))),
            length_m=route.length_m,
            duration_s=(route.ends_at - route.starts_at).total_seconds(),
        )


def _hour_of(moment: dt.datetime) -> dt.datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
