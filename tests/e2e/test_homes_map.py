import re

import pytest
from playwright.sync_api import expect

from tests.e2e.day_page import (
    OpenPage,
    colours_of_map,
    how_much_like,
    row,
    violations,
    wait_for_map,
)
from tests.e2e.patience import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("planned_town")]

ADDRESS = "/logements/?jour=2026-08-12"
RED = (0xB3, 0x26, 0x1E)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_the_homes_are_on_the_map_and_axe_finds_nothing(
    open_page: OpenPage, axe: str, scheme: str, width: int, keep_picture
):
    page = open_page(ADDRESS, width=width, color_scheme=scheme)
    wait_for_map(page)

    assert violations(page, axe) == []
    keep_picture(page, f"homes-{scheme}-{width}")


def test_a_row_opens_its_detail_and_the_map_comes_near(open_page: OpenPage, axe: str, keep_picture):
    page = open_page(ADDRESS)
    wait_for_map(page)

    row(page, "12 Rue du Moulin").get_by_role("link").click()
    page.wait_for_selector("#drawer-body dl")

    expect(page.locator("#drawer-title")).to_have_text("12 Rue du Moulin")
    expect(page.locator("#drawer-body a", has_text="Ouvrir la fiche")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert violations(page, axe) == []
    keep_picture(page, "homes-detail")


def test_a_filter_narrows_map_and_table_in_place(open_page: OpenPage):
    page = open_page(ADDRESS)
    wait_for_map(page)
    red_with_all = how_much_like(colours_of_map(page), RED)

    with page.expect_response("**/tuiles/logements/**etat=fait**"):
        page.select_option("#etat", "fait")
    page.wait_for_function("document.querySelectorAll('tr.stop').length < 4")

    expect(page).to_have_url(re.compile("etat=fait"))
    # The red that is left is that of the legend.
    wait_until(page, lambda: how_much_like(colours_of_map(page), RED) < red_with_all / 2)


def test_an_address_is_found_from_the_keyboard_alone(open_page: OpenPage, keep_picture):
    page = open_page(ADDRESS)
    wait_for_map(page)

    page.keyboard.press("a")
    page.keyboard.insert_text("12 r moul")
    page.wait_for_selector("#adresse-adresses li")
    keep_picture(page, "homes-search")
    page.keyboard.press("ArrowDown")
    field = page.locator("#adresse")
    expect(field).to_have_attribute("aria-activedescendant", "adresse-adresses-0")
    page.keyboard.press("Enter")

    expect(field).to_have_value("12 Rue du Moulin")
    expect(page.locator("#adresse-adresses")).to_be_hidden()
    expect(page.locator(".found-place")).to_be_visible()
    assert "Moulin" not in page.url


def test_a_heading_sorts_in_place_and_shortcuts_walk_through_the_homes(open_page: OpenPage):
    page = open_page(ADDRESS)
    wait_for_map(page)

    page.locator("th a.sort", has_text="Adresse").press("Enter")
    page.wait_for_selector("th[aria-sort=ascending] a:has-text('Adresse')")
    expect(page.locator("th a.sort", has_text="Adresse")).to_be_focused()
    page.keyboard.press("j")

    expect(page.locator("#drawer-title")).to_have_text("11 Rue des Lilas")
    expect(page).to_have_url(re.compile("tri=adresse"))
