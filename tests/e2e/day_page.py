"""What the tests of the page of a day look at."""

import io
from collections import Counter
from collections.abc import Callable
from typing import Any

from PIL import Image
from playwright.sync_api import Page

from tests.e2e.patience import wait_until

ADDRESS = "/jour/?jour=2026-08-12"
OpenPage = Callable[..., Page]


def wait_for_map(page: Page) -> None:
    page.wait_for_selector("#map[data-state=ready]")
    page.wait_for_load_state("networkidle")


def row(page: Page, words: str) -> Any:
    return page.locator("tr.stop", has_text=words)


def colours_of_map(page: Page) -> Counter[tuple[int, int, int]]:
    picture = Image.open(io.BytesIO(page.locator("#map").screenshot())).convert("RGB")
    return Counter(picture.get_flattened_data())


def wait_for_colour(page: Page, wanted: tuple[int, int, int], *, above: int) -> None:
    """Wait until more pixels of the map than that are much like a colour."""
    wait_until(page, lambda: how_much_like(colours_of_map(page), wanted) > above)


def how_much_like(colours: Counter[tuple[int, int, int]], wanted: tuple[int, int, int]) -> int:
    return sum(
        count
        for colour, count in colours.items()
        if max(abs(a - b) for a, b in zip(colour, wanted, strict=True)) <= 8
    )


def middle_of_free_map(page: Page) -> tuple[float, float]:
    """Where a picked home is brought to: the middle of what the legend leaves of the map."""
    area, legend = page.locator("#map").bounding_box(), page.locator("#legend").bounding_box()
    assert area is not None
    assert legend is not None
    margin = min(56, area["width"] / 6, area["height"] / 6)
    top, bottom = area["y"] + margin, legend["y"] - margin / 2
    return area["x"] + area["width"] / 2, (top + bottom) / 2


def violations(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
