"""A fact on its way: told by a resident on a phone, rewritten by the référent, treated by the police, mapped."""

import datetime as dt
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import AuditEntry
from accounts.roles import Role
from geo.models import Address
from maps.density.published import publish_density
from reports.models import AuthorSeal, Report, ReportPlace
from reports.services.telling import hour_of
from tests.access.people import Place, build_place
from tests.e2e.test_desk import faults

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "aggregates"])

OpenPage = Callable[..., Page]
WORDS, REWRITTEN = "La vitre de l'abribus est cassée.", "Abribus à vérifier."
REPLY = "Un équipage est passé, la vitre sera changée."
# The middle of the stretch of Rue des Lilas to which the fact is rounded, and two places far from it, in degrees.
HERE, ELSEWHERE, BEYOND = (4.890, 44.930), (4.895, 44.935), (4.884, 44.936)
A_BLANK_MAP_HAS = 1
A_QUARTER_AND_ITS_CLOSING = dt.timedelta(days=92 + 40)


@pytest.fixture
def place(db) -> Iterator[Place]:
    yield build_place()
    # What empties the tables after a browser's test does not know the schema of the seals.
    AuthorSeal.objects.all().delete()


@pytest.fixture
def neighbours(place: Place) -> None:
    """Twenty homes more around each place, and reports of noise at the two others: twelve and nine."""
    for number, (lon, lat, told) in enumerate(((*HERE, 0), (*ELSEWHERE, 12), (*BEYOND, 9))):
        Address.objects.bulk_create(
            Address(
                commune=place.town.commune,
                official_id=f"26999_900{number}_{rank}",
                source=Address.Source.BAN,
                street_name="Rue du Moulin",
                point=Point(lon, lat + rank * 1e-6, srid=4326),
            )
            for rank in range(20)
        )
        ReportPlace.objects.bulk_create(
            ReportPlace(
                commune=place.town.commune,
                sector=place.sectors[1],
                kind="noise",
                happened_at=hour_of(timezone.now()),
                point=Point(lon, lat, srid=4326),
            )
            for _ in range(told)
        )


def look(page: Page, axe: str, keep_picture, name: str) -> None:
    keep_picture(page, name)
    assert faults(page, axe) == []


def test_what_is_said_of_a_text_goes_with_its_words(open_page: OpenPage, place: Place, axe, keep_picture):
    page = open_page("/signalements/signaler/", account=place.accounts[Role.VIGILANT], width=390)
    page.get_by_role("button", name="Envoyer au référent").click()
    expect(page.get_by_role("alert")).to_be_focused()
    text = page.get_by_label("Que s'est-il passé ?")
    field = page.locator(".field", has=text)
    missing, told = field.get_by_text("Ce champ est obligatoire."), field.get_by_role("status")
    expect(missing).to_be_visible()

    text.fill("Kévin Morel criait.")
    expect(told).to_contain_text("« Kévin Morel » : Ce passage semble nommer une personne.")
    expect(missing).to_be_hidden()
    expect(text).to_have_accessible_description(re.compile("Kévin Morel"))
    look(page, axe, keep_picture, "report-guard")
    # No pause comes to an end here: what was said goes with the words.
    page.clock.install()
    page.clock.pause_at(timezone.now() + dt.timedelta(hours=1))
    text.fill("Quelqu'un criait.")
    expect(told).to_be_empty()
    expect(text).not_to_have_attribute("aria-invalid", "true")
    text.fill("")
    expect(missing).to_be_visible()
    expect(text).to_have_attribute("aria-invalid", "true")


def count_colours_on_paper(page: Page, folder: Path) -> int:
    """Print a page and count the colours of the largest picture on it."""
    page.pdf(path=folder / "page.pdf", prefer_css_page_size=True)
    subprocess.run(["pdfimages", "-png", folder / "page.pdf", folder / "picture"], check=True)
    largest = max((Image.open(file) for file in folder.glob("picture-*.png")), key=lambda image: image.width)
    return len(np.unique(np.asarray(largest.convert("RGB")).reshape(-1, 3), axis=0))


def refuse_and_correct(exact: Page, axe: str, keep_picture) -> None:
    """Ask for a last day before the first, and then for one after it."""
    until, refusal = exact.get_by_label("Au", exact=True), exact.locator("#id_au_error")
    until.fill("2020-01-01")
    expect(refusal).to_be_visible()
    expect(until).to_have_accessible_description(re.compile("Choisissez un dernier jour"))
    expect(exact.locator("#map[data-state=ready]")).to_be_visible()
    look(exact, axe, keep_picture, "report-4-density-refused")
    until.fill(f"{timezone.localdate()}")
    expect(refusal).to_have_count(0)
    expect(until).not_to_have_attribute("aria-invalid", "true")


