"""What the page of the vacant homes takes in Chromium, 2,000 homes: until it can be used, and while it is panned.

    python -m benchmarks.map_page [--homes N] [--loads N]

Prints Markdown. Copies the database of DATABASE_URL, which has a town in it (load_demo_town), to a scratch one
dropped at the end, fills it up with homes at addresses of the town, and serves it as script/serve does.
Each load is cold: a browser context of its own, with no cache. « Table usable »: the page's scripts have run over
the table; « map drawn »: MapLibre is idle, every tile of the frame drawn; « interactive »: the later of both,
since the page was asked for. Panning: a drag of three seconds, its frames counted by requestAnimationFrame.
"""

import argparse
import itertools
import os
import shutil
import signal
import statistics
import time
from dataclasses import dataclass
from typing import Any

import django

from accounts.walls.logins import Login
from benchmarks.home_tiles import start_site
from benchmarks.machine import describe_machine
from benchmarks.scratch_town import copied_town, fill_town, let_correspondent_in
from config.logins import work_as

PACKAGES = ("django", "gunicorn", "playwright")
SCRATCH_DATABASE = "ronde_benchmark_map"
HOMES, LOADS = 2_000, 5
DRAG_S, DRAG_REACH_PX = 3.0, 160
WIDTH, HEIGHT = 1280, 800
PATIENCE_MS = 60_000
KIB = 1024
LOGIN = "26999-map-benchmark"
# As in the browser tests: a machine without a graphics card draws by processor.
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)
WATCH = """
    window.longTasks = [];
    new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((task) => task.duration)))
        .observe({ type: "longtask", buffered: true });
    new MutationObserver(() => {
        const isDrawn = document.querySelector("#map[data-state=ready]") !== null;
        if (isDrawn && !window.drawnAt) window.drawnAt = performance.now();
    }).observe(document, { attributes: true, subtree: true, childList: true });
"""
READ = """() => ({
    usable: performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
    answered: performance.getEntriesByType("navigation")[0].responseEnd,
    drawn: window.drawnAt,
    longTasks: window.longTasks,
})"""
COUNT_FRAMES = """() => {
    window.longTasks.length = 0;
    window.drawnFrames = [];
    const count = (now) => { window.drawnFrames.push(now); window.counting = requestAnimationFrame(count); };
    requestAnimationFrame(count);
}"""
READ_FRAMES = """() => {
    cancelAnimationFrame(window.counting);
    return { frames: window.drawnFrames, longTasks: window.longTasks };
}"""


@dataclass(frozen=True, kw_only=True)
class Load:
    """One cold load and the drag after it: milliseconds, bytes of bodies as they came over the network."""

    answered_ms: float
    usable_ms: float
    drawn_ms: float
    long_tasks_ms: tuple[float, ...]
    tiles: int
    tile_bytes: int
    bytes: int
    frame_gaps_ms: tuple[float, ...]
    drag_tasks_ms: tuple[float, ...]

    @property
    def interactive_ms(self) -> float:
        return max(self.usable_ms, self.drawn_ms)


