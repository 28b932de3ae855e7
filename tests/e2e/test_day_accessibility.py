import pytest

from tests.e2e.day_page import ADDRESS, OpenPage, row, violations, wait_for_map

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("planned_town")]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_on_the_page(open_page: OpenPage, axe: str, scheme: str, width: int, keep_picture):
    page = open_page(ADDRESS, width=width, color_scheme=scheme)
    wait_for_map(page)

    assert violations(page, axe) == []
    row(page, "12 Rue du Moulin").locator(".pick").click()
    assert violations(page, axe) == []
    keep_picture(page, f"{scheme}-{width}")


@pytest.mark.parametrize(
    ("address", "status"),
    [(f"{ADDRESS}&vue=tableau", 200), ("/jour/?jour=2026-08-13", 200), ("/jour/?jour=hier", 400), ("/rien", 404)],
)
def test_axe_finds_nothing_on_the_other_pages(open_page: OpenPage, axe: str, address: str, status: int):
    page = open_page(address, refusals=(status,))

    assert "Connexion" not in page.title()
    assert violations(page, axe) == []


def test_axe_finds_nothing_in_the_list_of_shortcuts(open_page: OpenPage, axe: str):
    page = open_page(ADDRESS)
    page.keyboard.press("?")

    assert violations(page, axe) == []
