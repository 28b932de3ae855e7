"""Lay down the stops that are already decided, at the earliest times that keep the passages of a home apart.

Where two passages of a home stand in different routes, either may come first. The earliest times under a set
of such choices are the least fixed point of the bounds they impose; the choices are searched depth first, the
one nearest to what the routes would do of themselves first.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from patrols.planner.decode import starts_of
from patrols.planner.errors import LockedVisitError
from patrols.planner.kernel.beginnings import append, first_late, keep_apart, retime_under, time_all
from patrols.planner.kernel.layout import EST, LST, NEVER, POS, ROUTE, S_FIRST, S_LAST, WORK, Day, Town
from patrols.planner.problem import Problem

MOST_TRIES = 2_000
"""Sets of choices tried before giving up."""

Bounds = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class _Order:
    """One passage that must start at least `gap_ms` after another of its home."""

    first: int
    then: int
    gap_ms: int


def begin_routes(problem: Problem, town: Town, day: Day) -> None:
    """Put the locked beginnings of `problem` into `day`.

    Raises
    ------
    LockedVisitError
        When they do not fit the shifts, windows, breaks and separations; the message names the first that fails.
    """
    rows = {visit.id: row for row, visit in enumerate(problem.visits)}
    beginnings = [problem.locked_beginnings.get(crew.id, ()) for crew in problem.crews]
    for number, beginning in enumerate(beginnings):
        for visit in beginning:
            append(town, day, number, rows[visit])
    time_all(town, day)
    for number, beginning in enumerate(beginnings):
        late = first_late(town, day, number)
        if late:
            first = beginning[min(late, len(beginning)) - 1]
            raise LockedVisitError(
                f"La tournée commencée de l'équipage {problem.crews[number].id} ne tient plus à partir du passage "
                f"{first} : déverrouillez ce passage, prolongez la vacation ou "
                "élargissez ses plages horaires.",
                visit=first,
            )
    if not _keep_homes_apart(problem, town, day):
        raise LockedVisitError(
            "Les tournées commencées ne laissent pas assez de temps entre les passages d'un même logement : "
            "déverrouillez l'un d'eux ou réduisez la durée entre deux passages."
        )


def _keep_homes_apart(problem: Problem, town: Town, day: Day) -> bool:
    """Find an order of the passages of each home that all routes can keep, and settle on it."""
    pending: list[tuple[_Order, ...]] = [()]
    for _ in range(MOST_TRIES):
        if not pending:
            return False
        orders = pending.pop()
        if not _retime(town, day, orders):
            continue
        clash = _first_clash(town, day)
        if clash is not None:
            pending += [(*orders, order) for order in _ways_out(day, clash)]
        elif keep_apart(town, day) or _keep_apart_as_driven(problem, town, day, orders):
            return True
    return False


def _retime(town: Town, day: Day, orders: tuple[_Order, ...]) -> bool:
    """Compute the earliest and latest times under `orders`; say whether the routes can keep them."""
    low: Bounds = np.full(len(town.visits), -NEVER, dtype=np.int64)
    high: Bounds = np.full(len(town.visits), NEVER, dtype=np.int64)
    feasible = bool(retime_under(town, day, low, high))
    moved = True
    while feasible and moved:
        moved = False
        for order in orders:
            after = int(day.where[order.first, EST]) + order.gap_ms
            before = int(day.where[order.then, LST]) - order.gap_ms
            if low[order.then] < after:
                low[order.then] = after
                moved = moved or int(day.where[order.then, EST]) < after
            if high[order.first] > before:
                high[order.first] = before
                moved = moved or int(day.where[order.first, LST]) > before
        feasible = not moved or bool(retime_under(town, day, low, high))
    return feasible


def _keep_apart_as_driven(problem: Problem, town: Town, day: Day, orders: tuple[_Order, ...]) -> bool:
    """Settle on the times at which the routes end earliest, one passage of a home after the other.

    The earliest times of two stops of a route may be those of a break taken before both and of one taken after:
    apart from each other, and never driven together.
    """
    if not _retime(town, day, orders):
        return False
    low, high = day.low[WORK].copy(), day.high[WORK].copy()
    for _ in range(MOST_TRIES):
        starts = starts_of(problem, town, day)
        pairs = list(_pairs_in_order(town, starts))
        late = [pair for pair in pairs if starts[pair.then] < starts[pair.first] + pair.gap_ms]
        if not late:
            for pair in pairs:
                low[pair.then] = starts[pair.then]
                high[pair.first] = min(high[pair.first], starts[pair.then] - pair.gap_ms)
            return bool(retime_under(town, day, low, high))
        for pair in late:
            low[pair.then] = max(low[pair.then], starts[pair.first] + pair.gap_ms)
        if not retime_under(town, day, low, high):
            return False
    return False


def _pairs_in_order(town: Town, starts: Bounds) -> Iterator[_Order]:
    """Yield each pair of passages of a home that are made, the earlier one first."""
    for v in np.flatnonzero(starts < NEVER):
        for other, gap in town.siblings[town.visits[v, S_FIRST] : town.visits[v, S_LAST]]:
            if (starts[v], v) < (starts[other], other) and starts[other] < NEVER:
                yield _Order(first=int(v), then=int(other), gap_ms=int(gap))


def _first_clash(town: Town, day: Day) -> _Order | None:
    """Return two placed passages of a home that are too close, the earlier one first."""
    for v in np.flatnonzero(day.where[:, ROUTE] >= 0):
        for other, gap in town.siblings[town.visits[v, S_FIRST] : town.visits[v, S_LAST]]:
            starts, after = int(day.where[v, EST]), int(day.where[other, EST])
            if day.where[other, ROUTE] >= 0 and starts <= after < starts + gap:
                return _Order(first=int(v), then=int(other), gap_ms=int(gap))
    return None


def _ways_out(day: Day, clash: _Order) -> list[_Order]:
    """Return the orders that may undo a clash, the likeliest last."""
    swapped = _Order(first=clash.then, then=clash.first, gap_ms=clash.gap_ms)
    one, other = day.where[clash.first], day.where[clash.then]
    if one[ROUTE] == other[ROUTE]:
        return [clash] if one[POS] < other[POS] else [swapped]
    return [swapped, clash]
