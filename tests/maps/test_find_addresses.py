import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import AuditEntry
from accounts.roles import Role
from maps.views import addresses
from tests.access.situations import in_office
from tests.access.stage import build_stage
from tests.builders import Town

ADDRESS = "/adresses/chercher"


@pytest.fixture(autouse=True)
def nothing_asked_yet():
    cache.clear()


def test_addresses_are_offered_with_their_place(planned: Town, client):
    answer = client.post(ADDRESS, {"texte": "11 r lilas"})

    [first, *_] = answer.json()["addresses"]
    assert first == {
        "id": planned.addresses[0].pk,
        "label": "11 Rue des Lilas",
        "lon": 4.884,
        "lat": 44.93,
        "is_exact": True,
        "is_in_its_street": True,
        "is_located": True,
        "is_street": False,
    }
    assert answer["Cache-Control"] == "no-store, private"


def test_the_other_numbers_of_a_street_that_has_the_number_are_its_neighbours(planned: Town, client):
    answer = client.post(ADDRESS, {"texte": "12 r moul"})

    numbers = {each["label"]: each["is_in_its_street"] for each in answer.json()["addresses"]}
    assert numbers == {"12 Rue du Moulin": True, "13 Rue du Moulin": True}


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("11 rue des Lilas", ""),
        ("11 rue des Lilas, Lyon", "« Lyon » n'est pas la commune de ce site, Valmont-sur-Rhône."),
        ("10 rue des Lilas", "Rue des Lilas : la base d'adresses n'a pas de n° 10."),
    ],
)
def test_what_is_not_so_in_the_text_is_said_with_what_is_offered(planned: Town, client, typed, note):
    told = client.post(ADDRESS, {"texte": typed}).json()

    assert told["note"] == note
    assert told["addresses"][0]["label"] == "11 Rue des Lilas"


def test_a_text_that_is_too_long_is_refused_in_words(planned: Town, client):
    answer = client.post(ADDRESS, {"texte": "x" * 121})

    assert (answer.status_code, answer.json()["problem"]) == (
        400,
        "L'adresse est trop longue : 120 signes au plus.",
    )


def test_an_empty_text_offers_nothing(planned: Town, client):
    assert client.post(ADDRESS, {"texte": ""}).json() == {"addresses": [], "note": ""}


def test_who_asks_like_a_program_is_told_to_wait(planned: Town, client, monkeypatch):
    monkeypatch.setattr(addresses, "SEARCHES_IN_A_SPAN", 2)
    monkeypatch.setattr(addresses, "SPAN_S", 10**9)

    statuses = [client.post(ADDRESS, {"texte": "lilas"}).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]


def test_a_search_is_never_asked_by_an_address_of_the_site(planned: Town, client):
    assert client.get(f"{ADDRESS}?texte=lilas").status_code == 405


def test_what_was_searched_is_kept_nowhere(planned: Town, client, caplog):
    client.post(ADDRESS, {"texte": "zqrue des lilas"})

    assert not AuditEntry.objects.filter(action="absence.address").exists()
    assert "zqrue" not in caplog.text


def test_a_form_of_another_site_may_not_ask(planned: Town, client):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies

    assert strict.post(ADDRESS, {"texte": "lilas"}).status_code == 403


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MUNICIPAL_POLICE, Role.NATIONAL_POLICE}))
def test_nobody_but_the_police_may_ask(role, settings, db):
    settings.COMMUNE_INSEE = "26999"

    assert in_office(build_stage(), role).post(ADDRESS, {"texte": "lilas"}).status_code == 404
