import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone

from tests.builders import at, build_town


@pytest.fixture(autouse=True)
def files_as_they_are(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def example_pages(settings):
    """The site with the pages of tests/shell/examples.py added."""
    engine, *others = settings.TEMPLATES
    folders = [*engine["DIRS"], Path(__file__).parent / "templates"]
    settings.TEMPLATES = [{**engine, "DIRS": folders}, *others]
    settings.ROOT_URLCONF = "tests.shell.examples"


@pytest.fixture
def town():
    return build_town()


@pytest.fixture
def set_clock(monkeypatch):
    def set_clock(moment: dt.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_clock(at(12))
    return set_clock
