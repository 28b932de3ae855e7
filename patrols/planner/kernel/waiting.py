"""Less waiting in a finished plan: in each route, stops are moved to where the crew would have waited.

Two passages at a home by one crew follow each other as soon as their separation allows, whatever their order was
found at; those of other crews keep their bounds.
"""

from patrols.planner.kernel.anneal import copy_route
from patrols.planner.kernel.insertion import refresh
from patrols.planner.kernel.jit import compiled
from patrols.planner.kernel.layout import (
    B_COUNT,
    B_DURATION,
    B_FIRST,
    CURRENT,
    EST,
    INT64,
    LOCKED,
    NEVER,
    POS,
    PROFILE,
    ROUTE,
    S_FIRST,
    S_LAST,
    SERVICE,
    SHIFT_CLOSES,
    WORK,
    Day,
    Int64,
    Town,
)
from patrols.planner.kernel.schedule import forward

DETOUR_WEIGHT = 10
"""How much waiting one more minute of travel has to save, in minutes."""
LEAST_WAIT = 300_000
"""Waiting of a route in ms below which it is left as it is."""


@compiled
def span(town: Town, day: Day, r: int) -> int:
    """Return the time in ms between leaving the depot and being back of route `r`, just run forward, or NEVER.

    Waiting for the first stop is done at the depot, and is no part of it.
    """
    back = day.ready[r, town.crews[r, B_COUNT], day.size[WORK, r] + 1]
    if back > town.crews[r, SHIFT_CLOSES]:
        return NEVER
    leg = INT64(town.durations[town.crews[r, PROFILE], day.place[r, 0], day.place[r, 1]])
    return int(back - (day.begin[r, 0, 1] - leg))


@compiled
def waiting(town: Town, day: Day, r: int) -> int:
    """Return how long the crew of route `r`, freshly updated, stands before doors, in ms."""
    if day.size[WORK, r] == 0:
        return 0
    time = span(town, day, r) - day.route_travel[r]
    for p in range(1, day.size[WORK, r] + 1):
        time -= town.visits[day.seq[WORK, r, p], SERVICE]
    for b in range(town.crews[r, B_FIRST], town.crews[r, B_FIRST] + town.crews[r, B_COUNT]):
        time -= town.breaks[b, B_DURATION]
    return int(time)


@compiled
def weigh_course(town: Town, day: Day, r: int) -> int:
    """Return the span of route `r`, just run forward, and its travel as a detour weighs; NEVER if it fails."""
    return min(NEVER, span(town, day, r) + (DETOUR_WEIGHT - 1) * day.route_travel[r])


@compiled
def bounds_elsewhere(town: Town, day: Day, v: int) -> tuple[int, int]:
    """Return the earliest and the latest start that passages of the same home in other routes leave to `v`."""
    where, low, high = day.where, -NEVER, NEVER
    for s in range(town.visits[v, S_FIRST], town.visits[v, S_LAST]):
        other, gap = town.siblings[s, 0], town.siblings[s, 1]
        if where[other, ROUTE] < 0 or where[other, ROUTE] == where[v, ROUTE]:
            continue
        if where[other, EST] < where[v, EST]:
            low = max(low, day.high[WORK, other] + gap)
        else:
            high = min(high, day.low[WORK, other] - gap)
    return low, high


@compiled
def lay_apart(town: Town, day: Day, r: int, low: Int64, high: Int64) -> int:
    """Time route `r` anew in its order, its passages of one home apart, and return what it weighs.

    `low` and `high`, shape (visits,), are the bounds that do not depend on that order. The earlier of two passages
    starts as early as it can.
    """
    size, visits = day.size[WORK, r], town.visits
    for p in range(1, size + 1):
        v = day.seq[WORK, r, p]
        day.where[v, POS] = p
        day.low[WORK, v] = low[v]
        day.high[WORK, v] = high[v]
    forward(town, day, r)
    for p in range(1, size + 1):
        v, is_bound = day.seq[WORK, r, p], False
        start = day.begin[r, :, p].min()
        for s in range(visits[v, S_FIRST], visits[v, S_LAST]):
            other, gap = town.siblings[s, 0], town.siblings[s, 1]
            if day.where[other, ROUTE] == r and day.where[other, POS] > p:
                day.high[WORK, v] = min(day.high[WORK, v], start)
                day.low[WORK, other] = max(day.low[WORK, other], start + gap)
                is_bound = True
        if is_bound:
            forward(town, day, r)
    return weigh_course(town, day, r)


@compiled
def shift_stop(day: Day, r: int, p: int, q: int) -> None:
    """Put the stop at position `p` of route `r` at position `q`; those between close up."""
    seq = day.seq[WORK, r]
    v, step = seq[p], 1 if q > p else -1
    while p != q:
        seq[p] = seq[p + step]
        p += step
    seq[q] = v


@compiled
def wait_less(town: Town, day: Day) -> None:
    """Move stops within each route that waits as long as that lowers its weight.

    Locked beginnings stay as they are. The current plan must be the candidate.
    """
    for r in range(town.crews.shape[0]):
        if waiting(town, day, r) >= LEAST_WAIT:
            wait_less_on(town, day, r)


@compiled
def wait_less_on(town: Town, day: Day, r: int) -> None:
    """Do so in route `r`."""
    first, last, travel = town.crews[r, LOCKED] + 1, day.size[WORK, r], day.route_travel[r]
    low, high = day.low[WORK].copy(), day.high[WORK].copy()
    for p in range(first, last + 1):
        v = day.seq[WORK, r, p]
        low[v], high[v] = bounds_elsewhere(town, day, v)
    lightest = weigh_course(town, day, r)
    weight = lay_apart(town, day, r, low, high)
    is_lighter, found = weight < lightest, True
    lightest = min(weight, lightest)
    while found:
        found = False
        for p in range(first, last + 1):
            for q in range(first, last + 1):
                if q == p:
                    continue
                shift_stop(day, r, p, q)
                weight = lay_apart(town, day, r, low, high)
                if weight < lightest:
                    lightest, found, is_lighter = weight, True, True
                    break
                shift_stop(day, r, q, p)
    if is_lighter:
        lay_apart(town, day, r, low, high)
    else:
        copy_route(day, r, CURRENT, WORK)
    day.route_travel[r] = travel
    refresh(town, day, r)
