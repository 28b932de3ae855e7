"""What each role reaches through the pages, inside and outside its commune, its days, its shift and its device."""

import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone

from accounts.models import Account, AuditEntry, Grant
from accounts.roles import POLICE, Role
from accounts.services import devices
from patrols.models import Omission, Stop
from tests.access.people import Place, let_in, move_shift
from tests.builders import DAY, HOMES

pytestmark = pytest.mark.django_db

AN_HOUR = dt.timedelta(hours=1)
DAY_PAGE = f"/jour/?jour={DAY}"


def addresses_of(place: Place) -> dict[str, str]:
    """The addresses of everything that the maps show of a place."""
    stop, omission = (
        Stop.objects.filter(route=place.route).earliest("order"),
        Omission.objects.get(plan=place.plan),
    )
    return {
        "map": f"/plans/{place.plan.pk}/carte.geojson",
        "news": f"/plans/{place.plan.pk}/passages/?depuis=1-0",
        "sheet": f"/tournees/{place.route.pk}/tournee.pdf",
        "gpx": f"/tournees/{place.route.pk}/tournee.gpx",
        "csv": f"/tournees/{place.route.pk}/tournee.csv",
        "export": f"/plans/{place.plan.pk}/plan.geojson",
        "stop": f"/arrets/{stop.pk}/detail",
        "omission": f"/ecartes/{omission.pk}/detail",
        "home": f"/vacants/{DAY}/{place.town.absences[3].pk}/detail",
    }


def answers(client: Client, addresses: dict[str, str]) -> dict[str, int]:
    return {name: client.get(address).status_code for name, address in addresses.items()}


POLICE_REACH = {
    "map": 200,
    "news": 200,
    "sheet": 200,
    "gpx": 404,
    "csv": 404,
    "export": 404,
    "stop": 200,
    "omission": 200,
    "home": 200,
}
CREW_REACH = {**POLICE_REACH, "news": 404, "gpx": 200, "csv": 200, "omission": 404, "home": 404}
NOTHING = dict.fromkeys(POLICE_REACH, 404)


@pytest.mark.parametrize("role", sorted(POLICE))
def test_police_read_and_print_and_take_no_file_away(login_as, place, role):
    assert answers(login_as(role), addresses_of(place)) == POLICE_REACH


@pytest.mark.parametrize("role", [role for role in Role if role not in POLICE and role is not Role.CREW])
def test_for_the_others_none_of_it_exists(login_as, place, role):
    client = login_as(role)

    assert answers(client, addresses_of(place)) == NOTHING
    assert client.get(DAY_PAGE).status_code == 404


def test_a_visitor_is_led_to_the_log_in(place):
    client = Client()

    assert set(answers(client, addresses_of(place)).values()) == {302}
    assert client.get(DAY_PAGE)["Location"].startswith("/compte/connexion/?next=")


def test_a_crew_reaches_its_own_round_during_its_shift(login_as, place):
    move_shift(place.town.shifts[0], starts_in=-AN_HOUR)

    assert answers(login_as(Role.CREW), addresses_of(place)) == CREW_REACH


def test_a_crew_reads_its_three_homes_on_the_page_and_not_the_fourth(login_as, place):
    move_shift(place.town.shifts[0], starts_in=-AN_HOUR)

    drawn = login_as(Role.CREW).get(addresses_of(place)["map"]).content.decode()
    page = login_as(Role.CREW).get(DAY_PAGE).content.decode()

    assert [f"{lat}" in drawn for _, lat in (HOMES[0], HOMES[3])] == [True, False]
    assert [f"{address}" in page for address in place.town.addresses] == [True, True, True, False]


def test_a_crew_reads_how_far_its_own_round_went_whatever_days_it_asks_for(login_as, place):
    move_shift(place.town.shifts[0], starts_in=-AN_HOUR)
    asked = f"/bilan/tournees/?du={DAY}&au={DAY}"

    page = login_as(Role.CREW).get(asked).content.decode()
    of_police = login_as(Role.NATIONAL_POLICE).get(asked).content.decode()

    routes = {route.shift.crew.name: f'data-route="{route.pk}"' for route in place.plan.routes.all()}
    assert {crew: mark in page for crew, mark in routes.items()} == {"Alpha": True, "Bravo": False}
    # What the desk says was missed is told to police alone.
    assert ("Non faites" in page, "Non faites" in of_police) == (False, True)


@pytest.mark.parametrize("starts_in", [3 * AN_HOUR, -5 * AN_HOUR])
def test_a_crew_reaches_nothing_outside_its_shift(login_as, place, starts_in):
    move_shift(place.town.shifts[0], starts_in=starts_in)

    assert answers(login_as(Role.CREW), addresses_of(place)) == NOTHING


def test_a_crew_reaches_nothing_without_an_enrolled_device(login_as, place):
    move_shift(place.town.shifts[0], starts_in=-AN_HOUR)

    assert answers(login_as(Role.CREW, device_of=""), addresses_of(place)) == NOTHING


