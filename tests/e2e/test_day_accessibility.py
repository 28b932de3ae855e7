import pytest

from tests.e2e.day_page import ADDRESS, OpenPage, row, violations, wait_for_map

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("planned_town")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_page(open_page: OpenPage, axe: str, scheme: str, width: int, keep_picture):
    page = open_page(ADDRESS, width=width, color_scheme=scheme)
    wait_for_map(page)

    assert violations(page, axe) == []
    row(page, "12 Rue du Moulin").locator(".pick").click()
    assert violations(page, axe) == []
    keep_picture(page, f"{scheme}-{width}")


@pytest.mark.parametrize(
    "address", [f"{ADDRESS}&vue=tableau", "/jour/?jour=2026-08-13", "/jour/?jour=hier", "/rien"]
)
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
