"""What would let a visit left out fit into one route of a finished plan, measured from the arrays of the route."""

import numpy as np

from patrols.planner.kernel.insertion import (
    best_in_route,
    find_holes,
    side_bounds,
)
from patrols.planner.kernel.jit import compiled
from patrols.planner.kernel.layout import (
    B_COUNT,
    B_DURATION,
    B_FIRST,
    END,
    INT64,
    LOC,
    LOCKED,
    NEVER,
    PROFILE,
    S_FIRST,
    S_LAST,
    SERVICE,
    SHIFT_CLOSES,
    SHIFT_OPENS,
    UNREACHABLE,
    W_FIRST,
    W_LAST,
    WORK,
    Day,
    Int64,
    Town,
)
from patrols.planner.kernel.scan import earliest_apart, fits
from patrols.planner.kernel.schedule import (
    after_break,
    before_break,
    earliest_start,
    latest_start,
)


@compiled
def legs(town: Town, day: Day, v: int, r: int, p: int) -> tuple[int, int]:
    """Return the travel in ms to `v` from position `p` of route `r`, and from `v` to position ``p + 1``."""
    durations, profile, here = town.durations, town.crews[r, PROFILE], town.visits[v, LOC]
    leg_in = INT64(durations[profile, day.place[r, p], here])
    leg_out = INT64(durations[profile, here, day.place[r, p + 1]])
    return leg_in, leg_out


@compiled
def fits_at(town: Town, day: Day, v: int, r: int, p: int) -> bool:
    """Say whether `v` fits after position `p` of route `r`."""
    leg_in, leg_out = legs(town, day, v, r, p)
    if leg_in == UNREACHABLE or leg_out == UNREACHABLE:
        return False
    holes = day.holes[: find_holes(town, day, v, r)]
    low, high, _ = side_bounds(town, day, v, r, p)
    return fits(
        town.visits,
        town.windows,
        town.crews,
        town.breaks,
        holes,
        day.ready,
        day.until,
        v,
        r,
        p,
        leg_in,
        leg_out,
        low,
        high,
    )


@compiled
def cheapest_fit(town: Town, day: Day, v: int, r: int) -> int:
    """Return the position of route `r` after which `v` fits at least cost, or -1."""
    _, p = best_in_route(town, day, v, r, 0.0, NEVER)
    return p


@compiled
def sibling_gap(town: Town, v: int, u: int) -> int:
    """Return the separation in ms between `v` and `u`, -1 if they are not passages at one home."""
    for s in range(town.visits[v, S_FIRST], town.visits[v, S_LAST]):
        if town.siblings[s, 0] == u:
            return town.siblings[s, 1]
    return -1


@compiled
def end_with(town: Town, day: Day, v: int, r: int, p: int) -> int:
    """Return when the crew of route `r` is back with every break taken if it serves `v` after position `p`."""
    visits, windows, breaks = town.visits, town.windows, town.breaks
    is_alone = visits[v, S_FIRST] == visits[v, S_LAST]
    count, b, size = town.crews[r, B_COUNT], town.crews[r, B_FIRST] - 1, day.size[WORK, r]
    low, high, _ = side_bounds(town, day, v, r, p)
    holes = day.holes[: find_holes(town, day, v, r)]
    free = day.ready[r, : count + 1, p].copy()
    served = np.full(count + 1, NEVER)
    here = day.place[r, p]
    for q in range(p, size + 2):
        u = v if q == p else day.seq[WORK, r, q]
        there = town.crews[r, END] if q == size + 1 else visits[u, LOC]
        leg = INT64(town.durations[town.crews[r, PROFILE], here, there])
        here = there
        gap = -1 if is_alone or q == p or q > size else sibling_gap(town, v, u)
        arrival, done = NEVER, NEVER
        for k in range(count + 1):
            if k > 0:
                arrival, done = after_break(breaks, b + k, arrival), after_break(breaks, b + k, done)
            arrival = min(arrival, free[k] + leg)
            if q == size + 1:
                done = arrival
            elif q == p:
                ready = max(arrival, low)
                start = earliest_apart(windows, visits[v, W_FIRST], visits[v, W_LAST], holes, ready, high)
                served[k] = start
                done = min(done, start + visits[v, SERVICE])
            else:
                ready = max(arrival, day.low[WORK, u])
                if gap >= 0:
                    ready = max(ready, served[: k + 1].min() + gap)
                start = earliest_start(windows, visits[u, W_FIRST], visits[u, W_LAST], ready)
                done = min(done, start + visits[u, SERVICE] if start <= day.high[WORK, u] else NEVER)
            free[k] = done
    return free[count]


