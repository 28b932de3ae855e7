"""The first plan, and the last touch: everything that fits, best prizes first."""

from patrols.planner.kernel.anneal import keep, record_best
from patrols.planner.kernel.jit import compiled
from patrols.planner.kernel.layout import ABSENT, CURRENT, Day, Town
from patrols.planner.kernel.recreate import BY_PRIZE, insert_in_order, order


@compiled
def fill(town: Town, day: Day) -> None:
    """Insert every absent visit that fits, best prizes first, overlooking no place."""
    count = day.totals[ABSENT]
    for n in range(count):
        day.pending[n] = day.absent[n]
    order(town, day, -1, count, BY_PRIZE)
    day.opened[:] = 1
    insert_in_order(town, day, count, 0.0)


@compiled
def settle_on(day: Day) -> None:
    """Make the candidate the current and the best plan."""
    day.touched[:] = 1
    keep(day, CURRENT)
    record_best(day)
