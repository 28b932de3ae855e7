"""What remains of the place of a report: the street and the hour of those that were relayed, and no key."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Account
from accounts.services.purge import purge_rows
from reports.choices import Rejection, State
from reports.models import Report, ReportPlace
from tests.builders import build_town
from tests.reports.telling import MIDDLE, build_relayed, build_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_keys")]

LONG_AGO = dt.timedelta(days=200)


@pytest.fixture
def sector():
    return build_town().sectors[0]


@pytest.fixture
def told_at():
    return (timezone.now() - LONG_AGO).replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def relayed(sector, told_at) -> Report:
    return build_relayed(sector, by=Account.objects.create_user("referent"), happened_at=told_at, told_at=told_at)


def test_of_a_relayed_report_the_street_and_the_hour_remain(relayed, told_at):
    key = relayed.pk
    assert purge_rows(Report, timezone.localdate()) == 1

    kept = ReportPlace.objects.get()
    assert (kept.kind, kept.happened_at, kept.sector_id) == ("damage", told_at, relayed.sector_id)
    assert kept.point.coords == MIDDLE.coords
    assert kept.point.coords != relayed.point.coords
    assert kept.pk != key


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"state": State.ANSWERED, "ended_at": timezone.now()},
        {"state": State.REJECTED, "ended_at": timezone.now(), "rejection": Rejection.UNCLEAR},
        {
            "state": State.REJECTED,
            "relayed_at": timezone.now(),
            "ended_at": timezone.now(),
            "rejection": Rejection.UNCLEAR,
        },
    ],
)
def test_what_the_police_were_not_told_or_was_rejected_leaves_no_place(sector, told_at, said):
    build_report(sector, happened_at=told_at, told_at=told_at, **said)

    assert purge_rows(Report, timezone.localdate()) == 1
    assert not ReportPlace.objects.exists()


def test_what_is_taken_back_leaves_no_place(relayed):
    relayed.delete()

    assert not ReportPlace.objects.exists()


def test_places_leave_after_three_years(sector):
    today = timezone.localdate()
    for days in (1095, 1098):
        at = (timezone.now() - dt.timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
        ReportPlace.objects.create(
            commune_id=sector.commune_id, sector=sector, kind="noise", happened_at=at, point=MIDDLE
        )

    assert purge_rows(ReportPlace, today) == 1
    assert ReportPlace.objects.count() == 1
