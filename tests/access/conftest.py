import pytest
from django.test import Client

from accounts.roles import Role
from tests.access.busy import fill
from tests.access.people import OTHER_INSEE, Place, build_place, let_in


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    """Pages name their static files as they are, built or not."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def place(db, settings) -> Place:
    """The commune that the site serves."""
    settings.COMMUNE_INSEE = "26999"
    return build_place()


@pytest.fixture
def elsewhere(place) -> Place:
    """Another commune in the same database."""
    return build_place(OTHER_INSEE, "Ailleurs-sur-Isère", east_by=1.0)


@pytest.fixture
def busy(place, elsewhere) -> Place:
    """Two communes with something in every table; the site's crew Alpha is one hour into its shift."""
    for each in (place, elsewhere):
        fill(each)
    return place


@pytest.fixture
def login_as(place):
    """Let in the account of a role of the site's commune, a crew's on an enrolled device."""

    def login_as(role: Role, **options) -> Client:
        device_of = place.insee if role is Role.CREW else ""
        return let_in(Client(), place.accounts[role], **{"device_of": device_of, **options})

    return login_as
