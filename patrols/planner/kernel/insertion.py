"""Where a visit fits, and putting it there."""

from patrols.planner.kernel.jit import compiled, inlined
from patrols.planner.kernel.layout import (
    ABSENT,
    B_COUNT,
    EST,
    LOCKED,
    LST,
    NEVER,
    OLD_HIGH,
    OLD_LOW,
    POS,
    PRIZE,
    ROUTE,
    S_FIRST,
    S_LAST,
    SLOT,
    TRAVEL,
    W_FIRST,
    W_LAST,
    WORK,
    Day,
    Town,
)
from patrols.planner.kernel.scan import earliest_apart, scan_general, scan_plain
from patrols.planner.kernel.schedule import backward, is_feasible, update


@inlined
def has_placed_sibling(town: Town, day: Day, v: int) -> bool:
    """Say whether another visit of the home of `v` is in a route."""
    for s in range(town.visits[v, S_FIRST], town.visits[v, S_LAST]):
        if day.where[town.siblings[s, 0], ROUTE] >= 0:
            return True
    return False


@compiled
def find_holes(town: Town, day: Day, v: int, r: int) -> int:
    """List in ``day.holes`` the starts of `v` in route `r` that siblings in other routes forbid; return how many.

    A sibling may start anywhere in ``[EST, LST]`` without breaking its route, so it forbids only what is too
    close to all of that interval.
    """
    where, holes, count = day.where, day.holes, 0
    for s in range(town.visits[v, S_FIRST], town.visits[v, S_LAST]):
        other, gap = town.siblings[s, 0], town.siblings[s, 1]
        if where[other, ROUTE] >= 0 and where[other, ROUTE] != r:
            before, after = where[other, LST] - gap, where[other, EST] + gap
            if before < after:
                holes[count, 0] = before
                holes[count, 1] = after
                count += 1
    return count


@compiled
def side_bounds(town: Town, day: Day, v: int, r: int, p: int) -> tuple[int, int, int]:
    """Return ``(low, high, last)``: the starts that siblings in route `r` leave to `v` put after position `p`.

    They hold up to position `last`, where the next sibling stands, or the end of the route.
    """
    where = day.where
    low, high, last = -NEVER, NEVER, day.size[WORK, r]
    for s in range(town.visits[v, S_FIRST], town.visits[v, S_LAST]):
        other, gap = town.siblings[s, 0], town.siblings[s, 1]
        if where[other, ROUTE] == r:
            if where[other, POS] <= p:
                low = max(low, where[other, EST] + gap)
            else:
                high = min(high, where[other, LST] - gap)
                last = min(last, where[other, POS] - 1)
    return low, high, last


@inlined
def best_place(town: Town, day: Day, v: int, blink: float, everywhere: bool) -> tuple[int, int, int]:
    """Return ``(cost, route, position)`` of the cheapest feasible insertion of `v`; route -1 when there is none.

    A feasible place is overlooked with probability `blink`. Unless `everywhere`, only routes that the ruin opened
    are looked at: an absent visit that was not taken out just now has been refused by the others already.
    """
    if town.breaks.shape[0] == 0 and (
        town.visits[v, S_LAST] == town.visits[v, S_FIRST] or not has_placed_sibling(town, day, v)
    ):
        return scan_plain(
            town.durations,
            town.visits,
            town.windows,
            town.crews,
            town.allowed,
            day.opened,
            day.size,
            day.place,
            day.ready,
            day.until,
            day.rng,
            v,
            blink,
            everywhere,
        )
    best_cost, best_route, best_pos = NEVER, -1, -1
    for r in range(town.crews.shape[0]):
        if town.allowed[r, v] and (everywhere or day.opened[r]):
            cost, p = best_in_route(town, day, v, r, blink, best_cost)
            if p >= 0:
                best_cost, best_route, best_pos = cost, r, p
    return best_cost, best_route, best_pos


