"""Slack induction by string removals (Christiaens and Vanden Berghe, 2020), for a day with optional visits.

Around a seed, a visit served or not, strings of consecutive stops are cut out of the routes that pass nearby:
slack in space and in time, in the same place.
"""

from patrols.planner.kernel.insertion import has_placed_sibling, refresh, separate, take
from patrols.planner.kernel.jit import compiled, inlined
from patrols.planner.kernel.layout import ABSENT, ITERATION, LOCKED, OUT, POS, REMOVED, ROUTE, S_FIRST, S_LAST, WORK
from patrols.planner.kernel.rng import below, unit

MEAN_REMOVED = 7.0
"""Stops taken out on average."""
LONGEST_STRING = 10
SPLIT = 0.5
"""Share of strings that keep some stops in their middle."""
UNSERVED_SEED = 0.5
"""Share of ruins around a visit left out."""


@inlined
def pick_seed(town, day, count):
    """Return the visit around which to ruin."""
    absent = day.totals[ABSENT]
    if absent > 0 and unit(day.rng) < town.scale[4]:
        return day.absent[below(day.rng, absent)]
    return below(day.rng, count)


@inlined
def cut(town, day, r, first, last):
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
def cut_string(town, day, r, p, length):
    """Take out `length` consecutive stops of route `r` around position `p`, or that many around a kept middle."""
    first_free, size = town.crews[r, LOCKED] + 1, day.size[WORK, r]
    free = size - first_free + 1
    kept = 0
    if length > 1 and unit(day.rng) < town.scale[5]:
        while length + kept < free and unit(day.rng) < town.scale[5]:
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
def mean_size(town, day):
    """Return the mean number of stops that may be removed, over the routes that have any."""
    total, routes = 0, 0
    for r in range(town.crews.shape[0]):
        free = day.size[WORK, r] - town.crews[r, LOCKED]
        if free > 0:
            total += free
            routes += 1
    return total / routes if routes > 0 else 0.0


@inlined
def cut_near(town, day, v, longest, ruined):
    """Cut a string through `v`, if it is served, free and in a route not cut yet; say whether it was."""
    r = day.where[v, ROUTE]
    if r < 0 or ruined[r] or day.where[v, POS] <= town.crews[r, LOCKED]:
        return False
    free = day.size[WORK, r] - town.crews[r, LOCKED]
    length = 1 + below(day.rng, min(free, longest))
    cut_string(town, day, r, day.where[v, POS], length)
    ruined[r] = True
    return True


@compiled
def ruin(town, day, ruined):
    """Cut strings out of the routes near a random seed, and return the seed.

    ``ruined``, shape (crews,), is scratch. ``day.removed`` lists what was taken out.
    """
    seed = pick_seed(town, day, town.visits.shape[0])
    day.totals[REMOVED] = 0
    ruined[:] = False
    size = mean_size(town, day)
    if size == 0.0:
        return seed
    longest = max(1, int(min(town.scale[3], size)))
    strings = min(town.crews.shape[0], 1 + int(unit(day.rng) * (4.0 * town.scale[2] / (1.0 + longest) - 1.0)))
    done = 0
    if cut_near(town, day, seed, longest, ruined):
        done += 1
    for n in range(town.near.shape[1]):
        if done >= strings:
            break
        if day.where[town.near[seed, n], ROUTE] >= 0 and cut_near(town, day, town.near[seed, n], longest, ruined):
            done += 1
    retime(town, day)
    return seed


@compiled
def retime(town, day):
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
    if freed:
        for r in range(town.crews.shape[0]):
            if day.touched[r]:
                refresh(town, day, r)
