"""The hours of an arrangement: the rounds that it changes are timed anew, the others stay as they were saved."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from patrols.models import Route
from patrols.planner import (
    BreakTaken,
    Crew,
    LockedVisitError,
    Omission,
    PlannerInputError,
    Problem,
    TimeWindow,
    Visit,
    arrange,
    check,
    lay_out,
    narrow,
)
from patrols.planner import Plan as Solution
from patrols.planner import Route as SolvedRoute
from patrols.planner import Stop as SolvedStop
from patrols.planner.check import Violation
from patrols.services.arrangement import Arrangement, InHand, Placed, locks_of, problem_of
from patrols.services.clock import DayClock


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A round that stays as it was saved; ``visits`` names its stops to come in the problem, by their keys."""

    route: SolvedRoute
    visits: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class Timed:
    """An arrangement with its hours, and every rule that these break; ``kept`` are the rounds not timed anew."""

    solution: Solution
    violations: tuple[Violation, ...]
    kept: Mapping[str, Kept]


def time_arrangement(in_hand: InHand, arrangement: Arrangement, *, keeps: Collection[int] | None = None) -> Timed:
    """Work out the hours of the rounds that an arrangement changes, and have them verified.

    The others stay at the hours that their crews know, even where they would be late by now, and are not judged:
    the rounds timed anew keep their distance from their passages. Where no hours keep every rule, these are driven
    late, and the violations say by how much.

    Parameters
    ----------
    keeps
        The shifts whose rounds stay as they were saved; those that the arrangement leaves so unless given.
    """
    kept = _kept(in_hand, arrangement, in_hand.left_by(arrangement) if keeps is None else keeps)
    free, orders = _moving(in_hand, arrangement, kept)
    try:
        problem = _under_locks(free, in_hand, arrangement)
        solution = arrange(problem, orders, explains=False)
    except (LockedVisitError, PlannerInputError):
        problem = free
        solution = lay_out(problem, orders, as_was=_starts_saved(in_hand))
    violations = check(problem, solution)
    routes = tuple(kept[route.crew].route if route.crew in kept else route for route in solution.routes)
    whole = replace(
        solution,
        routes=routes,
        prize=sum(route.prize for route in routes),
        travel_s=sum(route.travel_s for route in routes),
    )
    return Timed(solution=whole, violations=violations, kept=kept)


def _starts_saved(in_hand: InHand) -> dict[str, float]:
    """Return when the visits of the plan begin as it is saved, in seconds."""
    clock = in_hand.day.clock
    stops = (stop for route in in_hand.plan.routes.all() for stop in route.stops.all())
    return {
        Placed(absence=stop.absence_id, number=stop.visit_number).visit: clock.seconds(stop.starts_at)
        for stop in stops
    }


def holds(in_hand: InHand, arrangement: Arrangement) -> bool:
    """Say whether there are hours at which the rounds that an arrangement changes keep every rule."""
    kept = _kept(in_hand, arrangement, in_hand.left_by(arrangement))
    free, orders = _moving(in_hand, arrangement, kept)
    try:
        arrange(_under_locks(free, in_hand, arrangement), orders, explains=False)
    except (LockedVisitError, PlannerInputError):
        return False
    return True


def explain_left_out(in_hand: InHand, arrangement: Arrangement) -> tuple[Omission, ...]:
    """Return why each visit that is in no round is left out, and what would bring it in.

    Any round may make room for it. Where the crews cannot keep their rounds as things stand, nothing is proposed.
    """
    problem, orders = problem_of(in_hand.day, arrangement), _orders(in_hand, arrangement)
    try:
        return arrange(problem, orders).omissions
    except (LockedVisitError, PlannerInputError):
        return lay_out(problem, orders).omissions


def _orders(in_hand: InHand, arrangement: Arrangement) -> dict[str, list[str]]:
    name_of = in_hand.day.name_of
    return {name_of(shift): [stop.visit for stop in stops] for shift, stops in arrangement.rounds.items()}


