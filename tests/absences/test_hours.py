import datetime as dt

import pytest

from absences.hours import write_hours
from absences.models import AllowedHours
from geo import french
from tests.builders import DAY, Town, build_town

THURSDAY = dt.date(2026, 8, 13)


@pytest.fixture
def town(db) -> Town:
    return build_town()


def hours_on(absence, day):
    return french.plain(write_hours(absence.allowed_hours.all(), day))


def test_a_home_without_hours_may_be_visited_at_any_time(town):
    assert hours_on(town.absences[0], DAY) == "à toute heure"


def test_hours_of_every_day_are_listed(town):
    assert hours_on(town.absences[1], DAY) == "18 h – 21 h"


def test_hours_of_another_day_are_not_listed(town):
    monday_only = AllowedHours(weekday=0, opens=dt.time(8), closes=dt.time(12))
    town.absences[0].allowed_hours.add(monday_only, bulk=False)
    assert hours_on(town.absences[0], DAY) == "aucune ce jour"


def test_hours_past_midnight_are_listed_on_both_days_and_no_other(town):
    wednesday_night = AllowedHours(weekday=2, opens=dt.time(22), closes=dt.time(6))
    town.absences[0].allowed_hours.add(wednesday_night, bulk=False)
    assert hours_on(town.absences[0], DAY) == "22 h – 6 h"
    assert hours_on(town.absences[0], THURSDAY) == "22 h – 6 h"
    assert hours_on(town.absences[0], THURSDAY + dt.timedelta(days=1)) == "aucune ce jour"
