"""From a day to a saved plan: build the problem, search, verify, save."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from django.contrib.gis.geos import LineString
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from absences.models import Absence
from accounts import audit
from geo.models import WGS84, Commune
from geo.routing import Mode, open_engine
from patrols.errors import PlanBreaksRules
from patrols.models import Leg, Omission, Plan, Route, RouteBreak, Stop
from patrols.planner import Plan as Solution
from patrols.planner import Progress, Remedy, check, describe, solve
from patrols.planner import Route as SolvedRoute
from patrols.planner.fingerprint import fingerprint
from patrols.planner.stop import StoppingRule
from patrols.services.day import DayProblem, build_problem
from patrols.services.versions import make_version, take_turns


def plan_day(
    commune: Commune,
    day: dt.date,
    *,
    stop: StoppingRule,
    seed: int,
    routing_dir: Path,
    crew_names: Sequence[str] = (),
    publishes: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Plan:
    """Compute the day's patrol routes and save them as the next plan of that day.

    Parameters
    ----------
    stop, seed
        As for `patrols.planner.solve`: the same day, seed and number of iterations give the same routes.
    crew_names
        Crews to plan for; all on shift when empty.
    publishes
        Whether the plan is the crews' order at once; otherwise it is a draft, which they do not see.

    Raises
    ------
    NoShift, UnknownCrew, DepotTooFarFromStreet, geo.routing.RoutingError
        When the day cannot be planned as it stands; nothing is saved.
    PlanBreaksRules
        When the independent check finds a fault in what the search answers; nothing is saved.
    """
    day_problem = build_problem(commune, day, crew_names=crew_names, routing_dir=routing_dir)
    homes = {visit.absence.pk for visit in day_problem.visits.values()}
    homes |= {aside.visit.absence.pk for aside in day_problem.set_aside}
    audit.record("absence.exact_point", kind=Absence, subjects=homes, reason=audit.Reason.PATROL)
    solution = solve(day_problem.problem, stop, seed=seed, on_progress=on_progress, is_cancelled=is_cancelled)
    if violations := check(day_problem.problem, solution):
        raise PlanBreaksRules(violation.message for violation in violations)
    with transaction.atomic():
        plan = save_plan(day_problem, solution, routing_dir=routing_dir)
        return make_version(plan) if publishes else plan


def save_plan(day_problem: DayProblem, solution: Solution, *, routing_dir: Path) -> Plan:
    """Save a verified solution, with the ways between its stops, as a draft; all of it or nothing."""
    numbers = _number_visits(day_problem, solution)
    with transaction.atomic():
        plan = Plan.objects.create(
            commune=day_problem.commune,
            day=day_problem.clock.day,
            number=_next_number(day_problem),
            made_at=timezone.now(),
            seed=solution.seed,
            iterations=solution.iterations,
            runtime_s=solution.runtime_s,
            problem_sha256=fingerprint(day_problem.problem),
            prize=solution.prize,
        )
        for solved in solution.routes:
            _save_route(plan, day_problem, solved, numbers, routing_dir)
        Omission.objects.bulk_create(
            [*_searched_omissions(plan, day_problem, solution, numbers), *_set_aside(plan, day_problem)]
        )
        audit.record("route.plan", subjects=[plan], reason=audit.Reason.PATROL)
    return plan


def _next_number(day_problem: DayProblem) -> int:
    """Number the plan within its day; two who plan at once take turns."""
    take_turns(day_problem.commune)
    latest = Plan.objects.filter(commune=day_problem.commune, day=day_problem.clock.day).aggregate(Max("number"))
    return (latest["number__max"] or 0) + 1


def _number_visits(day_problem: DayProblem, solution: Solution) -> dict[str, int]:
    """Number the passages of each home by the hour, those left out last, whichever the search placed first."""
    stops = sorted((stop for route in solution.routes for stop in route.stops), key=lambda stop: stop.start_s)
    in_order = [*(stop.visit for stop in stops), *(omission.visit for omission in solution.omissions)]
    due = defaultdict(list)
    for visit in day_problem.visits.values():
        due[visit.absence.pk].append(visit.number)
    free = {absence: iter(sorted(numbers)) for absence, numbers in due.items()}
    return {visit: next(free[day_problem.visits[visit].absence.pk]) for visit in in_order}


def _save_route(
    plan: Plan, day_problem: DayProblem, solved: SolvedRoute, numbers: Mapping[str, int], routing_dir: Path
) -> None:
    shift, clock = day_problem.shifts[solved.crew], day_problem.clock
    legs = _make_legs(day_problem, solved, routing_dir)
    route = Route.objects.create(
        plan=plan,
        shift=shift,
        starts_at=clock.moment(solved.start_s),
        ends_at=clock.moment(solved.end_s),
        length_m=sum(leg.length_m for leg in legs),
        travel_s=solved.travel_s,
        prize=solved.prize,
    )
    for leg in legs:
        leg.route = route
    Leg.objects.bulk_create(legs)
    Stop.objects.bulk_create(
        Stop(
            route=route,
            order=order,
            absence=day_problem.visits[stop.visit].absence,
            visit_number=numbers[stop.visit],
            arrives_at=clock.moment(stop.arrival_s),
            starts_at=clock.moment(stop.start_s),
            leaves_at=clock.moment(stop.departure_s),
            prize=stop.prize,
        )
        for order, stop in enumerate(solved.stops, start=1)
    )
    RouteBreak.objects.bulk_create(
        RouteBreak(
            route=route,
            after_stop=pause.after_stop,
            starts_at=clock.moment(pause.start_s),
            duration_s=round(pause.duration_s),
        )
        for pause in solved.breaks
    )


def _make_legs(day_problem: DayProblem, solved: SolvedRoute, routing_dir: Path) -> list[Leg]:
    """Return the unsaved legs of a route; none where the crew stays at its depot."""
    if not solved.stops:
        return []
    crew = next(crew for crew in day_problem.problem.crews if crew.id == solved.crew)
    location = {visit.id: visit.location for visit in day_problem.problem.visits}
    order = [crew.start_location, *(location[stop.visit] for stop in solved.stops), crew.end_location]
    engine = open_engine(routing_dir, Mode(day_problem.shifts[solved.crew].crew.mode))
    path = engine.path(day_problem.points[np.array(order)])
    return [
        Leg(
            order=number,
            course=LineString(leg.geometry.tolist(), srid=WGS84),
            length_m=leg.length_m,
            duration_s=leg.duration_s,
            streets=list(leg.street_names),
        )
        for number, leg in enumerate(path.legs)
    ]


def _searched_omissions(
    plan: Plan, day_problem: DayProblem, solution: Solution, numbers: Mapping[str, int]
) -> Iterator[Omission]:
    places = {
        stop.visit: f"de l'arrêt {order} de l'équipage {route.crew}"
        for route in solution.routes
        for order, stop in enumerate(route.stops, start=1)
    }
    prizes = {visit.id: visit.prize for visit in day_problem.problem.visits}
    for omission in solution.omissions:
        due = day_problem.visits[omission.visit]
        yield Omission(
            plan=plan,
            absence=due.absence,
            visit_number=numbers[omission.visit],
            reason=Omission.Reason(omission.reason),
            remedy=_remedy_as_json(omission.remedy, day_problem),
            sentence=describe(omission, places=places),
            prize=prizes[omission.visit],
        )


def _remedy_as_json(remedy: Remedy, day_problem: DayProblem) -> dict[str, object]:
    """Return the remedy with database keys instead of the problem's identifiers."""
    described = asdict(remedy)
    if remedy.crew is not None:
        described["shift"] = day_problem.shifts[remedy.crew].pk
    if remedy.visit is not None:
        described["absence"] = day_problem.visits[remedy.visit].absence.pk
    return described


def _set_aside(plan: Plan, day_problem: DayProblem) -> Iterator[Omission]:
    for aside in day_problem.set_aside:
        yield Omission(
            plan=plan,
            absence=aside.visit.absence,
            visit_number=aside.visit.number,
            reason=aside.reason,
            sentence=aside.sentence,
            prize=aside.prize,
        )
