"""Steps with which `patrols.planner.beginnings` lays down the stops that are already decided."""

from patrols.planner.kernel.insertion import put, refresh, separate
from patrols.planner.kernel.jit import compiled
from patrols.planner.kernel.layout import NEVER, ROUTE, S_FIRST, S_LAST, WORK, Day, Int64, Town
from patrols.planner.kernel.schedule import is_feasible


@compiled
def time_all(town: Town, day: Day) -> None:
    """Compute the times of every route."""
    for r in range(town.crews.shape[0]):
        refresh(town, day, r)


@compiled
def append(town: Town, day: Day, r: int, v: int) -> None:
    """Put `v` at the end of route `r`, whatever its siblings; times are left to `time_all`."""
    put(town, day, v, r, day.size[WORK, r])


@compiled
def first_late(town: Town, day: Day, r: int) -> int:
    """Return the first position of route `r` that cannot be kept, size + 1 for the return, 0 when all can."""
    if is_feasible(town, day, r):
        return 0
    for p in range(1, day.size[WORK, r] + 1):
        if day.begin[r, :, p].min() >= NEVER:
            return p
    return day.size[WORK, r] + 1


@compiled
def retime_under(town: Town, day: Day, low: Int64, high: Int64) -> bool:
    """Recompute every route under bounds of shape (visits,); say whether all are feasible."""
    day.low[WORK] = low
    day.high[WORK] = high
    sound = True
    for r in range(town.crews.shape[0]):
        refresh(town, day, r)
        sound = sound and is_feasible(town, day, r)
    return sound


@compiled
def keep_apart(town: Town, day: Day) -> bool:
    """Turn the current times into bounds that keep the placed passages of each home apart."""
    for v in range(town.visits.shape[0]):
        if town.visits[v, S_LAST] > town.visits[v, S_FIRST] and day.where[v, ROUTE] >= 0:
            separate(town, day, v)
    sound = True
    for r in range(town.crews.shape[0]):
        refresh(town, day, r)
        sound = sound and is_feasible(town, day, r)
    return sound
