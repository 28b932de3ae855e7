import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrols.planner import TimeWindow
from patrols.services.clock import DayClock, merge_windows

HOUR_S = 3600.0


def test_seconds_count_from_local_midnight():
    clock = DayClock(dt.date(2026, 8, 12))

    # Paris is two hours ahead of UTC in August: 18 h there is 16 h UTC.
    assert clock.seconds(dt.datetime(2026, 8, 12, 16, tzinfo=dt.UTC)) == 18 * HOUR_S


@pytest.mark.parametrize(
    ("day", "six_in_the_morning_s"),
    # The night of the spring change lacks an hour, that of the autumn change has one more.
    [(dt.date(2026, 3, 29), 5 * HOUR_S), (dt.date(2026, 10, 25), 7 * HOUR_S)],
)
def test_hours_after_a_clock_change_are_elapsed_hours(day, six_in_the_morning_s):
    window = DayClock(day).window(0, dt.time(6), dt.time(7))

    assert window == TimeWindow(six_in_the_morning_s, six_in_the_morning_s + HOUR_S)


def test_hours_that_close_before_they_open_end_on_the_day_after():
    assert DayClock(dt.date(2026, 8, 12)).window(-1, dt.time(22), dt.time(2)) == TimeWindow(
        -2 * HOUR_S, 2 * HOUR_S
    )


@given(st.dates(dt.date(2020, 1, 1), dt.date(2035, 1, 1)), st.integers(-100_000, 200_000))
def test_a_moment_and_its_seconds_are_one(day, seconds):
    clock = DayClock(day)

    assert clock.seconds(clock.moment(seconds)) == seconds


def test_windows_that_overlap_or_touch_become_one():
    windows = [TimeWindow(50, 60), TimeWindow(0, 10), TimeWindow(10, 20), TimeWindow(15, 17)]

    assert merge_windows(windows) == (TimeWindow(0, 20), TimeWindow(50, 60))
