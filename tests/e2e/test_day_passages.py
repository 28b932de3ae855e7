"""Passages that crews make while the plan of the day is looked at: told, counted and drawn without a new page."""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from patrols.models import MissedStop, Passage, Stop
from tests.builders import Town, at, build_passage
from tests.e2e.day_page import (
    ADDRESS,
    OpenPage,
    colours_of_map,
    how_much_like,
    row,
    violations,
    wait_for_map,
)
from tests.e2e.patience import wait_until

pytestmark = [pytest.mark.django_db(transaction=True)]

ALPHA, ANOMALY = (0x0B, 0x6B, 0x6B), (0x5B, 0x4B, 0x8A)
LOOK_OUT = "Object.defineProperty(document, 'hidden', {configurable: true, get: () => true})"
LOOK_IN = "delete document.hidden"
LOOK = "document.dispatchEvent(new Event('visibilitychange'))"
FOCUSED_ADDRESS = "document.activeElement.closest('tr')?.querySelector('.pick').textContent"


def pass_at(town: Town, home: int, done_at: dt.datetime, **found: object) -> Passage:
    return build_passage(absence=town.absences[home], crew=town.crews[0], done_at=done_at, **found)


def look(page: Page) -> None:
    """Come back to the page, which asks at once rather than at its next quarter of a minute."""
    page.evaluate(LOOK)


def test_a_passage_turns_its_row_its_mark_and_the_figures(
    open_page: OpenPage, planned_town: Town, axe: str, keep_picture
):
    page = open_page(ADDRESS)
    wait_for_map(page)
    page.evaluate("window.isTheSamePage = true")
    teal = how_much_like(colours_of_map(page), ALPHA)

    pass_at(planned_town, 1, at(18, 24), result="ras")
    look(page)

    expect(row(page, "12 Rue du Moulin")).to_contain_text("fait à 18 h 24 · RAS")
    expect(page.locator("#avancement")).to_contain_text("Passages faits : 1 sur 3")
    expect(page.locator("#announcer")).to_have_text("Nouveau passage : 12 Rue du Moulin, fait à 18 h 24 · RAS.")
    # The shape of the crew is emptied.
    wait_until(page, lambda: how_much_like(colours_of_map(page), ALPHA) < teal - 50)
    assert page.evaluate("window.isTheSamePage")
    assert violations(page, axe) == []
    keep_picture(page, "plan-passages")


def test_an_anomaly_is_counted_above_the_rounds_and_leads_to_its_home(
    open_page: OpenPage, planned_town: Town, axe: str, keep_picture
):
    page = open_page(ADDRESS, color_scheme="dark", height=900)
    wait_for_map(page)
    pass_at(planned_town, 0, at(18, 9), result="ras")
    pass_at(planned_town, 2, at(18, 39), result="anomaly", anomaly="broken_in")
    look(page)

    expect(page.locator("#announcer")).to_have_text(
        "2\u00a0nouveaux passages. 11 Rue des Lilas, fait à 18 h 09 · RAS. "
        "13 Rue du Moulin, 18 h 39 · anomalie : Effraction constatée."
    )
    Stop.objects.filter(order=2).update(is_done=True)
    told_at = Passage.objects.latest("recorded_at").recorded_at + dt.timedelta(seconds=5)
    shift, home = planned_town.shifts[0], planned_town.absences[1]
    MissedStop.objects.create(
        shift=shift, absence=home, planned_at=at(18, 20), why=MissedStop.Why.FORGOTTEN, told_at=told_at
    )
    look(page)
    expect(page.locator("#announcer")).to_have_text("12 Rue du Moulin, non fait : oublié.")
    expect(page.locator("#avancement")).to_contain_text("1\u00a0non fait")
    page.locator("#anomalies > summary").click()
    page.get_by_role("link", name="13 Rue du Moulin").first.click()

    expect(page.locator("#drawer-title")).to_have_text("13 Rue du Moulin")
    expect(page.locator("#drawer-body")).to_contain_text("anomalie : Effraction constatée")
    expect(row(page, "13 Rue du Moulin")).to_have_class("stop is-done has-anomaly is-picked")
    assert violations(page, axe) == []
    keep_picture(page, "plan-anomaly-dark")


def test_what_is_unfolded_focused_and_picked_stays_so(open_page: OpenPage, planned_town: Town):
    pass_at(planned_town, 0, at(18, 9), result="anomaly", anomaly="damage")
    page = open_page(ADDRESS)
    wait_for_map(page)
    page.locator("#anomalies > summary").click()
    row(page, "12 Rue du Moulin").locator(".pick").click()
    expect(page.locator("#drawer-body")).to_contain_text("Passage prévu")
    row(page, "12 Rue du Moulin").locator(".row-menu").focus()

    pass_at(planned_town, 1, at(18, 24), result="ras")
    look(page)

    expect(page.locator("#drawer-body")).to_contain_text("Passage fait")
    expect(page.locator("#anomalies")).to_have_attribute("open", "")
    expect(row(page, "12 Rue du Moulin")).to_have_class("stop is-done is-picked is-hovered")
    # A row that is made has no menu any more: its address has the focus.
    assert page.evaluate(FOCUSED_ADDRESS) == "12 Rue du Moulin"


def test_the_rows_behind_a_dialog_wait_until_it_is_closed(open_page: OpenPage, planned_town: Town):
    pass_at(planned_town, 0, at(18, 9), result="ras")
    page = open_page(ADDRESS)
    wait_for_map(page)
    row(page, "12 Rue du Moulin").locator(".row-menu").click()
    expect(page.get_by_role("dialog")).to_be_visible()

    pass_at(planned_town, 1, at(18, 24), result="ras")
    look(page)
    page.wait_for_load_state("networkidle")

    expect(page.get_by_role("dialog")).to_be_visible()
    expect(row(page, "12 Rue du Moulin")).not_to_contain_text("fait à")
    page.get_by_role("button", name="Fermer").first.press("Enter")
    look(page)
    expect(row(page, "12 Rue du Moulin")).to_contain_text("fait à")


def test_a_page_out_of_sight_asks_nothing(open_page: OpenPage, planned_town: Town):
    page = open_page(ADDRESS)
    wait_for_map(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.evaluate(LOOK_OUT)
    look(page)
    page.wait_for_timeout(500)
    assert [url for url in asked if "/passages/" in url] == []

    page.evaluate(LOOK_IN)
    with page.expect_response(lambda answer: "/passages/" in answer.url) as nothing_new:
        look(page)
    assert nothing_new.value.status == 204


def test_what_is_told_of_passages_fits_a_narrow_screen(open_page: OpenPage, planned_town: Town):
    pass_at(planned_town, 0, at(18, 9), result="ras")
    pass_at(planned_town, 1, at(18, 24), result="anomaly", anomaly="broken_in")
    page = open_page(ADDRESS, width=320, height=800, has_touch=True)
    wait_for_map(page)

    table, frame = page.locator("table.stops").bounding_box(), page.locator(".table-frame").bounding_box()

    assert table is not None
    assert frame is not None
    assert table["width"] <= frame["width"]
