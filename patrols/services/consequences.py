"""What a change does to a plan: hours, lateness, prize, and the rules that it would break, in French."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from geo import french
from patrols.models import Plan, Route, Stop
from patrols.planner import Route as SolvedRoute
from patrols.planner.check import Violation, ViolationKind
from patrols.planner.wording import duration
from patrols.services.allowed_hours import list_windows
from patrols.services.arrangement import Arrangement
from patrols.services.day_terms import DayProblem
from patrols.services.timing import Timed

Placed = Mapping[tuple[int, int], Stop]
"""The stops of a plan as it is saved, by home and number of the passage."""


@dataclass(frozen=True, kw_only=True)
class Broken:
    """One rule that a change would break: what, for whom, by how many seconds where it is a matter of time."""

    sentence: str
    shift: int | None
    absence: int | None
    late_s: float


@dataclass(frozen=True, kw_only=True)
class RoundTimes:
    """A round in figures; ``slack_s`` is how long before the end of the shift it ends, last pauses included."""

    stops: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    travel_s: float
    slack_s: float


@dataclass(frozen=True, kw_only=True)
class StopTimes:
    """A stop at its place, from 1, with its hours; ``late_s`` is by how much it misses the hours permitted."""

    absence: int
    number: int
    shift: int
    order: int
    arrives_at: dt.datetime
    starts_at: dt.datetime
    leaves_at: dt.datetime
    late_s: float
    is_locked: bool
    is_done: bool


@dataclass(frozen=True, kw_only=True)
class Consequences:
    """What a plan would be after a change; ``rounds`` and ``stops`` are those of the shifts that change."""

    is_allowed: bool
    broken: tuple[Broken, ...]
    rounds: tuple[tuple[int, RoundTimes, RoundTimes], ...]
    stops: tuple[StopTimes, ...]
    prize_before: float
    prize_after: float
    stops_before: int
    stops_after: int


def weigh(plan: Plan, day: DayProblem, arrangement: Arrangement, timed: Timed) -> Consequences:
    """Compare a plan as it is saved with a timed arrangement of it.

    Parameters
    ----------
    plan
        With its rounds and stops fetched.
    """
    late_s = {violation.visit: _lateness(day, timed, violation) for violation in timed.violations}
    saved = {route.shift_id: route for route in plan.routes.all()}
    stops_now = (stop for route in saved.values() for stop in route.stops.all())
    placed = {(stop.absence_id, stop.visit_number): stop for stop in stops_now}
    rounds: list[tuple[int, RoundTimes, RoundTimes]] = []
    stops: list[StopTimes] = []
    for solved in timed.solution.routes:
        shift = day.shifts[solved.crew].pk
        after = tuple(_stops(day, arrangement, solved, late_s))
        if solved.crew not in timed.kept and _differs(saved[shift], after):
            rounds.append((shift, times_of(saved[shift]), _times(day, solved)))
            stops += after
    done = sum(len(begun.done) for begun in day.begun.values())
    return Consequences(
        is_allowed=not timed.violations,
        broken=tuple(_tell(day, timed, violation, placed) for violation in timed.violations),
        rounds=tuple(rounds),
        stops=tuple(stops),
        prize_before=plan.prize,
        prize_after=timed.solution.prize + sum(s.prize for begun in day.begun.values() for s in begun.done),
        stops_before=sum(len(route.stops.all()) for route in saved.values()),
        stops_after=done + sum(len(solved.stops) for solved in timed.solution.routes),
    )


def times_of(route: Route) -> RoundTimes:
    """Return a saved round in figures."""
    return RoundTimes(
        stops=len(route.stops.all()),
        starts_at=route.starts_at,
        ends_at=route.ends_at,
        travel_s=route.travel_s,
        slack_s=(route.shift.ends_at - route.ends_at).total_seconds(),
    )


def _times(day: DayProblem, solved: SolvedRoute) -> RoundTimes:
    shift = day.shifts[solved.crew]
    begun = day.begun.get(shift.pk)
    done = begun.done if begun else ()
    ends_at = day.clock.moment(solved.end_s)
    return RoundTimes(
        stops=len(done) + len(solved.stops),
        starts_at=begun.left_at if begun and begun.left_at else day.clock.moment(solved.start_s),
        ends_at=ends_at,
        travel_s=solved.travel_s,
        slack_s=(shift.ends_at - ends_at).total_seconds(),
    )


def _stops(
    day: DayProblem, arrangement: Arrangement, solved: SolvedRoute, late_s: Mapping[str | None, float]
) -> Iterator[StopTimes]:
    shift = day.shifts[solved.crew]
    begun, moment = day.begun.get(shift.pk), day.clock.moment
    done = begun.done if begun else ()
    for order, each in enumerate(done, start=1):
        yield StopTimes(
            absence=each.absence.pk,
            number=each.number,
            shift=shift.pk,
            order=order,
            arrives_at=each.arrives_at,
            starts_at=each.starts_at,
            leaves_at=each.leaves_at,
            late_s=0.0,
            is_locked=each.is_locked,
            is_done=True,
        )
    for order, stop in enumerate(solved.stops, start=len(done) + 1):
        due = day.visits[stop.visit]
        yield StopTimes(
            absence=due.absence.pk,
            number=due.number,
            shift=shift.pk,
            order=order,
            arrives_at=moment(stop.arrival_s),
            starts_at=moment(stop.start_s),
            leaves_at=moment(stop.departure_s),
            late_s=late_s.get(stop.visit, 0.0),
            is_locked=stop.visit in arrangement.locked,
            is_done=False,
        )


def _differs(route: Route, after: tuple[StopTimes, ...]) -> bool:
    before = [(stop.absence_id, stop.starts_at, stop.is_locked) for stop in route.stops.all()]
    return before != [(stop.absence, stop.starts_at, stop.is_locked) for stop in after]


def _lateness(day: DayProblem, timed: Timed, violation: Violation) -> float:
    """Return by how many seconds a violation misses its time; 0 where it is not about time."""
    problem = day.problem
    if violation.kind == ViolationKind.SHIFT:
        crew = next(each for each in problem.crews if each.id == violation.crew)
        solved = next(each for each in timed.solution.routes if each.crew == violation.crew)
        return max(0.0, solved.end_s - crew.shift.end_s)
    return abs(_miss_s(day, timed, violation)) if violation.kind == ViolationKind.WINDOW else 0.0


def _miss_s(day: DayProblem, timed: Timed, violation: Violation) -> float:
    """Return by how many seconds a stop comes after the nearest hours of its home; under 0 before them, 0 within.

    Those are the hours that were declared: the problem's lack what is too near a passage of others, and may have
    none left but those of the eve.
    """
    visit = violation.visit or ""
    (start_s,) = _starts_s(timed, visit)
    hours = list_windows(day.visits[visit].absence.allowed_hours.all(), day.clock)
    misses = (max(0.0, start_s - closes) or min(0.0, start_s - opens) for opens, closes in hours)
    return min(misses, key=abs, default=0.0)


def _crews_at_hours(day: DayProblem, violation: Violation) -> set[str]:
    """Return the crews that may come to the home of a violation, and are still on shift in its declared hours."""
    due = day.visits[violation.visit or ""]
    visit = next(each for each in day.problem.visits if each.id == violation.visit)
    hours = list_windows(due.absence.allowed_hours.all(), day.clock)
    return {
        crew.id
        for crew in day.problem.crews
        if crew.id not in visit.excluded_crews
        and any(max(opens, crew.shift.start_s) < min(closes, crew.shift.end_s) for opens, closes in hours)
    }


def _advise(crews: set[str], crew: str, to_move: str) -> str:
    """Say what can be done of a stop at the wrong hour, given the crews that could come at the right one."""
    ways = [*([to_move] if crew in crews else []), *(["confiez-le à un autre équipage"] if crews - {crew} else [])]
    if not ways:
        return "Aucun équipage n'est de service à ces heures : laissez-le hors de la tournée."
    advice = ", ou ".join(ways)
    return f"{advice[0].upper()}{advice[1:]}."


def _tell(day: DayProblem, timed: Timed, violation: Violation, placed: Placed) -> Broken:
    late_s = _lateness(day, timed, violation)
    due = day.visits.get(violation.visit or "")
    return Broken(
        sentence=_sentence(day, timed, violation, late_s, _name(day, timed, violation, placed)),
        shift=day.shifts[violation.crew].pk if violation.crew else None,
        absence=due.absence.pk if due else None,
        late_s=late_s,
    )


def _sentence(day: DayProblem, timed: Timed, violation: Violation, late_s: float, where: str) -> str:
    crew = violation.crew or ""
    late = duration(late_s)
    match violation.kind:
        case ViolationKind.SHIFT:
            ends = french.clock(day.shifts[crew].ends_at)
            return (
                f"L'équipage {crew} rentrerait {late} après la fin de sa vacation ({ends}) : retirez un arrêt, ou "
                "prolongez la vacation."
            )
        case ViolationKind.WINDOW if not late_s:
            return (
                f"{where} : un autre passage y est fait ou prévu à moins de trois heures. Placez-le plus tôt ou "
                "plus tard."
            )
        case ViolationKind.WINDOW:
            after, earlier = ("après", "tôt") if _miss_s(day, timed, violation) > 0 else ("avant", "tard")
            advice = _advise(_crews_at_hours(day, violation), crew, f"placez-le plus {earlier} dans la tournée")
            return f"{where} : passage {late} {after} les heures permises. {advice}"
        case ViolationKind.EXCLUDED:
            return f"{where} : ce logement est fermé à l'équipage {crew}. Confiez-le à un autre équipage."
        case ViolationKind.SEPARATION:
            return (
                f"{where} : moins de trois heures après l'autre passage au même logement. Éloignez les deux "
                "arrêts, ou écartez l'un d'eux."
            )
        case ViolationKind.BREAK:
            return (
                f"L'équipage {crew} n'aurait plus sa pause aux heures prévues : retirez un arrêt, ou déplacez-le."
            )
        case ViolationKind.LOCKED:
            return f"{where} : cet arrêt est verrouillé. Déverrouillez-le d'abord."
        case ViolationKind.TRAVEL:
            return (
                f"{where} : l'équipage {crew} ne peut pas s'y rendre par la route. Confiez-le à un autre équipage."
            )
    return f"{where} : {violation.message}"


def _name(day: DayProblem, timed: Timed, violation: Violation, placed: Placed) -> str:
    """Name a stop as the plan that is looked at does, with the hour that it would have.

    By its number and its crew there, not those of the plan that is refused, which nobody sees; and by no address,
    for what is told ends in messages.
    """
    due = day.visits.get(violation.visit or "")
    if due is None:
        return f"Équipage {violation.crew}"
    starts_s = _starts_s(timed, violation.visit or "")
    at = f", qui serait à {french.clock(day.clock.moment(starts_s[0]))}" if starts_s else ""
    stop = placed.get((due.absence.pk, due.number))
    if stop is None:
        return f"Le passage ajouté{at}"
    return f"Arrêt {stop.order} de l'équipage {stop.route.shift.crew.name}{at}"


def _starts_s(timed: Timed, visit: str) -> list[float]:
    """Return when a visit begins, in seconds; nothing where no round has it."""
    return [stop.start_s for route in timed.solution.routes for stop in route.stops if stop.visit == visit]
