"""What the tests of making a plan do at the desk."""

import datetime as dt
from pathlib import Path

from django.db import connection
from playwright.sync_api import Locator, Page, expect

from patrols.models import Calculation
from patrols.services.calculations import carry_out
from tests.e2e.day_page import ADDRESS, OpenPage, wait_for_map

# Once a dialog has closed, what it hands the focus to.
AT_REST = "#plan tr.stop .pick:focus"
ORDER_OF_ALPHA = """wanted => {
    const stops = document.querySelectorAll("article[data-letter=A] tr.stop");
    return [...stops].map((stop) => stop.dataset.visit).join() === wanted.join();
}"""


def open_desk(open_page: OpenPage, **options: object) -> Page:
    page = open_page(ADDRESS, **options)
    wait_for_map(page)
    if page.locator("#tour-decline").is_visible():
        page.locator("#tour-decline").click()
    return page


def stops(page: Page) -> Locator:
    return page.get_by_role("article", name="Alpha").locator("tr.stop")


def visits(page: Page) -> list[str]:
    """The passages of Alpha in their order, by their numbers."""
    return [str(stop.get_attribute("data-visit")) for stop in stops(page).all()]


def expect_visits(page: Page, wanted: list[str], *, revision: int) -> None:
    """Wait for the page as the site has it after a change, and not for what it shows before the answer."""
    expect(page.locator("#plan")).to_have_attribute("data-revision", str(revision))
    expect(page.locator(".is-pending")).to_have_count(0)
    page.wait_for_function(ORDER_OF_ALPHA, arg=wanted)


def leave_dialog(page: Page) -> None:
    """Close the dialog of a row and wait until the row has the focus, which it takes from what is pressed next."""
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(AT_REST)).to_have_count(1)


def drag(page: Page, start: Locator, end: Locator) -> None:
    """Take a stop by its number to the lower half of another."""
    grip, target = start.locator("[data-grip]").bounding_box(), end.bounding_box()
    assert grip is not None
    assert target is not None
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(grip["x"] + 8, grip["y"] + 30)
    page.mouse.move(target["x"] + 40, target["y"] + target["height"] - 6, steps=4)


def work(routing_dir: Path, *, now: dt.datetime) -> None:
    """Carry out the calculation that waits, as a worker does, on a connection of its own."""
    try:
        carry_out(Calculation.objects.get().pk, now=now, routing_dir=routing_dir)
    finally:
        connection.close()
