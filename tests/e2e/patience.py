"""How long the tests wait for a page, and for what no page says."""

from collections.abc import Callable
from time import monotonic

from playwright.sync_api import Page

# What comes late on a busy machine comes all the same; only what never comes costs this long.
PATIENCE_MS = 60_000
LOOK_EVERY_MS = 100


def wait_until(page: Page, is_so: Callable[[], object]) -> None:
    """Ask until it is so: for what a page draws on a canvas, or does without a word."""
    until = monotonic() + PATIENCE_MS / 1000
    while not is_so():
        assert monotonic() < until, "it never was so"
        page.wait_for_timeout(LOOK_EVERY_MS)
