"""What became of homes since a plan was made: lived in again though a crew is to pass, or owed a passage that the
plan knows nothing of.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from absences.models import Absence, AbsenceQuerySet
from patrols.models import Plan, Stop
from patrols.services.clock import DayClock
from patrols.services.day_homes import count_due, count_recent
from patrols.services.elsewhere import passages_made, planned_elsewhere, without_doubles
from patrols.services.nights import still_vacant
from patrols.services.progress import Heard, Progress, Told
from patrols.services.standing import pair_missed


@dataclass(frozen=True, kw_only=True)
class Back:
    """A home that is not vacant any more, and when we heard of it."""

    absence: int
    told_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """A home that is owed a passage, the ``number``-th of the day, and of which a plan knows nothing."""

    absence: int
    number: int
    told_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Meanwhile:
    """``back`` by the key of the stop that is ahead at such a home; ``newcomers`` in their order."""

    back: Mapping[int, Back] = field(default_factory=dict)
    newcomers: tuple[Newcomer, ...] = ()

    @property
    def told(self) -> list[Told]:
        """All that it was made of."""
        return [*self.back.values(), *self.newcomers]


def read_meanwhile(plan: Plan, progress: Progress, *, now: dt.datetime) -> Meanwhile:
    """Return what became of homes since a plan was made; nothing once its last shift is over: it is history.

    Parameters
    ----------
    plan
        With its rounds, their shifts and stops fetched, as `read_progress` leaves it.
    """
    routes = plan.routes.all()
    over_at = max((route.shift.ends_at for route in routes), default=now)
    if over_at <= now:
        return Meanwhile()
    vacant = still_vacant(plan.day, now=now, over_at=over_at)
    return Meanwhile(back=_read_back(plan, progress, vacant), newcomers=_read_newcomers(plan, vacant, now))


def hear(progress: Progress, meanwhile: Meanwhile) -> Heard:
    """Return what a page that shows both has been told."""
    return Heard.of([*progress.told, *meanwhile.told])


def _read_back(plan: Plan, progress: Progress, still: AbsenceQuerySet) -> dict[int, Back]:
    stops = [stop for route in plan.routes.all() for stop in route.stops.all()]
    missed = pair_missed(stops, progress.missed)
    ahead = [stop for stop in stops if _is_ahead(stop, progress, missed)]
    homes = {stop.absence_id for stop in ahead}
    vacant = set(still.filter(pk__in=homes).values_list("pk", flat=True))
    told_at = dict(Absence.objects.filter(pk__in=homes - vacant).values_list("pk", "changed_at"))
    return {
        stop.pk: Back(absence=stop.absence_id, told_at=told_at[stop.absence_id])
        for stop in ahead
        if stop.absence_id in told_at
    }


def is_back(stop: Stop, *, now: dt.datetime) -> bool:
    """Say whether the home of a stop ahead, its route and plan fetched, is vacant no more; not of history."""
    if stop.route.shift.ends_at <= now:
        return False
    vacant = still_vacant(stop.route.plan.day, now=now, over_at=stop.route.shift.ends_at)
    return not vacant.filter(pk=stop.absence_id).exists()


def _is_ahead(stop: Stop, progress: Progress, missed: Mapping[int, object]) -> bool:
    return not (stop.is_done or stop.pk in progress.made or stop.pk in missed)


def _read_newcomers(plan: Plan, vacant: AbsenceQuerySet, now: dt.datetime) -> tuple[Newcomer, ...]:
    homes = list(
        vacant.filter(commune=plan.commune_id)
        .exclude(pk__in=Stop.objects.filter(route__plan=plan).values("absence"))
        .exclude(pk__in=plan.omissions.values("absence"))
        .defer("point")
        .order_by("pk")
    )
    if not homes:
        return ()
    clock = DayClock(plan.day)
    recent = count_recent(homes, clock)
    made = passages_made(plan.commune, since=clock.midnight, until=now)
    shifts = [route.shift_id for route in plan.routes.all()]
    planned = without_doubles(planned_elsewhere(plan.commune, plan.day, shifts), made)
    found = []
    for home in homes:
        number = len(made.get(home.pk, ())) + len(planned.get(home.pk, ())) + 1
        if number <= count_due(home, plan.day, recent.get(home.pk, 0)):
            found.append(Newcomer(absence=home.pk, number=number, told_at=home.changed_at))
    return tuple(found)
