import pytest
from django.test import Client

from accounts.roles import Role
from tests.access.people import Place, build_place, let_in


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    """Pages name their static files as they are, built or not."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def place(settings) -> Place:
    settings.COMMUNE_INSEE = "26999"
    return build_place()


@pytest.fixture
def vigilant(place) -> Client:
    return let_in(Client(), place.accounts[Role.VIGILANT])


@pytest.fixture
def referent(place) -> Client:
    return let_in(Client(), place.accounts[Role.REFERENT])
