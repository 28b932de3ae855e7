"""When a passage was done, by a phone whose clock may be wrong: marked and put right, never taken at its word."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from patrols.models import Passage
from patrols.models.crews import LATEST_AFTER_SHIFT, OPENS_BEFORE

# A phone on the network is within seconds of the hour; a slow request takes some more.
TOLERANCE = dt.timedelta(seconds=60)
# What was noted may be sent so long after the shift; the wall holds it (patrols/sql/crew_reports.sql).
REPORTS_AFTER_SHIFT = dt.timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """The hours of a shift."""

    starts_at: dt.datetime
    ends_at: dt.datetime

    def earliest(self) -> dt.datetime:
        return self.starts_at - OPENS_BEFORE

    def latest(self, now: dt.datetime) -> dt.datetime:
        return min(now, self.ends_at + LATEST_AFTER_SHIFT)


@dataclass(frozen=True, kw_only=True)
class SettledTime:
    """The moment that we take for true, how far the phone's is trusted, and by how many seconds it was off."""

    at: dt.datetime
    clock: Passage.Clock
    off_s: int


def settle(said: dt.datetime, *, off: dt.timedelta, shifts: Sequence[Hours], now: dt.datetime) -> SettledTime:
    """Decide when something was done.

    Parameters
    ----------
    said
        What the phone's clock said when it was done.
    off
        What to add to the phone's clock to have ours, as measured when it sent.
    shifts
        The shifts in which it may have been done, at least one; the nearest one counts.
    now
        Our clock.

    Returns
    -------
    SettledTime
        ``TRUSTED`` as said; ``CORRECTED`` by ``off`` where the clock is more than a minute out; ``IMPLAUSIBLE``
        where even so it falls outside the shift or in the future: then the nearest moment that is possible.
    """
    is_off = abs(off) > TOLERANCE
    moment = said + off if is_off else said
    nearest = min((_nearest(moment, hours, now) for hours in shifts), key=lambda possible: abs(possible - moment))
    if abs(nearest - moment) > TOLERANCE:
        clock = Passage.Clock.IMPLAUSIBLE
    else:
        clock = Passage.Clock.CORRECTED if is_off else Passage.Clock.TRUSTED
    return SettledTime(at=nearest, clock=clock, off_s=round(off.total_seconds()))


def _nearest(moment: dt.datetime, hours: Hours, now: dt.datetime) -> dt.datetime:
    return max(hours.earliest(), min(moment, hours.latest(now)))
