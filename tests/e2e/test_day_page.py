import datetime as dt
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import Page, expect

from patrols.models import Passage
from tests.builders import at, build_plan, build_town

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "/?jour=2026-08-12"
OpenPage = Callable[..., Page]
ALPHA, LAND, WATER = (0x0B, 0x6B, 0x6B), (0xF4, 0xF1, 0xEA), (0xB9, 0xD6, 0xE2)
ALPHA_BY_NIGHT, LAND_BY_NIGHT = (0x5C, 0xC3, 0xC0), (0x16, 0x1C, 0x24)


@pytest.fixture(autouse=True)
def planned_town():
    town = build_town()
    build_plan(town)
    Passage.objects.create(
        absence=town.absences[0], crew=town.crews[0], done_at=at(10) - dt.timedelta(days=1), result="ras"
    )
    return town


@pytest.fixture
def keep_picture() -> Callable[[Page, str], None]:
    folder = Path(settings.VAR_DIR) / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def keep(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png")

    return keep


def wait_for_map(page: Page) -> None:
    page.wait_for_selector("#map[data-state=ready]")
    page.wait_for_load_state("networkidle")


def row(page: Page, words: str) -> Any:
    return page.locator("tr.stop", has_text=words)


def colours_of_map(page: Page) -> Counter[tuple[int, int, int]]:
    picture = Image.open(io.BytesIO(page.locator("#map").screenshot())).convert("RGB")
    return Counter(picture.get_flattened_data())


def how_much_like(colours: Counter[tuple[int, int, int]], wanted: tuple[int, int, int]) -> int:
    return sum(
        count
        for colour, count in colours.items()
        if max(abs(a - b) for a, b in zip(colour, wanted, strict=True)) <= 8
    )


def middle_of_free_map(page: Page) -> tuple[float, float]:
    """Where a picked home is brought to: the middle of what the legend leaves of the map."""
    area, legend = page.locator("#map").bounding_box(), page.locator("#legend").bounding_box()
    assert area is not None
    assert legend is not None
    margin = min(56, area["width"] / 6, area["height"] / 6)
    top, bottom = area["y"] + margin, legend["y"] - margin / 2
    return area["x"] + area["width"] / 2, (top + bottom) / 2


def violations(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def test_the_map_shows_land_water_streets_and_the_round(open_page: OpenPage, keep_picture):
    page = open_page(ADDRESS)
    wait_for_map(page)
    keep_picture(page, "day-1280")
    page.get_by_role("button", name="Dézoomer").click()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)

    colours = colours_of_map(page)

    assert how_much_like(colours, LAND) > 10_000
    assert how_much_like(colours, WATER) > 1_000
    assert how_much_like(colours, ALPHA) > 1_000


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
    page.wait_for_timeout(300)

    expect(row(page, "12 Rue du Moulin")).to_have_class("stop is-hovered")
    # The halo is the accent at 30 % over the land: a colour that was nowhere before.
    halo = tuple(round(0.3 * ink + 0.7 * ground) for ink, ground in zip(ALPHA, LAND, strict=True))
    assert how_much_like(colours_of_map(page), halo) > how_much_like(before, halo) + 100


def test_a_home_under_the_pointer_lights_up_its_row(open_page: OpenPage):
    page = open_page(ADDRESS)
    wait_for_map(page)
    row(page, "13 Rue du Moulin").get_by_role("link").click()
    page.wait_for_load_state("networkidle")

    page.mouse.move(5, 5)
    page.mouse.move(*middle_of_free_map(page))

    expect(row(page, "13 Rue du Moulin")).to_have_class("stop is-picked is-hovered")


def test_a_home_picked_on_the_map_opens_its_detail(open_page: OpenPage, keep_picture):
    page = open_page(ADDRESS)
    wait_for_map(page)
    row(page, "13 Rue du Moulin").get_by_role("link").click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Fermer le détail").click()
    page.wait_for_timeout(300)

    page.mouse.click(*middle_of_free_map(page))

    detail = page.get_by_role("complementary")
    expect(detail.get_by_role("heading", name="13 Rue du Moulin")).to_be_visible()
    expect(detail).to_contain_text("Passage prévu")
    expect(detail).to_contain_text("2 · Le Moulin")
    keep_picture(page, "detail-1280")


def test_the_detail_goes_from_stop_to_stop_and_gives_the_focus_back(open_page: OpenPage):
    page = open_page(ADDRESS)
    row(page, "11 Rue des Lilas").get_by_role("link").click()
    heading = page.get_by_role("complementary").get_by_role("heading")

    page.get_by_role("button", name="Suivant").click()
    expect(heading).to_have_text("12 Rue du Moulin")
    expect(page.locator("#announcer")).to_have_text("12 Rue du Moulin")
    page.get_by_role("button", name="Précédent").click()
    expect(heading).to_have_text("11 Rue des Lilas")
    page.keyboard.press("Escape")

    expect(page.get_by_role("complementary")).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent") == "11 Rue des Lilas"


def test_choosing_a_crew_hides_the_others_and_is_in_the_address(open_page: OpenPage, planned_town):
    page = open_page(ADDRESS)

    page.get_by_role("navigation", name="Équipages").get_by_role("link", name="Bravo").click()

    expect(page.get_by_role("article", name="Alpha")).to_be_hidden()
    expect(page.get_by_role("article", name="Bravo")).to_be_visible()
    assert page.url.endswith(f"?jour=2026-08-12&equipage={planned_town.crews[1].pk}")
    page.reload()
    expect(page.get_by_role("article", name="Alpha")).to_be_hidden()


def test_the_view_is_kept_from_day_to_day(open_page: OpenPage):
    page = open_page(ADDRESS)

    page.get_by_role("link", name="Tableau", exact=True).click()
    expect(page.locator("#map")).to_be_hidden()
    page.get_by_role("link", name="Lendemain").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Logements vacants du jeudi 13\u00a0août 2026")
    expect(page.locator("#map")).to_be_hidden()


def test_what_is_looked_at_is_never_in_the_address(open_page: OpenPage, site: str):
    page = open_page(ADDRESS)
    wait_for_map(page)

    row(page, "12 Rue du Moulin").get_by_role("link").click()
    page.get_by_role("link", name="Dernier passage").click()

    assert page.url == f"{site}{ADDRESS}&couleur=passage"


def test_a_table_is_sorted_by_its_headings_and_comes_back_to_the_order_of_the_round(open_page: OpenPage):
    page = open_page(f"{ADDRESS}&vue=tableau")
    table = page.get_by_role("table", name="Arrêts de l'équipage Alpha")
    in_order = table.locator("tbody tr").all_inner_texts()

    table.get_by_role("button", name="Adresse").click()
    table.get_by_role("button", name="Adresse").click()
    backwards = table.locator("tbody tr.stop th .pick").all_inner_texts()
    table.get_by_role("button", name="N°").click()

    assert backwards == ["13 Rue du Moulin", "12 Rue du Moulin", "11 Rue des Lilas"]
    assert table.locator("tbody tr").all_inner_texts() == in_order


def test_every_control_is_reached_by_the_keyboard_and_shows_the_focus(open_page: OpenPage):
    page = open_page(ADDRESS)
    wait_for_map(page)
    wanted = page.evaluate(
        """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), canvas[tabindex]")]
            .filter((e) => !e.disabled && e.checkVisibility()).map((e) => e.outerHTML)"""
    )
    visited = set()

    for _ in range(len(wanted) + 10):
        page.keyboard.press("Tab")
        html, outline = page.evaluate(
            "() => [document.activeElement.outerHTML, getComputedStyle(document.activeElement).outlineStyle]"
        )
        visited.add(html)
        assert outline != "none" or html.startswith("<body"), html

    assert [html for html in wanted if html not in visited] == []


def test_the_first_tab_skips_to_the_content(open_page: OpenPage):
    page = open_page(ADDRESS)

    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Aller au contenu")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "contenu"


def test_shortcuts_are_listed_by_the_question_mark_and_can_be_switched_off(open_page: OpenPage):
    page = open_page(ADDRESS)

    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Raccourcis du clavier")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Utiliser les raccourcis à une touche").uncheck()
    dialog.get_by_role("button", name="Fermer").click()
    page.keyboard.press("j")
    expect(page.get_by_role("complementary")).to_be_hidden()
    page.reload()
    page.keyboard.press("j")

    expect(page.get_by_role("complementary")).to_be_hidden()


