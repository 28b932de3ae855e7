import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from accounts.models import Account, AuditEntry, Grant
from accounts.roles import Role
from tests.access.people import Place, build_account, build_place, let_in, move_shift
from tests.builders import DAY, at

PAGE = f"/vacations/?jour={DAY}"
AN_HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    """Pages name their static files as they are, built or not."""
    settings.COMMUNE_INSEE = "26999"
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def place(db) -> Place:
    place = build_place()
    build_account(place.town, Role.CREW, login="agent-12")
    return place


def page_of(place: Place, role: Role, url: str = PAGE) -> str:
    device_of = place.insee if role is Role.CREW else ""
    return let_in(Client(), place.accounts[role], device_of=device_of).get(url).content.decode()


def test_municipal_police_read_who_is_in_each_crew_and_leave_a_trace(place):
    page = page_of(place, Role.MUNICIPAL_POLICE)

    assert 'class="members">26999-crew, agent-12</span>' in page
    entry = AuditEntry.objects.get(action="route.crew_members")
    # Nobody is in Bravo: nothing was told of it.
    assert entry.ids == [str(place.town.shifts[0].pk)]


def test_national_police_read_the_shifts_without_them(place):
    page = page_of(place, Role.NATIONAL_POLICE)

    assert "Alpha" in page
    assert 'class="members"' not in page
    assert not AuditEntry.objects.filter(action="route.crew_members").exists()


@pytest.mark.parametrize(
    "leave",
    [
        lambda account: Account.objects.filter(pk=account.pk).update(is_active=False, disabled_at=at(8)),
        lambda account: Grant.objects.filter(account=account).update(valid=DateRange(dt.date(2020, 1, 1), DAY)),
    ],
    ids=["disabled", "the day before was the last"],
)
def test_who_is_no_more_in_the_crew_that_day_is_not_told(place, leave):
    leave(Account.objects.get(login="agent-12"))

    assert 'class="members">26999-crew</span>' in page_of(place, Role.MUNICIPAL_POLICE)


@pytest.mark.parametrize(
    ("starts_in", "told"), [(-AN_HOUR, True), (AN_HOUR, True), (3 * AN_HOUR, False)], ids=["on", "soon", "later"]
)
def test_a_crew_reads_who_it_is_from_two_hours_before_its_shift(place, starts_in, told):
    move_shift(place.town.shifts[0], starts_in=starts_in)

    assert ("26999-crew, agent-12" in page_of(place, Role.CREW, "/accueil/")) is told
