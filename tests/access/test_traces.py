import datetime as dt

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import AuditEntry
from accounts.roles import Role
from patrols.models import Passage
from tests.access.people import move_shift
from tests.builders import DAY, at, build_passage

A_MOMENT = dt.timedelta(minutes=5)
PAGE = {"jour": DAY.isoformat()}
HOMES, ROUNDS, PLANS = "absences.absence", "patrols.route", "patrols.plan"
PASSAGES = "patrols.passage"

Trace = tuple[str, str, frozenset[str]]


def traces_of(stream: str) -> set[Trace]:
    entries = AuditEntry.objects.filter(stream=stream).exclude(kind="accounts.device")
    return {(entry.action, entry.kind, frozenset(entry.ids)) for entry in entries}


def keys(rows) -> frozenset[str]:
    return frozenset(str(row.pk) for row in rows)


@pytest.fixture
def police(login_as) -> Client:
    return login_as(Role.MUNICIPAL_POLICE)


@pytest.fixture
def stream(place) -> str:
    return f"account:{place.accounts[Role.MUNICIPAL_POLICE].pk}"


def test_the_page_of_a_day_leaves_its_homes_and_its_rounds(police, place, stream):
    assert police.get("/jour/", PAGE).status_code == 200

    assert traces_of(stream) == {
        ("absence.address", HOMES, keys(place.town.absences)),
        ("route.schedule", ROUNDS, keys(place.plan.routes.all())),
    }


def test_a_page_of_a_day_without_plan_leaves_the_homes_listed(police, place, stream):
    place.plan.delete()

    police.get("/jour/", PAGE)

    assert traces_of(stream) == {("absence.address", HOMES, keys(place.town.absences))}


def test_the_map_of_a_plan_leaves_points_and_courses(police, place, stream):
    assert police.get(f"/plans/{place.plan.pk}/carte.geojson").status_code == 200

    assert traces_of(stream) == {
        ("absence.exact_point", HOMES, keys(place.town.absences)),
        ("route.geometry", ROUNDS, keys(place.plan.routes.all())),
    }


def test_the_map_of_a_day_without_plan_leaves_points(police, place, stream):
    assert police.get(f"/vacants/{DAY}/carte.geojson").status_code == 200

    assert traces_of(stream) == {("absence.exact_point", HOMES, keys(place.town.absences))}


def test_the_detail_of_a_stop_leaves_its_home(police, place, stream):
    stop = place.route.stops.get(order=2)

    assert police.get(f"/arrets/{stop.pk}/detail").status_code == 200

    assert traces_of(stream) == {("absence.address", HOMES, frozenset({str(stop.absence_id)}))}


def pass_during_the_shift(place) -> Passage:
    town = place.town
    return build_passage(absence=town.absences[1], crew=town.crews[0], done_at=at(18, 22), result="ras")


def test_the_page_of_a_day_leaves_the_passages_that_it_tells(police, place, stream):
    passage = pass_during_the_shift(place)

    police.get("/jour/", PAGE)

    told = {trace for trace in traces_of(stream) if trace[1] == PASSAGES}
    assert told == {(action, PASSAGES, keys([passage])) for action in ("passage.time", "passage.result")}


def test_new_passages_leave_themselves_and_their_homes_alone(police, place, stream):
    passage = pass_during_the_shift(place)

    assert police.get(f"/plans/{place.plan.pk}/passages/").status_code == 200

    assert traces_of(stream) == {
        ("absence.address", HOMES, frozenset({str(passage.absence_id)})),
        ("passage.time", PASSAGES, keys([passage])),
        ("passage.result", PASSAGES, keys([passage])),
    }


def test_a_page_that_has_heard_of_all_passages_leaves_nothing(police, place, stream):
    assert police.get(f"/plans/{place.plan.pk}/passages/").status_code == 204

    assert traces_of(stream) == set()