def test_a_revoked_device_opens_nothing_more(login_as, place):
    move_shift(place.town.shifts[0], starts_in=-AN_HOUR)
    client = login_as(Role.CREW)
    assert client.get(addresses_of(place)["stop"]).status_code == 200

    devices.revoke(place.accounts[Role.CREW].devices.get().pk, commune=place.insee)

    # Its session is over: each address leads to the log-in.
    assert answers(client, addresses_of(place)) == dict.fromkeys(NOTHING, 302)


def test_what_belongs_to_another_commune_does_not_exist_here(login_as, elsewhere):
    assert answers(login_as(Role.MUNICIPAL_POLICE), addresses_of(elsewhere)) == NOTHING


def test_the_police_of_another_commune_have_no_role_here(place, elsewhere):
    client = let_in(Client(), elsewhere.accounts[Role.MUNICIPAL_POLICE])

    assert answers(client, addresses_of(place)) == NOTHING
    assert client.get(DAY_PAGE).status_code == 404


def days_from(first: int, last: int | None) -> DateRange:
    today = timezone.localdate()
    return DateRange(today + dt.timedelta(days=first), None if last is None else today + dt.timedelta(days=last))


@pytest.mark.parametrize(("first", "last"), [(-30, 0), (1, None), (1, 30)])
def test_a_role_that_has_ended_or_not_begun_opens_nothing(login_as, place, first, last):
    Grant.objects.filter(account=place.accounts[Role.MUNICIPAL_POLICE]).update(valid=days_from(first, last))

    assert answers(login_as(Role.MUNICIPAL_POLICE), addresses_of(place)) == NOTHING


@pytest.mark.parametrize(("first", "last"), [(0, None), (-30, 1)])
def test_a_role_opens_on_its_first_day_and_still_on_its_last(login_as, place, first, last):
    Grant.objects.filter(account=place.accounts[Role.MUNICIPAL_POLICE]).update(valid=days_from(first, last))

    assert login_as(Role.MUNICIPAL_POLICE).get(DAY_PAGE).status_code == 200


def test_a_role_taken_away_counts_at_the_next_request(login_as, place):
    client = login_as(Role.MUNICIPAL_POLICE)
    assert client.get(DAY_PAGE).status_code == 200

    Grant.objects.filter(account=place.accounts[Role.MUNICIPAL_POLICE]).update(valid=days_from(-30, 0))

    assert client.get(DAY_PAGE).status_code == 404


def test_a_disabled_account_is_out_at_the_next_request(login_as, place):
    client = login_as(Role.MUNICIPAL_POLICE)
    Account.objects.filter(pk=place.accounts[Role.MUNICIPAL_POLICE].pk).update(
        is_active=False, disabled_at=timezone.now()
    )

    assert client.get(DAY_PAGE).status_code == 302


def test_a_refusal_and_an_absence_are_the_same_to_the_letter(login_as, place, elsewhere):
    client = login_as(Role.MUNICIPAL_POLICE)
    refused = client.get(addresses_of(elsewhere)["stop"])
    hidden_view = client.get(addresses_of(place)["export"])
    absent = client.get("/arrets/999999999/detail")

    assert refused.content == absent.content == hidden_view.content
    assert refused.headers == absent.headers


def test_a_refusal_leaves_a_trace_that_names_nothing(login_as, elsewhere, place):
    client = login_as(Role.MUNICIPAL_POLICE)
    client.get(addresses_of(elsewhere)["stop"])

    entry = AuditEntry.objects.get(action="access.refused")
    assert entry.stream == f"account:{place.accounts[Role.MUNICIPAL_POLICE].pk}"
    assert (entry.outcome, entry.ids) == ("refused", [])


@pytest.mark.parametrize("method", ["get", "head", "options", "post", "put", "delete", "patch"])
def test_no_method_goes_round_the_refusal(login_as, place, method):
    client = login_as(Role.REFERENT)

    said = {getattr(client, method)(address).status_code for address in addresses_of(place).values()}

    assert said == {404}


def test_nothing_but_open_pages_and_tiles_may_be_kept(login_as, place):
    client = login_as(Role.MUNICIPAL_POLICE)
    pages = [client.get(address) for address in (DAY_PAGE, "/accueil/", "/aide/", *addresses_of(place).values())]
    ground, sectors = (
        client.get("/tuiles/fond/14/8414/5898.mvt"),
        client.get(f"/tuiles/secteurs/{DAY}/14/8414/5898.mvt"),
    )

    assert {page["Cache-Control"] for page in pages} == {"no-store, private"}
    assert {ground["Cache-Control"], sectors["Cache-Control"]} == {"private, no-cache"}


def test_a_view_that_says_nothing_of_itself_is_refused_to_everybody(login_as, settings):
    settings.ROOT_URLCONF = "tests.access.silent_urls"

    assert login_as(Role.ADMINISTRATOR).get("/silence/").status_code == 404
    assert Client().get("/silence/").status_code == 302
