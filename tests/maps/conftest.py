import pytest

from tests.access.people import PoliceClient
from tests.builders import Town, at, build_plan, build_town


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    """Pages name their static files as they are, built or not."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def client() -> PoliceClient:
    """The pages as the police's correspondent has them."""
    return PoliceClient()


@pytest.fixture
def five_in_the_afternoon(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(17))


@pytest.fixture
def planned(db) -> Town:
    """The tiny town with its plan of 12 August 2026."""
    town = build_town()
    build_plan(town)
    return town