def main() -> None:
    """Copy the town, serve it, load the page again and again, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--homes", type=int, default=HOMES)
    parser.add_argument("--loads", type=int, default=LOADS)
    options = parser.parse_args()
    work_as(Login.OWNER, job="benchmark")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    # Playwright's sync API runs an event loop in this thread, where Django then refuses its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    call_command("collectstatic", interactive=False, verbosity=0)
    with copied_town(SCRATCH_DATABASE):
        print(describe_machine(PACKAGES), "\n")
        measure(options.homes, options.loads)


def measure(homes: int, loads: int) -> None:
    """Load the page so many times and print what it took."""
    from playwright.sync_api import sync_playwright

    commune = fill_town(homes)
    cookies = let_correspondent_in(commune, LOGIN)
    server, port = start_site(commune.pk)
    site = f"http://127.0.0.1:{port}"
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS])
            print(f"Chromium {browser.version}, {WIDTH} × {HEIGHT}, without a graphics card; {homes:,} homes.\n")
            # The first load warms the site's processes, and is not counted.
            taken = [_load(browser, site, cookies) for _ in range(loads + 1)][1:]
            browser.close()
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
    _print(taken)


def _load(browser: Any, site: str, cookies: dict[str, str]) -> Load:
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, locale="fr-FR", timezone_id="Europe/Paris"
    )
    context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
    context.add_init_script(WATCH)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    # MapLibre asks for tiles in a worker, whose requests the page's own network log does not have.
    answered: list[Any] = []
    page.on("requestfinished", lambda request: answered.append(request))  # noqa: PLW0108 (Playwright marks what it calls)
    page.goto(f"{site}/logements/")
    page.wait_for_selector("#map[data-state=ready]")
    found = page.evaluate(READ)
    received = {request.url: request.sizes() for request in answered}
    bodies = {url: sizes["responseBodySize"] for url, sizes in received.items()}
    tiles = [size for url, size in bodies.items() if "/tuiles/" in url]
    dragged = _drag(page)
    context.close()
    frames = dragged["frames"]
    return Load(
        answered_ms=found["answered"],
        usable_ms=found["usable"],
        drawn_ms=found["drawn"],
        long_tasks_ms=tuple(found["longTasks"]),
        tiles=len(tiles),
        tile_bytes=sum(tiles),
        bytes=sum(bodies.values()),
        frame_gaps_ms=tuple(after - before for before, after in itertools.pairwise(frames)),
        drag_tasks_ms=tuple(dragged["longTasks"]),
    )


def _drag(page: Any) -> dict[str, list[float]]:
    """Drag the map to and fro for some seconds; the frames that were drawn meanwhile."""
    area = page.locator("#map").bounding_box()
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(COUNT_FRAMES)
    began = time.monotonic()
    while (spent := time.monotonic() - began) < DRAG_S:
        swing = abs((spent % 2) - 1) * 2 - 1
        page.mouse.move(x + swing * DRAG_REACH_PX, y + swing * DRAG_REACH_PX / 2)
    dragged: dict[str, list[float]] = page.evaluate(READ_FRAMES)
    page.mouse.up()
    return dragged


def _print(loads: list[Load]) -> None:
    print("| cold load | median | worst |\n|---|---:|---:|")
    rows = (
        ("page answered, ms", [load.answered_ms for load in loads]),
        ("table usable, ms", [load.usable_ms for load in loads]),
        ("map drawn, ms", [load.drawn_ms for load in loads]),
        ("interactive, ms", [load.interactive_ms for load in loads]),
        ("main thread held over 50 ms, sum, ms", [sum(load.long_tasks_ms) for load in loads]),
        ("longest hold, ms", [max(load.long_tasks_ms, default=0) for load in loads]),
        ("everything received, KiB", [load.bytes / KIB for load in loads]),
        ("of which tiles, KiB", [load.tile_bytes / KIB for load in loads]),
        ("tiles", [load.tiles for load in loads]),
    )
    for name, figures in rows:
        print(f"| {name} | {statistics.median(figures):,.0f} | {max(figures):,.0f} |")
    print("\n| panning | median | worst |\n|---|---:|---:|")
    rates = [len(load.frame_gaps_ms) / sum(load.frame_gaps_ms) * 1000 for load in loads]
    print(f"| frames a second | {statistics.median(rates):.1f} | {min(rates):.1f} |")
    late = [sorted(load.frame_gaps_ms)[len(load.frame_gaps_ms) * 95 // 100] for load in loads]
    print(f"| p95 between two frames, ms | {statistics.median(late):.0f} | {max(late):.0f} |")
    held = [sum(load.drag_tasks_ms) / DRAG_S for load in loads]
    print(f"| main thread held over 50 ms, ms a second | {statistics.median(held):.0f} | {max(held):.0f} |")


if __name__ == "__main__":
    main()
