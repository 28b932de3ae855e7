"""Slack induction by string removals (Christiaens and Vanden Berghe, 2020), for a day with optional visits.

Around a seed, a visit served or not, strings of consecutive stops are cut out of the routes that pass nearby:
slack in space and in time, in the same place.
"""

from patrols.planner.kernel.insertion import has_placed_sibling, refresh, separate, take
from patrols.planner.kernel.jit import compiled, inlined
from patrols.planner.kernel.layout import (
    ABSENT,
    EST,
    ITERATION,
    LOCKED,
    NEVER,
    OUT,
    POS,
    REMOVED,
    ROUTE,
    S_FIRST,
    S_LAST,
    WORK,
    Day,
    Town,
)
from patrols.planner.kernel.rng import below, unit

MEAN_REMOVED = 7.0
"""Stops taken out on average."""
LONGEST_STRING = 10
SPLIT = 0.5
"""Share of strings that keep some stops in their middle."""
UNSERVED_SEED = 0.5
"""Share of ruins around a visit left out."""


@inlined
def pick_seed(day: Day, count: int) -> int:
    """Return the visit around which to ruin."""
    absent = day.totals[ABSENT]
    if absent > 0 and unit(day.rng) < UNSERVED_SEED:
        return day.absent[below(day.rng, absent)]
    return below(day.rng, count)


@inlined
def cut(town: Town, day: Day, r: int, first: int, last: int) -> None:
    """Take out the stops at positions ``first..last - 1`` of route `r`."""
    seq = day.seq[WORK, r]
    for p in range(first, last):
        v = seq[p]
        take(town, day, v)
        day.where[v, OUT] = day.totals[ITERATION]
        day.removed[day.totals[REMOVED]] = v
        day.totals[REMOVED] += 1
    size, length = day.size[WORK, r], last - first
    for p in range(last, size + 1):
        seq[p - length] = seq[p]
    day.size[WORK, r] = size - length


@inlined
def cut_string(town: Town, day: Day, r: int, p: int, length: int) -> None:
    """Take out `length` consecutive stops of route `r` around position `p`, or that many around a kept middle."""
    first_free, size = town.crews[r, LOCKED] + 1, day.size[WORK, r]
    free = size - first_free + 1
    kept = 0
    if length > 1 and unit(day.rng) < SPLIT:
        while length + kept < free and unit(day.rng) < SPLIT:
            kept += 1
    span = length + kept
    lowest = max(first_free, p - span + 1)
    highest = min(p, size - span + 1)
    first = lowest + below(day.rng, highest - lowest + 1)
    if kept == 0:
        cut(town, day, r, first, first + length)
        return
    head = 1 + below(day.rng, length - 1)
    cut(town, day, r, first + head + kept, first + span)
    cut(town, day, r, first, first + head)


@inlined
def mean_size(town: Town, day: Day) -> float:
    """Return the mean number of stops that may be removed, over the routes that have any."""
    total, routes = 0, 0
    for r in range(town.crews.shape[0]):
        free = day.size[WORK, r] - town.crews[r, LOCKED]
        if free > 0:
            total += free
            routes += 1
    return total / routes if routes > 0 else 0.0


@inlined
def cut_near(town: Town, day: Day, v: int, longest: int) -> bool:
    """Cut a string through `v`, if it is served, free and in a route not cut yet; say whether it was."""
    r = day.where[v, ROUTE]
    if r < 0 or day.touched[r] or day.where[v, POS] <= town.crews[r, LOCKED]:
        return False
    free = day.size[WORK, r] - town.crews[r, LOCKED]
    length = 1 + below(day.rng, min(free, longest))
    cut_string(town, day, r, day.where[v, POS], length)
    return True


@compiled
def ruin(town: Town, day: Day) -> int:
    """Cut strings out of the routes near a random seed, and return the seed.

    ``day.removed`` lists what was taken out.
    """
    seed = pick_seed(day, town.visits.shape[0])
    day.totals[REMOVED] = 0
    size = mean_size(town, day)
    if size == 0.0:
        return seed
    longest = max(1, int(min(float(LONGEST_STRING), size)))
    strings = min(town.crews.shape[0], 1 + int(unit(day.rng) * (4.0 * MEAN_REMOVED / (1.0 + longest) - 1.0)))
    done = 0
    if cut_near(town, day, seed, longest):
        done += 1
    for n in range(town.near.shape[1]):
        if done >= strings:
            break
        if day.where[town.near[seed, n], ROUTE] >= 0 and cut_near(town, day, town.near[seed, n], longest):
            done += 1
    retime(town, day)
    return seed


@compiled
def retime(town: Town, day: Day) -> None:
    """Update the routes that were cut, and free the siblings of what was taken out."""
    for r in range(town.crews.shape[0]):
        if day.touched[r]:
            refresh(town, day, r)
    freed = False
    for n in range(day.totals[REMOVED]):
        v = day.removed[n]
        if town.visits[v, S_LAST] > town.visits[v, S_FIRST] and has_placed_sibling(town, day, v):
            separate(town, day, v)
            freed = True
    if freed or advance_late_passages(town, day):
        for r in range(town.crews.shape[0]):
            if day.touched[r]:
                refresh(town, day, r)


@compiled
def advance_late_passages(town: Town, day: Day) -> bool:
    """Let second passages held back by a bound start as early as the first ones now allow; say whether any may.

    A bound is set when a passage is inserted (`separate`); once what came before it is gone, it may be too late
    by hours. The first passage is pinned to its present time while the second one moves.
    """
    count = 0
    for r in range(town.crews.shape[0]):
        if day.touched[r]:
            count = loosen(town, day, r, count)
    if count == 0:
        return False
    for n in range(count):
        pin_earlier(town, day, day.pending[n])
    for r in range(town.crews.shape[0]):
        if day.touched[r]:
            refresh(town, day, r)
    for n in range(count):
        separate(town, day, day.pending[n])
    return True


@compiled
def loosen(town: Town, day: Day, r: int, count: int) -> int:
    """Lower the bounds of route `r` that hold a passage back and note it in ``day.pending``."""
    low = day.low[WORK]
    for p in range(1, day.size[WORK, r] + 1):
        v = day.seq[WORK, r, p]
        if low[v] > -NEVER and day.where[v, EST] == low[v]:
            soonest = soonest_apart(town, day, v)
            if soonest < low[v]:
                low[v] = soonest
                day.pending[count] = v
                count += 1
    return count


@compiled
def pin_earlier(town: Town, day: Day, v: int) -> None:
    """Keep the placed passages before `v` at its home from starting later than now."""
    where, high = day.where, day.high[WORK]
    for s in range(town.visits[v, S_FIRST], town.visits[v, S_LAST]):
        other = town.siblings[s, 0]
        if where[other, ROUTE] >= 0 and where[other, EST] < where[v, EST]:
            high[other] = min(high[other], where[other, EST])


@compiled
def soonest_apart(town: Town, day: Day, v: int) -> int:
    """Return the earliest start of `v` that the placed passages before it, at their present times, allow."""
    soonest = -NEVER
    for s in range(town.visits[v, S_FIRST], town.visits[v, S_LAST]):
        other, gap = town.siblings[s, 0], town.siblings[s, 1]
        if day.where[other, ROUTE] >= 0 and day.where[other, EST] < day.where[v, EST]:
            soonest = max(soonest, day.where[other, EST] + gap)
    return soonest
