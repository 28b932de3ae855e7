import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from absences.models import Absence, AllowedHours
from tests.builders import DAY, at, build_town

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2026, 8, 1), dt.date(2026, 8, 20)  # the days of every absence of the tiny town


@pytest.fixture
def absence():
    return build_town().absences[0]


def vacant_days(absence):
    span = (FIRST - dt.timedelta(days=1) + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 3))
    return [day for day in span if Absence.objects.vacant_on(day).filter(pk=absence.pk).exists()]


def test_a_home_is_vacant_from_its_first_to_its_last_day(absence):
    days = vacant_days(absence)

    assert (days[0], days[-1], len(days)) == (FIRST, LAST, 20)


def test_an_early_return_takes_the_home_off_the_same_day(absence):
    absence.returned_on = DAY
    absence.save()

    assert vacant_days(absence)[-1] == DAY - dt.timedelta(days=1)


def test_a_cancelled_absence_is_never_vacant(absence):
    absence.cancelled_at = at(8)
    absence.save()

    assert vacant_days(absence) == []


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"first_day": LAST + dt.timedelta(days=1)}, "absence_days_are_in_order"),
        ({"returned_on": FIRST - dt.timedelta(days=1)}, "absence_return_is_within_its_days"),
        ({"returned_on": LAST + dt.timedelta(days=1)}, "absence_return_is_within_its_days"),
        ({"passages_per_week": 0}, "absence_passages_per_week_are_plausible"),
        ({"passages_per_week": 15}, "absence_passages_per_week_are_plausible"),
        ({"service_time_s": 29}, "absence_service_time_is_plausible"),
        ({"service_time_s": 7201}, "absence_service_time_is_plausible"),
    ],
)
def test_the_database_refuses_an_implausible_absence(absence, change, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Absence.objects.filter(pk=absence.pk).update(**change)


def test_the_database_refuses_a_weekday_that_does_not_exist(absence):
    with pytest.raises(IntegrityError, match="allowed_hours_weekday_exists"), transaction.atomic():
        AllowedHours.objects.create(absence=absence, weekday=7, opens=dt.time(8), closes=dt.time(9))


def test_the_same_hours_are_said_once_even_for_every_day(absence):
    hours = {"absence": absence, "weekday": None, "opens": dt.time(8), "closes": dt.time(9)}
    AllowedHours.objects.create(**hours)

    with pytest.raises(IntegrityError, match="allowed_hours_are_said_once"), transaction.atomic():
        AllowedHours.objects.create(**hours)


def test_an_address_that_an_absence_names_cannot_be_deleted(absence):
    with pytest.raises(IntegrityError), transaction.atomic():
        absence.address.delete()
