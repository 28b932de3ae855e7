"""The arrays of the compiled search, and the names of their columns.

Times are int64 milliseconds, prizes int64 units, durations int32 milliseconds (a third of the cache misses of
float64 on 2,000 homes). ``NEVER`` is later than any sum of durations; adding to it stays far from overflow.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]
UInt8 = npt.NDArray[np.uint8]
UInt64 = npt.NDArray[np.uint64]
Float64 = npt.NDArray[np.float64]

INT64: Any = np.int64
"""What numba and mypy agree on: for the one every integer of the search is an int64, for the other an int."""

NEVER = 1 << 40
UNREACHABLE = (1 << 31) - 1
"""Duration in ms between places with no way: 24 days, past the end of any shift."""

# Columns of Town.visits, one row per visit.
LOC, SERVICE, W_FIRST, W_LAST, OPENS, CLOSES, S_FIRST, S_LAST, KEEP = range(9)
# Columns of Town.crews.
PROFILE, START, END, SHIFT_OPENS, SHIFT_CLOSES, B_FIRST, B_COUNT, LOCKED = range(8)
# Columns of Town.breaks.
B_EARLIEST, B_LATEST, B_DURATION = range(3)
# Columns of Day.where, one row per visit; ROUTE is -1 when absent, SLOT its place in the list of absents,
# OUT the iteration that last took it out.
ROUTE, POS, SLOT, EST, LST, OLD_LOW, OLD_HIGH, OUT = range(8)
# Layers of Day.seq, Day.size, Day.low, Day.high: the candidate, the annealer's current plan, the best plan.
WORK, CURRENT, BEST = range(3)
# Day.totals.
ABSENT, TRAVEL, PRIZE, CURRENT_TRAVEL, CURRENT_PRIZE, BEST_TRAVEL, BEST_PRIZE, ITERATION, REMOVED = range(9)


class Town(NamedTuple):
    """What does not change during a search, shared by every search of a problem."""

    durations: Int32  # (profiles, places, places)
    visits: Int64  # (visits, 9)
    prizes: Int64  # (visits,)
    windows: Int64  # (windows, 2)
    siblings: Int64  # (pairs, 2): the other visit, the separation; rows S_FIRST..S_LAST of each visit
    crews: Int64  # (crews, 8)
    breaks: Int64  # (breaks, 3)
    allowed: UInt8  # (crews, visits)
    near: Int32  # (visits, neighbours): other visits, nearest first
    scale: Float64  # (2,): worth of one prize unit, of one travelled ms, to the annealer


class Day(NamedTuple):
    """The state of one search."""

    seq: Int32  # (3, crews, visits + 2): visit at each position 1..size; 0 and size + 1 are the depots
    size: Int64  # (3, crews)
    low: Int64  # (3, visits): earliest start the siblings leave
    high: Int64  # (3, visits): latest start the siblings leave
    place: Int32  # (crews, visits + 2): location at each position
    ready: Int64  # (crews, breaks + 1, visits + 2): earliest departure, by breaks taken so far
    begin: Int64  # (crews, breaks + 1, visits + 2): earliest start of service, likewise
    until: Int64  # (crews, breaks + 1, visits + 2): latest arrival that leaves the rest of the route feasible
    route_travel: Int64  # (crews,)
    where: Int64  # (visits, 8)
    holes: Int64  # (visits, 2): scratch, starts that siblings elsewhere forbid, both ends allowed
    absent: Int64  # (visits,): the absent visits, in the first totals[ABSENT] places
    touched: UInt8  # (crews,)
    opened: UInt8  # (crews,): the routes that the ruin loosened
    removed: Int64  # (visits,): scratch, what the ruin took out
    pending: Int64  # (visits,): scratch, what the recreation tries, in order
    keys: Float64  # (visits,): scratch, the sort keys of `pending`
    stamp: Int64  # (visits,): scratch, last iteration in which a visit became a candidate
    totals: Int64  # (9,)
    rng: UInt64  # (1,)
