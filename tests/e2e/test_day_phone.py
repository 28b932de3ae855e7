import pytest
from playwright.sync_api import expect

from tests.e2e.day_page import ADDRESS, OpenPage, row, wait_for_map

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