@compiled
def best_in_route(town: Town, day: Day, v: int, r: int, blink: float, best_cost: int) -> tuple[int, int]:
    """Return ``(cost, position)`` of the cheapest feasible insertion in route `r`, position -1 for none."""
    first, last, best = town.crews[r, LOCKED], day.size[WORK, r], -1
    holes = day.holes[: find_holes(town, day, v, r)]
    while first <= last:
        low, high, stop = side_bounds(town, day, v, r, first)
        best_cost, p = scan_general(
            town.durations,
            town.visits,
            town.windows,
            town.crews,
            town.breaks,
            holes,
            day.place,
            day.ready,
            day.until,
            day.rng,
            v,
            r,
            low,
            high,
            first,
            stop,
            blink,
            best_cost,
        )
        if p >= 0:
            best = p
        first = stop + 1
    return best_cost, best


@compiled
def separate(town: Town, day: Day, v: int) -> None:
    """Give every placed visit of the home of `v` the bounds that keep it clear of the others.

    Between two visits in a row the cut is as late as today's times allow: the later one starts no earlier
    than it does now, the earlier one keeps all the slack. Routes with a bound moved are marked touched.
    """
    visits, where = town.visits, day.where
    for s in range(visits[v, S_FIRST] - 1, visits[v, S_LAST]):
        one = v if s < visits[v, S_FIRST] else town.siblings[s, 0]
        if where[one, ROUTE] < 0:
            continue
        low, high = -NEVER, NEVER
        for q in range(visits[one, S_FIRST], visits[one, S_LAST]):
            other, gap = town.siblings[q, 0], town.siblings[q, 1]
            if where[other, ROUTE] < 0:
                continue
            if where[other, EST] < where[one, EST]:
                low = max(low, where[one, EST])
            else:
                high = min(high, where[other, EST] - gap)
        day.low[WORK, one] = low
        day.high[WORK, one] = high
        day.touched[where[one, ROUTE]] = 1


@inlined
def put(town: Town, day: Day, v: int, r: int, p: int) -> None:
    """Put `v` after position `p` of route `r`, without updating any time."""
    seq, size = day.seq[WORK, r], day.size[WORK, r]
    for q in range(size, p, -1):
        seq[q + 1] = seq[q]
    seq[p + 1] = v
    day.size[WORK, r] = size + 1
    day.touched[r] = 1
    where, totals = day.where, day.totals
    where[v, ROUTE] = r
    where[v, POS] = p + 1
    slot, end = where[v, SLOT], totals[ABSENT] - 1
    moved = day.absent[end]
    day.absent[slot] = moved
    where[moved, SLOT] = slot
    totals[ABSENT] = end
    totals[PRIZE] += town.prizes[v]
    where[v, SLOT] = -1


@inlined
def take(town: Town, day: Day, v: int) -> None:
    """Mark `v` absent; the caller closes the gap in its route."""
    where, totals = day.where, day.totals
    day.touched[where[v, ROUTE]] = 1
    where[v, ROUTE] = -1
    where[v, SLOT] = totals[ABSENT]
    day.absent[totals[ABSENT]] = v
    totals[ABSENT] += 1
    totals[PRIZE] -= town.prizes[v]
    day.low[WORK, v] = -NEVER
    day.high[WORK, v] = NEVER


@compiled
def close_gap(day: Day, r: int, p: int) -> None:
    """Remove position `p` from the sequence of route `r`."""
    seq, size = day.seq[WORK, r], day.size[WORK, r]
    for q in range(p, size):
        seq[q] = seq[q + 1]
    day.size[WORK, r] = size - 1


@inlined
def refresh(town: Town, day: Day, r: int) -> None:
    """Update route `r` and keep the total travel."""
    day.totals[TRAVEL] -= day.route_travel[r]
    update(town, day, r)
    day.totals[TRAVEL] += day.route_travel[r]


