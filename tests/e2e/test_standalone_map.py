"""The standalone map opened from its file: it must work there, ask nobody for anything, and run no name."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from maps.charts import PRINT
from maps.folium_map.plan_map import render_plan
from maps.folium_map.sectors_map import render_sectors
from maps.ground import ATTRIBUTION
from patrols.models import Plan
from tests.builders import Town, build_plan, build_town
from tests.maps.sectors import map_of_sectors

HOSTILE = "</script><img src=x onerror='window.taken=1'><script>window.taken=1</script>"


@pytest.fixture
def town(transactional_db) -> Town:
    return build_town()


@pytest.fixture
def plan(town: Town) -> Plan:
    return build_plan(town)


@pytest.fixture
def asked() -> list[str]:
    """Every address the page asked for."""
    return []


@pytest.fixture
def complaints() -> list[str]:
    """Every error of the page and every refusal of its policy."""
    return []


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path, asked, complaints) -> Iterator[Callable[..., Page]]:
    contexts: list[BrowserContext] = []

    def open_page(html: str, *, width: int = 1280, height: int = 900) -> Page:
        path = tmp_path / "carte.html"
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path.as_uri())
        page.wait_for_selector(".leaflet-ground-pane canvas")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def open_map(open_page) -> Callable[..., Page]:
    return lambda plan, **size: open_page(render_plan(plan), **size)


def test_the_map_asks_for_nothing_but_its_own_file(open_map, plan, asked, complaints):
    page = open_map(plan)
    page.get_by_role("button", name="Agrandir").click()
    page.get_by_role("button", name="Arrêt 1, montrer sur la carte").click()
    page.wait_for_load_state("networkidle")
    assert [address.rsplit("/", 1)[-1] for address in asked] == ["carte.html"]
    assert complaints == []


def test_the_page_cannot_ask_a_server_for_anything(open_map, plan):
    page = open_map(plan)
    answer = page.evaluate("() => fetch('http://127.0.0.1:9/').catch(error => `refusé: ${error.message}`)")
    assert answer.startswith("refusé")
    blocked = page.evaluate(
        """() => new Promise(resolve => {
            document.addEventListener("securitypolicyviolation", event => resolve(event.effectiveDirective));
            document.body.append(Object.assign(new Image(), {src: "http://127.0.0.1:9/tuile.png"}));
        })"""
    )
    assert blocked == "img-src"


def test_the_ground_the_course_and_the_stops_are_painted(open_map, plan):
    page = open_map(plan)
    painted = page.evaluate(
        """() => ["ground", "overlay"].map(pane => {
            const canvas = document.querySelector(`.leaflet-${pane}-pane canvas`);
            const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const colours = new Set();
            for (let i = 0; i < data.length; i += 4) {
                const [red, green, blue, alpha] = data.slice(i, i + 4);
                if (alpha === 255) colours.add((red << 16 | green << 8 | blue).toString(16));
            }
            return [...colours];
        })"""
    )
    ground, overlay = (set(colours) for colours in painted)
    # White streets and the river; then the teal course of the first crew with its white numbers.
    assert {"ffffff", "c9dfea"} <= ground
    assert {"b6b6b", "ffffff"} <= overlay


def test_the_sources_of_the_data_are_always_on_the_map(open_map, plan):
    page = open_map(plan, width=390, height=844)
    credit = page.locator(".leaflet-control-attribution")
    expect(credit).to_be_in_viewport()
    expect(credit).to_have_text(ATTRIBUTION)


def test_a_number_of_the_table_shows_its_stop_on_the_map(open_map, plan):
    page = open_map(plan)
    page.get_by_role("button", name="Arrêt 2, montrer sur la carte").click()
    told = page.locator(".leaflet-tooltip:not(.sector-name)")
    expect(told).to_contain_text("12 Rue du Moulin")
    expect(told).to_contain_text("Heures permises : 18 h – 21 h")


def test_a_hidden_crew_comes_back_when_one_of_its_stops_is_asked_for(open_map, plan):
    page = open_map(plan)
    page.get_by_role("button", name="Couches").press("Enter")
    alpha = page.get_by_label("Alpha", exact=True)
    alpha.focus()
    alpha.press("Space")
    expect(alpha).not_to_be_checked()
    page.get_by_role("button", name="Arrêt 2, montrer sur la carte").click()
    expect(page.locator(".leaflet-tooltip:not(.sector-name)")).to_contain_text("12 Rue du Moulin")
    expect(alpha).to_be_checked()


def test_hostile_names_are_shown_as_they_are_written(open_map, town, complaints):
    plan = build_plan(town)
    for owner, field in (
        (town.addresses[0], "street_name"),
        (town.crews[0], "name"),
        (town.sectors[0], "name"),
        (town.depot, "name"),
    ):
        setattr(owner, field, HOSTILE)
        owner.save()
    town.commune.streets.update(name=HOSTILE)
    page = open_map(plan)
    page.get_by_role("button", name="Arrêt 1, montrer sur la carte").click()
    expect(page.locator(".leaflet-tooltip:not(.sector-name)")).to_contain_text(f"11 {HOSTILE}")
    expect(page.locator(".sector-name").first).to_have_text(f"1 · {HOSTILE}")
    page.get_by_role("button", name="Couches").press("Enter")
    expect(page.get_by_label(HOSTILE, exact=True)).to_be_checked()
    assert page.evaluate("window.taken") is None
    assert complaints == []


def test_a_plan_of_nothing_but_omissions_opens(open_map, plan, complaints):
    plan.routes.all().delete()
    page = open_map(plan)
    expect(page.get_by_role("region", name="Passages écartés")).to_contain_text("14 Rue des Lilas")
    assert complaints == []


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_page_fits_its_screen_and_passes_the_accessibility_checks(open_map, plan, axe, width):
    page = open_map(plan, width=width, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(axe)
    results = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")
    assert [(found["id"], found["nodes"][0]["html"]) for found in results["violations"]] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_map_of_sectors_draws_their_classes_from_its_own_file(
    open_page, town, axe, asked, complaints, width, keep_picture
):
    html = render_sectors(map_of_sectors(town, 12, None), heading=HOSTILE, standing="2026", why_left_out="peu")
    page = open_page(html, width=width, height=844)

    fills = page.locator(".leaflet-sectors-pane path").evaluate_all(
        "all => all.map(one => one.getAttribute('fill'))"
    )
    assert fills == [PRINT.spread(1)[0], "url(#ronde-hatch)"]
    expect(page.locator(".sector-number")).to_have_text(["1", "2"])
    page.locator(".leaflet-sectors-pane path").nth(1).hover(position={"x": 30, "y": 30})
    # A tooltip that is left fades for a moment beside the one that is entered.
    tooltip = page.locator(".leaflet-tooltip:not(.sector-number)", has_text="Le Moulin")
    expect(tooltip).to_have_text("2 · Le MoulinAbsences : non publié")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(axe)
    results = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")
    assert [(found["id"], found["nodes"][0]["html"]) for found in results["violations"]] == []
    assert [address.rsplit("/", 1)[-1] for address in asked] == ["carte.html"]
    assert page.evaluate("window.taken") is None
    assert complaints == []
    keep_picture(page, f"carte-des-secteurs-{width}")
