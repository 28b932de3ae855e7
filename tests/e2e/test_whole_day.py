"""A day of the town from the declaration of a home to the paper handed over at its return, in Chromium."""

import datetime as dt
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from django.conf import settings as site_settings
from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from absences.models import Absence, AllowedHours
from accounts.models import Account
from accounts.roles import Role
from geo.models import Address
from geo.routing import build
from patrols.models import Passage, Shift, ShiftBreak
from tests.access.people import build_account, let_in, move_shift
from tests.builders import Town, build_household, build_town
from tests.e2e.conftest import cookies_of
from tests.e2e.day_page import violations, wait_for_map
from tests.e2e.phone_page import note_nothing, open_round, report_anomaly, send_now
from tests.street_network import write_streets

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "aggregates"])

OpenPage = Callable[..., Page]
KeepPicture = Callable[[Page, str], None]
DECLARED = "3 Avenue de la Gare"
SHIFT = dt.timedelta(hours=4)
# What the people of this day are called, where they live and how they are reached.
CANARIES = ("canari", "camille", "téléphone de", "0639980001", "06 39", "lilas", "moulin", "avenue", "4.8895")


@pytest.fixture
def town(transactional_db, settings, tmp_path: Path) -> Town:
    """The tiny town today, with somebody to call for each of its homes; Alpha alone is on duty, in ten minutes."""
    settings.COMMUNE_INSEE = "26999"
    settings.ROUTING_DIR = tmp_path / "routing"
    build(write_streets(tmp_path / "streets.osm.pbf"), settings.ROUTING_DIR)
    town = build_town()
    Address.objects.create(
        commune=town.commune,
        official_id="26999_0003_00003",
        source=Address.Source.BAN,
        house_number="3",
        street_name="Avenue de la Gare",
        postcode="26000",
        city=town.commune.name,
        position_kind="entrée",
        point=Point(4.8895, 44.934, srid=4326),
    )
    today, now = timezone.localdate(), timezone.now()
    AllowedHours.objects.all().delete()
    ShiftBreak.objects.all().delete()
    Absence.objects.update(first_day=today - dt.timedelta(days=5), last_day=today + dt.timedelta(days=10))
    for absence in town.absences:
        build_household(absence, name=f"Camille {absence.address.house_number}")
    Shift.objects.filter(pk=town.shifts[1].pk).delete()
    starts_at = now + dt.timedelta(minutes=10)
    Shift.objects.filter(pk=town.shifts[0].pk).update(day=today, starts_at=starts_at, ends_at=starts_at + SHIFT)
    return town


@pytest.fixture
def police(town: Town) -> Account:
    return build_account(town, Role.MUNICIPAL_POLICE, login="26999-police")


@pytest.fixture
def worker(town: Town, tmp_path: Path) -> Iterator[None]:
    """A worker in a process of its own, on the database of the test."""
    database = connection.settings_dict
    password = f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else ""
    port = f":{database['PORT']}" if database["PORT"] else ""
    address = f"{database['USER']}{password}@{quote(database['HOST'], safe='')}{port}/{database['NAME']}"
    ours = {"DATABASE_URL": f"postgis://{address}", "RONDE_VAR": str(tmp_path), "RONDE_SECRET_KEY": "x"}
    command = [sys.executable, "manage.py", "work"]
    process = subprocess.Popen(
        command, cwd=site_settings.BASE_DIR, env={**os.environ, **ours}, stdin=subprocess.DEVNULL
    )
    yield
    process.kill()
    process.wait()


