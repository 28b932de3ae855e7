from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings

from accounts.roles import Role
from tests.access.busy import fill
from tests.access.people import OTHER_INSEE, Place, build_place, let_in
from tests.access.stage import Stage, build_stage


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    """Pages name their static files as they are, built or not."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(scope="module")
def built_stage(django_db_setup, django_db_blocker) -> Iterator[Stage]:
    """The stage, built once for the tests of a file, none of which builds another town."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(COMMUNE_INSEE="26999"):
            stage = build_stage()
        connection.check_constraints()
        yield stage
        transaction.set_rollback(True)


@pytest.fixture
def stage(built_stage, db, settings) -> Stage:
    """The stage as it was built, for a test that changes its rows within a savepoint, and none of its objects.

    To the database it is still the moment when it was built: hours that are counted to the minute want their own.
    """
    settings.COMMUNE_INSEE = "26999"
    return built_stage


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
