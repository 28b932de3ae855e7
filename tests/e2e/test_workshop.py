"""A perimeter is drawn by the keyboard alone, proposed, checked, approved, and is in force from its day."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from accounts.roles import Role
from sectors.models import Perimeter, Proposal
from tests.access.people import Place, build_place
from tests.builders import NORTH, SOUTH, WEST, rectangle
from tests.e2e.day_page import violations
from tests.e2e.patience import wait_until
from tests.sectors.proposing import LATER, NOW, build_proposal

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

    # A list of streets gives a drawing in the same place, and « Annuler » takes it back; so it is with a cut.
    page.get_by_label("Rues du secteur, une par ligne").fill("rue des Lilas")
    press(page, "Construire le périmètre")
    expect(page.locator("#told")).to_contain_text("Périmètre construit : 1 adresse.")
    press(page, "Annuler")
    new = {"Numéro du nouveau secteur": "4", "Son nom": "Les Hauts", "Du sommet n°": "1", "Au sommet n°": "3"}
    for label, said in new.items():
        page.get_by_label(label).fill(said)
    press(page, "Couper entre ces sommets")
    expect(page.get_by_label("Secteur à dessiner").locator("option")).to_have_text(
        ["1 · Les Lilas", "4 · Les Hauts"]
    )
    expect(page.get_by_role("button", name="Réunir", exact=True)).to_be_visible()
    press(page, "Réunir")
    expect(page.locator("#told")).to_have_text("Les deux secteurs sont réunis.")
    press(page, "Annuler")
    press(page, "Annuler")

    # The eastern side, its two vertices together; numbers of no contour are refused, none moves the one chosen.
    page.get_by_label("Pas").select_option("100")
    for label, number in (("Déplacer du n°", "3"), ("jusqu'au n°", "9")):
        page.get_by_label(label).fill(number)
    press(page, "Ouest")
    expect(page.locator("#range-words")).to_contain_text("de 1 à 4")
    page.get_by_label("jusqu'au n°").fill("4")
    press(page, "Ouest")
    expect(page.locator("#announcer")).to_have_text("2 sommets déplacés de 100 m à l'ouest.")
    for label in ("Déplacer du n°", "jusqu'au n°"):
        page.get_by_label(label).fill("")

    # Off the neighbour's border, a vertex midway along the side can go again: shown first, then taken.
    vertices = page.get_by_label("Sommet", exact=True)
    vertices.focus()
    page.keyboard.press("3")
    press(page, "Ajouter un sommet après")
    expect(vertices.get_by_role("option")).to_have_count(5)
    press(page, "Voir ce que cela donne")
    expect(page.locator("#lighten-words")).to_contain_text("5\u00a0sommets deviennent 4.")
    press(page, "Alléger la limite")
    expect(vertices.get_by_role("option")).to_have_count(4)
    for _ in range(3):
        press(page, "Annuler")

    # The third vertex is the north-east corner: 100 m to the east, over « Le Moulin ».
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
    # Proposed as it is, all that is wrong is told under the focus, and leads back to the first mend of the fault.
    page.get_by_role("link", name="Relire et proposer").focus()
    page.keyboard.press("Enter")
    press(page, "Proposer")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary")).to_contain_text("Endroit : ")
    keep_picture(page, "proposal-refused")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#faults button").first).to_be_focused()
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
    # What was trimmed is the perimeter in force, which is not proposed: a corner gives way instead.
    vertices.focus()
    page.keyboard.press("End")
    with page.expect_response("**/garder/"):
        press(page, "Est")
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


@pytest.fixture
def address(place: Place) -> str:
    proposal = build_proposal(place.sectors[0], place.accounts[Role.REFERENT], Role.REFERENT)
    return f"/propositions/{proposal.pk}/atelier/"


def wait_until_kept(page: Page) -> None:
    expect(page.locator("#kept")).to_contain_text("Enregistré à")


def test_two_people_who_draw_the_same_draft_lose_nothing(open_page: OpenPage, place: Place, address: str):
    page = open_page(address, account=place.accounts[Role.REFERENT], refusals=(409,))
    other = open_page(address, account=place.accounts[Role.MUNICIPAL_POLICE])
    for each in (page, other):
        wait_until_kept(each)

    with other.expect_response("**/garder/"):
        press(other, "Nord")
    press(page, "Est")
    expect(page.locator("#conflict-words")).to_contain_text("(Correspondant de police municipale)")
    press(page, "Prendre le sien")
    theirs = page.get_by_label("Sommet", exact=True).text_content()
    press(page, "Annuler")

    assert page.get_by_label("Sommet", exact=True).text_content() != theirs
    wait_until_kept(page)
    assert Proposal.objects.get().revisions.count() == 3


def test_a_window_that_changed_nothing_takes_the_drawing_of_the_other(
    open_page: OpenPage, place: Place, address: str
):
    page = open_page(address, account=place.accounts[Role.REFERENT])
    wait_until_kept(page)
    theirs = Proposal.objects.get().revisions.create(
        number=2, saved_at=NOW, saved_by=place.accounts[Role.MUNICIPAL_POLICE], by_role=Role.MUNICIPAL_POLICE
    )
    theirs.areas.create(sector=place.sectors[0], area=rectangle(WEST, SOUTH, 4.885, NORTH))
    Proposal.objects.update(revision=2)

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.locator("#kept")).to_contain_text("Mis à jour : tracé enregistré à")
    expect(page.locator("#conflict")).to_be_hidden()
    expect(page.get_by_label("Sommet", exact=True)).to_contain_text("394 m")


def test_what_the_network_lost_is_kept_here_and_offered_back(open_page: OpenPage, place: Place, address: str):
    page = open_page(address, account=place.accounts[Role.REFERENT])
    wait_until_kept(page)
    asked: list[Request] = []
    answered: list[Request] = []
    page.on("request", lambda request: _keeps(request) and asked.append(request))
    page.on("requestfinished", lambda request: _keeps(request) and answered.append(request))
    # What is undone before it was sent is as it was kept; on a slow machine both are sent, one after the other.
    press(page, "Ajouter un sommet après")
    press(page, "Annuler")
    wait_until(page, lambda: len(asked) == len(answered) != 1)
    wait_until_kept(page)

    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('hors ligne')) }")
    press(page, "Ajouter un sommet après")
    expect(page.locator("#kept")).to_have_text("Hors ligne : gardé sur cet appareil.")
    page.reload()
    expect(page.get_by_label("Sommet", exact=True).get_by_role("option")).to_have_count(4)
    # Who draws on without an answer is asked again.
    press(page, "Ajouter un sommet après")
    press(page, "Annuler")
    page.reload()
    press(page, "Le reprendre")

    expect(page.get_by_label("Sommet", exact=True).get_by_role("option")).to_have_count(5)
    expect(page.locator("#kept")).not_to_contain_text("Modifié")
    wait_until_kept(page)
    assert Proposal.objects.get().last_saved().areas.get().area.num_coords == 6


def _keeps(request: Request) -> bool:
    return request.url.endswith("/garder/")


def test_a_contour_is_drawn_and_changed_by_hand_on_the_map(
    open_page: OpenPage, place: Place, address: str, keep_picture
):
    page = open_page(address, account=place.accounts[Role.REFERENT])
    vertices = page.get_by_label("Sommet", exact=True).get_by_role("option")
    expect(vertices).to_have_count(4)
    page.wait_for_function("document.querySelector('#map canvas')?.width > 0")
    draw = page.get_by_role("button", name="Tracer un contour neuf")
    draw.click()
    # The whole map comes into sight.
    expect(page.locator("#draw-bar")).to_be_visible()
    box = page.locator("#map").bounding_box()
    assert box is not None
    corners = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in CORNERS]
    for corner in corners[:2]:
        page.mouse.click(*corner)
    page.keyboard.press("Enter")
    expect(page.locator("#draw-words")).to_have_text("Posez au moins trois points pour fermer un contour.")
    page.keyboard.press("Escape")
    expect(draw).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#draw-bar")).to_be_hidden()
    draw.click()
    for corner in corners:
        page.mouse.click(*corner)
    page.get_by_role("button", name="Terminer").click()
    expect(page.locator("#undo")).to_be_enabled()
    expect(vertices).to_have_count(len(corners))
    before = vertices.nth(1).text_content()
    drag(page, corners[0], (corners[0][0] - 40, corners[0][1] + 25))
    expect(vertices.nth(1)).not_to_have_text(before)
    middle = ((corners[1][0] + corners[2][0]) / 2, (corners[1][1] + corners[2][1]) / 2)
    drag(page, middle, (middle[0] + 30, middle[1]))
    expect(vertices).to_have_count(len(corners) + 1)
    keep_picture(page, "workshop-by-hand")
    page.get_by_role("button", name="Retirer le sommet").click()
    expect(vertices).to_have_count(len(corners))
    page.evaluate(HOLD_A_FINGER, corners[3])
    expect(vertices).to_have_count(len(corners) - 1)
    page.get_by_role("button", name="Annuler", exact=True).click()
    expect(vertices).to_have_count(len(corners))
    wait_until_kept(page)


# Of the map's width and height: away from its buttons, and from the streets and borders to which vertices stick.
CORNERS = ((0.35, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.65))


HOLD_A_FINGER = """([clientX, clientY]) => {
    const touch = { pointerType: "touch", isPrimary: true, bubbles: true, clientX, clientY };
    document.elementFromPoint(clientX, clientY).dispatchEvent(new PointerEvent("pointerdown", touch));
}"""


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    page.mouse.up()
