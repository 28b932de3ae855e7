"""Time routes whose stops and order are already decided: what a person has moved by hand."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from patrols.planner.beginnings import begin_routes
from patrols.planner.decode import routes_of
from patrols.planner.encode import empty_day, encode
from patrols.planner.errors import LockedVisitError
from patrols.planner.kernel.construct import settle_on
from patrols.planner.kernel.layout import Day, Town
from patrols.planner.kernel.whatif import fits_at
from patrols.planner.omissions import explain
from patrols.planner.plan import BreakTaken, Omission, Plan, Reason, Remedy, RemedyKind, Route, Stop
from patrols.planner.problem import Break, Crew, Problem, Visit, breaks_in_order, narrow

Orders = Mapping[str, Sequence[str]]
"""Crew id -> ids of the visits of its route, in order; a crew without an entry has none."""
MOST_PASSES = 10
"""Times that routes are driven until the passages of a home keep waiting where they did."""
NOTHING_WAS: Mapping[str, float] = {}


def arrange(problem: Problem, orders: Orders, *, explains: bool = True) -> Plan:
    """Return the plan that makes the visits of `orders` at the earliest times that every rule allows.

    Visits that are in no order are left out, each with its reason and what would bring it in if it `explains`;
    otherwise for want of time, and nothing is proposed.

    Raises
    ------
    LockedVisitError
        When no times keep the shifts, windows, breaks and separations; see `lay_out` for what is wrong.
    PlannerInputError
        When the orders name what the problem does not have, or contradict its locks.
    """
    started_s = time.perf_counter()
    whole = {crew: tuple(order) for crew, order in orders.items() if order}
    decided = replace(problem, locked_beginnings=whole)
    town = encode(decided, is_searched=False)
    day = empty_day(town, 0)
    begin_routes(decided, town, day)
    settle_on(day)
    routes = routes_of(problem, town, day)
    return Plan(
        routes=routes,
        omissions=_explain(problem, town, day) if explains else _left_out(problem, orders),
        prize=sum(route.prize for route in routes),
        travel_s=sum(route.travel_s for route in routes),
        iterations=0,
        seed=0,
        runtime_s=time.perf_counter() - started_s,
    )


def find_places(problem: Problem, crew: str, order: Sequence[str], visit: str) -> frozenset[int]:
    """Return the places, from 0, of the route of a crew at which one more visit keeps every rule but separations.

    The order is not looked into where it breaks these rules already: then any place may do.
    """
    alone = narrow(problem, {*order, visit})
    row = next(number for number, each in enumerate(alone.visits) if each.id == visit)
    if crew in alone.visits[row].excluded_crews:
        return frozenset()
    decided = replace(
        alone,
        crews=tuple(each for each in alone.crews if each.id == crew),
        visits=tuple(replace(each, min_separation_s=0.0, excluded_crews=frozenset()) for each in alone.visits),
        locked_beginnings={crew: tuple(order)},
    )
    town = encode(decided, is_searched=False)
    day = empty_day(town, 0)
    try:
        begin_routes(decided, town, day)
    except LockedVisitError:
        return frozenset(range(len(order) + 1))
    return frozenset(place for place in range(len(order) + 1) if fits_at(town, day, row, 0, place))


def _explain(problem: Problem, town: Town, day: Day) -> tuple[Omission, ...]:
    """Explain as if nothing were decided: a place between two stops would do."""
    return explain(problem, encode(problem, like=town, is_searched=False), day)


def lay_out(problem: Problem, orders: Orders, *, as_was: Mapping[str, float] = NOTHING_WAS) -> Plan:
    """Return the same routes as they would be driven, late where need be, for `check` to say what is wrong.

    Waits for a window that opens before the shift ends, else serves at once, takes each break before the drive or
    the wait that would otherwise end past it, and waits after another passage of the home where time is left.

    Parameters
    ----------
    as_was
        When visits began before, in seconds: of two passages of a home, that which came first still does.
    """
    visits = {visit.id: visit for visit in problem.visits}
    held: dict[str, float] = {}
    for _ in range(MOST_PASSES):
        routes = tuple(
            _drive(problem, crew, [visits[visit] for visit in orders.get(crew.id, ())], held)
            for crew in problem.crews
        )
        starts = {stop.visit: stop.start_s for route in routes for stop in route.stops}
        later = _held_apart([visits[visit] for visit in starts], starts, as_was)
        if later == held:
            break
        held = later
    return Plan(
        routes=routes,
        omissions=_left_out(problem, orders),
        prize=sum(route.prize for route in routes),
        travel_s=sum(route.travel_s for route in routes),
        iterations=0,
        seed=0,
        runtime_s=0.0,
    )


def _held_apart(
    placed: Sequence[Visit], starts: Mapping[str, float], as_was: Mapping[str, float]
) -> dict[str, float]:
    """Return from when each passage that comes after another of its home is far enough from it, in seconds."""
    in_turn = sorted(placed, key=lambda visit: (visit.home, as_was.get(visit.id, starts[visit.id])))
    return {
        then.id: starts[first.id] + max(first.min_separation_s, then.min_separation_s)
        for first, then in pairwise(in_turn)
        if first.home == then.home
    }


def _left_out(problem: Problem, orders: Orders) -> tuple[Omission, ...]:
    placed = {visit for order in orders.values() for visit in order}
    nothing = Remedy(kind=RemedyKind.NONE)
    return tuple(
        Omission(visit=visit.id, reason=Reason.NO_TIME_LEFT, remedy=nothing)
        for visit in problem.visits
        if visit.id not in placed
    )


def _drive(problem: Problem, crew: Crew, visits: Sequence[Visit], held: Mapping[str, float]) -> Route:
    now_s = crew.shift.start_s
    if not visits:
        return Route(crew=crew.id, stops=(), breaks=(), start_s=now_s, end_s=now_s, travel_s=0.0, prize=0.0)
    durations = problem.durations_s[crew.profile]
    pauses = list(breaks_in_order(crew))
    breaks: list[BreakTaken] = []
    stops: list[Stop] = []
    place, travel_s = crew.start_location, 0.0
    for done, visit in enumerate(visits):
        leg_s = float(durations[place, visit.location])
        now_s = _rest(pauses, breaks, now_s, leg_s, done)
        arrival_s = now_s + leg_s
        held_s, ready_s = held.get(visit.id, arrival_s), arrival_s
        while pauses and _start(visit, ready_s, held_s, crew.shift.end_s) > pauses[0].latest_s:
            ready_s = _take(pauses.pop(0), breaks, ready_s, done)
        start_s = _start(visit, ready_s, held_s, crew.shift.end_s)
        now_s = start_s + visit.service_s
        stops.append(
            Stop(visit=visit.id, arrival_s=arrival_s, start_s=start_s, departure_s=now_s, prize=visit.prize)
        )
        place, travel_s = visit.location, travel_s + leg_s
    leg_s = float(durations[place, crew.end_location])
    now_s = _rest(pauses, breaks, now_s, leg_s, len(visits)) + leg_s
    while pauses:
        now_s = _take(pauses.pop(0), breaks, now_s, len(visits))
    return Route(
        crew=crew.id,
        stops=tuple(stops),
        breaks=tuple(breaks),
        start_s=crew.shift.start_s,
        end_s=now_s,
        travel_s=travel_s + leg_s,
        prize=sum(stop.prize for stop in stops),
    )


def _start(visit: Visit, arrival_s: float, held_s: float, shift_ends_s: float) -> float:
    """Return when the service starts, in a window within the shift: from `held_s` on, or else from arrival on.

    On arrival where there is none.
    """
    for ready_s in (max(arrival_s, held_s), arrival_s):
        openings = (max(ready_s, opens) for opens, closes in visit.windows if ready_s <= closes)
        opening_s = next(openings, None)
        if opening_s is not None and opening_s <= shift_ends_s:
            return opening_s
    return arrival_s


def _rest(pauses: list[Break], breaks: list[BreakTaken], now_s: float, leg_s: float, done: int) -> float:
    """Take the breaks that are due now, or that the drive would miss; return when the crew is free again."""
    while pauses and (now_s >= pauses[0].earliest_s or now_s + leg_s > pauses[0].latest_s):
        now_s = _take(pauses.pop(0), breaks, now_s, done)
    return now_s


def _take(pause: Break, breaks: list[BreakTaken], now_s: float, done: int) -> float:
    start_s = max(now_s, pause.earliest_s)
    breaks.append(BreakTaken(start_s=start_s, duration_s=pause.duration_s, after_stop=done))
    return start_s + pause.duration_s
