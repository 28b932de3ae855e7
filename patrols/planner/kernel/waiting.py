"""Less waiting in a finished plan: in each route, stops are moved to where the crew would have waited."""

from patrols.planner.kernel.insertion import refresh
from patrols.planner.kernel.jit import compiled
from patrols.planner.kernel.layout import (
    B_COUNT,
    INT64,
    LOCKED,
    NEVER,
    PROFILE,
    SHIFT_CLOSES,
    WORK,
    Day,
    Town,
)
from patrols.planner.kernel.schedule import forward

DETOUR_WEIGHT = 10
"""How much waiting one more minute of travel has to save, in minutes."""


@compiled
def weigh_course(town: Town, day: Day, r: int) -> int:
    """Return the waiting of route `r`, just run forward, and its travel by `DETOUR_WEIGHT`; NEVER if it fails.

    In ms, more by a constant: the time at doors and breaks. Waiting for the first stop is done at the depot, and
    weighs nothing.
    """
    back = day.ready[r, town.crews[r, B_COUNT], day.size[WORK, r] + 1]
    if back > town.crews[r, SHIFT_CLOSES]:
        return NEVER
    leg = INT64(town.durations[town.crews[r, PROFILE], day.place[r, 0], day.place[r, 1]])
    return int(back - (day.begin[r, 0, 1] - leg) + (DETOUR_WEIGHT - 1) * day.route_travel[r])


@compiled
def shift_stop(day: Day, r: int, p: int, q: int) -> None:
    """Put the stop at position `p` of route `r` at position `q`; those between close up."""
    seq = day.seq[WORK, r]
    v, step = seq[p], 1 if q > p else -1
    while p != q:
        seq[p] = seq[p + step]
        p += step
    seq[q] = v


@compiled
def wait_less(town: Town, day: Day) -> None:
    """Move stops within each route as long as that lowers its weight; locked beginnings stay as they are.

    The bounds of each visit stay, so that passages of a home keep apart whatever the order.
    """
    for r in range(town.crews.shape[0]):
        first, last, travel = town.crews[r, LOCKED] + 1, day.size[WORK, r], day.route_travel[r]
        if first >= last:
            continue
        lightest, found = weigh_course(town, day, r), True
        while found:
            found = False
            for p in range(first, last + 1):
                for q in range(first, last + 1):
                    if q == p:
                        continue
                    shift_stop(day, r, p, q)
                    forward(town, day, r)
                    weight = weigh_course(town, day, r)
                    if weight < lightest:
                        lightest, found = weight, True
                        break
                    shift_stop(day, r, q, p)
        day.route_travel[r] = travel
        refresh(town, day, r)
