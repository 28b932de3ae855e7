"""Share the work of a finished plan among its crews: the same ruin, then insertion where it weighs least.

The work of a crew is its time at the doors and on the way; it weighs as its square over the time the crew is
there for. Moving work from a loaded crew to an idle one lowers the sum of these weights, a detour raises it.
"""

import numpy as np

from patrols.planner.kernel.anneal import is_sound, keep, record_best, restore
from patrols.planner.kernel.insertion import best_place, insert
from patrols.planner.kernel.jit import compiled
from patrols.planner.kernel.layout import (
    B_COUNT,
    B_DURATION,
    B_FIRST,
    CURRENT,
    CURRENT_PRIZE,
    ITERATION,
    PRIZE,
    REMOVED,
    SERVICE,
    SHIFT_CLOSES,
    SHIFT_OPENS,
    TRAVEL,
    WORK,
    Day,
    Town,
)
from patrols.planner.kernel.recreate import KINDS, order
from patrols.planner.kernel.rng import below
from patrols.planner.kernel.ruin import ruin


@compiled
def presence(town: Town, r: int) -> float:
    """Return the time in ms that crew `r` is there for, breaks taken off; at least 1."""
    time = town.crews[r, SHIFT_CLOSES] - town.crews[r, SHIFT_OPENS]
    for b in range(town.crews[r, B_FIRST], town.crews[r, B_FIRST] + town.crews[r, B_COUNT]):
        time -= town.breaks[b, B_DURATION]
    return float(max(1, time))


@compiled
def work(town: Town, day: Day, r: int) -> float:
    """Return the time in ms that crew `r` spends at doors and on the way."""
    time = day.route_travel[r]
    for p in range(1, day.size[WORK, r] + 1):
        time += town.visits[day.seq[WORK, r, p], SERVICE]
    return float(time)


@compiled
def weigh(town: Town, day: Day) -> tuple[float, float]:
    """Return the sum over the crews of work² / presence, and the greatest work / presence: the busiest crew's."""
    total, busiest = 0.0, 0.0
    for r in range(town.crews.shape[0]):
        time, there = work(town, day, r), presence(town, r)
        total += time * time / there
        busiest = max(busiest, time / there)
    return total, busiest


@compiled
def lightest_place(town: Town, day: Day, v: int) -> tuple[int, int]:
    """Return ``(route, position)`` where `v` adds least weight, route -1 when it fits nowhere."""
    best, best_route, best_pos = np.inf, -1, -1
    day.opened[:] = 0
    for r in range(town.crews.shape[0]):
        day.opened[r] = 1
        cost, found, p = best_place(town, day, v, 0.0, False)
        day.opened[r] = 0
        if found >= 0:
            more, time = float(cost + town.visits[v, SERVICE]), work(town, day, r)
            weight = more * (2.0 * time + more) / presence(town, r)
            if weight < best:
                best, best_route, best_pos = weight, r, p
    return best_route, best_pos


@compiled
def hand_out(town: Town, day: Day) -> None:
    """Insert what the ruin took out where it weighs least, in an order drawn at random."""
    count = day.totals[REMOVED]
    day.pending[:count] = day.removed[:count]
    order(town, day, -1, count, KINDS[below(day.rng, len(KINDS))])
    for n in range(count):
        v = day.pending[n]
        r, p = lightest_place(town, day, v)
        if r < 0 or not insert(town, day, v, r, p):
            return


@compiled
def share_out(town: Town, day: Day, iterations: int, most_travel: int) -> None:
    """Try `iterations` times to lower the weight of the plan, which then is the best plan.

    The prize never falls, the travel never passes `most_travel` ms, and no crew gets busier than the busiest was.
    All three layers must hold the same plan.
    """
    totals = day.totals
    lowest, busiest = weigh(town, day)
    for _ in range(iterations):
        ruin(town, day)
        hand_out(town, day)
        totals[ITERATION] += 1
        weight, share = weigh(town, day)
        is_fairer = weight < lowest and share <= busiest and totals[TRAVEL] <= most_travel
        if is_fairer and totals[PRIZE] >= totals[CURRENT_PRIZE] and is_sound(town, day):
            keep(day, CURRENT)
            lowest, busiest = weight, share
        else:
            restore(town, day, CURRENT)
    record_best(day)
