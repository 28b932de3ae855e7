"""What is found for the visits left out of a finished plan: over every crew, and tried beside their siblings."""

import numpy as np

from patrols.planner.kernel.anneal import restore
from patrols.planner.kernel.insertion import has_placed_sibling, insert, refresh
from patrols.planner.kernel.jit import compiled
from patrols.planner.kernel.layout import BEST, NEVER, REMOVED, Day, Int64, Town
from patrols.planner.kernel.ruin import cut, retime
from patrols.planner.kernel.schedule import backward, forward
from patrols.planner.kernel.whatif import (
    cheapest_fit,
    least_advance,
    least_overtime,
    least_shortening,
    least_widening,
)

OVERTIME, ADVANCE, WIDENING, SHORTENING, PLAIN = range(5)
"""What `measure` looks for; PLAIN is a place where the visit fits as things are."""


@compiled
def stands(town: Town, changed: Town, day: Day, v: int, r: int, p: int) -> bool:
    """Say whether `v` put after position `p` of route `r` under `changed` stands beside its siblings.

    A place is judged by bounds that hold one by one; only putting it there shows whether they hold together.
    The plan, that of layer BEST under `town`, is unchanged.
    """
    if not has_placed_sibling(town, day, v):
        return True
    refresh(changed, day, r)
    stood = insert(changed, day, v, r, p)
    restore(town, day, BEST)
    return stood


@compiled
def measure(town: Town, day: Day, omitted: Int64, what: int) -> Int64:
    """Return the smallest change of a kind for each of ``omitted``, over the crews that may make it.

    Rows of the answer, shape (n, 4): the amount in ms (NEVER when no amount helps), crew, position, opens.
    """
    found = np.full((omitted.shape[0], 4), -1)
    found[:, 0] = NEVER
    for n in range(omitted.shape[0]):
        v = omitted[n]
        for r in range(town.crews.shape[0]):
            if not town.allowed[r, v]:
                continue
            opens = False
            if what == OVERTIME:
                amount, p = least_overtime(town, day, v, r, found[n, 0])
            elif what == ADVANCE:
                amount, p = least_advance(town, day, v, r, found[n, 0])
            elif what == WIDENING:
                amount, p, opens = least_widening(town, day, v, r)
            elif what == SHORTENING:
                amount, p = least_shortening(town, day, v, r)
            else:
                p = cheapest_fit(town, day, v, r)
                amount = 0 if p >= 0 and stands(town, town, day, v, r, p) else NEVER
            if p >= 0 and amount < found[n, 0]:
                found[n, 0], found[n, 1], found[n, 2], found[n, 3] = amount, r, p, opens
    return found


@compiled
def give_up(town: Town, day: Day, r: int, q: int) -> None:
    """Take the stop at position `q` of route `r` out of the plan."""
    day.totals[REMOVED] = 0
    cut(town, day, r, q, q + 1)
    retime(town, day)


@compiled
def replacements(town: Town, day: Day, omitted: Int64, stops: Int64) -> Int64:
    """Return for each of ``omitted`` the first of ``stops`` whose place it could take; the plan is unchanged.

    ``stops`` has a row ``(crew, position)`` for each, shape (m, 2). Rows of the answer, shape (n, 3): the stop
    given up (-1 for none), crew, position in the route without it. The plan must be the one of layer BEST.
    """
    found = np.full((omitted.shape[0], 3), -1)
    waiting, count = np.arange(omitted.shape[0]), omitted.shape[0]
    for s in range(stops.shape[0]):
        if count == 0:
            break
        r, q = stops[s, 0], stops[s, 1]
        give_up(town, day, r, q)
        still = 0
        for w in range(count):
            n = waiting[w]
            v = omitted[n]
            p = cheapest_fit(town, day, v, r) if town.allowed[r, v] else -1
            if p >= 0 and has_placed_sibling(town, day, v):
                if not insert(town, day, v, r, p):
                    p = -1
                restore(town, day, BEST)
                give_up(town, day, r, q)
            if p >= 0:
                found[n, 0], found[n, 1], found[n, 2] = day.seq[BEST, r, q], r, p
            else:
                waiting[still] = n
                still += 1
        count = still
        restore(town, day, BEST)
    return found


@compiled
def retimed(town: Town, day: Day) -> None:
    """Recompute every route of `day` under `town`, both given as copies with something changed."""
    for r in range(town.crews.shape[0]):
        forward(town, day, r)
        backward(town, day, r)
