"""The desk's pages that only a form leads to: by the keyboard, accessible, whole at 320 px and on paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Account
from accounts.roles import Role
from tests.access.people import Place, build_place

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "aggregates"])

OpenPage = Callable[..., Page]
LIST, NEW = "/gestion/comptes/", "/gestion/comptes/nouveau/"
NARROWEST_PX = 320
VIOLATIONS = "() => axe.run(document, {resultTypes: ['violations']})"


@pytest.fixture
def place(db) -> Place:
    return build_place()


@pytest.fixture
def desk(open_page: OpenPage, place: Place) -> Callable[[str], Page]:
    return lambda address: open_page(address, account=place.accounts[Role.ADMINISTRATOR])


def faults(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in page.evaluate(VIOLATIONS)["violations"]
        for node in rule["nodes"]
    ]
    page.set_viewport_size({"width": NARROWEST_PX, "height": 568})
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.set_viewport_size({"width": 1280, "height": 800})
    return found + [f"{overflow} px too wide"] * bool(overflow)


def test_an_account_is_created_with_the_keyboard_alone(desk, axe):
    page = desk(NEW)
    page.get_by_label("Nom et prénom du titulaire").focus()
    page.keyboard.type("Camille Témoin")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Rôle", exact=True).first).to_be_focused()
    page.keyboard.type("CLSPD")
    page.get_by_role("button", name="Créer et inviter").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Invitation de")
    assert faults(page, axe) == []
    assert Account.objects.count() == len(Role) + 1


def test_the_letter_prints_without_what_surrounds_it(desk):
    page = desk(NEW)
    page.get_by_label("Nom et prénom du titulaire").fill("Camille Témoin")
    page.get_by_label("Rôle", exact=True).first.select_option("clspd")
    page.get_by_role("button", name="Créer et inviter").click()
    expect(page.get_by_role("button", name="Imprimer la lettre")).to_be_visible()
    page.emulate_media(media="print")

    expect(page.get_by_role("img", name="Code QR du lien d’invitation")).to_be_visible()
    for surrounding in (
        page.locator(".rail"),
        page.get_by_role("button"),
        page.get_by_role("link", name="C'est remis"),
    ):
        expect(surrounding.first).to_be_hidden()
    assert "Camille" not in page.content()


def test_the_letter_is_printed_by_its_button(desk):
    page = desk(NEW)
    page.add_init_script("window.print = () => { document.title = 'imprimé'; }")
    page.get_by_label("Nom et prénom du titulaire").fill("Camille Témoin")
    page.get_by_label("Rôle", exact=True).first.select_option("clspd")
    page.get_by_role("button", name="Créer et inviter").click()

    page.get_by_role("button", name="Imprimer la lettre").click()

    expect(page).to_have_title("imprimé")


def test_what_is_wrong_is_summed_up_at_the_top_and_said_at_the_field(desk, axe):
    page = desk(NEW)
    page.get_by_text("Rôle n° 2").click()
    page.get_by_label("Rôle", exact=True).nth(1).select_option("crew")
    page.get_by_role("button", name="Créer et inviter").click()

    expect(page.get_by_role("alert")).to_be_focused()
    expect(page).to_have_title("Erreur : Créer un compte · Valmont-sur-Rhône · Ronde")
    assert faults(page, axe) == []
    page.get_by_role("link", name="Rôle n° 2, Secteur ou équipage").click()
    expect(page.get_by_label("Secteur ou équipage").nth(1)).to_be_focused()


def test_an_empty_search_says_what_to_do(desk, axe):
    page = desk(f"{LIST}?identifiant=inconnu")

    expect(page.get_by_text("Aucun compte")).to_be_visible()
    assert faults(page, axe) == []


def test_an_account_is_closed_and_reopened(desk, place):
    page = desk(f"{LIST}{place.accounts[Role.CLSPD].pk}/")
    page.get_by_role("button", name="Désactiver").click()
    expect(page.get_by_role("status")).to_contain_text("est désactivé")

    page.get_by_role("button", name="Rouvrir").click()
    expect(page.get_by_role("status")).to_contain_text("de nouveau ouvert")
