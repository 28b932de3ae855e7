"""Simulated annealing over ruin-and-recreate, with the current and the best plan kept as sequences."""

import numpy as np

from patrols.planner.kernel.insertion import refresh
from patrols.planner.kernel.jit import compiled, inlined
from patrols.planner.kernel.layout import (
    ABSENT,
    BEST,
    BEST_PRIZE,
    BEST_TRAVEL,
    CURRENT,
    CURRENT_PRIZE,
    CURRENT_TRAVEL,
    ITERATION,
    NEVER,
    PRIZE,
    ROUTE,
    SLOT,
    TRAVEL,
    WORK,
    Day,
    Int64,
    Town,
)
from patrols.planner.kernel.recreate import BLINK, recreate
from patrols.planner.kernel.rng import unit
from patrols.planner.kernel.ruin import ruin
from patrols.planner.kernel.schedule import is_feasible


@inlined
def copy_route(day: Day, r: int, source: int, target: int) -> None:
    """Copy route `r` and the bounds of its visits from one layer to another."""
    size = day.size[source, r]
    day.size[target, r] = size
    for p in range(1, size + 1):
        v = day.seq[source, r, p]
        day.seq[target, r, p] = v
        day.low[target, v] = day.low[source, v]
        day.high[target, v] = day.high[source, v]


@compiled
def keep(day: Day, layer: int) -> None:
    """Copy the touched routes of the candidate to `layer`."""
    for r in range(day.size.shape[1]):
        if day.touched[r]:
            copy_route(day, r, WORK, layer)
            day.touched[r] = 0
    day.totals[CURRENT_PRIZE] = day.totals[PRIZE]
    day.totals[CURRENT_TRAVEL] = day.totals[TRAVEL]


@compiled
def restore(town: Town, day: Day, layer: int) -> None:
    """Bring the touched routes of the candidate back from `layer`."""
    where, totals, touched = day.where, day.totals, day.touched
    for r in range(touched.shape[0]):
        if touched[r]:
            for p in range(1, day.size[WORK, r] + 1):
                v = day.seq[WORK, r, p]
                where[v, ROUTE] = -1
                where[v, SLOT] = totals[ABSENT]
                day.absent[totals[ABSENT]] = v
                totals[ABSENT] += 1
                totals[PRIZE] -= town.prizes[v]
                day.low[WORK, v] = -NEVER
                day.high[WORK, v] = NEVER
    for r in range(touched.shape[0]):
        if touched[r]:
            copy_route(day, r, layer, WORK)
            for p in range(1, day.size[WORK, r] + 1):
                v = day.seq[WORK, r, p]
                where[v, ROUTE] = r
                end = totals[ABSENT] - 1
                moved, slot = day.absent[end], where[v, SLOT]
                day.absent[slot] = moved
                where[moved, SLOT] = slot
                where[v, SLOT] = -1
                totals[ABSENT] = end
                totals[PRIZE] += town.prizes[v]
    for r in range(touched.shape[0]):
        if touched[r]:
            refresh(town, day, r)
            touched[r] = 0


@compiled
def record_best(day: Day) -> None:
    """Keep the current plan as the best one."""
    for r in range(day.size.shape[1]):
        copy_route(day, r, CURRENT, BEST)
    day.totals[BEST_PRIZE] = day.totals[CURRENT_PRIZE]
    day.totals[BEST_TRAVEL] = day.totals[CURRENT_TRAVEL]


@inlined
def is_better(totals: Int64, prize: int, travel: int) -> bool:
    """Say whether `prize`, then `travel`, beats the best plan."""
    return prize > totals[BEST_PRIZE] or (prize == totals[BEST_PRIZE] and travel < totals[BEST_TRAVEL])


@inlined
def is_sound(town: Town, day: Day) -> bool:
    """Say whether the touched routes are feasible: a removal breaks one where the direct way is the longer."""
    sound = True
    for r in range(town.crews.shape[0]):
        sound = sound and (day.touched[r] == 0 or is_feasible(town, day, r))
    return sound


@compiled
def anneal(town: Town, day: Day, iterations: int, hot: float, cold: float) -> None:
    """Run `iterations` of ruin and recreate while the temperature goes from `hot` to `cold`."""
    totals = day.totals
    temperature = hot
    cooling = (cold / hot) ** (1.0 / max(1, iterations))
    per_prize, per_ms = town.scale[0], town.scale[1]
    for _ in range(iterations):
        seed = ruin(town, day)
        day.opened[:] = day.touched
        recreate(town, day, seed, BLINK)
        totals[ITERATION] += 1
        gain = (totals[PRIZE] - totals[CURRENT_PRIZE]) * per_prize
        gain -= (totals[TRAVEL] - totals[CURRENT_TRAVEL]) * per_ms
        if is_sound(town, day) and gain >= temperature * np.log(1.0 - unit(day.rng)):
            keep(day, CURRENT)
            if is_better(totals, totals[PRIZE], totals[TRAVEL]):
                record_best(day)
        else:
            restore(town, day, CURRENT)
        temperature *= cooling
