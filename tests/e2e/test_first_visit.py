import pytest
from playwright.sync_api import expect

from tests.e2e.day_page import ADDRESS, OpenPage, violations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("planned_town")]


def test_the_visit_has_five_steps_and_is_walked_by_the_keyboard(open_page: OpenPage):
    page = open_page(ADDRESS)
    page.get_by_role("button", name="Visiter en cinq étapes").press("Enter")
    heading = page.get_by_role("dialog").get_by_role("heading")
    seen = [heading.inner_text()]

    for _ in range(4):
        page.keyboard.press("ArrowRight")
        seen.append(heading.inner_text())

    assert seen == ["Le jour", "La carte", "La légende", "La liste", "Les passages écartés"]
    expect(page.locator("#tour-count")).to_have_text("Étape 5 sur 5")
    expect(page.locator(".is-toured")).to_have_count(1)
    page.get_by_role("button", name="Terminer").press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#titre")).to_be_focused()


@pytest.mark.parametrize("leave", ["Escape", "decline"])
def test_a_visit_that_was_left_is_not_offered_again_but_can_be_seen_again(open_page: OpenPage, leave: str):
    page = open_page(ADDRESS)
    ways = {
        "Escape": lambda: (page.locator("#tour-begin").click(), page.keyboard.press("Escape")),
        "decline": lambda: page.get_by_role("button", name="Non merci").click(),
    }

    ways[leave]()
    page.reload()

    expect(page.locator("#shortcuts-button")).to_be_visible()
    expect(page.locator("#tour-offer")).to_be_hidden()
    page.keyboard.press("?")
    page.get_by_role("button", name="Revoir la visite").click()
    expect(page.get_by_role("dialog").get_by_role("heading", name="Le jour")).to_be_visible()


def test_the_visit_is_remembered_by_the_browser_alone(open_page: OpenPage):
    page = open_page(ADDRESS)
    page.get_by_role("button", name="Non merci").click()

    assert page.evaluate("localStorage.getItem('ronde-visite')") == "vue"
    assert page.evaluate("document.cookie") == ""


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
def test_axe_finds_nothing_in_the_visit_nor_in_the_guide(
    open_page: OpenPage, axe: str, width: int, scheme: str, keep_picture
):
    page = open_page(ADDRESS, width=width, color_scheme=scheme)
    page.get_by_role("button", name="Visiter en cinq étapes").click()

    assert violations(page, axe) == []
    keep_picture(page, f"visit-{scheme}-{width}")
    page.goto(page.url.replace(ADDRESS, "/aide/plan-du-jour/"))
    assert violations(page, axe) == []
    keep_picture(page, f"guide-{scheme}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
