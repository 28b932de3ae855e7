import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from tests.access.people import Place, build_place, let_in
from tests.builders import at, build_household


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    """Pages name their static files as they are, built or not."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def place(db, settings, monkeypatch) -> Place:
    """The tiny town at half past seven in the evening of 12 August; its first home has a household."""
    settings.COMMUNE_INSEE = "26999"
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(19, 30).astimezone(dt.UTC))
    place = build_place()
    build_household(place.town.absences[0], name="Zoé Canari", kept_until=timezone.localdate())
    return place


@pytest.fixture
def desk(place) -> Client:
    """The desk of the municipal police."""
    return let_in(Client(), place.accounts[Role.MUNICIPAL_POLICE])


@pytest.fixture
def national_desk(place) -> Client:
    """The desk of the national police, which reads passages and writes none."""
    return let_in(Client(), place.accounts[Role.NATIONAL_POLICE])
