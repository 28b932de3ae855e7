"""What the page of a day does without a script: its forms, as a browser sends them."""

import html
import re
from types import SimpleNamespace

import pytest
from django.test import Client

from patrols.models import Calculation, Plan, Stop
from patrols.services.versions import make_version
from tests.access.people import PoliceClient
from tests.builders import DAY, at, build_town
from tests.patrols.services.planning_hand import take

pytestmark = pytest.mark.django_db
PAGE = f"/jour/?jour={DAY}"


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def hand(routing_dir, settings, monkeypatch):
    settings.ROUTING_DIR = routing_dir
    for module in ("drafts", "calculations"):
        monkeypatch.setattr(f"patrols.views.{module}.timezone", SimpleNamespace(now=lambda: at(12)))
    return take(build_town(), routing_dir)


@pytest.fixture
def client(hand) -> PoliceClient:
    return PoliceClient()


def first_stop(hand) -> Stop:
    return Stop.objects.filter(route__plan=hand.plan).order_by("route__shift", "order")[0]


def form_of(client: Client, visit: str) -> dict[str, str]:
    """The hidden fields of the form that is open for a passage."""
    panel = client.get(f"{PAGE}&modifier={visit}").content.decode().split('id="modifier"')[1].split("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', panel))


def said(client: Client) -> str:
    page = client.get(PAGE).content.decode()
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_a_stop_is_locked_by_the_form_of_its_row(client, hand):
    stop = first_stop(hand)
    sent = form_of(client, f"{stop.absence_id}-{stop.visit_number}") | {"act": "lock"}

    answer = client.post(f"/plans/{hand.plan.pk}/changer/", sent)

    assert answer.url == PAGE
    assert "verrouillé" in said(client)
    assert Stop.objects.filter(route__plan=hand.plan, is_locked=True).count() == 1


def test_a_home_is_left_out_by_the_form_of_its_row_and_may_be_readmitted(client, hand):
    stop = first_stop(hand)
    sent = form_of(client, f"{stop.absence_id}-{stop.visit_number}") | {"act": "exclude"}

    client.post(f"/plans/{hand.plan.pk}/changer/", sent)

    assert not Stop.objects.filter(route__plan=hand.plan, absence=stop.absence).exists()
    assert "Réadmettre…" in said(client)


def test_a_change_from_an_older_page_is_told_and_loses_nothing(client, hand):
    stop = first_stop(hand)
    sent = form_of(client, f"{stop.absence_id}-{stop.visit_number}")
    client.post(f"/plans/{hand.plan.pk}/changer/", sent | {"act": "lock"})

    client.post(f"/plans/{hand.plan.pk}/changer/", sent | {"act": "exclude"})

    assert "Le plan a changé entre-temps" in said(client)
    assert Stop.objects.filter(route__plan=hand.plan, absence=stop.absence, is_locked=True).exists()


def test_a_draft_is_published_and_a_change_begins_another(client, hand):
    assert "Brouillon · les équipages ne le voient pas encore" in said(client)

    client.post(f"/plans/{hand.plan.pk}/publier/", {"revision": hand.plan.revision, "over": ""})
    assert "Publié, version 1" in said(client)

    client.post(f"/plans/{hand.plan.pk}/brouillon/")
    assert "Brouillon, à publier" in said(client)
    assert "les équipages ont la version 1" in said(client)
    assert Plan.objects.drafts().get().base == hand.plan


def ask_for_the_rest(client, hand, **delays: str):
    """Send the form of the page as a browser does, with a field for each shift."""
    shifts = [str(shift.pk) for shift in hand.town.shifts]
    fields = {
        f"delay-{shift}": delays.get(name, "0") for shift, name in zip(shifts, ("alpha", "bravo"), strict=True)
    }
    sent = {"day": f"{DAY}", "base": str(hand.plan.pk), "shifts": shifts, "seconds": "5", "service": ""}
    return client.post("/calculs/", {**sent, **fields, "kind": "rest"})


def test_the_rest_is_asked_for_with_the_minutes_of_a_crew_that_is_late(client, hand):
    make_version(hand.fresh())

    answer = ask_for_the_rest(client, hand, alpha="40", bravo="")

    assert answer.url == PAGE
    assert Calculation.objects.get().delays_s == {
        str(hand.town.shifts[0].pk): 2400.0,
        str(hand.town.shifts[1].pk): 0.0,
    }


def test_a_delay_that_is_none_is_refused_on_the_page_of_the_day(client, hand):
    make_version(hand.fresh())

    answer = ask_for_the_rest(client, hand, alpha="600")

    assert answer.url == PAGE
    assert "Un retard se donne en minutes, de 0 à 480." in said(client)
    assert not Calculation.objects.exists()


def test_a_calculation_that_cannot_be_is_refused_on_the_page_of_today_where_it_names_no_day(client, hand):
    answer = client.post("/calculs/", {"day": "demain"})

    assert answer.url == "/jour/"
    assert "Le jour n'est pas une date." in said(client)