@pytest.fixture
def phone(browser: Browser, site: str, town: Town) -> Iterator[BrowserContext]:
    """The enrolled phone of Alpha, which stands at the declared home."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        locale="fr-FR",
        timezone_id="Europe/Paris",
        reduced_motion="reduce",
        has_touch=True,
        geolocation={"longitude": 4.8895, "latitude": 44.934, "accuracy": 12},
        permissions=["geolocation"],
    )
    # The machine of the tests has nobody to call.
    context.add_init_script(
        "addEventListener('click', (e) => e.target.closest('[href^=tel]') && e.preventDefault())"
    )
    yield context
    context.close()


def test_a_day_from_the_declaration_to_the_statement(
    open_page: OpenPage,
    worker: None,
    phone: BrowserContext,
    site: str,
    town: Town,
    police: Account,
    requests_seen: list[str],
    axe: str,
    keep_picture: KeepPicture,
):
    asked_before = len(requests_seen)
    page = open_page("/logements/declarer/", account=police)
    declare(page, axe, keep_picture)
    plan(page, site, axe, keep_picture)
    # The evening has come.
    move_shift(town.shifts[0], starts_in=-dt.timedelta(minutes=30))
    walk(phone, site, town, axe, keep_picture)
    first, second = Passage.objects.order_by("done_at").values_list("absence", "result", "presence")
    declared = Absence.objects.get(address__street_name="Avenue de la Gare").pk
    assert first == (declared, "ras", "within")
    assert second[1:] == ("anomaly", "away")
    look(page, site, (declared, second[0]), axe, keep_picture)
    assert "1 passage Rien à signaler" in come_home(page, site, declared, axe, keep_picture)

    asked = [unquote(url).lower() for url in requests_seen[asked_before:]]
    assert [url for url in asked for canary in CANARIES if canary in url] == []


def address_of_plan() -> str:
    """The page of the day that is planned: that of today is another once midnight is past."""
    return f"/jour/?jour={Shift.objects.get().day}"


def declare(page: Page, axe: str, keep_picture: KeepPicture) -> None:
    """Declare a home whose address is typed badly."""
    address = page.get_by_label("Adresse du logement")
    address.fill("3 av de la garre")
    expect(page.get_by_role("option").first).to_contain_text(DECLARED)
    keep_picture(page, "day-1-address")
    address.press("ArrowDown")
    address.press("Enter")
    page.get_by_label("Premier jour d'absence").fill(Shift.objects.get().day.isoformat())
    page.get_by_role("button", name="15 jours").press("Enter")
    page.get_by_label("Nom et prénom du déclarant").fill("Zoé Canari")
    page.get_by_label("Téléphone pendant l'absence").fill("06 39 98 00 01")
    page.get_by_role("button", name="Enregistrer l'absence").press("Enter")
    page.get_by_role("checkbox", name="Le départ est trop proche").check()
    page.get_by_role("button", name="Enregistrer l'absence").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(DECLARED)
    assert violations(page, axe) == []
    keep_picture(page, "day-2-declared")


def plan(page: Page, site: str, axe: str, keep_picture: KeepPicture) -> None:
    """Have the plan calculated, put the declared home first by the keyboard, and publish."""
    page.goto(site + address_of_plan())
    wait_for_map(page)
    page.locator("#tour-decline").click()
    page.get_by_label("Durée de la recherche").select_option("5")
    page.get_by_role("button", name="Calculer les tournées").press("Enter")
    stops = page.get_by_role("article", name="Alpha").locator("tr.stop")
    expect(page.locator("#etat")).to_contain_text("Brouillon")
    expect(stops.filter(has_text=DECLARED)).to_have_count(1)
    assert violations(page, axe) == []
    keep_picture(page, "day-3-plan")

    before = [stop.get_attribute("data-visit") for stop in stops.all()]
    declared = str(stops.filter(has_text=DECLARED).get_attribute("data-visit"))
    place, revision = before.index(declared), 1
    # It moves wherever the search had put it: from the head of the round, away and back.
    for key in ["ArrowUp"] * place or ["ArrowDown", "ArrowUp"]:
        stops.filter(has_text=DECLARED).locator(".pick").focus()
        page.keyboard.press(f"Alt+{key}")
        revision += 1
        expect(page.locator("#plan")).to_have_attribute("data-revision", str(revision))
        expect(page.locator(".is-pending")).to_have_count(0)
    expect(stops.first).to_contain_text(DECLARED)
    page.get_by_role("button", name="Publier").press("Enter")
    expect(page.locator("#etat")).to_contain_text("Publié, version 1")
    assert violations(page, axe) == []
    keep_picture(page, "day-4-published")


def walk(phone: BrowserContext, site: str, town: Town, axe: str, keep_picture: KeepPicture) -> None:
    """Go round off the network: one home in order, an anomaly at the next, whose owner is called once back."""
    from django.test import Client

    crew = build_account(town, Role.CREW, login="alpha-1")
    phone.add_cookies(cookies_of(let_in(Client(), crew, device_of=town.commune.pk), site))
    page = open_round(phone, site, first=DECLARED)
    assert violations(page, axe) == []
    keep_picture(page, "day-5-phone")

    phone.set_offline(True)
    note_nothing(page)
    expect(page.locator("#pending")).to_have_text("1 en attente")
    expect(page.locator("#next-title")).not_to_have_text(DECLARED)
    phone.set_geolocation({"longitude": 4.8805, "latitude": 44.926, "accuracy": 12})
    report_anomaly(page)
    expect(page.locator("#pending")).to_have_text("2 en attente")
    keep_picture(page, "day-6-offline")
    calls = page.get_by_role("dialog", name="Appels")
    calls.get_by_role("button", name="Terminer").tap()
    assert not Passage.objects.exists()

    phone.set_offline(False)
    send_now(page)
    expect(page.locator("#pending")).to_have_text("0 en attente")
    page.get_by_role("button", name="Appels").first.tap()
    owner = calls.locator("[data-step=owner]")
    expect(owner).to_contain_text("Téléphone de Camille")
    assert violations(page, axe) == []
    owner.get_by_role("button", name="Appeler").tap()
    with page.expect_response("**/equipage/envoi/"):
        owner.get_by_role("button", name="Pas de réponse").tap()
    keep_picture(page, "day-7-calls")
    calls.get_by_role("button", name="Terminer").tap()
    expect(page.locator("#pending")).to_have_text("0 en attente")


def look(page: Page, site: str, homes: tuple[int, int], axe: str, keep_picture: KeepPicture) -> None:
    """See both passages on the plan and on the map of the homes."""
    passed, odd = homes
    page.goto(site + address_of_plan())
    wait_for_map(page)
    expect(page.locator(f"tr.stop[data-home='{passed}'][data-recency=passed]")).to_have_count(1)
    expect(page.locator(f"tr.stop[data-home='{odd}'][data-recency=anomaly]").first).to_be_visible()
    assert violations(page, axe) == []
    keep_picture(page, "day-8-passages")
    page.goto(f"{site}/logements/")
    wait_for_map(page)
    expect(page.locator(f"#logement-{passed}")).to_have_attribute("data-recency", "passed")
    expect(page.locator(f"#logement-{odd}")).to_have_attribute("data-recency", "anomaly")
    assert violations(page, axe) == []
    keep_picture(page, "day-9-homes")


def come_home(page: Page, site: str, home: int, axe: str, keep_picture: KeepPicture) -> str:
    """Note the return; what the statement of passages then says."""
    page.goto(f"{site}/logements/{home}/")
    page.get_by_role("link", name="Signaler un retour").press("Enter")
    page.get_by_role("button", name="Enregistrer le retour").press("Enter")
    expect(page.get_by_text("Retour signalé")).to_be_visible()
    assert violations(page, axe) == []
    keep_picture(page, "day-10-return")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Relevé des passages").first.press("Enter")
    said = subprocess.run(
        ["pdftotext", "-layout", str(coming.value.path()), "-"], capture_output=True, check=True, text=True
    )
    return re.sub(r"\s+", " ", said.stdout)
