import pytest
from django.test import Client

from accounts.roles import Role
from tests.access.people import build_account, let_in
from tests.builders import Town, at, build_town


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    """Pages name their static files as they are, built or not."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def five_in_the_afternoon(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(17))


@pytest.fixture
def town(db, five_in_the_afternoon, settings) -> Town:
    """The tiny town on 12 August 2026: four homes are vacant from the 1st to the 20th."""
    settings.COMMUNE_INSEE = "26999"
    return build_town()


@pytest.fixture
def desk(town) -> Client:
    """The desk of the municipal police."""
    return let_in(Client(), build_account(town, Role.MUNICIPAL_POLICE, login="source-101"))


@pytest.fixture
def national_desk(town) -> Client:
    """The desk of the national police, which reads the registry and does not write it."""
    return let_in(Client(), build_account(town, Role.NATIONAL_POLICE, login="source-102"))
