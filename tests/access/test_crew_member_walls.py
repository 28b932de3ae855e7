"""Who is in a crew, in SQL: of the commune for municipal police, of one's own open shift for a crew."""

import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Account, Grant
from accounts.roles import Role
from patrols.models import Shift
from tests.access.in_sql import site
from tests.access.people import Place, build_account, move_shift
from tests.builders import DAY

pytestmark = pytest.mark.django_db

AN_HOUR = dt.timedelta(hours=1)
OTHERS = sorted(set(Role) - {Role.MUNICIPAL_POLICE, Role.CREW})
ALPHA, SECOND, BRAVO = "26999-crew", "agent-2", "agent-3"


@pytest.fixture
def crews(place, elsewhere) -> Place:
    """Alpha has two members and is on shift, Bravo has one; elsewhere Alpha has one."""
    build_account(place.town, Role.CREW, login=SECOND)
    bravo = build_account(place.town, Role.CREW, login=BRAVO)
    Grant.objects.filter(account=bravo).update(crew=place.town.crews[1])
    for each in (place, elsewhere):
        move_shift(each.town.shifts[0], starts_in=-AN_HOUR)
    return place


def told(place: Place, role: Role, *, is_on_device: bool = True) -> set[str]:
    every = list(Shift.objects.values_list("pk", flat=True))
    with site(place.person(role, is_on_device=is_on_device)) as cursor:
        return {login for (login,) in cursor.execute("SELECT login FROM walls.crew_members(%s)", [every])}


def test_municipal_police_are_told_the_crews_of_their_commune(crews):
    assert told(crews, Role.MUNICIPAL_POLICE) == {ALPHA, SECOND, BRAVO}


def test_a_crew_is_told_who_it_is_and_no_other_crew(crews):
    assert told(crews, Role.CREW) == {ALPHA, SECOND}
    assert told(crews, Role.CREW, is_on_device=False) == set()


@pytest.mark.parametrize("starts_in", [3 * AN_HOUR, -5 * AN_HOUR])
def test_a_crew_is_told_nothing_before_and_after_its_shift(crews, starts_in):
    move_shift(crews.town.shifts[0], starts_in=starts_in)

    assert told(crews, Role.CREW) == set()


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_is_told(crews, role):
    assert told(crews, role) == set()


def test_who_was_not_in_the_crew_that_day_or_is_disabled_is_not_told(crews):
    Grant.objects.filter(account__login=SECOND).update(valid=DateRange(dt.date(2020, 1, 1), DAY))
    Account.objects.filter(login=BRAVO).update(is_active=False, disabled_at=dt.datetime.now(dt.UTC))

    assert told(crews, Role.MUNICIPAL_POLICE) == {ALPHA}
