"""A perimeter is drawn by the keyboard alone, proposed, checked, approved, and is in force from its day."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.roles import Role
from sectors.models import Perimeter, Proposal
from tests.access.people import Place, build_place
from tests.e2e.day_page import violations
from tests.sectors.proposing import LATER, build_proposal

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "aggregates"])

OpenPage = Callable[..., Page]


@pytest.fixture
def place(db) -> Place:
    return build_place()


def press(page: Page, name: str) -> None:
    """Press a button from the keyboard."""
    page.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")


def test_a_referent_draws_by_keyboard_alone_and_police_bring_it_into_force(
    open_page: OpenPage, place: Place, axe: str, keep_picture
):
    page = open_page("/perimetres/", account=place.accounts[Role.REFERENT])
    page.get_by_role("button", name="Proposer un changement").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#holds")).to_contain_text("adresses")

    # The third vertex is the north-east corner: 100 m to the east, over « Le Moulin ».
    vertices = page.get_by_label("Sommet", exact=True)
    vertices.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.get_by_label("Pas").select_option("100")
    press(page, "Est")
    expect(page.locator("#announcer")).to_have_text("Sommet 3 déplacé de 100 m à l'est.")
    expect(page.locator("#faults")).to_contain_text("Recouvre « 2 · Le Moulin »")
    keep_picture(page, "workshop-overlap")
    assert violations(page, axe) == []
    press(page, f"Rogner le vôtre : {page.locator('#faults li p').first.text_content()}")
    expect(page.locator("#holds")).to_contain_text("Aucun défaut")
    # The corner comes down by 100 m and a vertex is added and taken away again.
    expect(page.locator("#kept")).to_contain_text("Enregistré à")
    vertices.focus()
    page.keyboard.press("Home")
    press(page, "Ajouter un sommet après")
    press(page, "Enlever ce sommet")
    press(page, "Annuler")
    press(page, "Annuler")
    vertices.focus()
    page.keyboard.press("End")
    press(page, "Nord")
    expect(page.locator("#holds")).to_contain_text("1 défaut")
    press(page, "Annuler")
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    assert violations(page, axe) == []
    keep_picture(page, "workshop-dark-390")
    page.get_by_role("link", name="Relire et proposer").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Commentaire").first.focus()
    page.keyboard.type("La limite suit la rue.")
    press(page, "Proposer")
    expect(page.get_by_text("envoyée à la police municipale")).to_be_visible()

    proposal = Proposal.objects.get()
    police = open_page(f"/propositions/{proposal.pk}/", account=place.accounts[Role.MUNICIPAL_POLICE])
    press(police, "Dire vérifiée")
    police.get_by_label("En vigueur à partir du").fill(LATER.isoformat())
    press(police, "Approuver")
    expect(police.get_by_text("La proposition est approuvée.")).to_be_visible()
    drawn = proposal.last_saved().areas.get().area
    assert Perimeter.objects.in_force_on(LATER).get(sector=place.sectors[0]).area.equals_exact(drawn, 1e-9)


def test_two_people_and_a_lost_network_lose_nothing(open_page: OpenPage, place: Place):
    proposal = build_proposal(place.sectors[0], place.accounts[Role.REFERENT], Role.REFERENT)
    address = f"/propositions/{proposal.pk}/atelier/"
    page = open_page(address, account=place.accounts[Role.REFERENT], refusals=(409,))
    other = open_page(address, account=place.accounts[Role.MUNICIPAL_POLICE])
    for each in (page, other):
        expect(each.locator("#kept")).to_contain_text("Enregistré à")

    press(other, "Nord")
    expect(other.locator("#kept")).to_contain_text("Enregistré à")
    expect(other.locator("#kept")).to_contain_text("Enregistré à")
    press(page, "Est")

    expect(page.locator("#conflict-words")).to_contain_text("(Correspondant de police municipale)")
    press(page, "Garder le mien")
    expect(page.locator("#kept")).to_contain_text("Enregistré à")
    assert proposal.revisions.count() == 3
