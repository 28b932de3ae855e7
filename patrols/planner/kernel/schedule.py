"""Forward and backward times of a route, from which an insertion is judged in constant time.

Breaks have no place of their own in a route. Each position instead keeps its times once per number ``k`` of
breaks taken so far; a break is taken on arrival or before leaving, whichever is earlier. So breaks always sit
where they cost least, and moving one is never a move of the search.
"""

from patrols.planner.kernel.jit import compiled, inlined
from patrols.planner.kernel.layout import (
    B_COUNT,
    B_DURATION,
    B_EARLIEST,
    B_FIRST,
    B_LATEST,
    END,
    EST,
    INT64,
    LOC,
    LST,
    NEVER,
    POS,
    PROFILE,
    SERVICE,
    SHIFT_CLOSES,
    SHIFT_OPENS,
    START,
    W_FIRST,
    W_LAST,
    WORK,
    Day,
    Int32,
    Int64,
    Town,
)


@inlined
def earliest_start(windows: Int64, first: int, last: int, ready: int) -> int:
    """Return the earliest start at or after `ready` in windows ``first..last - 1``, or NEVER."""
    for w in range(first, last):
        if ready <= windows[w, 1]:
            return max(ready, windows[w, 0])
    return NEVER


@inlined
def latest_start(windows: Int64, first: int, last: int, limit: int) -> int:
    """Return the latest start at or before `limit`, or -NEVER."""
    for w in range(last - 1, first - 1, -1):
        if limit >= windows[w, 0]:
            return min(limit, windows[w, 1])
    return -NEVER


@inlined
def after_break(breaks: Int64, b: int, ready: int) -> int:
    """Return when break `b` ends if the crew is free from `ready`, or NEVER."""
    start = max(ready, breaks[b, B_EARLIEST])
    return start + breaks[b, B_DURATION] if start <= breaks[b, B_LATEST] else NEVER


@inlined
def before_break(breaks: Int64, b: int, until: int) -> int:
    """Return the latest time to be free so that break `b` ends by `until`, or -NEVER."""
    start = min(until - breaks[b, B_DURATION], breaks[b, B_LATEST])
    return start if start >= breaks[b, B_EARLIEST] else -NEVER


@inlined
def forward(town: Town, day: Day, r: int) -> None:
    """Compute `place`, `ready`, `begin` and the travel of route `r`."""
    run_forward(
        town.durations,
        town.visits,
        town.windows,
        town.breaks,
        town.crews,
        day.seq,
        day.size,
        day.low,
        day.high,
        day.place,
        day.ready,
        day.begin,
        day.route_travel,
        r,
    )


@compiled
def run_forward(
    durations: Int32,
    visits: Int64,
    windows: Int64,
    breaks: Int64,
    crews: Int64,
    seq: Int32,
    size: Int64,
    low: Int64,
    high: Int64,
    place: Int32,
    ready: Int64,
    begin: Int64,
    route_travel: Int64,
    r: int,
) -> None:
    """Fill the forward times of route `r`, and its travel (0 when it has no stop)."""
    profile, count, b, end = crews[r, PROFILE], crews[r, B_COUNT], crews[r, B_FIRST] - 1, size[WORK, r] + 1
    place[r, 0] = crews[r, START]
    ready[r, 0, 0] = crews[r, SHIFT_OPENS]
    for k in range(1, count + 1):
        ready[r, k, 0] = after_break(breaks, b + k, ready[r, k - 1, 0])
    travel = 0
    for p in range(1, end):
        v = seq[WORK, r, p]
        here, service = visits[v, LOC], visits[v, SERVICE]
        leg = INT64(durations[profile, place[r, p - 1], here])
        place[r, p] = here
        travel += leg
        arrival, done = NEVER, NEVER
        for k in range(count + 1):
            if k > 0:
                arrival = after_break(breaks, b + k, arrival)
                done = after_break(breaks, b + k, done)
            arrival = min(arrival, ready[r, k, p - 1] + leg)
            start = earliest_start(windows, visits[v, W_FIRST], visits[v, W_LAST], max(arrival, low[WORK, v]))
            if start > high[WORK, v]:
                start = NEVER
            begin[r, k, p] = start
            done = min(done, start + service)
            ready[r, k, p] = done
    place[r, end] = crews[r, END]
    leg = INT64(durations[profile, place[r, end - 1], place[r, end]])
    arrival = NEVER
    for k in range(count + 1):
        if k > 0:
            arrival = after_break(breaks, b + k, arrival)
        arrival = min(arrival, ready[r, k, end - 1] + leg)
        ready[r, k, end] = arrival
    route_travel[r] = travel + leg if end > 1 else 0


@inlined
def backward(town: Town, day: Day, r: int) -> None:
    """Compute `until` of route `r`, and where and how early and late its visits stand; after `forward`."""
    run_backward(
        town.durations,
        town.visits,
        town.windows,
        town.breaks,
        town.crews,
        day.seq,
        day.size,
        day.low,
        day.high,
        day.place,
        day.begin,
        day.until,
        day.where,
        r,
    )


@compiled
def run_backward(
    durations: Int32,
    visits: Int64,
    windows: Int64,
    breaks: Int64,
    crews: Int64,
    seq: Int32,
    size: Int64,
    low: Int64,
    high: Int64,
    place: Int32,
    begin: Int64,
    until: Int64,
    where: Int64,
    r: int,
) -> None:
    """Fill the backward times of route `r`, and `POS`, `EST`, `LST` of its visits."""
    profile, count, b, end = crews[r, PROFILE], crews[r, B_COUNT], crews[r, B_FIRST], size[WORK, r] + 1
    until[r, count, end] = crews[r, SHIFT_CLOSES]
    for k in range(count - 1, -1, -1):
        until[r, k, end] = before_break(breaks, b + k, until[r, k + 1, end])
    for p in range(end - 1, 0, -1):
        v = seq[WORK, r, p]
        leg = INT64(durations[profile, place[r, p], place[r, p + 1]])
        first, last = NEVER, -NEVER
        leave, arrive = -NEVER, -NEVER
        for k in range(count, -1, -1):
            if k < count:
                leave = before_break(breaks, b + k, leave)
                arrive = before_break(breaks, b + k, arrive)
            leave = max(leave, until[r, k, p + 1] - leg)
            limit = min(leave - visits[v, SERVICE], high[WORK, v])
            start = latest_start(windows, visits[v, W_FIRST], visits[v, W_LAST], limit)
            if start < low[WORK, v]:
                start = -NEVER
            if begin[r, k, p] <= start:
                first, last = min(first, begin[r, k, p]), max(last, start)
            arrive = max(arrive, start)
            until[r, k, p] = arrive
        where[v, POS] = p
        where[v, EST] = first
        where[v, LST] = last


@inlined
def update(town: Town, day: Day, r: int) -> None:
    """Recompute every time of route `r`."""
    forward(town, day, r)
    backward(town, day, r)


@inlined
def is_feasible(town: Town, day: Day, r: int) -> bool:
    """Say whether route `r`, freshly updated, keeps every window, break and the shift."""
    size, count = day.size[WORK, r], town.crews[r, B_COUNT]
    return size == 0 or day.ready[r, count, size + 1] <= town.crews[r, SHIFT_CLOSES]