def _moving(
    in_hand: InHand, arrangement: Arrangement, kept: Mapping[str, Kept]
) -> tuple[Problem, dict[str, list[str]]]:
    """Return what there is to time, under no lock, and in which order.

    That is the rounds that do not stay as they were, and the passages of others from which they keep away.
    """
    home = {visit.id: visit.home for visit in in_hand.day.problem.visits}
    orders = _orders(in_hand, arrangement)
    homes = {home[visit] for crew, order in orders.items() if crew not in kept for visit in order}
    near = {crew: [visit for visit in order if home[visit] in homes] for crew, order in orders.items()}
    problem = narrow(in_hand.day.problem, {visit for order in near.values() for visit in order})
    return _hold(problem, kept), near


def _under_locks(problem: Problem, in_hand: InHand, arrangement: Arrangement) -> Problem:
    """Return the problem under those of an arrangement's locks that are about its visits.

    Raises
    ------
    PlannerInputError
        When a lock is one that nothing can keep.
    """
    known = {visit.id for visit in problem.visits}
    locks = locks_of(in_hand.day, arrangement).items()
    return replace(problem, locked_crews={visit: crew for visit, crew in locks if visit in known})


def _kept(in_hand: InHand, arrangement: Arrangement, shifts: Collection[int]) -> dict[str, Kept]:
    routes = [route for route in in_hand.plan.routes.all() if route.shift_id in shifts]
    return {in_hand.day.name_of(route.shift_id): _keep(route, in_hand, arrangement) for route in routes}


def _keep(route: Route, in_hand: InHand, arrangement: Arrangement) -> Kept:
    clock = in_hand.day.clock
    to_come = {(stop.absence, stop.number) for stop in in_hand.saved.rounds[route.shift_id]}
    stops = [stop for stop in route.stops.all() if (stop.absence_id, stop.visit_number) in to_come]
    visits = [placed.visit for placed in arrangement.rounds[route.shift_id]]
    solved = SolvedRoute(
        crew=in_hand.day.name_of(route.shift_id),
        stops=tuple(
            SolvedStop(
                visit=visit,
                arrival_s=clock.seconds(stop.arrives_at),
                start_s=clock.seconds(stop.starts_at),
                departure_s=clock.seconds(stop.leaves_at),
                prize=stop.prize,
            )
            for visit, stop in zip(visits, stops, strict=True)
        ),
        breaks=_breaks(route, clock),
        start_s=clock.seconds(route.starts_at),
        end_s=clock.seconds(route.ends_at),
        travel_s=route.travel_s,
        prize=sum(stop.prize for stop in stops),
    )
    return Kept(route=solved, visits={stop.pk: visit for visit, stop in zip(visits, stops, strict=True)})


def _breaks(route: Route, clock: DayClock) -> tuple[BreakTaken, ...]:
    return tuple(
        BreakTaken(
            start_s=clock.seconds(pause.starts_at),
            duration_s=float(pause.duration_s),
            after_stop=pause.after_stop,
        )
        for pause in route.breaks.all()
    )


def _hold(problem: Problem, kept: Mapping[str, Kept]) -> Problem:
    """Return the problem in which the kept rounds cannot but be driven at their hours.

    Their crews need no time to go anywhere, and each of their passages is at its moment, which keeps its
    distance from the passages of the other rounds alone.
    """
    if not kept:
        return problem
    starts_s = {stop.visit: stop.start_s for each in kept.values() for stop in each.route.stops}
    nowhere_far = np.zeros_like(problem.durations_s[0])
    return replace(
        problem,
        durations_s=(*problem.durations_s, nowhere_far),
        crews=tuple(
            _held(crew, kept[crew.id].route, profile=len(problem.durations_s)) if crew.id in kept else crew
            for crew in problem.crews
        ),
        visits=tuple(
            _at(visit, round(starts_s[visit.id], 3)) if visit.id in starts_s else visit for visit in problem.visits
        ),
    )


def _held(crew: Crew, route: SolvedRoute, *, profile: int) -> Crew:
    moments_s = [route.start_s, route.end_s, *(round(stop.start_s, 3) for stop in route.stops)]
    return replace(crew, profile=profile, shift=TimeWindow(min(moments_s), max(moments_s)), breaks=())


def _at(visit: Visit, start_s: float) -> Visit:
    return replace(
        visit,
        windows=(TimeWindow(start_s, start_s),),
        service_s=0.0,
        min_separation_s=0.0,
        excluded_crews=frozenset(),
    )