@pytest.mark.usefixtures("neighbours")
def test_a_fact_is_told_on_a_phone_rewritten_by_the_referent_treated_by_the_police_and_on_their_map_alone(
    open_page: OpenPage, place: Place, axe, keep_picture, tmp_path
):
    phone = open_page("/signalements/urgence/", account=place.accounts[Role.VIGILANT], width=390)
    expect(phone.get_by_role("link", name="17 Police secours")).to_be_visible()
    phone.wait_for_function("() => navigator.serviceWorker.controller !== null")
    expect(phone.get_by_text("Pas de réseau")).to_be_hidden()
    phone.context.set_offline(True)
    phone.get_by_role("link", name="Signaler un fait").click()
    expect(phone.get_by_text("Pas de réseau")).to_be_visible()
    expect(phone.get_by_role("link", name="17 Police secours")).to_be_visible()
    keep_picture(phone, "report-0-offline")
    phone.context.set_offline(False)
    phone.get_by_role("link", name="Signaler un fait").click()
    phone.get_by_label("Dégradation").check()
    phone.get_by_label("Vers quelle heure ?").select_option("0")
    phone.get_by_role("combobox", name="Où ?").fill("rue des lilas")
    phone.get_by_role("option", name="Rue des Lilas toute la rue").click()
    expect(phone.get_by_label("dans cette rue, sans adresse précise")).to_be_checked()
    phone.get_by_role("combobox", name="Où ?").fill("11 rue des lilas")
    phone.get_by_role("option", name="11 Rue des Lilas").click()
    phone.get_by_role("button", name="Vers le nord").click()
    expect(phone.get_by_label("à l'emplacement du repère que j'ai déplacé")).to_be_checked()
    phone.get_by_role("button", name="Revenir à l'adresse").click()
    expect(phone.get_by_label("à cette adresse, ou devant")).to_be_checked()
    phone.get_by_label("Que s'est-il passé ?").fill(WORDS)
    phone.get_by_role("button", name="Envoyer au référent").click()
    expect(phone.get_by_text("Votre signalement est envoyé")).to_be_visible()
    look(phone, axe, keep_picture, "report-1-own")

    referent = open_page("/signalements/recus/", account=place.accounts[Role.REFERENT], width=390)
    referent.get_by_role("link", name="Dégradation").click()
    expect(referent.get_by_text(WORDS)).to_be_visible()
    expect(referent.get_by_text("11 Rue des Lilas")).to_have_count(0)
    referent.get_by_label("Texte pour la police").fill(WORDS)
    referent.get_by_role("button", name="Relayer", exact=True).click()
    refused = referent.locator(".field").get_by_text("Ce sont les mots de l'auteur")
    expect(refused).to_be_visible()
    referent.get_by_label("Texte pour la police").fill(REWRITTEN)
    expect(refused).to_be_hidden()
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
    police.locator("#clore ~ form").get_by_label("Qualification").select_option("public_space")
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

    by_police = {"account": place.accounts[Role.MUNICIPAL_POLICE], "refusals": (400,)}
    exact = open_page("/densite/?nature=damage", **by_police)
    expect(exact.locator("#map[data-state=ready]")).to_be_visible()
    expect(exact.locator("#compte")).to_have_text("1 signalement")
    expect(exact.get_by_role("row", name=re.compile("Rue des Lilas .* 1$"))).to_be_visible()
    # The page, and the picture that lies on the map.
    assert AuditEntry.objects.filter(action="heatmap.exact", ids=[place.insee]).count() == 2
    look(exact, axe, keep_picture, "report-4-density")
    exact.get_by_label("Heure").press("ArrowRight")
    expect(exact).to_have_url(re.compile("heure=0"))
    expect(exact.locator("#compte")).to_have_text("1 signalement")
    # On a phone, what came anew still stands row under row.
    expect(exact.locator("#resultats table.stacks.is-labelled")).not_to_have_count(0)
    assert count_colours_on_paper(exact, tmp_path) > A_BLANK_MAP_HAS
    refuse_and_correct(exact, axe, keep_picture)
    came_refused = open_page("/densite/?nature=damage&au=2020-01-01", **by_police)
    expect(came_refused.locator("#id_au_error")).to_be_visible()
    came_refused.get_by_label("Au", exact=True).fill(f"{timezone.localdate()}")
    expect(came_refused.locator("#map[data-state=ready]")).to_be_visible()
    expect(came_refused.locator("#compte")).to_have_text("1 signalement")
    expect(came_refused.locator("#id_au_error")).to_have_count(0)

    publish_density(place.town.commune, timezone.localdate() + A_QUARTER_AND_ITS_CLOSING)
    published = open_page("/densite/publiee/", account=place.accounts[Role.CLSPD], width=1280)
    squares = published.get_by_role("region", name="Carrés publiés")
    # The ten others are the nine beyond and the resident's one: hatched both, so that neither is told.
    expect(squares.locator("tbody tr")).to_have_text(
        [re.compile(r"^\s*Toute la commune\s*22\s*$"), re.compile(r"^\s*Rue du Moulin\s*\d\s*12\s*$")]
    )
    look(published, axe, keep_picture, "report-5-published")
