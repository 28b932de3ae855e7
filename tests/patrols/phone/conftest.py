import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.person import Person
from accounts.roles import Role
from tests.access.people import Place, build_place, let_in, move_shift

AN_HOUR = dt.timedelta(hours=1)


@pytest.fixture
def place(db, settings) -> Place:
    """A town whose crew Alpha is one hour into a shift of four."""
    settings.COMMUNE_INSEE = "26999"
    place = build_place()
    move_shift(place.town.shifts[0], starts_in=-AN_HOUR)
    return place


@pytest.fixture
def crew(place) -> Person:
    """A member of Alpha, on an enrolled device."""
    return place.person(Role.CREW)


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def phone(place, settings, tmp_path) -> Client:
    """The enrolled phone of a member of Alpha."""
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    client = Client(raise_request_exception=False)
    return let_in(client, place.accounts[Role.CREW], device_of=place.insee)
