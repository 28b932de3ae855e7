"""The frame, forms and tables in a browser: examples of tests/shell, and the pages that anybody may read."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from config import navigation
from config.navigation import Section
from tests.builders import build_ground

pytestmark = pytest.mark.django_db(transaction=True)

OpenPage = Callable[..., Page]
FORM, TABLE = "/exemples/formulaire/", "/exemples/table/"
PUBLIC_PAGES = ["/aide/", "/confidentialite/", "/accessibilite/", FORM, TABLE]
EXAMPLES = Path(__file__).parents[1] / "shell" / "templates"
# 320 px is a window of 1,280 px at a zoom of 400 %.
NARROWEST_PX = 320
SMALLEST_TARGET_PX = 44


@pytest.fixture(autouse=True)
def examples(settings):
    build_ground()
    engine, *others = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], EXAMPLES]}, *others]
    settings.ROOT_URLCONF = "tests.shell.examples"


def violations(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def press_tab(page: Page) -> tuple[str, str]:
    """Go on by one; return where the focus is, and how its outline is drawn."""
    page.keyboard.press("Tab")
    return tuple(
        page.evaluate(
            """() => {
              const here = document.activeElement;
              const place = [...document.querySelectorAll("*")].indexOf(here);
              return [here === document.body ? "BODY" : `${place}`, getComputedStyle(here).outlineStyle];
            }"""
        )
    )


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent.trim()")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_on_the_pages_that_anybody_may_read(open_page: OpenPage, axe, width, scheme):
    page = open_page(PUBLIC_PAGES[0], width=width, color_scheme=scheme)
    origin = page.evaluate("location.origin")
    found = {}
    for address in PUBLIC_PAGES:
        page.goto(origin + address)
        found[address] = violations(page, axe)

    assert found == {address: [] for address in PUBLIC_PAGES}


def test_no_page_scrolls_sideways_on_the_narrowest_screen(open_page: OpenPage):
    page = open_page(PUBLIC_PAGES[0], width=NARROWEST_PX, height=256)
    origin = page.evaluate("location.origin")
    overflow = {}
    for address in PUBLIC_PAGES:
        page.goto(origin + address)
        overflow[address] = page.evaluate("document.documentElement.scrollWidth - innerWidth")

    assert overflow == dict.fromkeys(PUBLIC_PAGES, 0)


def test_the_first_tab_offers_to_skip_to_the_content(open_page: OpenPage):
    page = open_page(FORM)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.locator("#id_street")).to_be_focused()


def test_a_refused_form_gives_the_focus_to_a_summary_that_leads_to_the_fields(open_page: OpenPage, axe):
    page = open_page(FORM)
    page.get_by_role("button", name="Enregistrer").click()

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert page.title().startswith("Erreur : Ajouter une rue · Valmont-sur-Rhône")
    assert violations(page, axe) == []
    page.keyboard.press("Tab")
    assert focused(page) == "Rue"
    page.keyboard.press("Enter")

    street = page.get_by_label("Rue", exact=True)
    expect(street).to_be_focused()
    expect(street).to_have_attribute("aria-invalid", "true")
    assert street.get_attribute("aria-describedby") == "id_street_helptext id_street_error"
    expect(page.locator("#id_street_error")).to_have_text("Ce champ est obligatoire.")


def test_an_accepted_form_says_so_under_the_heading(open_page: OpenPage):
    page = open_page(FORM)
    page.get_by_label("Rue", exact=True).fill("Rue des Lilas")
    page.get_by_label("Premier jour").fill("2026-08-12")
    page.get_by_label("La rue est dans la commune").check()

    page.get_by_role("button", name="Enregistrer").click()

    expect(page.get_by_role("status")).to_contain_text("La rue est enregistrée.")


def test_a_heading_sorts_the_table_and_keeps_the_rest_of_the_address(open_page: OpenPage):
    page = open_page(TABLE + "?page=2&filtre=oui")
    heading = page.get_by_role("columnheader", name="Numéros")

    heading.get_by_role("link").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    heading.get_by_role("link").click()
    expect(heading).to_have_attribute("aria-sort", "descending")

    # Of the multiples of 7 up to 420, taken modulo 30, the greatest is 29: 7 × 17 = 119 and 7 × 47 = 329.
    expect(page.get_by_role("row").nth(1)).to_contain_text("29")
    assert page.url.endswith("?filtre=oui&tri=-numeros")


def test_the_pages_of_a_table_keep_its_order(open_page: OpenPage):
    page = open_page(TABLE + "?tri=-rue")

    page.get_by_role("link", name="Page suivante").click()

    # Sixty streets from the last, twenty-five a page: the second page begins with the thirty-fifth.
    expect(page.get_by_text("Page 2 sur 3")).to_be_visible()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Rue n° 35")


def test_the_head_of_a_long_table_stays_in_sight(open_page: OpenPage):
    page = open_page(TABLE, height=500)
    frame = page.locator(".table-scroll")
    frame.evaluate(
        "element => { element.tabIndex = 0; element.style.maxHeight = '300px'; element.scrollTop = 400 }"
    )

    top = frame.bounding_box()["y"]
    assert page.locator("thead th").first.bounding_box()["y"] == pytest.approx(top, abs=2)


def test_what_a_finger_touches_is_large_enough(open_page: OpenPage):
    page = open_page(FORM, width=390, has_touch=True)

    heights = page.evaluate(
        "[...document.querySelectorAll('.button, .tool, .site-foot nav a, .field input[type=text], select')]"
        ".filter(e => e.checkVisibility()).map(e => [e.textContent.trim(), e.getBoundingClientRect().height])"
    )

    assert [name for name, height in heights if height < SMALLEST_TARGET_PX] == []


def test_the_theme_chosen_by_hand_is_kept_for_the_next_page(open_page: OpenPage):
    page = open_page(FORM, color_scheme="light")
    button = page.get_by_role("button", name="Thème : automatique")

    button.click()
    page.get_by_role("banner").get_by_role("link", name="Aide").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Aide")
    expect(page.get_by_role("button", name="Thème : sombre")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", "sombre")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(15, 20, 27)"


def test_pages_work_without_script(open_page: OpenPage):
    page = open_page(FORM, java_script_enabled=False)

    page.get_by_role("button", name="Enregistrer").click()

    expect(page.get_by_role("alert")).to_contain_text("Ce champ est obligatoire.")
    expect(page.locator("#theme-button")).to_be_hidden()


def test_a_printed_page_leaves_out_what_is_pressed(open_page: OpenPage):
    page = open_page(TABLE)

    page.emulate_media(media="print")

    expect(page.get_by_role("heading", name="Rues", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Ajouter une rue")).to_be_hidden()
    expect(page.locator(".topbar-tools")).to_be_hidden()


IN_A_LONG_PANEL = """() => {
  const [frame, panel] = [document.querySelector(".table-scroll"), document.createElement("section")];
  panel.className = "panel";
  frame.replaceWith(panel);
  panel.append(frame);
  const body = frame.querySelector("tbody");
  const rows = [...body.rows];
  for (let times = 0; times < 9; times++) body.append(...rows.map((row) => row.cloneNode(true)));
  rows[0].cells[1].classList.add("is-left-out");
}"""


def test_a_long_table_is_printed_from_the_first_page_on_and_what_is_left_out_is_hatched(
    open_page: OpenPage, tmp_path
):
    page = open_page(TABLE)
    page.evaluate(IN_A_LONG_PANEL)

    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)

    first = ["pdftotext", "-l", "1", str(tmp_path / "page.pdf"), "-"]
    assert "Rues de la commune" in subprocess.run(first, check=True, capture_output=True, text=True).stdout
    page.emulate_media(media="print")
    expect(page.locator("td.is-left-out")).to_have_css("print-color-adjust", "exact")


@pytest.fixture
def many_sections(monkeypatch) -> None:
    """Seven sections, as for somebody who holds several roles."""
    pages = ("home", "help", "privacy", "accessibility", "account", "own_journal", "second_factors")
    sections = tuple(Section(page=page, label=f"Rubrique {page}", icon="home") for page in pages)
    monkeypatch.setattr(navigation, "SECTIONS", sections)


def test_a_phone_keeps_four_sections_and_a_menu_of_all(open_page: OpenPage, many_sections, axe):
    page = open_page("/aide/", width=390)
    bar = page.get_by_role("navigation", name="Rubriques", exact=True)

    expect(bar.get_by_role("link")).to_have_count(4)
    page.get_by_role("button", name="Menu", exact=True).focus()
    page.keyboard.press("Enter")

    everything = page.get_by_role("navigation", name="Toutes les rubriques")
    expect(everything.get_by_role("link")).to_have_count(7)
    assert violations(page, axe) == []
    page.keyboard.press("Tab")
    expect(everything.get_by_role("link").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(everything).to_be_hidden()
    expect(page.get_by_role("button", name="Menu", exact=True)).to_be_focused()


def test_the_menu_of_a_phone_works_without_script(open_page: OpenPage, many_sections):
    page = open_page("/aide/", width=390, java_script_enabled=False)

    page.get_by_role("button", name="Menu", exact=True).click()

    expect(page.get_by_role("navigation", name="Toutes les rubriques").get_by_role("link")).to_have_count(7)


def test_every_control_is_reached_by_tab_with_a_focus_that_shows(open_page: OpenPage, many_sections):
    page = open_page(FORM)
    controls = page.evaluate(
        "[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea')]"
        ".filter(e => e.checkVisibility()).length"
    )
    passed = [press_tab(page) for _ in range(controls + 5)]

    assert len({place for place, _ in passed}) >= controls
    assert [place for place, outline in passed if outline == "none" and place != "BODY"] == []


def test_one_way_out_is_a_button_that_leads_to_the_way_in(open_page: OpenPage):
    page = open_page("/accueil/")

    page.get_by_role("button", name="Se déconnecter").click()

    expect(page).to_have_url(re.compile("/compte/connexion/"))
    page.goto(page.url.split("/compte/")[0] + "/accueil/")
    expect(page.get_by_role("heading", name="Connexion")).to_be_visible()


@pytest.mark.parametrize(
    ("address", "heading"), [("/rien/", "Page introuvable"), ("/exemples/panne/", "Une panne est survenue")]
)
def test_axe_finds_nothing_on_the_pages_of_what_goes_wrong(open_page: OpenPage, axe, address, heading):
    page = open_page("/aide/", width=NARROWEST_PX)
    # The browser would log the status as an error of the page, which open_page refuses.
    page.route(f"**{address}", lambda route: route.fulfill(response=route.fetch(), status=200))

    page.goto(page.evaluate("location.origin") + address)

    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
