"""A version and what follows it: what has changed since, and the rest of a shift planned anew."""

import datetime as dt
import re
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from absences.models import Absence
from patrols.models import Plan, Stop
from patrols.services.versions import make_version
from tests.builders import DAY, at, build_passage, build_stay
from tests.e2e.day_page import OpenPage, violations
from tests.e2e.planning_desk import leave_dialog, open_desk, stops, work

pytestmark = [pytest.mark.django_db(transaction=True)]

HALF_PAST_SIX, HELD_UNTIL = at(18, 30), at(19, 10)


@pytest.fixture
def version(draft: Plan, monkeypatch) -> Plan:
    """The draft, published on its own day, with the first passages of Alpha locked."""
    first = Stop.objects.filter(visit_number=1)
    first.filter(route__plan=draft, route__shift__crew__name="Alpha").update(is_locked=True)
    make_version(draft)
    monkeypatch.setattr("maps.views.day.timezone", SimpleNamespace(localdate=lambda: DAY, now=lambda: at(12)))
    return draft


def show_difference(page: Page) -> None:
    page.get_by_role("button", name="Ce qui a changé").press("Enter")
    expect(page.get_by_role("dialog", name="Ce qui a changé")).to_be_visible()


def test_what_has_changed_is_told_before_and_after_the_next_version(
    open_page: OpenPage, version: Plan, axe: str, keep_picture, monkeypatch
):
    alpha = version.routes.get(shift__crew__name="Alpha")
    build_stay(alpha, after_stop=0, arrives_at=at(18))
    page = open_desk(open_page, refusals=(409,))
    address = stops(page).nth(0).locator(".pick").inner_text()
    stops(page).nth(0).locator(".row-menu").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Écarter aujourd'hui").click()
    expect(page.locator("#etat")).to_contain_text("Brouillon, à publier · les équipages ont la version 1")

    show_difference(page)
    expect(page.locator("#difference-texte")).to_contain_text("Retirés")
    expect(page.locator("#difference-texte")).to_contain_text(address)
    by_the_hour = re.compile(r"13 Rue du Moulin \(1er passage\) · Alpha, .*\(2e passage\) · Alpha, ")
    expect(page.locator("#difference-texte")).to_contain_text(by_the_hour)
    removed = page.locator("#difference-texte > p", has_text="Présences retirées").locator("+ ul")
    expect(removed).to_have_text(re.compile(r"Rue du Moulin · Alpha, 18\sh"))
    assert page.evaluate("document.activeElement.id") == "difference-titre"
    assert violations(page, axe) == []
    keep_picture(page, "plan-difference")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Ce qui a changé")).to_be_focused()

    monkeypatch.setattr("patrols.views.drafts.timezone", SimpleNamespace(now=lambda: at(12)))
    returned = stops(page).nth(0).locator(".pick").inner_text()
    Absence.objects.filter(pk=stops(page).nth(0).get_attribute("data-home")).update(returned_on=DAY)
    page.get_by_role("button", name="Publier").press("Enter")
    expect(page.locator("#avis")).to_contain_text("Le plan n'est pas publié")
    expect(page.locator("#avis")).to_contain_text(f"{returned} · Arrêt 1 de l'équipage Alpha")
    expect(page.locator("#avis")).to_contain_text("le logement est de nouveau habité")
    assert violations(page, axe) == []
    keep_picture(page, "plan-gone")
    page.get_by_role("button", name="Retirer et publier").press("Enter")
    expect(page.locator("#etat")).to_contain_text("Publié, version 2")
    expect(stops(page).filter(has_text=returned)).to_have_count(0)
    expect(page.locator("#announcer")).to_have_text("Version 2 publiée : les équipages la voient.")
    show_difference(page)
    expect(page.locator("#difference-texte")).to_contain_text(address)
    gone = page.locator("#difference-texte").get_by_role("link", name="un logement qui n'est plus dans la page")
    expect(gone.first).to_have_attribute("href", f"/logements/{Absence.objects.get(returned_on=DAY).pk}/")


def test_the_rest_of_a_shift_is_planned_from_where_a_crew_that_is_held_stands(
    open_page: OpenPage, version: Plan, routing_dir: Path, axe: str, keep_picture
):
    first = Stop.objects.filter(route__plan=version, route__shift__crew__name="Alpha").earliest("order")
    build_passage(absence=first.absence, crew=first.route.shift.crew, done_at=at(18, 20), result="ras")
    page = open_desk(open_page, height=1000)
    kept = stops(page).filter(has_text="verrouillé").count()
    assert kept > 1

    stops(page).last.locator(".row-menu").press("Enter")
    places = page.get_by_role("dialog").get_by_label("Place").locator("option")
    assert places.count() == stops(page).count() - 1
    expect(places.first).to_have_text("2 · juste après ce qui est fait")
    leave_dialog(page)

    page.locator("#calculer > summary").press("Enter")
    crews = page.locator("#calculer input[name=shifts]")
    for crew in crews.all():
        crew.uncheck()
    page.get_by_role("button", name="Replanifier le reste").press("Enter")
    nobody = page.locator("#calcul-personne")
    expect(nobody).to_have_text("Aucun équipage n'est choisi : cochez-en au moins un, puis recommencez.")
    expect(nobody).to_be_in_viewport()
    expect(crews.first).to_be_focused()
    keep_picture(page, "plan-nobody")
    for crew in crews.all():
        crew.check()
    expect(nobody).to_be_hidden()

    page.get_by_label("Alpha, retenu").fill("40")
    page.get_by_label("Durée de la recherche").select_option("5")
    assert violations(page, axe) == []
    keep_picture(page, "plan-rest")
    page.get_by_role("button", name="Replanifier le reste").press("Enter")
    expect(page.locator("#calcul-texte")).to_contain_text("attend son tour")
    worker = Thread(target=work, args=(routing_dir,), kwargs={"now": HALF_PAST_SIX})
    worker.start()
    # On a busy machine its process may compile, and nothing is left behind for the next test.
    worker.join()

    expect(page.locator("#etat")).to_contain_text("Publié, version 2")
    done, *left = stops(page).all()
    expect(done).to_contain_text("fait à 18 h 20 · RAS")
    expect(stops(page).filter(has_text="verrouillé")).to_have_count(kept)
    hours = [dt.datetime.fromisoformat(str(stop.locator("time").get_attribute("datetime"))) for stop in left]
    assert all(hour >= HELD_UNTIL for hour in hours)
