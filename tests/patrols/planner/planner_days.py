"""Small days for the planner's tests: a street with one home every minute, and random ones."""

from collections.abc import Iterator
from dataclasses import replace

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
def small_days(draw, crews: int = 2, visits: int = 6, separations: bool = False, breaks: bool = False) -> Problem:
    """Days of one hour or so, with up to `visits` passages at places minutes apart, ways of no metric."""
    places = draw(st.integers(2, 5))
    legs = st.integers(1, 12) | st.just(np.inf)
    matrix = np.array([[60.0 * draw(legs) for _ in range(places)] for _ in range(places)])
    np.fill_diagonal(matrix, 0.0)
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
    team = problem.crews[crew_row]
    durations = problem.durations_s[team.profile]
    found = {frozenset()}

    def pause(now_s: float, taken: int) -> Iterator[tuple[float, int]]:
        yield now_s, taken
        if taken < len(team.breaks):
            due = team.breaks[taken]
            if max(now_s, due.earliest_s) <= due.latest_s:
                yield from pause(max(now_s, due.earliest_s) + due.duration_s, taken + 1)

    def extend(place: int, now_s: float, taken: int, starts: dict[int, float]) -> None:
        for leave_s, so_far in pause(now_s, taken):
            for back_s, all_taken in pause(leave_s + durations[place, team.end_location], so_far):
                if starts and all_taken == len(team.breaks) and back_s <= team.shift.end_s:
                    found.add(frozenset(starts))
            for row, home in enumerate(problem.visits):
                if row in starts or team.id in home.excluded_crews:
                    continue
                for ready_s, taken_then in pause(leave_s + durations[place, home.location], so_far):
                    start_s = _start(problem, row, ready_s, starts)
                    if start_s < np.inf:
                        extend(home.location, start_s + home.service_s, taken_then, starts | {row: start_s})

    extend(team.start_location, team.shift.start_s, 0, {})
    return found


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
        yield {
            home.id: replace(home, min_separation_s=min(home.min_separation_s, at_most_s)) for home in family
        }
    elif remedy.kind == RemedyKind.WIDEN_WINDOW:
        for number, (opens, closes) in enumerate(left_out.windows):
            before_s, after_s = (remedy.seconds, 0.0) if remedy.opens else (0.0, remedy.seconds)
            wider = TimeWindow(opens - before_s, closes + after_s)
            each = (*left_out.windows[:number], wider, *left_out.windows[number + 1 :])
            yield {left_out.id: replace(left_out, windows=each)}
    else:
        yield {}