@compiled
def latest_apart(windows: Int64, first: int, last: int, holes: Int64, limit: int) -> int:
    """Return the latest start at or before `limit` in windows ``first..last - 1`` and out of every hole."""
    start, moved = limit, True
    while moved:
        moved = False
        start = latest_start(windows, first, last, start)
        for h in range(holes.shape[0]):
            if holes[h, 0] < start < holes[h, 1]:
                start, moved = holes[h, 0], True
    return start


@compiled
def start_with(town: Town, day: Day, v: int, r: int, p: int) -> int:
    """Return the latest time to leave the depot so that route `r` with `v` after position `p` stays feasible."""
    visits, windows, breaks = town.visits, town.windows, town.breaks
    count, b = town.crews[r, B_COUNT], town.crews[r, B_FIRST]
    low, high, _ = side_bounds(town, day, v, r, p)
    holes, none = day.holes[: find_holes(town, day, v, r)], day.holes[:0]
    latest = day.until[r, : count + 1, p + 1].copy()
    there = day.place[r, p + 1]
    for q in range(p + 1, -1, -1):
        u = v if q == p + 1 else day.seq[WORK, r, max(q, 1)]
        here = visits[v, LOC] if q == p + 1 else day.place[r, q]
        leg = INT64(town.durations[town.crews[r, PROFILE], here, there])
        there = here
        u_low = low if q == p + 1 else day.low[WORK, u]
        u_high = high if q == p + 1 else day.high[WORK, u]
        leave, arrive = -NEVER, -NEVER
        for k in range(count, -1, -1):
            if k < count:
                leave, arrive = before_break(breaks, b + k, leave), before_break(breaks, b + k, arrive)
            leave = max(leave, latest[k] - leg)
            if q == 0:
                arrive = leave
            else:
                limit = min(leave - visits[u, SERVICE], u_high)
                gaps = holes if q == p + 1 else none
                start = latest_apart(windows, visits[u, W_FIRST], visits[u, W_LAST], gaps, limit)
                arrive = max(arrive, start if start >= u_low else -NEVER)
            latest[k] = arrive
    return latest[0]


@compiled
def bare_times(town: Town, day: Day, r: int) -> tuple[Int64, Int64]:
    """Return ``(lead, rest)`` of route `r` by position, in ms, waits and breaks aside.

    ``lead`` is from leaving the depot to being done there, ``rest`` from coming there to being back.
    """
    size = day.size[WORK, r]
    lead, rest = np.zeros(size + 2, dtype=np.int64), np.zeros(size + 2, dtype=np.int64)
    for p in range(1, size + 2):
        leg = INT64(town.durations[town.crews[r, PROFILE], day.place[r, p - 1], day.place[r, p]])
        lead[p] = lead[p - 1] + leg
        rest[p - 1] += leg
        if p <= size:
            service = town.visits[day.seq[WORK, r, p], SERVICE]
            lead[p] += service
            rest[p] = service
    for p in range(size, -1, -1):
        rest[p] += rest[p + 1]
    return lead, rest


@compiled
def least_overtime(town: Town, day: Day, v: int, r: int, under: int) -> tuple[int, int]:
    """Return ``(ms, position)``: how much longer `r` must be for `v`; position -1 from `under` on.

    ``day.until`` must be that of a shift without end. A place is looked at only where driving on without a wait
    would end soonest so far.
    """
    closes = town.crews[r, SHIFT_CLOSES]
    best, best_pos = min(closes + under, NEVER), -1
    count, b = town.crews[r, B_COUNT], town.crews[r, B_FIRST]
    _, rest = bare_times(town, day, r)
    for p in range(town.crews[r, LOCKED], day.size[WORK, r] + 1):
        leg_in, leg_out = legs(town, day, v, r, p)
        free, pauses = NEVER, 0
        for k in range(count, -1, -1):
            if k < count:
                pauses += town.breaks[b + k, B_DURATION]
            free = min(free, day.ready[r, k, p] + pauses)
        soonest = free + leg_in + town.visits[v, SERVICE] + leg_out + rest[p + 1]
        if soonest < best and fits_at(town, day, v, r, p):
            end = end_with(town, day, v, r, p)
            if end < best:
                best, best_pos = end, p
    return best - closes, best_pos


