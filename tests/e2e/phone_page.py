"""What the tests of the crew's phone do with its page."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route, expect

AN_HOUR = dt.timedelta(hours=1)
# A passage without anything to report can be taken back so long, and leaves a moment later.
UNDO_MS = 10_500
PAGE = "/equipage/"
# The stops of the tiny town's plan, in their order.
ADDRESSES = ("11 Rue des Lilas", "12 Rue du Moulin", "13 Rue du Moulin")
# How many rounds the phone keeps, and how many entries wait on it.
COUNT = """
    () => new Promise((resolve) => {
        const opening = indexedDB.open("ronde");
        opening.onsuccess = () => {
            const count = opening.result.transaction("STORE").objectStore("STORE").count();
            count.onsuccess = () => resolve(count.result);
        };
    })
"""
KEPT_ROWS, WAITING_ROWS = COUNT.replace("STORE", "kept"), COUNT.replace("STORE", "outbox")


def leave_out_map(phone: BrowserContext) -> None:
    phone.route("**/commune.map", lambda route: route.abort())


def open_round(phone: BrowserContext, site: str, *, first: str = ADDRESSES[0]) -> Page:
    """Open the page with the network, until it has the round and its first exchange is over."""
    page = phone.new_page()
    page.goto(site + PAGE)
    expect(page.locator("#next-title")).to_have_text(first)
    wait_for_exchange(page)
    return page


def wait_for_worker(page: Page) -> None:
    """Wait until the page opens without the network too."""
    page.evaluate("() => navigator.serviceWorker.ready")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def report_anomaly(page: Page) -> None:
    page.get_by_role("button", name="Anomalie").tap()
    page.get_by_label("Porte ou fenêtre ouverte").check()
    page.get_by_role("button", name="Enregistrer l'anomalie").tap()


def send_now(page: Page) -> None:
    page.get_by_role("button", name="Envoyer maintenant").tap()


def end_shift(page: Page) -> None:
    """Let the hours pass until the shift is over, and look at the page again."""
    page.clock.install(time=dt.datetime.now(dt.UTC) + 4 * AN_HOUR)
    look_again(page)


def wait_for_exchange(page: Page) -> None:
    """Wait until the exchange under way is over."""
    page.evaluate("() => navigator.locks.request('ronde-sync', () => 'over')")


def wait_until_kept(page: Page) -> None:
    """Wait until the disk has what the page shows."""
    page.evaluate("() => navigator.locks.request('ronde-kept', () => 'over')")


def answer_with(answer: dict[str, Any]) -> Callable[[Route], None]:
    return lambda route: route.fulfill(**answer)


def look_again(page: Page) -> None:
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")


def note_nothing(page: Page) -> None:
    page.get_by_role("button", name="RAS", exact=True).tap()
    page.get_by_role("button", name="Confirmer : RAS").tap()
