"""A home from its declaration to the return, in a browser and by the keyboard; nothing sealed shows unasked."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.roles import Role
from tests.access.people import Place, build_place
from tests.builders import build_passage
from tests.e2e.test_desk import faults

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "aggregates"])

OpenPage = Callable[..., Page]


@pytest.fixture
def place(db) -> Place:
    return build_place()


def test_a_home_goes_from_its_declaration_to_the_return(open_page: OpenPage, place: Place, axe):
    page = open_page("/logements/declarer/", account=place.accounts[Role.MUNICIPAL_POLICE])
    _choose_address(page, "10 rue des lilas")
    expect(page.locator("#place-verdict")).to_contain_text("Secteur 1 · Les Lilas.")
    page.get_by_label("Premier jour d'absence").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="15 jours").press("Enter")
    last_day = timezone.localdate() + dt.timedelta(days=14)
    expect(page.get_by_label("Dernier jour d'absence")).to_have_value(last_day.isoformat())
    page.get_by_label("Nom et prénom du déclarant").fill("Zoé Canari")
    page.get_by_label("Téléphone pendant l'absence").fill("06 39 98 00 01")
    assert faults(page, axe) == []
    page.get_by_role("button", name="Enregistrer l'absence").press("Enter")

    page.get_by_role("checkbox", name="la base d'adresses n'a pas de n° 10").check()
    page.get_by_role("checkbox", name="Le départ est trop proche").check()
    _choose_address(page, "11 rue des lilas")
    # What was confirmed of the other address is gone with it, and not what was of the days.
    expect(page.get_by_role("checkbox", name="la base d'adresses n'a pas de n° 10")).to_have_count(0)
    expect(page.get_by_role("checkbox", name="Le départ est trop proche")).to_be_checked()
    page.get_by_role("button", name="Enregistrer l'absence").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("11 Rue des Lilas")
    record = page.url
    assert "Canari" not in page.content()
    assert faults(page, axe) == []
    page.get_by_role("button", name="Afficher").press("Enter")
    expect(page.get_by_text("Zoé Canari")).to_be_visible()
    expect(page).to_have_url(record)
    page.reload()
    expect(page.get_by_role("button", name="Afficher")).to_be_visible()
    assert "Canari" not in page.content()

    page.get_by_role("link", name="Signaler un retour").press("Enter")
    page.get_by_role("button", name="Enregistrer le retour").press("Enter")
    expect(page.get_by_text("Retour signalé")).to_be_visible()
    expect(page.get_by_role("button", name="Rétablir l'absence")).to_be_visible()


def test_passages_are_read_on_the_record_and_given_on_paper_by_the_keyboard(
    open_page: OpenPage, place: Place, axe, keep_picture
):
    home, crew = place.town.absences[0], place.town.crews[0]
    home.first_day, home.last_day = (timezone.localdate() - dt.timedelta(days=days) for days in (9, 1))
    home.save()
    for hours, found in ((50, {}), (60, {"result": "anomaly", "anomaly": "full_box"})):
        done_at = timezone.now() - dt.timedelta(hours=hours)
        build_passage(absence=home, crew=crew, done_at=done_at, **found)
    page = open_page(f"/logements/{home.pk}/", account=place.accounts[Role.MUNICIPAL_POLICE], width=390)
    assert faults(page, axe) == []
    page.locator("#passages").scroll_into_view_if_needed()
    keep_picture(page, "record-with-passages")

    assert _name_of_what_comes(page, "Avis de passage du") == "avis-de-passage.pdf"
    assert _name_of_what_comes(page, "Relevé des passages") == f"releve-des-passages-{home.pk}.pdf"


def _choose_address(page: Page, typed: str) -> None:
    address = page.get_by_label("Adresse du logement")
    address.fill(typed)
    expect(page.get_by_role("option").first).to_contain_text("11 Rue des Lilas")
    address.press("ArrowDown")
    address.press("Enter")


def _name_of_what_comes(page: Page, link: str) -> str:
    with page.expect_download() as coming:
        page.get_by_role("link", name=link).first.focus()
        page.keyboard.press("Enter")
    return coming.value.suggested_filename
