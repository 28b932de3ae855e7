"""The exchange over HTTP, under the site's login and with its middleware."""

import json
from dataclasses import asdict

import pytest
from django.test import Client

from accounts.models import AuditEntry
from accounts.roles import Role
from patrols.models import Passage
from patrols.views import phone as views
from tests.access.people import let_in, move_shift
from tests.builders import build_household
from tests.patrols.phone.conftest import AN_HOUR
from tests.patrols.phone.phones import ANOMALY, passage

SEND = "/equipage/envoi/"


@pytest.fixture
def phone(place, settings, tmp_path) -> Client:
    """The enrolled phone of a member of Alpha."""
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    client = Client(raise_request_exception=False)
    return let_in(client, place.accounts[Role.CREW], device_of=place.insee)


def send(phone: Client, now, *entries):
    sent = [{**asdict(each), "reference": str(each.reference)} for each in entries]
    body = json.dumps({"sent_at": now.isoformat(), "entries": sent})
    return phone.post(SEND, body, content_type="application/json")


def test_a_request_that_is_cut_while_it_is_answered_leaves_nothing_and_is_made_good(
    phone, place, now, monkeypatch
):
    def cut(*args, **options):
        views_take_in(*args, **options)
        raise ConnectionError

    views_take_in = views.take_in
    with monkeypatch.context() as patch:
        patch.setattr(views, "take_in", cut)
        assert send(phone, now, passage(place, 1, done_at=now)).status_code == 500
    assert not Passage.objects.exists()

    states = [send(phone, now, passage(place, 1, done_at=now)).json()["answers"][0]["state"] for _ in range(2)]

    assert states == ["recorded", "recorded"]
    assert Passage.objects.count() == 1


def test_what_is_no_batch_is_told_so(phone):
    answer = phone.post(SEND, "[]", content_type="application/json")

    assert (answer.status_code, "rien n'en a été enregistré" in answer.json()["error"]) == (400, True)


def test_numbers_are_given_after_an_anomaly_at_that_home_alone_and_traced(phone, place, now):
    for absence in place.town.absences:
        build_household(absence, name=f"Camille {absence.pk}")
    first, second = place.route.stops.order_by("order")[:2]
    asked = f"/equipage/arrets/{first.pk}/contacts/"
    assert phone.post(asked).status_code == 404

    send(phone, now, passage(place, 1, done_at=now, **ANOMALY))

    assert phone.post(asked).json()["phone"] == f"Téléphone de Camille {first.absence_id}"
    assert phone.post(f"/equipage/arrets/{second.pk}/contacts/").status_code == 404
    traced = AuditEntry.objects.filter(action__in=["absence.phone", "absence.trusted_person"])
    assert {(entry.action, tuple(entry.ids)) for entry in traced} == {
        ("absence.phone", (str(first.absence_id),)),
        ("absence.trusted_person", (str(first.absence_id),)),
    }


def test_the_round_is_given_whole_kept_by_nobody_and_traced(phone, place):
    build_household(place.town.absences[0], name="Camille")

    answer = phone.get("/equipage/tournee.json")

    told = answer.json()
    assert [stop["address"] for stop in told["stops"]] == [
        "11 Rue des Lilas",
        "12 Rue du Moulin",
        "13 Rue du Moulin",
    ]
    assert told["stops"][0]["access"] == "Portail : code de Camille"
    assert len(told["legs"]) == 4
    assert answer["Cache-Control"] == "no-store, private"
    actions = set(AuditEntry.objects.filter(commune="26999").values_list("action", flat=True))
    assert {"route.download", "absence.address", "absence.exact_point", "absence.name"} <= actions


def test_outside_its_hours_there_is_no_round(phone, place):
    move_shift(place.town.shifts[0], starts_in=3 * AN_HOUR)

    assert phone.get("/equipage/tournee.json").status_code == 404
    assert phone.get("/equipage/etat.json").json()["route"] is None


def test_the_page_alone_may_ask_where_the_phone_is(phone):
    assert "geolocation=(self)" in phone.get("/equipage/")["Permissions-Policy"]
    assert "geolocation=()" in phone.get("/accueil/")["Permissions-Policy"]