def test_shortcuts_walk_from_stop_to_stop_and_change_the_view(open_page: OpenPage):
    page = open_page(ADDRESS)

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("complementary").get_by_role("heading")).to_have_text("12 Rue du Moulin")
    page.keyboard.press("2")

    expect(page.locator("#map")).to_be_hidden()


def test_the_theme_chosen_by_hand_recolours_the_map_and_is_kept(open_page: OpenPage):
    page = open_page(ADDRESS)
    background = "getComputedStyle(document.documentElement).backgroundColor"

    wait_for_map(page)

    page.get_by_role("button", name="Thème").click()
    expect(page.get_by_role("button", name="Thème")).to_have_text("Thème : sombre")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    colours = colours_of_map(page)
    page.reload()

    assert how_much_like(colours, LAND_BY_NIGHT) > 10_000
    assert how_much_like(colours, ALPHA_BY_NIGHT) > 1_000
    assert page.evaluate(background) == "rgb(15, 20, 27)"


def test_the_road_sheet_of_a_crew_is_downloaded_under_a_name_without_address(open_page: OpenPage):
    page = open_page(ADDRESS)

    with page.expect_download() as download:
        page.get_by_role("article", name="Alpha").get_by_role("link", name="Tableur").click()

    assert download.value.suggested_filename == "tournee-2026-08-12-n1-alpha.csv"


