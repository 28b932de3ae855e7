"""From the problem's seconds and names to the search's integers and rows."""

import math
from collections import defaultdict

import numpy as np
import numpy.typing as npt

from patrols.planner.kernel.layout import NEVER, UNREACHABLE, Day, Town
from patrols.planner.problem import Problem, Visit, breaks_in_order

MS = 1000
ROUNDING_MS = 1e-3
"""A duration within this of a whole millisecond is that millisecond; any other is rounded up."""
PRIZE_STEPS = 10**9
"""Two prizes are told apart down to the greatest prize divided by this."""
NEIGHBOURS = 100
"""Length of the lists of near visits; past it, strings start nearer the seed and fewer absents are tried."""
TRAVEL_WEIGHT = 0.0005
"""Worth of a typical leg of travel to the annealer, in mean prizes: a tie-break."""


def up_ms(seconds: float) -> int:
    """Return `seconds` in whole milliseconds, rounded up."""
    return math.ceil(seconds * MS - ROUNDING_MS)


def down_ms(seconds: float) -> int:
    """Return `seconds` in whole milliseconds, rounded down."""
    return math.floor(seconds * MS + ROUNDING_MS)


def encode(problem: Problem, *, like: Town | None = None, is_searched: bool = True) -> Town:
    """Return the arrays of `problem`: durations rounded up, windows inwards, so that what fits them fits it.

    Parameters
    ----------
    like
        The arrays of a problem that has the same travel times, which are then not encoded anew.
    is_searched
        Whether a search is to read them: else nobody asks which visits are near each other.
    """
    durations = _durations(problem) if like is None else like.durations
    crews, breaks = _crews(problem)
    windows, visits = _visits(problem)
    siblings = _siblings(problem, visits)
    near, leg_ms = _near(durations, visits[:, 0] if is_searched else visits[:0, 0])
    prizes = _prizes(problem)
    mean_prize = float(prizes.mean()) if len(prizes) else 1.0
    return Town(
        durations=durations,
        visits=visits,
        prizes=prizes,
        windows=windows,
        siblings=siblings,
        crews=crews,
        breaks=breaks,
        allowed=_allowed(problem),
        near=near,
        scale=np.array([1.0 / mean_prize, TRAVEL_WEIGHT / leg_ms]),
    )


def _durations(problem: Problem) -> npt.NDArray[np.int32]:
    places = len(problem.durations_s[0]) if problem.durations_s else 0
    encoded = np.empty((len(problem.durations_s), places, places), dtype=np.int32)
    for profile, matrix in enumerate(problem.durations_s):
        # In place: on 2,000 homes each array of its own costs as much as the sum.
        whole = np.minimum(matrix, UNREACHABLE / MS)
        whole *= MS
        whole -= ROUNDING_MS
        encoded[profile] = np.minimum(np.ceil(whole, out=whole), UNREACHABLE, out=whole)
    return encoded


def _crews(problem: Problem) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    rows: list[tuple[int, ...]] = []
    breaks: list[tuple[int, int, int]] = []
    for crew in problem.crews:
        locked = len(problem.locked_beginnings.get(crew.id, ()))
        shift = (up_ms(crew.shift.start_s), down_ms(crew.shift.end_s))
        ends = (crew.profile, crew.start_location, crew.end_location)
        rows.append((*ends, *shift, len(breaks), len(crew.breaks), locked))
        breaks += [
            (up_ms(pause.earliest_s), down_ms(pause.latest_s), up_ms(pause.duration_s))
            for pause in breaks_in_order(crew)
        ]
    return (
        np.array(rows, dtype=np.int64).reshape(len(rows), 8),
        np.array(breaks, dtype=np.int64).reshape(len(breaks), 3),
    )


def _visits(problem: Problem) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    rows: list[tuple[int, ...]] = []
    windows: list[tuple[int, int]] = []
    kept = set(problem.locked_crews).union(*problem.locked_beginnings.values())
    for visit in problem.visits:
        first = len(windows)
        windows += [(up_ms(window.start_s), down_ms(window.end_s)) for window in visit.windows]
        bounds = (first, len(windows), windows[first][0], windows[-1][1])
        rows.append((visit.location, up_ms(visit.service_s), *bounds, 0, 0, int(visit.id in kept)))
    return (
        np.array(windows, dtype=np.int64).reshape(len(windows), 2),
        np.array(rows, dtype=np.int64).reshape(len(rows), 9),
    )


