"""The hours at which a passage may begin at a home, for whoever has to judge a moment."""

from collections.abc import Iterable

from absences.models import AllowedHours
from patrols.planner import TimeWindow
from patrols.planner.priority import DAYS_PER_WEEK
from patrols.services.clock import DayClock, merge_windows

RELEVANT_DAYS = (-1, 0, 1)  # hours that open on the eve may still be open; a night shift reaches the day after


def list_windows(allowed: Iterable[AllowedHours], clock: DayClock) -> tuple[TimeWindow, ...]:
    """Return the hours of one home about the day of a clock, sorted and apart; none where none are said."""
    return merge_windows(
        clock.window(offset, hours.opens, hours.closes)
        for hours in allowed
        for offset in RELEVANT_DAYS
        if hours.weekday in (None, (clock.day.weekday() + offset) % DAYS_PER_WEEK)
    )
