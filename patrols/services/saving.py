"""Write what was planned: rounds, stops, the ways between them, and what is left out."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

import numpy as np
from django.contrib.gis.geos import LineString
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from absences.models import Absence
from accounts import audit
from geo import french
from geo.models import WGS84
from geo.routing import Mode, PathLeg, open_engine
from patrols.models import Leg, Omission, Plan, Route, RouteBreak, RouteStay, Stop
from patrols.planner import Plan as Solution
from patrols.planner import Remedy, RemedyKind, Visit, describe
from patrols.planner import Route as SolvedRoute
from patrols.planner.fingerprint import fingerprint
from patrols.planner.wording import OTHER_PASSAGE, describe_reason
from patrols.services.allowed_hours import list_windows
from patrols.services.day_terms import Begun, DayProblem, DoneStop, DueVisit
from patrols.services.effect import Effect
from patrols.services.stays import NO_STAY, Staying, find_stays, save_surface
from patrols.services.versions import take_turns

BY_HAND = "Écarté à la main pour ce jour : réadmettez-le pour qu'il soit de nouveau planifié."
NO_ADVICE = Remedy(kind=RemedyKind.NONE)
NOTHING_DONE: tuple[DoneStop, ...] = ()
NOTHING_KEPT: Mapping[str, Mapping[int, str]] = {}


def save_plan(
    day_problem: DayProblem,
    solution: Solution,
    *,
    service: str = "",
    base: Plan | None = None,
    locked: Collection[str] = (),
    excluded: Collection[int] = (),
    effect: Effect | None = None,
    routing_dir: Path,
) -> Plan:
    """Save a verified solution, with the ways between its stops, as a draft; all of it or nothing.

    Parameters
    ----------
    service
        Of whose crews the plan is; of both when empty.
    base
        The version that the draft comes after.
    locked
        Visits that a person wants kept where they are.
    excluded
        Absences that a person set aside for the day: none of their visits is in the solution's problem.
    effect
        What counting recent facts changed, where that was looked for.
    """
    with transaction.atomic():
        take_turns(day_problem.commune)
        latest = Plan.objects.of_day(day_problem.commune, day_problem.clock.day).aggregate(Max("number"))
        plan = Plan.objects.create(
            commune=day_problem.commune,
            day=day_problem.clock.day,
            number=(latest["number__max"] or 0) + 1,
            service=service,
            base=base,
            made_at=timezone.now(),
            seed=solution.seed,
            iterations=solution.iterations,
            runtime_s=solution.runtime_s,
            problem_sha256=fingerprint(day_problem.problem),
            prize=solution.prize + prize_done(day_problem),
        )
        save_surface(plan, day_problem.risk, effect)
        write_rounds(plan, day_problem, solution, locked=locked, routing_dir=routing_dir)
        write_omissions(plan, day_problem, solution, excluded=excluded)
        audit.record("route.plan", subjects=[plan], reason=audit.Reason.PATROL)
    return plan


def write_rounds(
    plan: Plan,
    day_problem: DayProblem,
    solution: Solution,
    *,
    locked: Collection[str],
    kept: Mapping[str, Mapping[int, str]] = NOTHING_KEPT,
    routing_dir: Path,
) -> None:
    """Give a draft the rounds of a solution instead of those it has.

    Parameters
    ----------
    kept
        By crew, the rounds that stay as they are: the visit of each of their stops to come, by its key.
    """
    numbers = _number_visits(day_problem, solution)
    staying = find_stays(plan, day_problem, solution, kept=kept)
    for solved in solution.routes:
        if solved.crew in kept:
            _name_stops(kept[solved.crew], numbers, locked)
        else:
            _write_route(
                plan, day_problem, solved, numbers, locked, staying.get(solved.crew, NO_STAY), routing_dir
            )


def write_omissions(plan: Plan, day_problem: DayProblem, solution: Solution, *, excluded: Collection[int]) -> None:
    """Give a draft what is told of the passages that a solution leaves out instead of what it has."""
    numbers = _number_visits(day_problem, solution)
    plan.omissions.all().delete()
    Omission.objects.bulk_create(
        [
            *_searched_omissions(plan, day_problem, solution, numbers),
            *_set_aside(plan, day_problem),
            *_excluded(plan, day_problem, excluded),
        ]
    )


def prize_done(day_problem: DayProblem) -> float:
    """Return the prizes of the stops that lie behind the crews already."""
    return sum(stop.prize for begun in day_problem.begun.values() for stop in begun.done)


def _number_visits(day_problem: DayProblem, solution: Solution) -> dict[str, int]:
    """Number the passages of each home by the hour, those left out last, whichever the search placed first."""
    stops = sorted((stop for route in solution.routes for stop in route.stops), key=lambda stop: stop.start_s)
    in_order = [*(stop.visit for stop in stops), *(omission.visit for omission in solution.omissions)]
    due = defaultdict(list)
    for visit in day_problem.visits.values():
        due[visit.absence.pk].append(visit.number)
    free = {absence: iter(sorted(numbers)) for absence, numbers in due.items()}
    return {visit: next(free[day_problem.visits[visit].absence.pk]) for visit in in_order}


def _name_stops(visits: Mapping[int, str], numbers: Mapping[str, int], locked: Collection[str]) -> None:
    """Number and lock the stops of a round that stays: a passage at the same home may now come before."""
    changed = []
    for stop in Stop.objects.filter(pk__in=visits):
        number, is_locked = numbers[visits[stop.pk]], visits[stop.pk] in locked
        if (stop.visit_number, stop.is_locked) != (number, is_locked):
            stop.visit_number, stop.is_locked = number, is_locked
            changed.append(stop)
    Stop.objects.bulk_update(changed, ["visit_number", "is_locked"])


def _write_route(
    plan: Plan,
    day_problem: DayProblem,
    solved: SolvedRoute,
    numbers: Mapping[str, int],
    locked: Collection[str],
    staying: Staying,
    routing_dir: Path,
) -> None:
    shift, clock = day_problem.shifts[solved.crew], day_problem.clock
    begun = day_problem.begun.get(shift.pk)
    done = begun.done if begun else NOTHING_DONE
    legs = _make_legs(day_problem, solved, done, staying.all, routing_dir)
    hours = staying.planned if staying.to_come else solved
    starts_at, ends_at = clock.moment(hours.start_s), clock.moment(hours.end_s)
    if begun and begun.left_at:
        starts_at = begun.left_at
    if begun and not solved.stops and not staying.to_come and legs:
        ends_at = max(starts_at, clock.moment(solved.end_s + legs[-1].duration_s))
    values = {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "length_m": sum(leg.length_m for leg in legs),
        "travel_s": sum(leg.duration_s for leg in legs) if done or staying.all else solved.travel_s,
        "prize": solved.prize + sum(stop.prize for stop in done),
    }
    route, is_new = Route.objects.update_or_create(plan=plan, shift=shift, defaults=values)
    had_breaks = _breaks_had(plan, shift.pk, begun)
    if not is_new:
        # At once: Django would first look for passages at these stops, which a draft never has, in columns that
        # the site does not read.
        stops = Stop.objects.filter(route=route)
        stops._raw_delete(stops.db)
        route.legs.all().delete()
        route.breaks.all().delete()
        route.stays.all().delete()
    for leg in legs:
        leg.route = route
    for stay in staying.all:
        stay.route = route
    Leg.objects.bulk_create(legs)
    RouteStay.objects.bulk_create(staying.all)
    Stop.objects.bulk_create(
        [*_done_stops(route, done), *_stops(route, day_problem, solved, numbers, locked, len(done))]
    )
    RouteBreak.objects.bulk_create(
        [
            *(
                RouteBreak(
                    route=route, after_stop=had.after_stop, starts_at=had.starts_at, duration_s=had.duration_s
                )
                for had in had_breaks
            ),
            *(
                RouteBreak(
                    route=route,
                    after_stop=len(done) + pause.after_stop,
                    starts_at=clock.moment(pause.start_s),
                    duration_s=round(pause.duration_s),
                )
                for pause in solved.breaks
            ),
        ]
    )


def _breaks_had(plan: Plan, shift: int, begun: Begun | None) -> list[RouteBreak]:
    """Return the breaks that a crew has had already, from the plan itself or the version that it comes after."""
    if begun is None or not begun.breaks_taken:
        return []
    plans = [plan, plan.base] if plan.base_id else [plan]
    for each in plans:
        had = list(RouteBreak.objects.filter(route__plan=each, route__shift=shift)[: begun.breaks_taken])
        if had:
            return had
    return []


def _done_stops(route: Route, done: tuple[DoneStop, ...]) -> Iterator[Stop]:
    for order, stop in enumerate(done, start=1):
        yield Stop(
            route=route,
            order=order,
            absence=stop.absence,
            visit_number=stop.number,
            arrives_at=stop.arrives_at,
            starts_at=stop.starts_at,
            leaves_at=stop.leaves_at,
            prize=stop.prize,
            is_locked=stop.is_locked,
            is_done=True,
        )


def _stops(
    route: Route,
    day_problem: DayProblem,
    solved: SolvedRoute,
    numbers: Mapping[str, int],
    locked: Collection[str],
    after: int,
) -> Iterator[Stop]:
    clock = day_problem.clock
    for order, stop in enumerate(solved.stops, start=after + 1):
        yield Stop(
            route=route,
            order=order,
            absence=day_problem.visits[stop.visit].absence,
            visit_number=numbers[stop.visit],
            arrives_at=clock.moment(stop.arrival_s),
            starts_at=clock.moment(stop.start_s),
            leaves_at=clock.moment(stop.departure_s),
            prize=stop.prize,
            is_locked=stop.visit in locked,
        )


def _make_legs(
    day_problem: DayProblem,
    solved: SolvedRoute,
    done: tuple[DoneStop, ...],
    stays: Sequence[RouteStay],
    routing_dir: Path,
) -> list[Leg]:
    """Return the unsaved legs of a route, each by way of its stays; none where the crew stays at its depot."""
    if not solved.stops and not done and not stays:
        return []
    shift = day_problem.shifts[solved.crew]
    homes: list[Absence] = [
        *(stop.absence for stop in done),
        *(day_problem.visits[stop.visit].absence for stop in solved.stops),
    ]
    by_way_of = [[stay.point for stay in stays if stay.after_stop == order] for order in range(len(homes) + 1)]
    places = [shift.start_depot.point, *by_way_of[0]]
    for home, spots in zip(homes, by_way_of[1:], strict=True):
        places += [home.point, *spots]
    places.append(shift.end_depot.point)
    path = open_engine(routing_dir, Mode(shift.crew.mode)).path(np.array([place.coords for place in places]))
    ways = iter(path.legs)
    return [_make_leg(order, [next(ways) for _ in range(len(spots) + 1)]) for order, spots in enumerate(by_way_of)]


def _make_leg(order: int, ways: Sequence[PathLeg]) -> Leg:
    """Return the way from one stop to the next, made of those from one stay on it to the next."""
    return Leg(
        order=order,
        course=LineString([point for way in ways for point in way.geometry.tolist()], srid=WGS84),
        length_m=sum(way.length_m for way in ways),
        duration_s=sum(way.duration_s for way in ways),
        streets=[street for street, _ in groupby(street for way in ways for street in way.street_names)],
    )


def _searched_omissions(
    plan: Plan, day_problem: DayProblem, solution: Solution, numbers: Mapping[str, int]
) -> Iterator[Omission]:
    places = {
        stop.visit: f"de l'arrêt {order} de l'équipage {route.crew}"
        for route in solution.routes
        for order, stop in enumerate(route.stops, start=1 + _count_done(day_problem, route.crew))
    }
    visits = {visit.id: visit for visit in day_problem.problem.visits}
    visited = {visits[visit].home for visit in places}
    for omission in solution.omissions:
        due, visit = day_problem.visits[omission.visit], visits[omission.visit]
        apart_s = visit.min_separation_s if visit.home in visited or due.other else 0.0
        other = f"le passage de {french.clock(due.other)}" if due.other else OTHER_PASSAGE
        has_advice = omission.remedy.kind != RemedyKind.WIDEN_WINDOW or _has_own_hours(visit, due, day_problem)
        yield Omission(
            plan=plan,
            absence=due.absence,
            visit_number=numbers[omission.visit],
            reason=Omission.Reason(omission.reason),
            remedy=_remedy_as_json(omission.remedy if has_advice else NO_ADVICE, day_problem),
            sentence=describe(omission, places=places, apart_s=apart_s, other=other)
            if has_advice
            else describe_reason(omission.reason, apart_s=apart_s, other=other),
            prize=visit.prize,
        )


def _has_own_hours(visit: Visit, due: DueVisit, day_problem: DayProblem) -> bool:
    """Say whether a passage may be made in the hours that its home declared, not in any, nor in what the passages
    of others leave of them: nobody changes those.
    """
    hours = due.absence.allowed_hours.all()
    return bool(hours) and visit.windows == list_windows(hours, day_problem.clock)


def _count_done(day_problem: DayProblem, crew: str) -> int:
    begun = day_problem.begun.get(day_problem.shifts[crew].pk)
    return len(begun.done) if begun else 0


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


def _excluded(plan: Plan, day_problem: DayProblem, excluded: Collection[int]) -> Iterator[Omission]:
    prizes = {visit.id: visit.prize for visit in day_problem.problem.visits}
    for key, due in day_problem.visits.items():
        if due.absence.pk in excluded:
            yield Omission(
                plan=plan,
                absence=due.absence,
                visit_number=due.number,
                reason=Omission.Reason.BY_HAND,
                sentence=BY_HAND,
                prize=prizes[key],
            )
