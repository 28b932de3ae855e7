import pytest
from playwright.sync_api import expect

from tests.e2e.day_page import ADDRESS, OpenPage, wait_for_map

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("planned_town")]


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

    expect(page.locator("#contenu")).to_be_focused()


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
