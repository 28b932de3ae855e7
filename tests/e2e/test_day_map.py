import pytest
from playwright.sync_api import expect

from patrols.models import Route
from tests.builders import at, build_stay
from tests.e2e.day_page import (
    ADDRESS,
    OpenPage,
    colours_of_map,
    how_much_like,
    middle_of_free_map,
    row,
    wait_for_colour,
    wait_for_map,
)
from tests.e2e.patience import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("planned_town")]

ALPHA, BRAVO = (0x0B, 0x6B, 0x6B), (0xA8, 0x5B, 0x00)
LAND, WATER = (0xF4, 0xF1, 0xEA), (0xB9, 0xD6, 0xE2)
ALPHA_BY_NIGHT, LAND_BY_NIGHT = (0x5C, 0xC3, 0xC0), (0x16, 0x1C, 0x24)


def test_the_map_shows_land_water_streets_the_round_and_a_stay(open_page: OpenPage, keep_picture):
    # Bravo has neither stop nor course: what is of its colour is its stay.
    build_stay(Route.objects.get(shift__crew__name="Bravo"), after_stop=0, arrives_at=at(19))
    page = open_page(ADDRESS)
    wait_for_map(page)
    keep_picture(page, "day-1280")
    page.get_by_role("button", name="Dézoomer").click()
    page.get_by_role("button", name="Légende").press("Enter")
    expect(page.locator(".legend-crews")).to_be_hidden()

    for colour, least in ((LAND, 10_000), (WATER, 1_000), (ALPHA, 1_000), (BRAVO, 50)):
        wait_for_colour(page, colour, above=least)


def test_the_attribution_is_in_sight_in_every_view(open_page: OpenPage):
    page = open_page(ADDRESS)

    for view in ("Carte", "Les deux"):
        page.get_by_role("link", name=view, exact=True).click()
        expect(page.locator(".attribution")).to_be_in_viewport()
    page.get_by_role("link", name="Tableau", exact=True).click()
    expect(page.locator(".sources")).to_be_visible()


def test_a_row_under_the_pointer_lights_up_and_so_does_its_home_on_the_map(open_page: OpenPage):
    page = open_page(ADDRESS)
    wait_for_map(page)
    before = colours_of_map(page)

    row(page, "12 Rue du Moulin").hover()

    expect(row(page, "12 Rue du Moulin")).to_have_class("stop is-hovered")
    # The halo is the accent at 30 % over the land: a colour that was nowhere before.
    halo = tuple(round(0.3 * ink + 0.7 * ground) for ink, ground in zip(ALPHA, LAND, strict=True))
    wait_for_colour(page, halo, above=how_much_like(before, halo) + 100)


def test_a_home_under_the_pointer_lights_up_its_row(open_page: OpenPage):
    page = open_page(ADDRESS)
    wait_for_map(page)
    row(page, "13 Rue du Moulin").locator(".pick").click()
    picked = row(page, "13 Rue du Moulin")

    def is_lit_by_the_pointer() -> bool:
        page.mouse.move(5, 5)
        page.mouse.move(*middle_of_free_map(page))
        return picked.get_attribute("class") == "stop is-picked is-hovered"

    wait_until(page, is_lit_by_the_pointer)


def test_a_home_picked_on_the_map_opens_its_detail(open_page: OpenPage, keep_picture):
    page = open_page(ADDRESS)
    wait_for_map(page)
    row(page, "13 Rue du Moulin").locator(".pick").click()
    page.get_by_role("button", name="Fermer le détail").click()
    detail = page.get_by_role("complementary")
    expect(detail).to_be_hidden()

    def is_opened_by_a_click() -> bool:
        page.mouse.click(*middle_of_free_map(page))
        return detail.is_visible()

    wait_until(page, is_opened_by_a_click)
    expect(detail.get_by_role("heading", name="13 Rue du Moulin")).to_be_visible()
    expect(detail).to_contain_text("Passage prévu")
    expect(detail).to_contain_text("2 · Le Moulin")
    keep_picture(page, "detail-1280")


def test_a_stay_is_found_on_the_map_by_its_row_and_its_row_by_the_map(open_page: OpenPage, keep_picture):
    build_stay(Route.objects.get(shift__crew__name="Alpha"), after_stop=2, arrives_at=at(18, 26))
    page = open_page(ADDRESS)
    wait_for_map(page)
    stay, detail = page.locator("tr.stay"), page.get_by_role("complementary")
    before = colours_of_map(page)

    stay.get_by_role("link", name="Présence rue du Moulin, jusqu'à 18").focus()
    expect(stay).to_have_class("milestone stay is-hovered")
    page.keyboard.press("Enter")

    expect(stay).to_have_class("milestone stay is-hovered is-picked")
    expect(stay.locator(".pick")).to_have_attribute("aria-current", "true")
    halo = tuple(round(0.45 * ink + 0.55 * ground) for ink, ground in zip(ALPHA, LAND, strict=True))
    wait_for_colour(page, halo, above=how_much_like(before, halo) + 100)
    keep_picture(page, "day-stay")
    row(page, "13 Rue du Moulin").locator(".pick").click()
    expect(detail).to_be_visible()
    stay.locator(".pick").click()
    expect(detail).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator(".is-picked")).to_have_count(0)

    def is_picked_by_a_click() -> bool:
        page.mouse.click(*middle_of_free_map(page))
        return "is-picked" in (stay.get_attribute("class") or "")

    wait_until(page, is_picked_by_a_click)
    expect(stay.locator(".pick")).to_be_focused()
    expect(detail).to_be_hidden()


def test_the_theme_chosen_by_hand_recolours_the_map_and_is_kept(open_page: OpenPage):
    page = open_page(ADDRESS)
    background = "getComputedStyle(document.documentElement).backgroundColor"

    wait_for_map(page)

    page.get_by_role("button", name="Thème").click()
    expect(page.get_by_role("button", name="Thème")).to_have_text("Thème : sombre")
    wait_for_colour(page, LAND_BY_NIGHT, above=10_000)
    wait_for_colour(page, ALPHA_BY_NIGHT, above=1_000)
    page.reload()

    assert page.evaluate(background) == "rgb(15, 20, 27)"


def test_without_webgl_the_page_says_so_and_the_table_is_whole(open_page: OpenPage, site: str):
    page = open_page("/jour/?jour=2026-08-13")
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")

    page.goto(site + ADDRESS)

    expect(page.get_by_text("Ce navigateur ne peut pas dessiner la carte")).to_be_visible()
    row(page, "12 Rue du Moulin").locator(".pick").click()
    expect(page.get_by_role("complementary").get_by_role("heading")).to_have_text("12 Rue du Moulin")


def test_the_map_asks_for_no_tile_that_it_throws_away(open_page: OpenPage, site: str):
    page = open_page("/aide/plan-du-jour/")
    thrown_away: list[str] = []
    page.on("requestfailed", lambda request: thrown_away.append(request.url))

    page.goto(site + ADDRESS)
    wait_for_map(page)

    assert thrown_away == []


def test_the_legend_folds_by_its_button(open_page: OpenPage):
    page = open_page(ADDRESS)
    button = page.get_by_role("button", name="Légende")

    button.press("Enter")

    expect(button).to_have_attribute("aria-expanded", "false")
    expect(page.locator(".legend-crews")).to_be_hidden()
    button.press("Enter")
    expect(page.locator(".legend-crews")).to_be_visible()
