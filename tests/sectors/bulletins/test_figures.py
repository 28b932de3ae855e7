import datetime as dt

import pytest
from django.utils import timezone

from accounts import scope
from accounts.roles import POLICE, Role
from accounts.services.purge import purge_rows
from sectors.models import Bulletin, BulletinCount, BulletinReading, BulletinRelay
from sectors.services.bulletins.figures import SectorMonth, count_by_sector_month
from sectors.services.bulletins.receiving import note_reading, relay
from tests.builders import PARIS
from tests.sectors.bulletins.messages import draft_for, send_to

pytestmark = pytest.mark.django_db

JULY, AUGUST = dt.date(2024, 7, 1), dt.date(2024, 8, 1)
# Half past midnight in Paris on the first of August is still July in London.
FIRST_MINUTES = dt.datetime(2024, 8, 1, 0, 30, tzinfo=PARIS)
IN_JULY = dt.datetime(2024, 7, 14, 12, tzinfo=PARIS)
TODAY = dt.date(2026, 11, 29)


@pytest.fixture
def told(place, elsewhere):
    """Sent to sectors 1 and 2 in July, to 1 again in August; the first was read and relayed in 1, late."""
    first, second = place.sectors[:2]
    sent = send_to(place, first, second, now=IN_JULY)
    send_to(place, first, now=FIRST_MINUTES)
    send_to(elsewhere, elsewhere.sectors[0], now=IN_JULY)
    draft_for(place, first, now=IN_JULY)
    referent = place.accounts[Role.REFERENT]
    for reader in (referent, place.accounts[Role.VIGILANT]):
        note_reading(sent, reader, [first], now=FIRST_MINUTES)
    relay(sent, referent, [first], list(BulletinRelay.Means)[:2], now=FIRST_MINUTES)
    return place


def expected(place) -> list[SectorMonth]:
    first, second = (sector.pk for sector in place.sectors[:2])
    return [
        SectorMonth(sector_id=first, month=JULY, sent=1, read=1, relayed=1),
        SectorMonth(sector_id=second, month=JULY, sent=1, read=0, relayed=0),
        SectorMonth(sector_id=first, month=AUGUST, sent=1, read=0, relayed=0),
    ]


@pytest.mark.parametrize("role", Role)
def test_messages_are_counted_by_sector_and_month_for_police_and_the_council(told, role):
    scope.enter(told.person(role))

    counted = count_by_sector_month(JULY, AUGUST)

    assert counted == (expected(told) if role in {*POLICE, Role.CLSPD} else [])


def test_what_is_erased_still_counts(told):
    assert purge_rows(Bulletin, TODAY) == 4
    assert not BulletinReading.objects.exists()
    assert BulletinCount.objects.count() == 4

    scope.enter(told.person(Role.CLSPD))
    assert count_by_sector_month(JULY, AUGUST) == expected(told)


def test_what_is_erased_in_two_times_adds_up(told):
    purge_rows(Bulletin, TODAY)
    send_to(told, told.sectors[0], now=IN_JULY)
    purge_rows(Bulletin, TODAY)

    scope.enter(told.person(Role.NATIONAL_POLICE))
    july = count_by_sector_month(JULY, JULY)
    assert july[0] == SectorMonth(sector_id=told.sectors[0].pk, month=JULY, sent=2, read=1, relayed=1)


def test_a_message_is_kept_two_years(told):
    kept = send_to(told, told.sectors[0], now=dt.datetime(2024, 11, 29, tzinfo=PARIS))

    purge_rows(Bulletin, TODAY)

    assert list(Bulletin.objects.all()) == [kept]


def test_the_council_is_told_of_a_month_once_it_is_over(place):
    now = timezone.localtime()
    month = now.date().replace(day=1)
    send_to(place, place.sectors[0], now=now)

    scope.enter(place.person(Role.CLSPD))
    assert count_by_sector_month(month, month) == []
    scope.enter(place.person(Role.MUNICIPAL_POLICE))
    assert [each.sent for each in count_by_sector_month(month, month)] == [1]
