"""What is told of a moment that a period does not hold, on days whose weekdays are known."""

import datetime as dt

import pytest

from maps.density.asked import Asked
from maps.density.banners import tell_missing
from maps.density.facts import Surface
from tests.builders import PARIS

# Monday 30 November 2026, at 14:30.
NOW = dt.datetime(2026, 11, 30, 14, 30, tzinfo=PARIS)
TODAY, YESTERDAY, TOMORROW = (NOW.date() + dt.timedelta(days=days) for days in (0, -1, 1))
JUNE, NOVEMBER = dt.date(2026, 6, 2), dt.date(2026, 11, 29)
TUESDAY = 1


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"first": JUNE, "last": NOVEMBER, "month": 3}, "aucun jour en mars"),
        ({"first": YESTERDAY, "last": TODAY, "weekday": TUESDAY}, "aucun mardi :"),
        # A Saturday to a Monday.
        (
            {"first": dt.date(2026, 5, 30), "last": dt.date(2026, 6, 1), "weekday": TUESDAY, "month": 6},
            "aucun mardi en juin",
        ),
        ({"first": JUNE, "last": NOVEMBER, "month": 6, "kept_since": dt.date(2026, 10, 31)}, "aucun jour en juin"),
        ({"first": TOMORROW, "last": TOMORROW}, "Ces jours sont à venir"),
        ({"first": TODAY, "last": TODAY, "hour": 15}, "Cette heure est à venir"),
    ],
)
def test_what_no_map_can_hold_is_told(asked, told):
    assert told in tell_missing(Asked(surface=Surface.REPORTS, **asked), NOW)


@pytest.mark.parametrize(
    "asked",
    [
        {"first": JUNE, "last": NOVEMBER},
        {"first": JUNE, "last": NOVEMBER, "month": 6, "weekday": TUESDAY},
        {"first": TODAY, "last": TODAY, "hour": 14},
        {"first": YESTERDAY, "last": TODAY, "hour": 15},
    ],
)
def test_nothing_is_told_of_what_may_have_happened(asked):
    assert tell_missing(Asked(surface=Surface.REPORTS, **asked), NOW) == ""
