"""The innermost loop: where in one route a visit costs least.

These functions take bare arrays: passing the named tuples of `layout` here made the loop forty times slower
(140 ns a position against 3), for numba counts references to every array of a tuple it hands over.
"""

from patrols.planner.kernel.jit import compiled
from patrols.planner.kernel.layout import (
    B_COUNT,
    B_FIRST,
    CLOSES,
    INT64,
    LOC,
    LOCKED,
    NEVER,
    OPENS,
    PROFILE,
    SERVICE,
    W_FIRST,
    W_LAST,
    WORK,
    Int32,
    Int64,
    UInt8,
    UInt64,
)
from patrols.planner.kernel.rng import unit
from patrols.planner.kernel.schedule import after_break


@compiled
def scan_plain(
    durations: Int32,
    visits: Int64,
    windows: Int64,
    crews: Int64,
    allowed: UInt8,
    opened: UInt8,
    size: Int64,
    place: Int32,
    ready: Int64,
    until: Int64,
    rng: UInt64,
    v: int,
    blink: float,
    everywhere: bool,
) -> tuple[int, int, int]:
    """Scan every route for a visit without placed siblings, on a day without breaks.

    Unless `everywhere`, only the routes ``opened`` by the ruin.

    Returns ``(cost, route, position)`` of the cheapest feasible insertion, route -1 when there is none.
    """
    here, service = visits[v, LOC], visits[v, SERVICE]
    soonest_done, closes = visits[v, OPENS] + service, visits[v, CLOSES]
    best_cost, best_route, best_pos = NEVER, -1, -1
    for r in range(crews.shape[0]):
        if not (allowed[r, v] and (everywhere or opened[r])):
            continue
        profile = crews[r, PROFILE]
        for p in range(crews[r, LOCKED], size[WORK, r] + 1):
            # Most places of a full route fail here, before any duration is fetched.
            if until[r, 0, p + 1] < max(soonest_done, ready[r, 0, p] + service):
                continue
            if ready[r, 0, p] > closes:
                break
            leg_in = INT64(durations[profile, place[r, p], here])
            leg_out = INT64(durations[profile, here, place[r, p + 1]])
            cost = leg_in + leg_out - durations[profile, place[r, p], place[r, p + 1]]
            start = ready[r, 0, p] + leg_in
            if cost >= best_cost or start > closes:
                continue
            w = visits[v, W_FIRST]
            while start > windows[w, 1]:
                w += 1
            done = max(start, windows[w, 0]) + service
            if done + leg_out <= until[r, 0, p + 1] and unit(rng) >= blink:
                best_cost, best_route, best_pos = cost, r, p
    return best_cost, best_route, best_pos


@compiled
def earliest_apart(windows: Int64, first: int, last: int, holes: Int64, ready: int, high: int) -> int:
    """Return the earliest start from `ready` to `high` in windows ``first..last - 1`` and out of every hole."""
    start, w, moved = ready, first, True
    while moved:
        moved = False
        while w < last and start > windows[w, 1]:
            w += 1
        if w == last:
            return NEVER
        start = max(start, windows[w, 0])
        for h in range(holes.shape[0]):
            if holes[h, 0] < start < holes[h, 1]:
                start, moved = holes[h, 1], True
    return start if start <= high else NEVER


@compiled
def fits(
    visits: Int64,
    windows: Int64,
    crews: Int64,
    breaks: Int64,
    holes: Int64,
    ready: Int64,
    until: Int64,
    v: int,
    r: int,
    p: int,
    leg_in: int,
    leg_out: int,
    low: int,
    high: int,
) -> bool:
    """Say whether `v` can be served after position `p` of route `r`, nothing after it becoming late."""
    first, last, service = visits[v, W_FIRST], visits[v, W_LAST], visits[v, SERVICE]
    b = crews[r, B_FIRST] - 1
    arrival, done = NEVER, NEVER
    for k in range(crews[r, B_COUNT] + 1):
        if k > 0:
            arrival = after_break(breaks, b + k, arrival)
            done = after_break(breaks, b + k, done)
        arrival = min(arrival, ready[r, k, p] + leg_in)
        done = min(done, earliest_apart(windows, first, last, holes, max(arrival, low), high) + service)
        if done + leg_out <= until[r, k, p + 1]:
            return True
    return False


@compiled
def scan_general(
    durations: Int32,
    visits: Int64,
    windows: Int64,
    crews: Int64,
    breaks: Int64,
    holes: Int64,
    place: Int32,
    ready: Int64,
    until: Int64,
    rng: UInt64,
    v: int,
    r: int,
    low: int,
    high: int,
    first: int,
    last: int,
    blink: float,
    best_cost: int,
) -> tuple[int, int]:
    """Scan positions ``first..last`` of route `r`, with breaks, holes and bounds on the start.

    Returns ``(cost, position)`` of the cheapest feasible insertion under `best_cost`, position -1 if none.
    """
    here, profile, count = visits[v, LOC], crews[r, PROFILE], crews[r, B_COUNT]
    service = visits[v, SERVICE]
    soonest_done = max(low, visits[v, OPENS]) + service
    closes = min(high, visits[v, CLOSES])
    best = -1
    for p in range(first, last + 1):
        if until[r, count, p + 1] < max(soonest_done, ready[r, 0, p] + service):
            continue
        if ready[r, 0, p] > closes and ready[r, count, p] > closes:
            break
        leg_in = INT64(durations[profile, place[r, p], here])
        leg_out = INT64(durations[profile, here, place[r, p + 1]])
        cost = leg_in + leg_out - durations[profile, place[r, p], place[r, p + 1]]
        if (
            cost < best_cost
            and fits(visits, windows, crews, breaks, holes, ready, until, v, r, p, leg_in, leg_out, low, high)
            and unit(rng) >= blink
        ):
            best_cost, best = cost, p
    return best_cost, best
