"""The exchange over HTTP, under the site's login and with its middleware."""

import json
import struct
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from patrols.marks import STAY_OUTLINE
from patrols.models import Passage
from patrols.views import phone as views
from tests.builders import build_household
from tests.patrols.phone.phones import ANOMALY, passage

SEND = "/equipage/envoi/"


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


def test_the_page_alone_may_ask_where_the_phone_is(phone):
    assert "geolocation=(self)" in phone.get("/equipage/")["Permissions-Policy"]
    assert "geolocation=()" in phone.get("/accueil/")["Permissions-Policy"]


def test_the_worker_answers_for_the_whole_site_and_keeps_the_page_of_no_network(phone):
    worker = phone.get("/equipage/travailleur.js")

    assert worker["Service-Worker-Allowed"] == "/"
    kept = json.loads(worker.content.decode().splitlines()[0].removeprefix("const RONDE = ").removesuffix(";"))
    assert kept["offline"] == "/equipage/hors-ligne/"
    assert kept["offline"] in kept["kept"]
    assert Client().get(kept["offline"]).status_code == 200


def test_the_page_has_the_figure_of_a_stay_also_as_the_phone_keeps_it(phone):
    figure = f'<symbol id="mark-stay" viewBox="0 0 32 32"><path d="{STAY_OUTLINE}"/></symbol>'
    kept = reverse("patrols:phone_shell")

    assert [figure in phone.get(page).content.decode() for page in ("/equipage/", kept)] == [True, True]


def test_the_page_has_what_browsers_ask_of_one_to_install(phone):
    page = phone.get("/equipage/").content.decode()
    assert '<link rel="manifest" href="/equipage/manifeste.webmanifest">' in page

    manifest = phone.get("/equipage/manifeste.webmanifest").json()

    assert manifest["start_url"].startswith(manifest["scope"])
    assert (manifest["display"], manifest["short_name"]) == ("standalone", "Ronde")
    drawn = {}
    for icon in manifest["icons"]:
        if icon["type"] == "image/png":
            path = finders.find(icon["src"].removeprefix(settings.STATIC_URL))
            # The width and the height of a PNG are in its first chunk.
            width, height = struct.unpack(">II", Path(path).read_bytes()[16:24])
            assert icon["sizes"] == f"{width}x{height}"
            drawn.setdefault(icon["purpose"], set()).add(width)
    assert drawn == {"any": {192, 512}, "maskable": {192, 512}}
