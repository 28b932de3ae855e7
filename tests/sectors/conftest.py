import pytest
from django.db import connection

from tests.access.people import Place, build_place


@pytest.fixture
def place(db, settings) -> Place:
    """A commune of three sectors, two with a perimeter, and an account a role; the référent is the first's."""
    settings.COMMUNE_INSEE = "26999"
    place = build_place()
    # Perimeters are compared at commit: those of the town were there before what a test does.
    connection.check_constraints()
    return place


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    """Pages name their static files as they are, built or not."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
