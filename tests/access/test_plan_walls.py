"""Who may change what of a plan, in plain SQL: the police of the commune, a draft, and their own shifts."""

import datetime as dt

import psycopg
import pytest

from accounts.roles import Role
from patrols.models import Calculation, Plan
from tests.access.in_sql import site
from tests.access.people import copy_of, move_shift
from tests.builders import at, build_risk

pytestmark = pytest.mark.django_db

ON_ROUTES = ("patrols_stop", "patrols_leg", "patrols_routebreak", "patrols_routestay")
ASKED = """
    INSERT INTO patrols_calculation (commune_id, day, kind, service, shifts, delays_s, publishes, weighs_facts,
        seconds, seed, asked_by_id, asked_at, state, iterations, prize, stops, best, problem)
    VALUES (%s, '2026-08-12', 'day', '', '{}', '{}', false, false,
        2, 7, %s, now(), %s, 0, 0, 0, '{}', '') RETURNING id
"""


@pytest.fixture
def draft(place) -> Plan:
    """A draft beside the version of the stage, with the round of Alpha copied."""
    plan = copy_of(place.plan, number=2, version=None, published_at=None)
    route = copy_of(place.route, plan=plan)
    build_risk(place.plan)
    of_route = (place.route.stops, place.route.legs, place.route.breaks, place.route.stays)
    for row in (row for rows in of_route for row in rows.all()):
        copy_of(row, route=route)
    for row in (place.plan.omissions.get(), place.plan.risk):
        copy_of(row, plan=plan)
    return plan


@pytest.mark.parametrize("role", [Role.MUNICIPAL_POLICE, Role.NATIONAL_POLICE])
@pytest.mark.parametrize("table", ON_ROUTES)
def test_police_change_the_draft_and_nothing_of_a_version(place, draft, role, table):
    with site(place.person(role)) as cursor:
        cursor.execute(f"DELETE FROM {table}")
        gone = cursor.rowcount
        left = cursor.execute(f"SELECT DISTINCT route_id FROM {table}").fetchall()

    assert gone > 0
    assert left == [(place.route.pk,)]


@pytest.mark.parametrize("table", ["patrols_route", "patrols_omission", "patrols_risksurface"])
def test_the_rounds_and_omissions_of_a_version_stay(place, draft, table):
    with site(place.person(Role.NATIONAL_POLICE)) as cursor:
        cursor.execute("; ".join(f"DELETE FROM {each}" for each in ON_ROUTES))
        cursor.execute(f"DELETE FROM {table}")
        left = cursor.execute(f"SELECT DISTINCT plan_id FROM {table}").fetchall()

    assert left == [(place.plan.pk,)]


def test_a_version_is_not_changed_nor_a_stop_put_into_it(place, draft):
    copied = 'INSERT INTO patrols_stop (route_id, "order", absence_id, visit_number, arrives_at, starts_at, '
    copied += "leaves_at, prize, is_locked, is_done) SELECT route_id, 99, absence_id, 2, arrives_at, starts_at, "
    copied += "leaves_at, prize, false, false FROM patrols_stop WHERE route_id = %s LIMIT 1"
    with site(place.person(Role.MUNICIPAL_POLICE)) as cursor:
        cursor.execute("UPDATE patrols_plan SET prize = 0 WHERE id = %s", [place.plan.pk])
        assert cursor.rowcount == 0
        cursor.execute("UPDATE patrols_plan SET prize = 0 WHERE id = %s", [draft.pk])
        assert cursor.rowcount == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            cursor.execute(copied, [place.route.pk])


@pytest.mark.parametrize("role", [Role.CREW, Role.CLSPD, Role.ADMINISTRATOR, Role.REFERENT, Role.DPO])
def test_nobody_else_changes_a_draft(place, draft, role):
    with site(place.person(role)) as cursor:
        cursor.execute("DELETE FROM patrols_stop")
        assert cursor.rowcount == 0
        cursor.execute("UPDATE patrols_plan SET prize = 0")
        assert cursor.rowcount == 0


def test_a_draft_of_another_commune_is_out_of_reach(place, elsewhere):
    Plan.objects.filter(pk=elsewhere.plan.pk).update(version=None, published_at=None)

    with site(place.person(Role.MUNICIPAL_POLICE)) as cursor:
        cursor.execute("DELETE FROM patrols_stop")
        assert cursor.rowcount == 0
        cursor.execute("UPDATE patrols_plan SET prize = 0")
        assert cursor.rowcount == 0


