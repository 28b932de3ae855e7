"""The phone of a crew one hour into its shift, with its map and its worker or without them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext

from accounts.roles import Role
from tests.access.people import Place, build_place, let_in, move_shift
from tests.access.web_login import underway
from tests.builders import build_household
from tests.e2e.conftest import cookies_of
from tests.e2e.phone_page import AN_HOUR, leave_out_map


@pytest.fixture
def place(transactional_db, settings) -> Place:
    """Alpha is one hour into its shift; its homes have somebody to call."""
    settings.COMMUNE_INSEE = "26999"
    place = build_place()
    for absence in place.town.absences:
        build_household(absence, name=f"Camille {absence.address.house_number}")
    move_shift(place.town.shifts[0], starts_in=-AN_HOUR)
    return place


@pytest.fixture
def phone(browser: Browser, site: str, place: Place) -> Iterator[BrowserContext]:
    """An enrolled phone, logged in, that stands at the first home.

    It has neither the map nor the worker, which take half the time of a test.
    """
    with enrol(browser, site, place, service_workers="block") as context:
        leave_out_map(context)
        yield context


@pytest.fixture
def whole_phone(browser: Browser, site: str, place: Place) -> Iterator[BrowserContext]:
    """The same phone with its map, and with the worker that opens the page without a network."""
    with enrol(browser, site, place) as context:
        yield context


@contextmanager
def enrol(browser: Browser, site: str, place: Place, **options: Any) -> Iterator[BrowserContext]:
    first = place.town.absences[0].point
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        locale="fr-FR",
        timezone_id="Europe/Paris",
        reduced_motion="reduce",
        has_touch=True,
        geolocation={"longitude": first.x, "latitude": first.y, "accuracy": 12},
        permissions=["geolocation"],
        **options,
    )
    # The machine of the tests has nobody to call.
    context.add_init_script(
        "addEventListener('click', (e) => e.target.closest('[href^=tel]') && e.preventDefault())"
    )
    context.add_cookies(cookies_of(let_in(Client(), place.accounts[Role.CREW], device_of=place.insee), site))
    failures: list[str] = []
    context.on("weberror", lambda error: failures.append(str(error.error)))
    yield context
    context.close()
    assert underway.wait_until_none()
    assert failures == []
