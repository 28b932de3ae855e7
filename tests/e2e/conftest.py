"""Headless Chromium against the live site: every request is watched, and each page is a fresh visitor."""

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as site_settings
from django.test import Client, override_settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from accounts.models import Account
from geo.routing import build
from patrols.models import Plan
from patrols.planner import MaxIterations
from patrols.services import plan_day
from tests.access.people import let_in, police_account
from tests.access.web_login import underway
from tests.builders import DAY, Town, at, build_passage, build_plan, build_town
from tests.e2e.patience import PATIENCE_MS
from tests.street_network import write_streets

FRONTEND = Path(__file__).parents[2] / "frontend"
# The first has no windows to draw: half the work of the others.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)
WEBGL_WITHOUT_A_CARD = (
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def built_frontend() -> Path:
    """The folder of the built scripts and styles."""
    dist = FRONTEND / "dist"
    if not (dist / "day.js").is_file():
        pytest.fail("frontend/dist is missing: run `npm ci && npm run build` in frontend/, or script/test")
    return dist


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker, as the text of its script."""
    return (FRONTEND / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def requests_seen() -> Iterator[list[str]]:
    """The address of every request of every page of the whole run; at its end, all went to this machine."""
    seen: list[str] = []
    yield seen
    # A file is a map that a test has written, and opens as whoever was sent it would.
    third_parties = {url for url in seen if not url.startswith(("data:", "blob:", "file:")) and not _is_ours(url)}
    assert third_parties == set()


def _is_ours(url: str) -> bool:
    return urlsplit(url).hostname in {"localhost", "127.0.0.1"}


@pytest.fixture(scope="session")
def browser(requests_seen: list[str]) -> Iterator[Browser]:
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None:
        pytest.fail("no Chromium on PATH: script/test installs it")
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's sync API runs an event loop in this thread, where Django then refuses its database.
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        expect.set_options(timeout=PATIENCE_MS)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=[*QUIET, *WEBGL_WITHOUT_A_CARD])
            attend_every_context(browser, requests_seen)
            yield browser
            browser.close()


def attend_every_context(browser: Browser, seen: list[str]) -> None:
    """Be patient with each context that is opened from now on, whoever opens it, and note each of its requests."""
    new_context = browser.new_context

    def new_attended_context(*arguments: Any, **options: Any) -> BrowserContext:
        context = new_context(*arguments, **options)
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", lambda request: seen.append(request.url))
        return context

    browser.new_context = new_attended_context  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def gathered_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An empty folder of gathered static files, there before the live server looks for it."""
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static")):
        yield


@pytest.fixture
def site(settings, built_frontend, live_server) -> str:
    """The address of the live site, which serves the built files straight from their folder."""
    settings.STATICFILES_DIRS = [built_frontend]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    return live_server.url


OpenPage = Callable[..., Page]
REFUSED_BY = "Failed to load resource: the server responded with a status of"


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[OpenPage]:
    """Open an address of the site; at the end, no request has left it and no script has failed.

    ``refusals`` are the statuses by which the site refuses what the test asks: Chromium reports them as errors.

    It is opened by the account given, by the police's correspondent when none is, or by a visitor.
    """
    contexts: list[BrowserContext] = []
    strays: list[str] = []
    failures: list[str] = []

    def open_page(
        address: str,
        *,
        account: Account | None = None,
        is_visitor: bool = False,
        refusals: tuple[int, ...] = (),
        width: int = 1280,
        height: int = 800,
        **options: object,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="fr-FR",
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        if not is_visitor:
            context.add_cookies(cookies_of(let_in(Client(), account or police_account()), site))
        page = context.new_page()
        page.on("request", lambda request: _watch(request.url, site, strays))
        page.on("pageerror", lambda error: failures.append(str(error)))
        expected = tuple(f"{REFUSED_BY} {status} " for status in refusals)
        page.on("console", lambda message: _note_failure(message, failures, expected))
        page.goto(site + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert underway.wait_until_none()
    assert strays == []
    assert failures == []


def cookies_of(client: Client, site: str) -> list[dict[str, str]]:
    """The cookies of a test client, for the browser."""
    return [{"name": name, "value": cookie.value, "url": site} for name, cookie in client.cookies.items()]


def _note_failure(message: ConsoleMessage, failures: list[str], expected: tuple[str, ...]) -> None:
    if message.type == "error" and not message.text.startswith(expected):
        failures.append(message.text)


def _watch(url: str, site: str, strays: list[str]) -> None:
    if not url.startswith((site + "/", "data:", "blob:" + site)):
        strays.append(url)


@pytest.fixture
def planned_town(transactional_db) -> Town:
    """The tiny town with its plan; one home was passed the day before."""
    town = build_town()
    build_plan(town)
    build_passage(
        absence=town.absences[0], crew=town.crews[0], done_at=at(10) - dt.timedelta(days=1), result="ras"
    )
    return town


@pytest.fixture(scope="session")
def routing_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("routing")
    build(write_streets(folder / "streets.osm.pbf"), folder)
    return folder


@pytest.fixture
def draft(transactional_db, routing_dir: Path, settings, monkeypatch) -> Plan:
    """The tiny town with a draft of the planner's, looked at on its day at noon."""
    settings.ROUTING_DIR = routing_dir
    noon = SimpleNamespace(now=lambda: at(12), localtime=timezone.localtime)
    for module in ("patrols.views.drafts", "patrols.views.calculations", "maps.day_sheet"):
        monkeypatch.setattr(f"{module}.timezone", noon)
    return plan_day(build_town().commune, DAY, stop=MaxIterations(200), seed=7, routing_dir=routing_dir)


@pytest.fixture
def keep_picture() -> Callable[[Page, str], None]:
    folder = Path(site_settings.VAR_DIR) / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def keep(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png")

    return keep
