"""What others do for the same homes: the rounds of crews that a plan is not about, and the passages of the day."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

from geo.models import Commune
from patrols.models import Passage, Plan, Route, Shift, Stop
from patrols.services.clock import DayClock
from patrols.services.day_terms import Begun
from patrols.services.standing import without_missed

Moments = dict[int, list[dt.datetime]]
"""By absence, when a passage is planned or was made."""


def latest_rounds(commune: Commune, day: dt.date) -> dict[int, Route]:
    """Return what each crew has to drive: by shift, its round in the latest version that has one for it."""
    routes = (
        Route.objects.filter(plan__commune=commune, plan__day=day, plan__version__isnull=False)
        .select_related("plan", "shift__crew")
        .order_by("plan__version")
    )
    return {route.shift_id: route for route in routes}


def planned_elsewhere(commune: Commune, day: dt.date, shifts: Collection[int]) -> Moments:
    """Return the passages that crews of other shifts are to make: published, or locked in their latest draft.

    Parameters
    ----------
    shifts
        The shifts of the plan in hand, whose own stops do not count.
    """
    rounds = {shift: route for shift, route in latest_rounds(commune, day).items() if shift not in shifts}
    moments: Moments = defaultdict(list)
    known: set[tuple[int, int]] = set()
    for stop in without_missed(Stop.objects.filter(route__in=rounds.values())):
        moments[stop.absence_id].append(stop.starts_at)
        known.add((stop.route.shift_id, stop.absence_id))
    for stop in _locked_in_drafts(commune, day, shifts):
        if (stop.route.shift_id, stop.absence_id) not in known:
            moments[stop.absence_id].append(stop.starts_at)
    return dict(moments)


def seen_to(
    commune: Commune, day: dt.date, shifts: Collection[int], begun: Mapping[int, Begun], now: dt.datetime
) -> Moments:
    """Return the passages that count as done or as planned by others: those made so far, and of other rounds.

    Parameters
    ----------
    shifts
        The shifts of the plan in hand, whose own stops to come do not count.
    begun
        Those that are under way; where there are none, nothing was made yet.
    """
    planned = planned_elsewhere(commune, day, shifts)
    if not begun:
        return planned
    first = min(Shift.objects.filter(pk__in=shifts).values_list("starts_at", flat=True))
    made = passages_made(commune, since=max(first, DayClock(day).midnight), until=now)
    behind: Moments = defaultdict(list)
    for each in begun.values():
        for stop in each.done:
            behind[stop.absence.pk].append(stop.starts_at)
    past = {absence: [moment for moment in each if moment <= now] for absence, each in planned.items()}
    to_come = {absence: [moment for moment in each if moment > now] for absence, each in planned.items()}
    return add_up(made, without_doubles(dict(behind), made), without_doubles(past, made), to_come)


def passages_made(commune: Commune, *, since: dt.datetime, until: dt.datetime) -> Moments:
    """Return the passages recorded in [since, until] in a commune, by absence, in their order."""
    rows = Passage.objects.counted().filter(absence__commune=commune, done_at__gte=since, done_at__lte=until)
    moments: Moments = defaultdict(list)
    # Not which crew: the national police do not read it.
    for absence, done_at in rows.order_by("done_at").values_list("absence", "done_at"):
        moments[absence].append(done_at)
    return dict(moments)


def add_up(*told: Mapping[int, list[dt.datetime]]) -> Moments:
    """Return all moments together, each absence's in their order."""
    total: Moments = defaultdict(list)
    for moments in told:
        for absence, each in moments.items():
            total[absence] += each
    return {absence: sorted(each) for absence, each in total.items()}


def without_doubles(planned: Moments, made: Moments) -> Moments:
    """Return the planned passages that no made one stands for: the first made is the first planned."""
    counts = Counter({absence: len(each) for absence, each in made.items()})
    return {absence: sorted(each)[counts[absence] :] for absence, each in planned.items()}


def _locked_in_drafts(commune: Commune, day: dt.date, shifts: Collection[int]) -> list[Stop]:
    latest = Plan.objects.of_day(commune, day).drafts()
    newest: dict[str, int] = {}
    for plan in latest:
        newest.setdefault(plan.service, plan.pk)
    stops = Stop.objects.filter(route__plan__in=newest.values(), is_locked=True).select_related("route")
    return list(stops.exclude(route__shift__in=shifts))
