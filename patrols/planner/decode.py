"""From the search's rows back to a plan in seconds and names."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from patrols.planner.encode import MS, down_ms, up_ms
from patrols.planner.kernel.layout import NEVER, SHIFT_OPENS, WORK, Day, Town
from patrols.planner.plan import BreakTaken, Route, Stop
from patrols.planner.problem import Break, Problem, breaks_in_order


@dataclass(frozen=True, kw_only=True)
class _Clock:
    """One way through the beginning of a route; times in ms."""

    now: int
    arrival: int = 0
    times: tuple[tuple[int, int], ...] = ()  # (arrival, start) of each stop
    breaks: tuple[tuple[int, int], ...] = ()  # (start, stops done before)


_Clocks = list[_Clock | None]
"""The earliest way through, for each number of breaks taken so far."""


def routes_of(problem: Problem, town: Town, day: Day) -> tuple[Route, ...]:
    """Return the routes loaded in `day`, each at its earliest times, leaving its depot as late as that allows."""
    return tuple(_route(problem, town, day, row) for row in range(len(problem.crews)))


def starts_of(problem: Problem, town: Town, day: Day) -> npt.NDArray[np.int64]:
    """Return when each visit of the routes in `day` starts, in ms, shape (visits,); NEVER for the others."""
    starts: npt.NDArray[np.int64] = np.full(len(problem.visits), NEVER, dtype=np.int64)
    for row in range(len(problem.crews)):
        rows = _stops_of(day, row)
        times = _run(problem, town, day, row, rows, _legs(problem, town, row, rows)).times
        starts[rows] = [start for _, start in times]
    return starts


def _stops_of(day: Day, row: int) -> list[int]:
    return [int(v) for v in day.seq[WORK, row, 1 : day.size[WORK, row] + 1]]


def _legs(problem: Problem, town: Town, row: int, rows: list[int]) -> list[int]:
    crew = problem.crews[row]
    places = [crew.start_location, *(problem.visits[v].location for v in rows), crew.end_location]
    return [int(town.durations[crew.profile, a, b]) for a, b in pairwise(places)]


def _route(problem: Problem, town: Town, day: Day, row: int) -> Route:
    crew = problem.crews[row]
    rows = _stops_of(day, row)
    if not rows:
        start_s = crew.shift.start_s
        return Route(crew=crew.id, stops=(), breaks=(), start_s=start_s, end_s=start_s, travel_s=0.0, prize=0.0)
    legs = _legs(problem, town, row, rows)
    clock = _run(problem, town, day, row, rows, legs)
    stops = tuple(_stop(problem, v, *times) for v, times in zip(rows, clock.times, strict=True))
    start_ms = int(town.crews[row, SHIFT_OPENS])
    if not any(done == 0 for _, done in clock.breaks):
        # Waiting is done at the depot rather than before the first home.
        start_ms = clock.times[0][1] - legs[0]
        stops = (_stop(problem, rows[0], clock.times[0][1], clock.times[0][1]), *stops[1:])
    pauses = breaks_in_order(crew)
    return Route(
        crew=crew.id,
        stops=stops,
        breaks=tuple(
            BreakTaken(start_s=start / MS, duration_s=pause.duration_s, after_stop=done)
            for (start, done), pause in zip(clock.breaks, pauses, strict=True)
        ),
        start_s=start_ms / MS,
        end_s=clock.now / MS,
        travel_s=sum(legs) / MS,
        prize=sum(stop.prize for stop in stops),
    )


def _stop(problem: Problem, v: int, arrival_ms: int, start_ms: int) -> Stop:
    visit = problem.visits[v]
    departure_s = start_ms / MS + visit.service_s
    return Stop(
        visit=visit.id,
        arrival_s=arrival_ms / MS,
        start_s=start_ms / MS,
        departure_s=departure_s,
        prize=visit.prize,
    )


def _run(problem: Problem, town: Town, day: Day, row: int, rows: list[int], legs: list[int]) -> _Clock:
    """Return the way through a route that ends earliest with every break taken."""
    pauses = breaks_in_order(problem.crews[row])
    clocks: _Clocks = [_Clock(now=int(town.crews[row, SHIFT_OPENS])), *(None for _ in pauses)]
    _take_breaks(clocks, pauses, 0)
    for done, (v, leg) in enumerate(zip(rows, legs, strict=False)):
        clocks = [_moved(clock, leg) for clock in clocks]
        _take_breaks(clocks, pauses, done)
        low, high = int(day.low[WORK, v]), int(day.high[WORK, v])
        clocks = [_served(problem, clock, v, low, high) for clock in clocks]
        _take_breaks(clocks, pauses, done + 1)
    clocks = [_moved(clock, legs[-1]) for clock in clocks]
    _take_breaks(clocks, pauses, len(rows))
    final = clocks[-1]
    if final is None:
        raise AssertionError(f"route {row} of the search cannot be driven")
    return final


def _moved(clock: _Clock | None, leg: int) -> _Clock | None:
    return clock and replace(clock, now=clock.now + leg, arrival=clock.now + leg)


def _served(problem: Problem, clock: _Clock | None, v: int, low: int, high: int) -> _Clock | None:
    if clock is None:
        return None
    visit = problem.visits[v]
    ready = max(clock.now, low)
    starts = (max(ready, up_ms(opens)) for opens, closes in visit.windows if ready <= down_ms(closes))
    start = next(starts, high + 1)
    if start > high:
        return None
    return replace(clock, now=start + up_ms(visit.service_s), times=(*clock.times, (clock.arrival, start)))


def _take_breaks(clocks: _Clocks, pauses: tuple[Break, ...], done: int) -> None:
    """Improve each clock by taking its last break now, after `done` stops."""
    for k, pause in enumerate(pauses):
        before, after = clocks[k], clocks[k + 1]
        if before is None:
            continue
        start = max(before.now, up_ms(pause.earliest_s))
        end = start + up_ms(pause.duration_s)
        if start <= down_ms(pause.latest_s) and (after is None or end < after.now):
            clocks[k + 1] = replace(before, now=end, breaks=(*before.breaks, (start, done)))