@compiled
def least_advance(town: Town, day: Day, v: int, r: int, under: int) -> tuple[int, int]:
    """Return ``(ms, position)``: how much earlier `r` must start for `v`; position -1 from `under` on.

    ``day.ready`` must be that of a shift without beginning, ``town.crews`` the true one. A place is looked at only
    where coming there without a wait would let the crew leave latest so far.
    """
    best, best_pos = under, -1
    count, b = town.crews[r, B_COUNT], town.crews[r, B_FIRST]
    lead, _ = bare_times(town, day, r)
    for p in range(town.crews[r, LOCKED], day.size[WORK, r] + 1):
        leg_in, leg_out = legs(town, day, v, r, p)
        free, until, due, pauses = NEVER, -NEVER, -NEVER, 0
        for k in range(count + 1):
            if k > 0:
                pauses += town.breaks[b + k - 1, B_DURATION]
            free, until = min(free, day.ready[r, k, p]), max(until, day.until[r, k, p + 1])
            due = max(due, day.until[r, k, p + 1] - pauses)
        detour = leg_in + town.visits[v, SERVICE] + leg_out
        if free + detour > until:
            continue
        latest = due - detour - lead[p]
        if town.crews[r, SHIFT_OPENS] - latest < best and fits_at(town, day, v, r, p):
            advance = town.crews[r, SHIFT_OPENS] - start_with(town, day, v, r, p)
            if advance < best:
                best, best_pos = advance, p
    return best, best_pos


@compiled
def least_widening(town: Town, day: Day, v: int, r: int) -> tuple[int, int, bool]:
    """Return ``(ms, position, opens)``: how far a window of `v` must open or close beyond its bounds.

    A start is possible after a position from the earliest arrival to the latest that delays nothing too much;
    the distance from that interval to the nearest window is what lacks. 0 when a window is already met.
    """
    visits, breaks = town.visits, town.breaks
    count, b = town.crews[r, B_COUNT], town.crews[r, B_FIRST]
    best, best_pos, best_opens = NEVER, -1, False
    soonest = np.empty(count + 1, dtype=np.int64)
    for p in range(town.crews[r, LOCKED], day.size[WORK, r] + 1):
        leg_in, leg_out = legs(town, day, v, r, p)
        arrival = NEVER
        for k in range(count + 1):
            if k > 0:
                arrival = after_break(breaks, b + k - 1, arrival)
            arrival = min(arrival, day.ready[r, k, p] + leg_in)
            soonest[k] = arrival
        leave = -NEVER
        for k in range(count, -1, -1):
            if k < count:
                leave = before_break(breaks, b + k, leave)
            leave = max(leave, day.until[r, k, p + 1] - leg_out)
            latest = leave - visits[v, SERVICE]
            if soonest[k] > latest:
                continue
            for w in range(visits[v, W_FIRST], visits[v, W_LAST]):
                opens = latest < town.windows[w, 0]
                lack = town.windows[w, 0] - latest if opens else max(0, soonest[k] - town.windows[w, 1])
                if lack < best:
                    best, best_pos, best_opens = lack, p, opens
    return best, best_pos, best_opens


@compiled
def least_shortening(town: Town, day: Day, v: int, r: int) -> tuple[int, int]:
    """Return ``(ms, position)``: how much shorter the service of `v` must be in route `r`."""
    visits, breaks = town.visits, town.breaks
    count, b = town.crews[r, B_COUNT], town.crews[r, B_FIRST]
    best, best_pos = NEVER, -1
    starts = np.empty(count + 1, dtype=np.int64)
    for p in range(town.crews[r, LOCKED], day.size[WORK, r] + 1):
        leg_in, leg_out = legs(town, day, v, r, p)
        holes = day.holes[: find_holes(town, day, v, r)]
        low, high, _ = side_bounds(town, day, v, r, p)
        arrival = NEVER
        for k in range(count + 1):
            if k > 0:
                arrival = after_break(breaks, b + k - 1, arrival)
            arrival = min(arrival, day.ready[r, k, p] + leg_in)
            ready = max(arrival, low)
            starts[k] = earliest_apart(town.windows, visits[v, W_FIRST], visits[v, W_LAST], holes, ready, high)
        leave = -NEVER
        for k in range(count, -1, -1):
            if k < count:
                leave = before_break(breaks, b + k, leave)
            leave = max(leave, day.until[r, k, p + 1] - leg_out)
            lack = visits[v, SERVICE] - (leave - starts[k])
            if lack < best:
                best, best_pos = lack, p
    return best, best_pos
