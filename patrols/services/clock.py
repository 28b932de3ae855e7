"""From moments and wall-clock hours to the planner's seconds since midnight, and back.

Wall-clock arithmetic is wrong twice a year; everything passes through UTC.
"""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from patrols.planner import TimeWindow

ONE_DAY = dt.timedelta(days=1)
ONE_DAY_S = 86_400.0


class DayClock:
    """Seconds since the local midnight that begins ``day``."""

    def __init__(self, day: dt.date) -> None:
        self.day = day
        self.midnight = self._moment(day, dt.time(0))

    @staticmethod
    def _moment(day: dt.date, time: dt.time) -> dt.datetime:
        local = dt.datetime.combine(day, time, timezone.get_default_timezone())
        return local.astimezone(dt.UTC)

    def seconds(self, moment: dt.datetime) -> float:
        """Return the seconds from midnight to a moment; negative before, over 86 400 on the next day."""
        return (moment - self.midnight).total_seconds()

    def moment(self, seconds: float) -> dt.datetime:
        """Return the moment (UTC) that many seconds after midnight."""
        return self.midnight + dt.timedelta(seconds=seconds)

    def window(self, offset_days: int, opens: dt.time, closes: dt.time) -> TimeWindow:
        """Return the hours of the day ``offset_days`` later; closing at or before opening means the day after."""
        opening_day = self.day + offset_days * ONE_DAY
        closing_day = opening_day if closes > opens else opening_day + ONE_DAY
        return TimeWindow(
            self.seconds(self._moment(opening_day, opens)), self.seconds(self._moment(closing_day, closes))
        )


def merge_windows(windows: Iterable[TimeWindow]) -> tuple[TimeWindow, ...]:
    """Return the same hours as sorted windows that neither overlap nor touch."""
    merged: list[TimeWindow] = []
    for window in sorted(windows):
        if merged and window.start_s <= merged[-1].end_s:
            merged[-1] = TimeWindow(merged[-1].start_s, max(merged[-1].end_s, window.end_s))
        else:
            merged.append(window)
    return tuple(merged)


def cut_windows(
    windows: Iterable[TimeWindow], moments_s: Iterable[float], separation_s: float
) -> tuple[TimeWindow, ...]:
    """Return what is left of sorted windows at least ``separation_s`` away from every one of the moments."""
    left = list(windows)
    for moment_s in moments_s:
        before, after = moment_s - separation_s, moment_s + separation_s
        left = [
            piece
            for window in left
            for piece in (
                TimeWindow(window.start_s, min(window.end_s, before)),
                TimeWindow(max(window.start_s, after), window.end_s),
            )
            if piece.start_s <= piece.end_s
        ]
    return tuple(left)