@inlined
def insert(town: Town, day: Day, v: int, r: int, p: int) -> bool:
    """Insert `v` after position `p` of route `r`, where `fits` holds; say whether that stood.

    With siblings in routes that also hold breaks, the bounds that `fits` trusts one by one may contradict
    each other: then the insertion is undone.
    """
    put(town, day, v, r, p)
    if town.visits[v, S_FIRST] == town.visits[v, S_LAST] or not has_placed_sibling(town, day, v):
        refresh(town, day, r)
        return True
    return insert_apart(town, day, v, r, p + 1)


@compiled
def insert_apart(town: Town, day: Day, v: int, r: int, p: int) -> bool:
    """Settle the bounds of `v`, just put at `p` of route `r`, and of its placed siblings."""
    visits, where, siblings = town.visits, day.where, town.siblings
    low, high = day.low[WORK], day.high[WORK]
    remember_bounds(town, day, v)
    refresh(town, day, r)
    start = NEVER
    holes = day.holes[: find_holes(town, day, v, r)]
    side_low, side_high, _ = side_bounds(town, day, v, r, p)
    for k in range(town.crews[r, B_COUNT] + 1):
        ready = max(day.begin[r, k, p], side_low)
        first, last = visits[v, W_FIRST], visits[v, W_LAST]
        start = min(start, earliest_apart(town.windows, first, last, holes, ready, side_high))
    for s in range(visits[v, S_FIRST], visits[v, S_LAST]):
        other, gap = siblings[s, 0], siblings[s, 1]
        if where[other, ROUTE] < 0:
            continue
        same = where[other, ROUTE] == r
        if (where[other, POS] > p) if same else (start <= where[other, LST] - gap):
            low[other] = max(low[other], start + gap)
            high[v] = min(high[v], start)
        else:
            high[other] = min(high[other], start - gap)
            low[v] = max(low[v], start)
    if settle(town, day, v, r):
        return True
    take(town, day, v)
    close_gap(day, r, p)
    restore_bounds(town, day, v)
    refresh(town, day, r)
    return False


@compiled
def settle(town: Town, day: Day, v: int, r: int) -> bool:
    """Update the routes of `v` and its siblings twice: under safe bounds, then with all slack given back."""
    visits, where = town.visits, day.where
    sound = True
    refresh(town, day, r)
    sound = is_feasible(town, day, r)
    for s in range(visits[v, S_FIRST], visits[v, S_LAST]):
        q = where[town.siblings[s, 0], ROUTE]
        if q >= 0 and q != r:
            refresh(town, day, q)
            sound = sound and is_feasible(town, day, q)
    if not sound:
        return False
    separate(town, day, v)
    backward(town, day, r)
    for s in range(visits[v, S_FIRST], visits[v, S_LAST]):
        q = where[town.siblings[s, 0], ROUTE]
        if q >= 0 and q != r:
            backward(town, day, q)
    return True


@compiled
def remember_bounds(town: Town, day: Day, v: int) -> None:
    """Note the bounds of the siblings of `v`, for `restore_bounds`."""
    for s in range(town.visits[v, S_FIRST], town.visits[v, S_LAST]):
        other = town.siblings[s, 0]
        day.where[other, OLD_LOW] = day.low[WORK, other]
        day.where[other, OLD_HIGH] = day.high[WORK, other]


@compiled
def restore_bounds(town: Town, day: Day, v: int) -> None:
    """Undo what `insert_apart` did to the siblings of `v`, now absent again, and to their routes."""
    for s in range(town.visits[v, S_FIRST], town.visits[v, S_LAST]):
        other = town.siblings[s, 0]
        day.low[WORK, other] = day.where[other, OLD_LOW]
        day.high[WORK, other] = day.where[other, OLD_HIGH]
    for s in range(town.visits[v, S_FIRST], town.visits[v, S_LAST]):
        q = day.where[town.siblings[s, 0], ROUTE]
        if q >= 0:
            refresh(town, day, q)
