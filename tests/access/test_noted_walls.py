"""What a crew reads of its passages once a later version has given it new stops: in SQL, and on its pages."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.person import Holding, Person
from accounts.roles import Role
from accounts.walls.logins import Login
from patrols.models import Passage, Route
from tests.access.in_sql import acting, site
from tests.access.people import Place, copy_of, let_in, move_shift
from tests.builders import DAY, build_passage
from tests.maps.reading import PAGE, rows_of_crew, words

pytestmark = pytest.mark.django_db

AN_HOUR = dt.timedelta(hours=1)
NOTED = "SELECT stop_id, shift_id, visit_number FROM walls.crew_stops_noted()"


@pytest.fixture
def out(place) -> Place:
    """Alpha is one hour into its shift."""
    move_shift(place.town.shifts[0], starts_in=-AN_HOUR)
    return place


def replan(place: Place, *, homes: int = 3) -> Route:
    """Alpha's round in the next version: new stops at its first homes."""
    again = copy_of(place.route, plan=copy_of(place.plan, number=2, version=2))
    for stop in place.route.stops.order_by("order")[:homes]:
        copy_of(stop, route=again)
    return again


def note(place: Place, *, order: int = 1, crew: int = 0) -> Passage:
    stop = place.route.stops.filter(order=order).earliest("visit_number")
    done_at = timezone.now() - dt.timedelta(minutes=10)
    return build_passage(absence=stop.absence, crew=place.town.crews[crew], done_at=done_at, stop=stop)


def noted(place: Place, person: Person | None = None) -> list[tuple[int, int, int]]:
    with site(person or place.person(Role.CREW)) as cursor:
        return cursor.execute(NOTED).fetchall()


def alpha(place: Place) -> Client:
    return let_in(Client(), place.accounts[Role.CREW], device_of=place.insee)


def test_its_day_and_its_coverage_say_done_what_it_did_before_the_version(out):
    done = note(out)
    replan(out)
    crew, desk = alpha(out), let_in(Client(), out.accounts[Role.MUNICIPAL_POLICE])

    hour = timezone.localtime(done.done_at)
    said = f"fait à {hour.hour} h"
    assert said in rows_of_crew(desk.get(PAGE), "Alpha")[1]
    assert said in rows_of_crew(crew.get(PAGE), "Alpha")[1]
    assert "fait à" not in rows_of_crew(crew.get(PAGE), "Alpha")[2]
    coverage = f"/bilan/tournees/?du={DAY}&au={DAY}"
    # Planned, done, (missed, to the desk alone), of no news, more.
    assert " 3 1 0 2 0 " in words(desk.get(coverage))
    assert " 3 1 2 0 " in words(crew.get(coverage))


def test_the_plain_list_says_done_what_the_desk_reads_as_done(out):
    note(out)
    replan(out)

    stops = words(alpha(out).get("/equipage/liste/")).split("Rue d")

    assert [": RAS" in stop for stop in stops[1:]] == [True, False, False]


def test_the_second_visit_is_done_where_the_second_was_noted(out):
    first = out.route.stops.get(order=1)
    copy_of(
        first, order=4, visit_number=2, starts_at=first.starts_at + AN_HOUR, leaves_at=first.leaves_at + AN_HOUR
    )
    note_at = out.route.stops.get(order=4)
    build_passage(absence=first.absence, crew=out.town.crews[0], done_at=timezone.now(), stop=note_at)
    replan(out, homes=4)

    rows = rows_of_crew(alpha(out).get(PAGE), "Alpha")

    assert "fait à" not in rows[1]
    assert "fait à" in rows[4]


def test_a_visit_that_another_crew_made_is_not_said_to_be_its_own(out):
    bravo = out.plan.routes.get(shift=out.town.shifts[1])
    theirs = copy_of(out.route.stops.get(order=1), route=bravo, visit_number=2)
    build_passage(absence=theirs.absence, crew=out.town.crews[1], done_at=timezone.now(), stop=theirs)
    replan(out)

    assert "fait à" not in rows_of_crew(alpha(out).get(PAGE), "Alpha")[1]


def test_it_knows_the_visit_that_it_noted(out):
    done = note(out)
    replan(out)

    assert noted(out) == [(done.stop_id, out.town.shifts[0].pk, 1)]


def test_what_its_walls_show_and_what_nobody_noted_is_told_no_second_time(out):
    note(out)
    assert noted(out) == []
    Passage.objects.all().delete()
    replan(out)
    assert noted(out) == []


def test_a_home_that_left_its_round_is_not_shown(out):
    note(out, order=3)
    replan(out, homes=2)

    assert noted(out) == []


@pytest.mark.parametrize("starts_in", [2.1 * AN_HOUR, -4.1 * AN_HOUR])
def test_it_is_told_while_the_shift_is_open_alone(out, starts_in):
    note(out)
    replan(out)
    move_shift(out.town.shifts[0], starts_in=starts_in)

    assert noted(out) == []


def test_a_job_to_which_no_stop_is_hidden_is_told_of_none(out):
    note(out)
    replan(out)

    with acting(Login.WORKER, job="plan") as cursor:
        assert cursor.execute(NOTED).fetchall() == []


def test_nobody_else_is_told(out):
    note(out)
    replan(out)
    bravo = Holding(role=Role.CREW, crew_id=out.town.crews[1].pk)

    assert noted(out, Person(account_id=1, commune=out.insee, holdings=(bravo,), device_id=1)) == []
    assert noted(out, out.person(Role.CREW, is_on_device=False)) == []
    for role in set(Role) - {Role.CREW}:
        assert noted(out, out.person(role)) == []


def test_another_round_at_its_home_is_not_its_own(out):
    bravo = out.plan.routes.get(shift=out.town.shifts[1])
    theirs = copy_of(out.route.stops.get(order=1), route=bravo)
    build_passage(absence=theirs.absence, crew=out.town.crews[1], done_at=timezone.now(), stop=theirs)

    assert noted(out) == []
