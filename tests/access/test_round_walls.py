"""When a crew is shown its round, and which version of it: within its window, and nothing around it."""

import datetime as dt

import pytest

from accounts.person import Holding, Person
from accounts.roles import Role
from patrols.models import Plan
from tests.access.in_sql import keys_in, site
from tests.access.people import build_plan_again, copy_of, move_shift
from tests.builders import DAY, at

pytestmark = pytest.mark.django_db

A_MINUTE, TWO_HOURS = dt.timedelta(minutes=1), dt.timedelta(hours=2)
FOUR_HOURS = dt.timedelta(hours=4)


@pytest.mark.parametrize("starts_in", [TWO_HOURS - A_MINUTE, -A_MINUTE, A_MINUTE - FOUR_HOURS])
def test_a_crew_sees_its_round_from_two_hours_before_its_shift_to_the_end(place, starts_in):
    move_shift(place.town.shifts[0], starts_in=starts_in, length=FOUR_HOURS)

    with site(place.person(Role.CREW)) as cursor:
        assert keys_in(cursor, "patrols_route") == {place.route.pk}
        assert len(keys_in(cursor, "absences_absence")) == 3


@pytest.mark.parametrize("starts_in", [TWO_HOURS + A_MINUTE, -FOUR_HOURS - A_MINUTE])
def test_a_crew_sees_nothing_before_and_after(place, starts_in):
    move_shift(place.town.shifts[0], starts_in=starts_in, length=FOUR_HOURS)

    with site(place.person(Role.CREW)) as cursor:
        assert [keys_in(cursor, table) for table in round_tables()] == [set() for _ in round_tables()]


def test_a_crew_does_not_see_the_round_of_another(busy):
    bravo = Holding(role=Role.CREW, crew_id=busy.town.crews[1].pk)

    with site(Person(account_id=1, commune=busy.insee, holdings=(bravo,), device_id=1)) as cursor:
        assert keys_in(cursor, "patrols_stop") == keys_in(cursor, "absences_absence") == set()


def test_a_crew_sees_nothing_on_a_phone_that_is_not_enrolled(busy):
    with site(busy.person(Role.CREW, is_on_device=False)) as cursor:
        assert [keys_in(cursor, table) for table in round_tables()] == [set() for _ in round_tables()]


def test_a_crew_sees_the_latest_plan_alone(busy):
    former, newer = busy.route.pk, build_plan_again(busy)

    with site(busy.person(Role.CREW)) as cursor:
        assert keys_in(cursor, "patrols_plan") == {newer.pk}
        assert former not in keys_in(cursor, "patrols_route")


def test_a_crew_sees_nothing_of_a_draft(busy):
    build_plan_again(busy)
    Plan.objects.filter(number=2).update(version=None, published_at=None)

    with site(busy.person(Role.CREW)) as cursor:
        assert keys_in(cursor, "patrols_plan") == {busy.plan.pk}
        assert keys_in(cursor, "patrols_route") == {busy.route.pk}


def test_a_version_for_other_crews_takes_no_round_from_a_crew(busy):
    other = Plan.objects.create(
        commune=busy.town.commune,
        day=DAY,
        number=2,
        version=2,
        published_at=at(16),
        made_at=at(16),
        seed=7,
        iterations=1,
        runtime_s=1.0,
        problem_sha256="0" * 64,
        prize=0.0,
    )
    copy_of(busy.plan.routes.get(shift=busy.town.shifts[1]), plan=other)

    with site(busy.person(Role.CREW)) as cursor:
        assert keys_in(cursor, "patrols_route") == {busy.route.pk}


def test_a_crew_sees_nothing_of_a_round_that_a_later_version_took_from_it(busy):
    later = copy_of(busy.plan, number=2, version=2)
    copy_of(busy.route, plan=later)

    with site(busy.person(Role.CREW)) as cursor:
        assert keys_in(cursor, "patrols_stop") == keys_in(cursor, "absences_absence") == set()


def round_tables() -> list[str]:
    return [
        "absences_absence",
        "absences_allowedhours",
        "patrols_plan",
        "patrols_route",
        "patrols_stop",
        "patrols_leg",
        "patrols_routebreak",
        "patrols_routestay",
        "patrols_passage",
        "patrols_passageorigin",
        "patrols_joinedpassage",
        "patrols_passagenote",
        "patrols_callattempt",
        "patrols_shift",
        "patrols_shiftbreak",
    ]
