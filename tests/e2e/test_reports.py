"""A fact on its way: told by a resident on a phone, rewritten by the référent, treated by the police."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from accounts.roles import Role
from reports.models import AuthorSeal, Report
from tests.access.people import Place, build_place
from tests.e2e.test_desk import faults

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "aggregates"])

OpenPage = Callable[..., Page]
WORDS, REWRITTEN = "La vitre de l'abribus est cassée.", "Abribus à vérifier."
REPLY = "Un équipage est passé, la vitre sera changée."


@pytest.fixture
def place(db) -> Iterator[Place]:
    yield build_place()
    # What empties the tables after a browser's test does not know the schema of the seals.
    AuthorSeal.objects.all().delete()


def look(page: Page, axe: str, keep_picture, name: str) -> None:
    keep_picture(page, name)
    assert faults(page, axe) == []


def test_a_fact_is_told_on_a_phone_rewritten_by_the_referent_and_treated_by_the_police(
    open_page: OpenPage, place: Place, axe, keep_picture
):
    phone = open_page("/signalements/urgence/", account=place.accounts[Role.VIGILANT], width=390)
    expect(phone.get_by_role("link", name="17 Police secours")).to_be_visible()
    phone.get_by_role("link", name="Signaler un fait").click()
    phone.get_by_label("Dégradation").check()
    phone.get_by_label("Vers quelle heure ?").select_option("0")
    phone.get_by_role("combobox", name="Où ?").fill("11 rue des lilas")
    phone.get_by_role("option", name="11 Rue des Lilas").click()
    phone.get_by_label("Que s'est-il passé ?").fill(WORDS)
    phone.get_by_role("button", name="Envoyer au référent").click()
    expect(phone.get_by_text("Votre signalement est envoyé")).to_be_visible()
    look(phone, axe, keep_picture, "report-1-own")

    referent = open_page("/signalements/recus/", account=place.accounts[Role.REFERENT], width=390)
    referent.get_by_role("link", name="Dégradation").click()
    expect(referent.get_by_text(WORDS)).to_be_visible()
    expect(referent.get_by_text("11 Rue des Lilas")).to_have_count(0)
    referent.get_by_label("Texte pour la police").fill(REWRITTEN)
    referent.get_by_role("button", name="Relayer", exact=True).click()
    expect(referent.get_by_text("Le signalement est relayé à la police")).to_be_visible()

    police = open_page("/signalements/police/", account=place.accounts[Role.MUNICIPAL_POLICE], width=1280)
    expect(police.locator("#map[data-state=ready]")).to_be_visible()
    police.get_by_label("Nature").select_option("noise")
    expect(police.get_by_text("Aucun signalement relayé ne répond à ces choix.")).to_be_visible()
    police.get_by_role("link", name="Tout afficher").first.click()
    police.get_by_role("link", name="Dégradation").press("Enter")
    expect(police.locator("#drawer-body").get_by_text(REWRITTEN)).to_be_visible()
    look(police, axe, keep_picture, "report-2-triage")
    police.get_by_role("link", name="Traiter").press("Enter")
    police.get_by_role("button", name="Prendre en charge").press("Enter")
    police.get_by_role("button", name="Demander un passage").press("Enter")
    expect(police.get_by_text("Passage demandé,").first).to_be_visible()
    police.locator("#clore ~ form").get_by_label("Réponse au référent").fill(REPLY)
    police.get_by_role("button", name="Clore le signalement").press("Enter")
    expect(police.get_by_text("Le signalement est clos.")).to_be_visible()
    expect(police.get_by_text(WORDS)).to_have_count(0)
    look(police, axe, keep_picture, "report-3-case")

    referent.reload()
    expect(referent.get_by_text(REPLY)).to_be_visible()
    phone.get_by_role("button", name="Voir").click()
    expect(phone.get_by_text(REWRITTEN)).to_be_visible()
    expect(phone.get_by_text(REPLY)).to_have_count(0)
    expect(phone).to_have_url(re.compile("/signalements/le-mien/$"))
    assert Report.objects.get().state == "closed"
