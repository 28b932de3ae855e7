"""Passages at the desk in a browser, by the keyboard: told by radio, and called for after an anomaly."""

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.roles import Role
from patrols.models import CallAttempt, Passage, RefusedEntry
from tests.access.people import Place, build_place
from tests.builders import build_household, build_passage
from tests.e2e.patience import wait_until
from tests.e2e.test_desk import faults
from tests.patrols.phone.phones import ANOMALY

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "aggregates"])

OpenPage = Callable[..., Page]


@pytest.fixture
def place(db) -> Place:
    """The first home is vacant today."""
    place = build_place()
    home = place.town.absences[0]
    home.first_day, home.last_day = timezone.localdate() - dt.timedelta(days=3), timezone.localdate()
    home.save()
    build_household(home, name="Zoé Canari")
    return place


def look(page: Page, axe: str, keep_picture, name: str, width: int, *, at: str = "h1") -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.locator(at).scroll_into_view_if_needed()
    keep_picture(page, f"{name}-{width}")
    assert faults(page, axe) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_an_anomaly_told_by_radio_is_noted_and_called_for_by_the_keyboard(
    open_page: OpenPage, place: Place, axe, keep_picture, width: int
):
    home = place.town.absences[0]
    page = open_page(f"/logements/{home.pk}/", account=place.accounts[Role.MUNICIPAL_POLICE], width=width)
    page.get_by_role("link", name="Noter un passage").press("Enter")
    page.get_by_label("Équipage").press("A")
    page.get_by_label("Rien à signaler (RAS)").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Porte ou fenêtre ouverte")).to_be_checked()
    page.get_by_label("Porte", exact=True).press("Space")
    look(page, axe, keep_picture, "passage-by-radio", width)
    page.get_by_role("button", name="Enregistrer le passage").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Appels après une anomalie")
    assert "Canari" not in page.content()
    look(page, axe, keep_picture, "call-chain", width)
    page.get_by_role("button", name="Appeler : Propriétaire").press("Enter")
    expect(page.get_by_text("Téléphone de Zoé Canari")).to_be_visible()
    look(page, axe, keep_picture, "call", width)
    page.get_by_role("link", name="Appels après une anomalie").press("Enter")
    # Left without a word, the call is noted as the page closes.
    expect(page.get_by_role("heading", name="Dans l'ordre")).to_be_visible()
    wait_until(page, lambda: CallAttempt.objects.filter(outcome="not_said").exists())
    page.reload()
    expect(page.get_by_text("Issue non dite :")).to_be_visible()
    page.get_by_role("button", name="Rappeler : Propriétaire").press("Enter")
    page.get_by_role("button", name="Pas de réponse").press("Enter")

    expect(page.get_by_text("Pas de réponse :")).to_be_visible()
    expect(page.get_by_role("button", name="Rappeler : Propriétaire")).to_be_visible()
    assert Passage.objects.values_list("result", "anomaly", "clock").get() == ("anomaly", "opening", "told")
    told = CallAttempt.objects.order_by("pk").values_list("step", "outcome")
    assert list(told) == [("owner", "not_said"), ("owner", "no_answer")]


def test_going_back_and_sending_again_records_nothing_more(open_page: OpenPage, place: Place):
    home = place.town.absences[0]
    page = open_page(
        f"/logements/{home.pk}/passage/", account=place.accounts[Role.MUNICIPAL_POLICE], java_script_enabled=False
    )
    page.get_by_label("Équipage").select_option("Alpha")
    page.get_by_label("Rien à signaler (RAS)").check()
    page.get_by_role("button", name="Enregistrer le passage").click()
    expect(page.get_by_text("Passage enregistré : rien à signaler.")).to_be_visible()

    page.go_back()
    page.get_by_label("Équipage").select_option("Alpha")
    page.get_by_label("Rien à signaler (RAS)").check()
    page.get_by_role("button", name="Enregistrer le passage").click()

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert Passage.objects.count() == 1


@pytest.mark.parametrize("width", [1280, 390])
def test_a_passage_is_corrected_by_the_keyboard_and_tells_what_it_said(
    open_page: OpenPage, place: Place, axe, keep_picture, width: int
):
    home, crew = place.town.absences[0], place.town.crews[0]
    done_at = timezone.now() - dt.timedelta(hours=1)
    build_passage(absence=home, crew=crew, done_at=done_at, result="anomaly", anomaly="full_box")
    page = open_page(f"/logements/{home.pk}/", account=place.accounts[Role.MUNICIPAL_POLICE], width=width)
    page.get_by_role("link", name="Corriger le passage").press("Enter")
    page.get_by_label("Courrier ou poubelles à relever").press("ArrowDown")
    page.get_by_label("Motif de la correction").press("V")
    look(page, axe, keep_picture, "amend", width)
    page.get_by_role("button", name="Corriger").press("Enter")

    expect(page.get_by_text("il disait : Anomalie · Courrier ou poubelles à relever")).to_be_visible()
    look(page, axe, keep_picture, "record-corrected", width, at="section[aria-labelledby=passages]")
    assert Passage.objects.values_list("anomaly", flat=True).get() == "other"


@pytest.mark.parametrize("width", [1280, 390])
def test_what_a_phone_sent_in_vain_is_noted_by_hand_from_the_home_page(
    open_page: OpenPage, place: Place, axe, keep_picture, width: int
):
    home, crew = place.town.absences[0], place.town.crews[0]
    done_at = timezone.now() - dt.timedelta(hours=2)
    for content in (json.dumps({**ANOMALY, "stop": None, "home": home.pk, "done_at": done_at.isoformat()}), "{"):
        entry = RefusedEntry(crew=crew, reason="unreadable" if content == "{" else "not_on_round", content=content)
        entry.keep_until(timezone.localdate())
        entry.save()
    page = open_page("/accueil/", account=place.accounts[Role.MUNICIPAL_POLICE], width=width)
    page.get_by_role("link", name="Lire les envois").press("Enter")
    look(page, axe, keep_picture, "set-aside", width)
    page.get_by_role("link", name="Lire l'envoi").first.press("Enter")
    look(page, axe, keep_picture, "set-aside-entry", width)
    page.get_by_role("button", name="Enregistrer le passage").press("Enter")
    expect(page.get_by_text("Anomalie enregistrée.")).to_be_visible()

    page.goto(page.url.split("/passages/")[0] + "/envois/")
    page.get_by_role("link", name="Lire l'envoi").press("Enter")
    look(page, axe, keep_picture, "set-aside-unreadable", width)
    page.get_by_label("Suite donnée").press("I")
    page.get_by_role("button", name="Classer l'envoi").press("Enter")

    expect(page.get_by_text("Aucun envoi n'attend.")).to_be_visible()
    look(page, axe, keep_picture, "set-aside-done", width)
    assert set(RefusedEntry.objects.values_list("settlement", flat=True)) == {"recorded", "unreadable"}
    assert Passage.objects.get().anomaly == "opening"
