"""Greedy insertion with blinks: the visits in a random kind of order, each at the cheapest place it fits."""

import numpy as np

from patrols.planner.kernel.insertion import best_place, insert
from patrols.planner.kernel.jit import compiled, inlined
from patrols.planner.kernel.layout import (
    ABSENT,
    CLOSES,
    ITERATION,
    KEEP,
    OPENS,
    OUT,
    REMOVED,
    ROUTE,
    Day,
    Float64,
    Int64,
    Town,
)
from patrols.planner.kernel.rng import below, unit

BLINK = 0.01
"""Share of feasible places overlooked, as in the source of the method."""
FEW = 300
"""Up to this many absent visits, each is tried at every recreation; beyond, those near the ruin and some more."""
STRAY = 40
"""Absent visits from anywhere tried at each recreation of a large day."""
SEED_FIRST = 0.5
"""Share of recreations that begin with the seed of the ruin."""

AT_RANDOM, BY_NOISY_PRIZE, BY_CLOSING, BY_WINDOW, BY_PRIZE = range(5)
"""Kinds of order of insertion."""
KINDS = (0, 0, 0, 1, 1, 1, 1, 2, 3, 4)
"""How often each kind is drawn."""


@compiled
def sort_by_keys(keys: Float64, items: Int64, count: int) -> None:
    """Sort the first `count` of `items` by ascending `keys` in place (shell sort, gaps of Ciura, 2001)."""
    for gap in (301, 132, 57, 23, 10, 4, 1):
        for i in range(gap, count):
            key, item = keys[i], items[i]
            j = i
            while j >= gap and keys[j - gap] > key:
                keys[j] = keys[j - gap]
                items[j] = items[j - gap]
                j -= gap
            keys[j] = key
            items[j] = item


@compiled
def collect(town: Town, day: Day, seed: int) -> int:
    """List in ``day.pending`` the absent visits worth a try, and return how many."""
    totals, absent = day.totals, day.totals[ABSENT]
    if absent <= FEW:
        for n in range(absent):
            day.pending[n] = day.absent[n]
        return absent
    mark = totals[ITERATION] + 1
    count = add_candidate(day, seed, mark, 0)
    for n in range(totals[REMOVED]):
        v = day.removed[n]
        count = add_candidate(day, v, mark, count)
        for m in range(min(town.near.shape[1], 24)):
            count = add_candidate(day, town.near[v, m], mark, count)
    for _ in range(STRAY):
        count = add_candidate(day, day.absent[below(day.rng, absent)], mark, count)
    return count


@inlined
def add_candidate(day: Day, v: int, mark: int, count: int) -> int:
    """Append `v` to ``day.pending`` if it is absent and not there yet; return the new count."""
    if day.where[v, ROUTE] >= 0 or day.stamp[v] == mark:
        return count
    day.stamp[v] = mark
    day.pending[count] = v
    return count + 1


@compiled
def order(town: Town, day: Day, seed: int, count: int, kind: int) -> None:
    """Sort ``day.pending``: locked visits, then `seed` if it is there, then by the keys of `kind`."""
    visits, prizes, keys = town.visits, town.prizes, day.keys
    for n in range(count):
        v = day.pending[n]
        noise = unit(day.rng)
        if kind == AT_RANDOM:
            key = noise
        elif kind == BY_NOISY_PRIZE:
            key = -np.float64(prizes[v]) * (0.5 + noise)
        elif kind == BY_CLOSING:
            key = np.float64(visits[v, CLOSES]) + noise
        elif kind == BY_WINDOW:
            key = np.float64(visits[v, CLOSES] - visits[v, OPENS]) + noise
        else:
            key = -np.float64(prizes[v])
        if visits[v, KEEP]:
            key -= 1e30
        elif v == seed:
            key -= 1e29
        keys[n] = key
    sort_by_keys(keys, day.pending, count)


@compiled
def insert_in_order(town: Town, day: Day, count: int, blink: float) -> None:
    """Insert each of the first `count` pending visits where it is cheapest, if it fits."""
    for n in range(count):
        v = day.pending[n]
        everywhere = day.where[v, OUT] == day.totals[ITERATION]
        _, r, p = best_place(town, day, v, blink, everywhere)
        if r >= 0:
            insert(town, day, v, r, p)


@compiled
def recreate(town: Town, day: Day, seed: int, blink: float) -> None:
    """Insert what fits of the absent visits worth a try, in an order drawn at random."""
    count = collect(town, day, seed)
    if unit(day.rng) >= SEED_FIRST:
        seed = -1
    order(town, day, seed, count, KINDS[below(day.rng, len(KINDS))])
    insert_in_order(town, day, count, blink)
