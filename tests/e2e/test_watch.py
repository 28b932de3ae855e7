"""One day of the daily watch: entrusted, looked at without a network, sent, counted, taken back."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from absences.models import Absence, HomeOwner
from accounts.models import Account
from accounts.roles import Role
from tests.absences.watching import build_watcher
from tests.access.people import Place, build_account, build_place, let_in
from tests.access.web_login import underway
from tests.e2e.conftest import cookies_of
from tests.e2e.phone_page import wait_for_worker

HOME, OTHER = "11 Rue des Lilas", "12 Rue du Moulin"
DAYS = dt.timedelta(days=20)


@pytest.fixture
def place(transactional_db, settings) -> Place:
    """Two homes of the first sector stand empty; their owner has an account, and a vigilant watches there."""
    settings.COMMUNE_INSEE = "26999"
    place = build_place()
    today = timezone.localdate()
    Absence.objects.update(first_day=today - DAYS, last_day=today + DAYS)
    build_watcher(place.accounts[Role.VIGILANT], today.weekday())
    return place


@pytest.fixture
def owner(place) -> Account:
    owner = build_account(place.town, Role.VIGILANT, login="26999-owner")
    for absence in place.town.absences[:2]:
        HomeOwner.objects.create(absence=absence, account=owner)
    return owner


def entrust(page: Page, address: str) -> None:
    panel = page.get_by_role("region", name=address)
    panel.get_by_role("button", name="Confier aux veilleurs").click()
    expect(page.get_by_role("region", name=address).get_by_text("Confié", exact=True)).to_be_visible()


def check_accessibility(page: Page, axe: str) -> None:
    page.evaluate(axe)
    found = page.evaluate(
        "async () => (await axe.run(document)).violations.map(({ id, nodes }) => [id, nodes[0].html])"
    )
    assert found == []


def test_a_home_is_entrusted_looked_at_offline_counted_and_taken_back(
    browser: Browser, site, open_page, place, owner, axe, keep_picture
):
    owners = open_page("/veille/mes-logements/", account=owner, width=390, height=844)
    entrust(owners, HOME)
    entrust(owners, OTHER)
    check_accessibility(owners, axe)

    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="fr-FR", timezone_id="Europe/Paris", has_touch=True
    )
    context.add_cookies(cookies_of(let_in(Client(), place.accounts[Role.VIGILANT]), site))
    phone = context.new_page()
    phone.goto(f"{site}/veille/")
    expect(phone.locator("#turn")).to_have_text(
        "C'est votre tour aujourd'hui. 2 logements à regarder aujourd'hui."
    )
    check_accessibility(phone, axe)
    wait_for_worker(phone)
    keep_picture(phone, "watch-390")

    context.set_offline(True)
    phone.reload()
    home, other = (phone.get_by_role("listitem").filter(has_text=address) for address in (HOME, OTHER))
    other.get_by_role("button", name="J'ai regardé").tap()
    expect(other).to_contain_text("noté sur ce téléphone")
    phone.get_by_role("button", name="Annuler").tap()
    expect(other.get_by_role("button", name="J'ai regardé")).to_be_visible()
    home.get_by_role("button", name="J'ai regardé").tap()
    expect(phone.locator("#pending")).to_have_text("1 en attente")
    expect(phone.locator("#network")).to_have_text("Réseau : non")

    context.set_offline(False)
    expect(phone.locator("#pending")).to_have_text("0 en attente")
    expect(home).to_contain_text("Regardé aujourd'hui")

    referents = open_page(f"/veille/secteurs/{place.sectors[0].pk}/", account=place.accounts[Role.REFERENT])
    today = referents.get_by_role("table").last.get_by_role("row").nth(1)
    expect(today.get_by_role("cell")).to_have_text(["2", "1", "en cours"])
    check_accessibility(referents, axe)
    # The whole week is in sight: none of it is beyond the frame of the table.
    expect(referents.get_by_role("columnheader", name="Dimanche")).to_be_in_viewport(ratio=1)
    keep_picture(referents, "watch-chain")

    for address in (HOME, OTHER):
        owners.get_by_role("region", name=address).get_by_role("button", name="Retirer mon accord").click()
        owners.get_by_role("button", name="Retirer", exact=True).click()
        expect(owners.get_by_role("region", name=address).get_by_role("button", name="Confier")).to_be_visible()
    phone.reload()
    expect(phone.locator("#none")).to_be_visible()
    expect(phone.get_by_text(HOME)).to_have_count(0)
    context.close()
    assert underway.wait_until_none()
