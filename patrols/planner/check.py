"""The independent checker: every time recomputed from the matrices, nothing shared with the search.

A plan is verified here before it is saved. The checker trusts no figure of the plan: it walks each route with
the problem's own numbers and compares.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from patrols.planner.plan import Plan, Route, Stop
from patrols.planner.problem import Crew, Problem, Visit

TOLERANCE_S = 1e-3
"""The search counts whole milliseconds."""
PRIZE_TOLERANCE = 1e-9
"""Relative; sums of prizes may be added in another order."""


class ViolationKind(StrEnum):
    """What a plan can get wrong."""

    UNKNOWN = "unknown"
    DUPLICATE = "duplicate"
    MISSING = "missing"
    TRAVEL = "travel"
    WINDOW = "window"
    SERVICE = "service"
    SHIFT = "shift"
    BREAK = "break"
    EXCLUDED = "excluded"
    SEPARATION = "separation"
    LOCKED = "locked"
    TOTAL = "total"


@dataclass(frozen=True, kw_only=True)
class Violation:
    """One thing wrong with a plan; `message` is French and says where."""

    kind: ViolationKind
    crew: str | None
    visit: str | None
    message: str


def check(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Return everything wrong with `plan` as an answer to `problem`; empty when it holds.

    Times may differ by `TOLERANCE_S`.
    """
    found = list(_roster(problem, plan))
    if not found:
        crews = {crew.id: crew for crew in problem.crews}
        visits = {visit.id: visit for visit in problem.visits}
        for route in plan.routes:
            found += _route(problem, crews[route.crew], visits, route)
        found += _separations(visits, plan)
        found += _locks(problem, plan)
        found += _totals(plan)
    return tuple(found)


def clock(seconds: float) -> str:
    """Return a time of the plan's day as the French write it, e.g. ``22 h 05 min 10 s``."""
    whole = round(seconds)
    return f"{whole // 3600} h {whole // 60 % 60:02d} min {whole % 60:02d} s"


