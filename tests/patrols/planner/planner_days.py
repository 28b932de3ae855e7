"""Small days for the planner's tests: a street with one home every minute, and random ones."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from patrols.planner import Break, Crew, Omission, Plan, Problem, RemedyKind, TimeWindow, Visit

ALL_DAY = (TimeWindow(0.0, 86_400.0),)


def street(places: int, minute_s: float = 60.0) -> np.ndarray:
    at_s = np.arange(places) * minute_s
    return np.abs(at_s[:, None] - at_s[None, :])


def visit(name: str, location: int, prize: float = 10.0, **changes) -> Visit:
    values = {"home": name, "service_s": 300.0, "windows": ALL_DAY} | changes
    return Visit(id=name, location=location, prize=prize, **values)


def crew(name: str = "a", start_s: float = 0.0, end_s: float = 3_600.0, **changes) -> Crew:
    values = {"profile": 0, "start_location": 0, "end_location": 0} | changes
    return Crew(id=name, shift=TimeWindow(start_s, end_s), **values)


def day(visits, crews, durations=None, **locks) -> Problem:
    matrix = street(10) if durations is None else durations
    return Problem(durations_s=(matrix,), visits=tuple(visits), crews=tuple(crews), **locks)


@st.composite
def windows(draw) -> tuple[TimeWindow, ...]:
    cuts = sorted(draw(st.sets(st.integers(0, 60), min_size=2, max_size=4)))
    return tuple(TimeWindow(60.0 * a, 60.0 * b) for a, b in zip(cuts[::2], cuts[1::2], strict=False))


@st.composite
def small_days(
    draw, crews: int = 2, visits: int = 6, separations: bool = False, breaks: bool = False, shortest: bool = False
) -> Problem:
    """Days of one hour or so, with up to `visits` passages at places minutes apart.

    Times are those of the shortest ways when `shortest`; else going round by another place may be quicker, or
    the only way there is.
    """
    places = draw(st.integers(2, 5))
    legs = st.integers(1, 12) | st.just(np.inf)
    matrix = np.array([[60.0 * draw(legs) for _ in range(places)] for _ in range(places)])
    np.fill_diagonal(matrix, 0.0)
    for by in range(places if shortest else 0):
        matrix = np.minimum(matrix, matrix[:, [by]] + matrix[[by], :])
    place = st.integers(0, places - 1)
    pause = Break(earliest_s=600.0, latest_s=1_800.0, duration_s=300.0)
    fleet = tuple(
        crew(
            name,
            start_s=60.0 * draw(st.integers(0, 10)),
            end_s=60.0 * draw(st.integers(36, 70)),
            start_location=draw(place),
            end_location=draw(place),
            breaks=(pause,) if breaks and draw(st.booleans()) else (),
        )
        for name in "abc"[:crews]
    )
    passages = tuple(
        visit(
            f"v{number}",
            draw(place),
            prize=float(draw(st.integers(1, 9))),
            home=f"h{number // 2}" if separations else f"h{number}",
            service_s=60.0 * draw(st.integers(0, 10)),
            windows=draw(windows()),
            min_separation_s=60.0 * draw(st.integers(0, 30)) if separations else 0.0,
            excluded_crews=_excluded(draw, crews),
        )
        for number in range(draw(st.integers(1, visits)))
    )
    return Problem(durations_s=(matrix,), visits=passages, crews=fleet)


def _excluded(draw, crews: int) -> frozenset[str]:
    return frozenset(draw(st.sets(st.sampled_from("abc"[:crews]), max_size=crews - 1)))


def best_prize(problem: Problem) -> float:
    """The optimum by trying every order of every subset; separations only with a single crew."""
    servable = [_feasible_subsets(problem, row) for row in range(len(problem.crews))]
    best = {frozenset(): 0.0}
    for subsets in servable:
        best = {
            done | subset: prize + sum(problem.visits[row].prize for row in subset)
            for done, prize in best.items()
            for subset in subsets
            if not done & subset
        }
    return max(best.values())


def _feasible_subsets(problem: Problem, crew_row: int) -> set[frozenset[int]]:
    orders = _Orders(problem, crew_row)
    team = orders.team
    orders.extend(team.start_location, team.shift.start_s, 0, {})
    return orders.found


class _Orders:
    """Every order of every subset of visits that one crew can drive, its breaks wherever they fit."""

    def __init__(self, problem: Problem, crew_row: int):
        self.problem, self.team = problem, problem.crews[crew_row]
        self.durations = problem.durations_s[self.team.profile]
        self.found: set[frozenset[int]] = {frozenset()}

    def pause(self, now_s: float, taken: int) -> Iterator[tuple[float, int]]:
        yield now_s, taken
        if taken < len(self.team.breaks):
            due = self.team.breaks[taken]
            if max(now_s, due.earliest_s) <= due.latest_s:
                yield from self.pause(max(now_s, due.earliest_s) + due.duration_s, taken + 1)

    def arrivals(self, leave_s: float, taken: int, place: int, starts) -> Iterator[tuple[int, float, int]]:
        for row, home in enumerate(self.problem.visits):
            if row not in starts and self.team.id not in home.excluded_crews:
                for ready_s, done in self.pause(leave_s + self.durations[place, home.location], taken):
                    yield row, _start(self.problem, row, ready_s, starts), done

    def is_back(self, leave_s: float, taken: int, place: int) -> bool:
        ends = self.pause(leave_s + self.durations[place, self.team.end_location], taken)
        return any(done == len(self.team.breaks) and back_s <= self.team.shift.end_s for back_s, done in ends)

    def extend(self, place: int, now_s: float, taken: int, starts: dict[int, float]) -> None:
        for leave_s, so_far in self.pause(now_s, taken):
            if starts and self.is_back(leave_s, so_far, place):
                self.found.add(frozenset(starts))
            for row, start_s, done in self.arrivals(leave_s, so_far, place, starts):
                if start_s < np.inf:
                    home = self.problem.visits[row]
                    self.extend(home.location, start_s + home.service_s, done, starts | {row: start_s})


def _start(problem: Problem, row: int, ready_s: float, starts: dict[int, float]) -> float:
    home = problem.visits[row]
    for other, start_s in starts.items():
        twin = problem.visits[other]
        if twin.home == home.home:
            ready_s = max(ready_s, start_s + max(home.min_separation_s, twin.min_separation_s))
    return min((max(ready_s, opens) for opens, closes in home.windows if ready_s <= closes), default=np.inf)


def with_remedy(problem: Problem, plan: Plan, omission: Omission) -> Iterator[Problem]:
    """The day changed as the remedy says, every route locked as planned with the visit put in.

    One for each window that the remedy may mean.
    """
    remedy = omission.remedy
    routes = {route.crew: [stop.visit for stop in route.stops] for route in plan.routes}
    if remedy.visit is not None:
        routes[remedy.crew].remove(remedy.visit)
    routes[remedy.crew].insert(remedy.after_stop, omission.visit)
    left_out = next(home for home in problem.visits if home.id == omission.visit)
    for changed in _changed_visits(problem, left_out, omission):
        yield replace(
            problem,
            visits=tuple(changed.get(home.id, home) for home in problem.visits),
            crews=tuple(_changed_crew(team, omission) for team in problem.crews),
            locked_beginnings={name: tuple(route) for name, route in routes.items()},
        )


def _changed_crew(team: Crew, omission: Omission) -> Crew:
    remedy = omission.remedy
    earlier_s = remedy.seconds if remedy.kind == RemedyKind.START_EARLIER and team.id == remedy.crew else 0.0
    later_s = remedy.seconds if remedy.kind == RemedyKind.EXTEND_SHIFT and team.id == remedy.crew else 0.0
    return replace(team, shift=TimeWindow(team.shift.start_s - earlier_s, team.shift.end_s + later_s))


def _changed_visits(problem: Problem, left_out: Visit, omission: Omission) -> Iterator[dict[str, Visit]]:
    remedy = omission.remedy
    if remedy.kind == RemedyKind.SHORTEN_SERVICE:
        yield {left_out.id: replace(left_out, service_s=left_out.service_s - remedy.seconds)}
    elif remedy.kind == RemedyKind.ALLOW_CREW:
        yield {left_out.id: replace(left_out, excluded_crews=left_out.excluded_crews - {remedy.crew})}
    elif remedy.kind == RemedyKind.REDUCE_SEPARATION:
        family = [home for home in problem.visits if home.home == left_out.home]
        at_most_s = max(home.min_separation_s for home in family) - remedy.seconds
        yield {home.id: replace(home, min_separation_s=min(home.min_separation_s, at_most_s)) for home in family}
    elif remedy.kind == RemedyKind.WIDEN_WINDOW:
        for number, (opens, closes) in enumerate(left_out.windows):
            before_s, after_s = (remedy.seconds, 0.0) if remedy.opens else (0.0, remedy.seconds)
            wider = TimeWindow(opens - before_s, closes + after_s)
            each = (*left_out.windows[:number], wider, *left_out.windows[number + 1 :])
            if all(before.end_s < after.start_s for before, after in pairwise(each)):
                yield {left_out.id: replace(left_out, windows=each)}
    else:
        yield {}