def test_without_webgl_the_page_says_so_and_the_table_is_whole(open_page: OpenPage, site: str):
    page = open_page("/?jour=2026-08-13")
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")

    page.goto(site + ADDRESS)

    expect(page.get_by_text("Ce navigateur ne peut pas dessiner la carte")).to_be_visible()
    row(page, "12 Rue du Moulin").get_by_role("link").click()
    expect(page.get_by_role("complementary").get_by_role("heading")).to_have_text("12 Rue du Moulin")


def test_without_javascript_the_table_and_its_choices_work(open_page: OpenPage):
    page = open_page(ADDRESS, java_script_enabled=False)

    expect(row(page, "12 Rue du Moulin")).to_be_visible()
    expect(page.get_by_role("complementary")).to_be_hidden()
    page.get_by_role("navigation", name="Équipages").get_by_role("link", name="Bravo").click()

    expect(row(page, "12 Rue du Moulin")).to_be_hidden()
    expect(page.get_by_role("article", name="Bravo")).to_be_visible()


def test_on_a_phone_the_list_grows_and_shrinks_by_its_buttons(open_page: OpenPage, keep_picture):
    page = open_page(ADDRESS, width=390, height=844, has_touch=True)
    wait_for_map(page)
    keep_picture(page, "day-390")
    height = "document.querySelector('#liste').getBoundingClientRect().height"
    middle = page.evaluate(height)

    page.get_by_role("button", name="Agrandir la liste").tap()
    high = page.evaluate(height)
    page.get_by_role("button", name="Réduire la liste").tap()
    page.get_by_role("button", name="Réduire la liste").tap()
    low = page.evaluate(height)

    assert low < middle < high
    assert page.get_by_role("button", name="Réduire la liste").is_disabled()


def test_on_a_phone_a_picked_home_stays_in_sight_above_its_detail(open_page: OpenPage, keep_picture):
    page = open_page(ADDRESS, width=390, height=844, has_touch=True)
    wait_for_map(page)

    row(page, "11 Rue des Lilas").get_by_role("link").tap()
    page.wait_for_load_state("networkidle")

    expect(page.get_by_role("complementary").get_by_role("heading")).to_have_text("11 Rue des Lilas")
    expect(page.locator(".attribution")).to_be_in_viewport()
    keep_picture(page, "detail-390")


@pytest.mark.parametrize(("width", "height"), [(320, 640), (320, 256), (390, 844), (768, 1024), (1280, 800)])
@pytest.mark.parametrize("address", [ADDRESS, "/?jour=2026-08-13", "/?jour=hier"])
def test_nothing_is_cut_off_at_the_side(browser, site: str, width: int, height: int, address: str):
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(site + address)

    too_wide = page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll(".list, .drawer, .topbar")]
            .filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.className || e.tagName)"""
    )
    context.close()

    assert too_wide == []


@pytest.mark.parametrize(("width", "height"), [(390, 844), (900, 700), (1280, 800)])
def test_the_list_scrolls_and_the_screen_does_not(open_page: OpenPage, width: int, height: int):
    page = open_page(ADDRESS, width=width, height=height)

    page.get_by_role("link", name="14 Rue des Lilas").scroll_into_view_if_needed()

    assert page.evaluate("document.documentElement.scrollHeight") == height
    assert page.evaluate("document.querySelector('#liste').scrollTop") > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_page(open_page: OpenPage, axe: str, scheme: str, width: int, keep_picture):
    page = open_page(ADDRESS, width=width, color_scheme=scheme)
    wait_for_map(page)

    assert violations(page, axe) == []
    row(page, "12 Rue du Moulin").get_by_role("link").click()
    assert violations(page, axe) == []
    keep_picture(page, f"{scheme}-{width}")


@pytest.mark.parametrize("address", [f"{ADDRESS}&vue=tableau", "/?jour=2026-08-13", "/?jour=hier", "/rien"])
def test_axe_finds_nothing_on_the_other_pages(browser, site: str, axe: str, address: str):
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(site + address)

    found = violations(page, axe)
    context.close()

    assert found == []


def test_axe_finds_nothing_in_the_list_of_shortcuts(open_page: OpenPage, axe: str):
    page = open_page(ADDRESS)
    page.keyboard.press("?")

    assert violations(page, axe) == []


def test_the_printed_page_is_the_table_alone(open_page: OpenPage):
    page = open_page(ADDRESS)
    page.emulate_media(media="print")

    expect(row(page, "12 Rue du Moulin")).to_be_visible()
    expect(page.locator("#map")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Jours")).to_be_hidden()