def _roster(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Everything named exists, every crew has one route, every visit one place: a stop or an omission."""
    crews, visits = {crew.id for crew in problem.crews}, {visit.id for visit in problem.visits}
    routed = Counter(route.crew for route in plan.routes)
    placed = Counter(stop.visit for route in plan.routes for stop in route.stops)
    placed.update(omission.visit for omission in plan.omissions)
    for crew in sorted(routed.keys() - crews):
        yield _of(ViolationKind.UNKNOWN, crew, None, f"L'équipage {crew} n'est pas dans le problème.")
    for visit in sorted(placed.keys() - visits):
        yield _of(ViolationKind.UNKNOWN, None, visit, f"Le passage {visit} n'est pas dans le problème.")
    for crew in sorted(crews - routed.keys()):
        yield _of(ViolationKind.MISSING, crew, None, f"L'équipage {crew} n'a pas de tournée.")
    for visit in sorted(visits - placed.keys()):
        yield _of(
            ViolationKind.MISSING,
            None,
            visit,
            f"Le passage {visit} n'est ni dans une tournée ni dans les écartés.",
        )
    for crew, count in routed.items():
        if count > 1:
            yield _of(ViolationKind.DUPLICATE, crew, None, f"L'équipage {crew} a {count} tournées.")
    for visit, count in placed.items():
        if count > 1:
            yield _of(
                ViolationKind.DUPLICATE, None, visit, f"Le passage {visit} figure {count} fois dans le plan."
            )


def _of(kind: ViolationKind, crew: str | None, visit: str | None, message: str) -> Violation:
    return Violation(kind=kind, crew=crew, visit=visit, message=message)


def _route(problem: Problem, crew: Crew, visits: dict[str, Visit], route: Route) -> Iterator[Violation]:
    if route.start_s < crew.shift.start_s - TOLERANCE_S or route.end_s > crew.shift.end_s + TOLERANCE_S:
        yield _of(
            ViolationKind.SHIFT,
            crew.id,
            None,
            f"Équipage {crew.id} : la tournée va de {clock(route.start_s)} à {clock(route.end_s)}, hors de la "
            f"vacation ({clock(crew.shift.start_s)} à {clock(crew.shift.end_s)}).",
        )
    for stop in route.stops:
        yield from _stop(crew, visits[stop.visit], stop)
    yield from _breaks(crew, route)
    yield from _legs(problem, crew, visits, route)


def _stop(crew: Crew, visit: Visit, stop: Stop) -> Iterator[Violation]:
    name = f"Équipage {crew.id}, passage {visit.id}"
    if crew.id in visit.excluded_crews:
        yield _of(ViolationKind.EXCLUDED, crew.id, visit.id, f"{name} : cet équipage en est exclu.")
    if not any(opens - TOLERANCE_S <= stop.start_s <= closes + TOLERANCE_S for opens, closes in visit.windows):
        message = f"{name} : commence à {clock(stop.start_s)}, hors de ses plages horaires."
        yield _of(ViolationKind.WINDOW, crew.id, visit.id, message)
    if stop.start_s < stop.arrival_s - TOLERANCE_S:
        yield _of(ViolationKind.SERVICE, crew.id, visit.id, f"{name} : commence avant l'arrivée de l'équipage.")
    if abs(stop.departure_s - stop.start_s - visit.service_s) > TOLERANCE_S:
        message = f"{name} : dure {stop.departure_s - stop.start_s:.0f} s au lieu de {visit.service_s:.0f} s."
        yield _of(ViolationKind.SERVICE, crew.id, visit.id, message)
    if stop.prize != visit.prize:
        message = f"{name} : priorité {stop.prize:g} au lieu de {visit.prize:g}."
        yield _of(ViolationKind.TOTAL, crew.id, visit.id, message)


def _breaks(crew: Crew, route: Route) -> Iterator[Violation]:
    due = sorted(crew.breaks, key=lambda pause: (pause.earliest_s, pause.latest_s)) if route.stops else []
    if len(route.breaks) != len(due):
        message = f"Équipage {crew.id} : {len(route.breaks)} pause(s) prise(s) au lieu de {len(due)}."
        yield _of(ViolationKind.BREAK, crew.id, None, message)
        return
    for taken, pause in zip(route.breaks, due, strict=True):
        late = not pause.earliest_s - TOLERANCE_S <= taken.start_s <= pause.latest_s + TOLERANCE_S
        if late or abs(taken.duration_s - pause.duration_s) > TOLERANCE_S:
            message = (
                f"Équipage {crew.id} : la pause de {taken.duration_s:.0f} s à {clock(taken.start_s)} n'est "
                f"pas celle prévue ({pause.duration_s:.0f} s entre {clock(pause.earliest_s)} et "
                f"{clock(pause.latest_s)})."
            )
            yield _of(ViolationKind.BREAK, crew.id, None, message)


def _legs(problem: Problem, crew: Crew, visits: dict[str, Visit], route: Route) -> Iterator[Violation]:
    """Every leg takes at least its time, with the breaks between two stops at either end of the leg."""
    durations = problem.durations_s[crew.profile]
    place, free_s, travel_s = crew.start_location, route.start_s, 0.0
    ends: list[tuple[int, float, float, str | None]] = [
        (visits[stop.visit].location, stop.arrival_s, stop.start_s, stop.visit) for stop in route.stops
    ]
    ends.append((crew.end_location, route.end_s, route.end_s, None))
    for number, (target, arrival_s, start_s, visit) in enumerate(ends if route.stops else []):
        leg_s = float(durations[place, target])
        travel_s += leg_s
        pauses = [(pause.start_s, pause.duration_s) for pause in route.breaks if pause.after_stop == number]
        if not _leg_holds(free_s, leg_s, pauses, arrival_s if visit else None, start_s):
            message = (
                f"Équipage {crew.id} : le trajet vers {visit or 'le retour'} demande {leg_s:.0f} s, "
                f"libre à {clock(free_s)}, {len(pauses)} pause(s), attendu à {clock(start_s)}."
            )
            yield _of(ViolationKind.TRAVEL, crew.id, visit, message)
        if visit is not None:
            place, free_s = target, route.stops[number].departure_s
    if abs(travel_s - route.travel_s) > TOLERANCE_S * (len(ends) + 1):
        message = f"Équipage {crew.id} : {route.travel_s:.0f} s de trajet annoncées, {travel_s:.0f} s comptées."
        yield _of(ViolationKind.TOTAL, crew.id, None, message)


def _leg_holds(
    free_s: float, leg_s: float, pauses: list[tuple[float, float]], arrival_s: float | None, start_s: float
) -> bool:
    """Say whether some number of the breaks before leaving, the others after arriving, leaves time for the leg."""
    return any(
        _fits_split(free_s, leg_s, pauses[:split], pauses[split:], arrival_s, start_s)
        for split in range(len(pauses) + 1)
    )


def _fits_split(
    free_s: float,
    leg_s: float,
    before: list[tuple[float, float]],
    after: list[tuple[float, float]],
    arrival_s: float | None,
    start_s: float,
) -> bool:
    now_s, holds = free_s, True
    for pause_s, duration_s in before:
        holds = holds and pause_s >= now_s - TOLERANCE_S
        now_s = pause_s + duration_s
    now_s += leg_s
    if arrival_s is not None:
        holds = holds and arrival_s >= now_s - TOLERANCE_S
        now_s = arrival_s
    for pause_s, duration_s in after:
        holds = holds and pause_s >= now_s - TOLERANCE_S
        now_s = pause_s + duration_s
    return holds and start_s >= now_s - TOLERANCE_S


def _separations(visits: dict[str, Visit], plan: Plan) -> Iterator[Violation]:
    homes: dict[str, list[tuple[float, Visit, str]]] = defaultdict(list)
    for route in plan.routes:
        for stop in route.stops:
            homes[visits[stop.visit].home].append((stop.start_s, visits[stop.visit], route.crew))
    for home, passages in homes.items():
        passages.sort(key=lambda passage: passage[0])
        for index, (later_s, later, crew) in enumerate(passages):
            for earlier_s, earlier, _ in passages[:index]:
                gap_s = max(later.min_separation_s, earlier.min_separation_s)
                if later_s - earlier_s < gap_s - TOLERANCE_S:
                    message = (
                        f"Logement {home} : les passages {earlier.id} et {later.id} sont à "
                        f"{later_s - earlier_s:.0f} s l'un de l'autre, il en faut au moins {gap_s:.0f}."
                    )
                    yield _of(ViolationKind.SEPARATION, crew, later.id, message)


def _locks(problem: Problem, plan: Plan) -> Iterator[Violation]:
    routes = {route.crew: tuple(stop.visit for stop in route.stops) for route in plan.routes}
    for crew, beginning in problem.locked_beginnings.items():
        if routes[crew][: len(beginning)] != tuple(beginning):
            message = f"Équipage {crew} : la tournée ne commence pas par {', '.join(beginning)}."
            yield _of(ViolationKind.LOCKED, crew, None, message)
    for visit, crew in problem.locked_crews.items():
        if visit not in routes[crew]:
            message = f"Le passage {visit}, verrouillé, n'est pas dans la tournée de l'équipage {crew}."
            yield _of(ViolationKind.LOCKED, crew, visit, message)


def _totals(plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        if _differ(route.prize, sum(stop.prize for stop in route.stops)):
            message = f"Équipage {route.crew} : le total des priorités est faux."
            yield _of(ViolationKind.TOTAL, route.crew, None, message)
    if _differ(plan.prize, sum(route.prize for route in plan.routes)):
        yield _of(ViolationKind.TOTAL, None, None, "Le total des priorités du plan est faux.")
    if _differ(plan.travel_s, sum(route.travel_s for route in plan.routes)):
        yield _of(ViolationKind.TOTAL, None, None, "Le total des trajets du plan est faux.")


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > PRIZE_TOLERANCE * max(1.0, abs(one), abs(other))
