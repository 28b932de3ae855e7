"""What the page of a day does without a script: its forms, as a browser sends them."""

import html
import re
from types import SimpleNamespace

import pytest
from django.test import Client

from patrols.models import Plan, Stop
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
    monkeypatch.setattr("patrols.views.drafts.timezone", SimpleNamespace(now=lambda: at(12)))
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
