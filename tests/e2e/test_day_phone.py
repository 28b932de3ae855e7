import pytest
from playwright.sync_api import expect

from tests.e2e.day_page import ADDRESS, OpenPage, row, wait_for_map

SCREENS = ((320, 640), (320, 256), (390, 844), (768, 1024), (1280, 800))
TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll(".list, .drawer, .topbar")]
    .filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.className || e.tagName)"""
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("planned_town")]


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

    row(page, "11 Rue des Lilas").locator(".pick").tap()
    page.wait_for_load_state("networkidle")

    expect(page.get_by_role("complementary").get_by_role("heading")).to_have_text("11 Rue des Lilas")
    expect(page.locator(".attribution")).to_be_in_viewport()
    keep_picture(page, "detail-390")


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        (ADDRESS, "Plan du"),
        ("/jour/?jour=2026-08-13", "Logements vacants du"),
        ("/jour/?jour=hier", "Cette adresse n'est pas comprise"),
    ],
)
def test_nothing_is_cut_off_at_the_side(open_page: OpenPage, address: str, heading: str):
    page = open_page(address, refusals=(400,))
    expect(page.locator("h1")).to_contain_text(heading)

    too_wide = {}
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        too_wide[width, height] = page.evaluate(TOO_WIDE)

    assert too_wide == {screen: [] for screen in SCREENS}


@pytest.mark.parametrize(("width", "height"), [(390, 844), (900, 700), (1280, 800)])
def test_the_list_scrolls_and_the_screen_does_not(open_page: OpenPage, width: int, height: int):
    page = open_page(ADDRESS, width=width, height=height)

    page.get_by_role("link", name="14 Rue des Lilas", exact=True).scroll_into_view_if_needed()

    assert page.evaluate("document.documentElement.scrollHeight") == height
    assert page.evaluate("document.querySelector('#liste').scrollTop") > 0


def test_on_a_phone_the_table_is_as_wide_as_its_card_and_its_headings_take_a_finger(open_page: OpenPage):
    page = open_page(f"{ADDRESS}&vue=tableau", width=390, height=844, has_touch=True)

    too_wide = page.evaluate(
        "() => [...document.querySelectorAll('.table-frame')].filter((e) => e.scrollWidth > e.clientWidth).length"
    )
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('button.sort')].filter((e) => e.checkVisibility())
            .map((e) => e.getBoundingClientRect()).map(({width, height}) => Math.min(width, height))"""
    )

    assert too_wide == 0
    assert len(sizes) == 3
    assert min(sizes) >= 44


def test_on_a_phone_what_is_jumped_to_is_not_under_the_buttons_of_the_list(open_page: OpenPage):
    page = open_page(ADDRESS, width=390, height=844, has_touch=True)

    page.get_by_role("link", name="1 passage écarté").tap()

    heading = page.get_by_role("heading", name="Pourquoi pas aujourd'hui ?").bounding_box()
    bar = page.locator(".sheet-bar").bounding_box()
    assert heading is not None
    assert bar is not None
    assert heading["y"] >= bar["y"] + bar["height"]
