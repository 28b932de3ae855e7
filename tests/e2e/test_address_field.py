import pytest
from playwright.sync_api import Page, expect

from tests.e2e.day_page import OpenPage, violations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("planned_town")]

ADDRESS = "/logements/declarer/"


def choose(page: Page, text: str) -> None:
    field = page.locator("[name=address_text]")
    field.click()
    # All at once: one search, whose list does not change under the arrow.
    page.keyboard.insert_text(text)
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def hidden(page: Page, name: str) -> str:
    return page.locator(f"[name={name}]").input_value()


def test_an_address_is_chosen_and_its_pin_moved_by_keys_and_by_buttons(
    open_page: OpenPage, axe: str, keep_picture
):
    page = open_page(ADDRESS)
    choose(page, "12 r moulin")

    expect(page.locator("[name=address_text]")).to_have_value("12 Rue du Moulin")
    assert (hidden(page, "lon"), hidden(page, "lat")) == ("4.886000", "44.936000")
    page.locator("[data-move='0 1']").click()
    # 5 m north: 5 / 111,320 degrees.
    assert hidden(page, "lat") == "44.936045"
    page.locator(".pin").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    # 20 m to the east and 5 to the north.
    expect(page.locator("[data-place-told]")).to_have_text("À 21 m à l'est de l'adresse")
    page.wait_for_load_state("networkidle")
    assert violations(page, axe) == []
    page.locator("[data-pin-map]").scroll_into_view_if_needed()
    keep_picture(page, "address-field")
    page.locator("[data-move=reset]").click()
    expect(page.locator("[data-place-told]")).to_have_text("À l'emplacement de l'adresse")


def test_a_number_that_is_not_there_is_said_while_one_types_and_stays_said_once_a_neighbour_is_chosen(
    open_page: OpenPage, axe: str, keep_picture
):
    page = open_page(ADDRESS)
    choose(page, "10 r moulin")
    verdict = page.locator("#place-verdict")

    expect(verdict).to_have_text(
        "Rue du Moulin : la base d'adresses n'a pas de n° 10. Vous avez choisi 12 Rue du Moulin. "
        "Secteur 1 · Les Lilas."
    )
    page.locator("[name=address_text]").fill("10 r moulin, Lyon")
    expect(page.locator(".offers-note")).to_have_text(
        "« Lyon » n'est pas la commune de ce site, Valmont-sur-Rhône. "
        "Rue du Moulin : la base d'adresses n'a pas de n° 10."
    )
    assert violations(page, axe) == []
    keep_picture(page, "address-field-doubt")


def test_a_text_changed_after_the_choice_is_no_longer_that_address(open_page: OpenPage):
    page = open_page(ADDRESS)
    choose(page, "12 r moulin")
    page.keyboard.type("x")

    assert (hidden(page, "address"), hidden(page, "lon")) == ("", "")
    assert page.locator("[data-pin-map]").is_hidden()


def test_escape_closes_the_list_and_keeps_the_text(open_page: OpenPage):
    page = open_page(ADDRESS)
    page.locator("[name=address_text]").click()
    page.keyboard.insert_text("lil")
    page.wait_for_selector("[role=option]")
    assert page.locator("[data-address-search] [role=status]").last.text_content() != ""
    page.keyboard.press("Escape")

    expect(page.locator("[role=listbox]")).to_be_hidden()
    assert page.locator("[name=address_text]").input_value() == "lil"
