"""The hours at which a passage may begin at a home: for a reader, and for whoever has to judge a moment."""

import datetime as dt
from collections.abc import Iterable

from absences.models import AllowedHours
from geo import french
from patrols.planner import TimeWindow
from patrols.planner.priority import DAYS_PER_WEEK
from patrols.services.clock import DayClock, merge_windows

ANY_HOUR = "à toute heure"
RELEVANT_DAYS = (-1, 0, 1)  # hours that open on the eve may still be open; a night shift reaches the day after


def write_hours(allowed: Iterable[AllowedHours], day: dt.date) -> str:
    """Write the hours of one home on ``day``.

    Hours that go past midnight are listed on the day they open and on the day they close.
    """
    allowed = list(allowed)
    if not allowed:
        return ANY_HOUR
    before = (day.weekday() - 1) % DAYS_PER_WEEK
    spans = {
        (hours.opens, hours.closes)
        for hours in allowed
        if hours.weekday in (None, day.weekday()) or (hours.closes <= hours.opens and hours.weekday == before)
    }
    if not spans:
        return "aucune ce jour"
    return ", ".join(f"{french.clock(opens)} – {french.clock(closes)}" for opens, closes in sorted(spans))


def list_windows(allowed: Iterable[AllowedHours], clock: DayClock) -> tuple[TimeWindow, ...]:
    """Return the hours of one home about the day of a clock, sorted and apart; none where none are said."""
    return merge_windows(
        clock.window(offset, hours.opens, hours.closes)
        for hours in allowed
        for offset in RELEVANT_DAYS
        if hours.weekday in (None, (clock.day.weekday() + offset) % DAYS_PER_WEEK)
    )