def test_the_detail_of_a_stop_leaves_its_passage(police, place, stream):
    passage = pass_during_the_shift(place)

    police.get(f"/arrets/{place.route.stops.get(order=2).pk}/detail")

    assert ("passage.result", PASSAGES, keys([passage])) in traces_of(stream)


def test_the_detail_of_a_passage_left_out_leaves_its_home(police, place, stream):
    omission = place.plan.omissions.get()

    assert police.get(f"/ecartes/{omission.pk}/detail").status_code == 200

    assert traces_of(stream) == {("absence.address", HOMES, frozenset({str(omission.absence_id)}))}


def test_the_detail_of_a_vacant_home_leaves_it(police, place, stream):
    home = place.town.absences[0]

    assert police.get(f"/vacants/{DAY}/{home.pk}/detail").status_code == 200

    assert traces_of(stream) == {("absence.address", HOMES, frozenset({str(home.pk)}))}


def test_a_printed_road_sheet_leaves_its_round_and_homes(police, place, stream):
    assert police.get(f"/tournees/{place.route.pk}/tournee.pdf").status_code == 200

    assert traces_of(stream) == {
        ("absence.address", HOMES, keys(place.town.absences[:3])),
        ("route.print", ROUNDS, keys([place.route])),
    }


@pytest.mark.parametrize("extension", ["gpx", "csv"])
def test_a_crew_that_downloads_its_round_leaves_it_and_its_homes(login_as, place, extension):
    crew = login_as(Role.CREW)
    move_shift(place.town.shifts[0], starts_in=-A_MOMENT)

    assert crew.get(f"/tournees/{place.route.pk}/tournee.{extension}").status_code == 200

    assert traces_of(f"account:{place.accounts[Role.CREW].pk}") == {
        ("absence.address", HOMES, keys(place.town.absences[:3])),
        ("route.download", ROUNDS, keys([place.route])),
    }


def test_a_head_request_leaves_what_a_whole_one_leaves(police, place, stream):
    police.head(f"/plans/{place.plan.pk}/carte.geojson")

    assert ("absence.exact_point", HOMES, keys(place.town.absences)) in traces_of(stream)


@pytest.mark.parametrize("role", [Role.REFERENT, Role.VIGILANT, Role.CLSPD, Role.ADMINISTRATOR, Role.DPO])
def test_who_is_refused_leaves_a_refusal_and_no_home(login_as, place, role):
    assert login_as(role).get(f"/plans/{place.plan.pk}/carte.geojson").status_code == 404

    stream = f"account:{place.accounts[role].pk}"
    assert traces_of(stream) == {("access.refused", "", frozenset())}
    assert AuditEntry.objects.get(stream=stream).outcome == "refused"


def test_a_visitor_leaves_no_home(place):
    assert Client().get("/jour/", PAGE).status_code == 302

    assert not AuditEntry.objects.filter(kind=HOMES).exists()


@pytest.mark.parametrize("form", ["gpx", "geojson", "csv"])
def test_a_command_that_exports_a_plan_leaves_its_homes(place, tmp_path, form):
    call_command("export_plan", plan=place.plan.pk, format=form, to=tmp_path)

    assert traces_of("job:test") == {
        ("absence.export", HOMES, keys(place.town.absences)),
        ("route.schedule", PLANS, keys([place.plan])),
    }


def test_a_command_that_exports_one_crew_leaves_its_homes_only(place, tmp_path):
    call_command("export_plan", plan=place.plan.pk, format="gpx", to=tmp_path, crews=["Alpha"])

    assert ("absence.export", HOMES, keys(place.town.absences[:3])) in traces_of("job:test")


def test_a_command_that_draws_a_plan_leaves_its_homes(place, tmp_path):
    call_command("render_map", "plan", plan=place.plan.pk, to=tmp_path / "plan.html")

    assert ("absence.export", HOMES, keys(place.town.absences)) in traces_of("job:test")