@pytest.mark.parametrize(("role", "number"), [(Role.MUNICIPAL_POLICE, 0), (Role.NATIONAL_POLICE, 1)])
def test_each_service_changes_the_shifts_of_its_own_crews(place, role, number):
    own = place.town.shifts[number]

    with site(place.person(role)) as cursor:
        cursor.execute("UPDATE patrols_shift SET ends_at = ends_at - interval '1 hour' RETURNING id")
        assert cursor.fetchall() == [(own.pk,)]


def test_a_calculation_is_asked_for_in_ones_own_name_and_put_in_the_queue_once(place):
    person = place.person(Role.NATIONAL_POLICE)
    with site(person) as cursor:
        key = cursor.execute(ASKED, [place.insee, person.account_id, "waiting"]).fetchone()[0]
        job = cursor.execute("SELECT walls.defer_calculation(%s)", [key]).fetchone()[0]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            cursor.execute("SELECT FROM procrastinate_jobs")

    assert job is not None


@pytest.mark.parametrize(("whose", "state"), [("other", "waiting"), ("own", "done")])
def test_a_calculation_in_anothers_name_or_already_done_is_refused(place, whose, state):
    person = place.person(Role.MUNICIPAL_POLICE)
    asked_by = {"own": person.account_id, "other": place.accounts[Role.NATIONAL_POLICE].pk}[whose]

    with site(person) as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
        cursor.execute(ASKED, [place.insee, asked_by, state])


def test_a_calculation_of_another_commune_is_not_put_in_the_queue(place, elsewhere):
    asked = Calculation.objects.create(
        commune=elsewhere.town.commune, day=elsewhere.plan.day, seconds=2.0, seed=7, asked_at=at(16)
    )

    with site(place.person(Role.MUNICIPAL_POLICE)) as cursor:
        assert cursor.execute("SELECT walls.defer_calculation(%s)", [asked.pk]).fetchone() == (None,)


def test_a_calculation_that_is_under_way_is_not_put_in_the_queue_again(place):
    asked = Calculation.objects.create(
        commune=place.town.commune, day=place.plan.day, seconds=2.0, seed=7, asked_at=at(16), state="working"
    )

    with site(place.person(Role.MUNICIPAL_POLICE)) as cursor:
        assert cursor.execute("SELECT walls.defer_calculation(%s)", [asked.pk]).fetchone() == (None,)


def test_a_crew_that_is_of_another_commune_now_has_no_shift_here(place, elsewhere):
    move_shift(place.town.shifts[0], starts_in=dt.timedelta(hours=-1))
    alpha = place.town.crews[0]
    alpha.commune = elsewhere.town.commune
    alpha.name = "Gamma"
    alpha.save()

    with site(place.person(Role.CREW)) as cursor:
        assert cursor.execute("SELECT walls.crew_shifts()").fetchone() == ([],)


def test_the_worker_takes_what_the_site_put_in_the_queue(place):
    person = place.person(Role.MUNICIPAL_POLICE)
    with site(person) as cursor:
        key = cursor.execute(ASKED, [place.insee, person.account_id, "waiting"]).fetchone()[0]
        cursor.execute("SELECT walls.defer_calculation(%s)", [key])
        cursor.execute("RESET ROLE; SET LOCAL ROLE ronde_worker")
        worker = cursor.execute("SELECT worker_id FROM procrastinate_register_worker_v1()").fetchone()[0]
        taken = cursor.execute(
            "SELECT task_name, args ->> 'calculation' FROM procrastinate_fetch_job_v2(NULL, %s)", [worker]
        ).fetchone()

    assert taken == ("patrols.tasks.compute", f"{key}")


def test_a_crew_has_nothing_to_report_on_the_stops_of_a_draft(place, draft):
    move_shift(place.town.shifts[0], starts_in=dt.timedelta(hours=-1))

    with site(place.person(Role.CREW)) as cursor:
        stops = {key for (key,) in cursor.execute("SELECT stop_id FROM walls.crew_stops_to_report()").fetchall()}

    assert stops == set(place.route.stops.values_list("pk", flat=True))
