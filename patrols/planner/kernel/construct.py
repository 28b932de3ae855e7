"""The first plan: the locked beginnings, then everything that fits, best prizes first."""

from patrols.planner.kernel.anneal import keep, record_best, restore
from patrols.planner.kernel.insertion import find_holes, insert, refresh, side_bounds
from patrols.planner.kernel.jit import compiled
from patrols.planner.kernel.layout import ABSENT, BEST, CURRENT, LOCKED, NEVER, WORK
from patrols.planner.kernel.recreate import BY_PRIZE, insert_in_order, order
from patrols.planner.kernel.scan import scan_general


@compiled
def begin_routes(town, day, beginnings):
    """Append the locked visits ``beginnings``, shape (n, 2) of (crew, visit); return the row that fails, or -1."""
    for r in range(town.crews.shape[0]):
        refresh(town, day, r)
    for n in range(beginnings.shape[0]):
        r, v = beginnings[n, 0], beginnings[n, 1]
        last = day.size[WORK, r]
        holes = day.holes[: find_holes(town, day, v, r)]
        low, high, _ = side_bounds(town, day, v, r, last)
        _, p = scan_general(
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
            last,
            last,
            0.0,
            NEVER,
        )
        if p < 0 or not insert(town, day, v, r, p):
            return n
    return -1


@compiled
def fill(town, day):
    """Insert every absent visit that fits, best prizes first, overlooking no place."""
    count = day.totals[ABSENT]
    for n in range(count):
        day.pending[n] = day.absent[n]
    order(town, day, -1, count, BY_PRIZE)
    day.opened[:] = 1
    insert_in_order(town, day, count, 0.0)


@compiled
def construct(town, day):
    """Fill the routes greedily and make the result the current and the best plan."""
    fill(town, day)
    settle_on(day)


@compiled
def complete(town, day):
    """Load the best plan of the search and fill what room is left in it."""
    day.touched[:] = 1
    restore(town, day, BEST)
    fill(town, day)
    settle_on(day)


@compiled
def settle_on(day):
    """Make the candidate the current and the best plan."""
    day.touched[:] = 1
    keep(day, CURRENT)
    record_best(day)