def _siblings(problem: Problem, visits: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    homes: dict[str, list[int]] = defaultdict(list)
    for row, visit in enumerate(problem.visits):
        homes[visit.home].append(row)
    pairs: list[tuple[int, int]] = []
    for row, visit in enumerate(problem.visits):
        visits[row, 6] = len(pairs)
        for other in homes[visit.home]:
            gap_s = max(visit.min_separation_s, problem.visits[other].min_separation_s)
            if other != row and not _always_apart(visit, problem.visits[other], gap_s):
                pairs.append((other, up_ms(gap_s)))
        visits[row, 7] = len(pairs)
    return np.array(pairs, dtype=np.int64).reshape(len(pairs), 2)


def _always_apart(one: Visit, other: Visit, gap_s: float) -> bool:
    """Say whether any start of `one` is far enough from any start of `other`."""
    return gap_s == 0 or all(
        a.end_s + gap_s <= b.start_s or b.end_s + gap_s <= a.start_s for a in one.windows for b in other.windows
    )


def _prizes(problem: Problem) -> npt.NDArray[np.int64]:
    kept = set(problem.locked_crews).union(*problem.locked_beginnings.values())
    greatest = max((visit.prize for visit in problem.visits), default=0.0) or 1.0
    units = [max(1, round(visit.prize / greatest * PRIZE_STEPS)) for visit in problem.visits]
    # A locked visit outweighs all the others together: the search gives it up only for another locked one.
    outweigh = sum(units)
    return np.array(
        [unit + outweigh * (visit.id in kept) for unit, visit in zip(units, problem.visits, strict=True)],
        dtype=np.int64,
    )


def _allowed(problem: Problem) -> npt.NDArray[np.uint8]:
    allowed = np.ones((len(problem.crews), len(problem.visits)), dtype=np.uint8)
    for row, crew in enumerate(problem.crews):
        for column, visit in enumerate(problem.visits):
            if crew.id in visit.excluded_crews or problem.locked_crews.get(visit.id, crew.id) != crew.id:
                allowed[row, column] = 0
    return allowed


def _near(durations: npt.NDArray[np.int32], places: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int32], float]:
    """Return each visit's nearest visits, either way and by the fastest profile, and a typical leg in ms."""
    count = len(places)
    length = min(NEIGHBOURS, max(0, count - 1))
    near = np.empty((count, length), dtype=np.int32)
    legs: list[float] = []
    for row in range(count):
        here = places[row]
        away = durations[:, here, :][:, places].min(axis=0).astype(np.int64)
        away += durations[:, :, here][:, places].min(axis=0)
        away[row] = -1
        if length:
            chosen = np.argpartition(away, length)[: length + 1] if length + 1 < count else np.arange(count)
            chosen = chosen[np.lexsort((chosen, away[chosen]))][1:]
            near[row] = chosen
            legs.append(float(away[chosen[min(length - 1, 5)]]) / 2.0)
    return near, max(1.0, float(np.median(legs)) if legs else 1.0)


def empty_day(town: Town, seed: int) -> Day:
    """Return the state of a search that has placed nothing yet."""
    count, crews = len(town.visits), len(town.crews)
    depth = int(town.crews[:, 6].max()) + 1 if crews else 1
    where = np.zeros((count, 8), dtype=np.int64)
    where[:, 0] = -1
    where[:, 2] = np.arange(count)
    totals = np.zeros(9, dtype=np.int64)
    totals[0] = count
    times = (crews, depth, count + 2)
    return Day(
        seq=np.full((3, crews, count + 2), -1, dtype=np.int32),
        size=np.zeros((3, crews), dtype=np.int64),
        low=np.full((3, count), -NEVER, dtype=np.int64),
        high=np.full((3, count), NEVER, dtype=np.int64),
        place=np.zeros((crews, count + 2), dtype=np.int32),
        ready=np.zeros(times, dtype=np.int64),
        begin=np.zeros(times, dtype=np.int64),
        until=np.zeros(times, dtype=np.int64),
        route_travel=np.zeros(crews, dtype=np.int64),
        where=where,
        holes=np.zeros((count, 2), dtype=np.int64),
        absent=np.arange(count, dtype=np.int64),
        touched=np.zeros(crews, dtype=np.uint8),
        opened=np.zeros(crews, dtype=np.uint8),
        removed=np.zeros(count, dtype=np.int64),
        pending=np.zeros(count, dtype=np.int64),
        keys=np.zeros(count),
        stamp=np.zeros(count, dtype=np.int64),
        totals=totals,
        rng=np.array([seed % 2**64], dtype=np.uint64),
    )
