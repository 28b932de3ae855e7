import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.template import Template
from hypothesis import settings as hypothesis_settings

from accounts.keys import FolderStore
from accounts.keys.current import folder_store
from accounts.walls.logins import Login
from config.logins import FORGET
from tests.emptying import sql_to_empty

REPOSITORY = Path(__file__).resolve().parent.parent

# A property holds or does not: how long an example takes says how busy the machine is.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real towns, addresses and benchmark instances, which is not part of the project."""
    folder = Path(os.environ.get("RONDE_REAL_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real data absent: set RONDE_REAL_DATA or put it at {folder.name} beside the project")
    return folder


@pytest.fixture(scope="session", autouse=True)
def seldom_collected() -> Iterator[None]:
    """Look for garbage a hundred times less often: what the whole site has loaded is looked through each time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(before[0] * 50, before[1], before[2] * 2)
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def rendered_as_on_the_site(django_test_environment: None) -> Iterator[None]:
    """Django keeps a copy of the context of each template that a test renders; nobody reads them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", lambda template, context: template.nodelist.render(context))
        yield


@receiver(connection_created)
def start_as_owner(connection: BaseDatabaseWrapper, **signal: object) -> None:
    """A request of the live site that was cut short leaves its login to nobody who takes its connection."""
    if connection.alias == "default":
        with connection.connection.cursor() as cursor:
            cursor.execute(FORGET)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Leave nobody in the database at the end, so that it can be dropped."""
    yield
    # Django closes the connections of the alias it made the database with; this one reaches the same database.
    with django_db_blocker.unblock():
        connections["aggregates"].close()
        connections["aggregates"].close_pool()
        # A thread of the live site that was cut short may still hold one, and the database could not be dropped.
        # Each login ends its own sessions: the owner has no right over those of the others.
        with connection.cursor() as cursor:
            for login in Login:
                cursor.execute(f"SET ROLE {login}")
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
                )
            cursor.execute("RESET ROLE")


@pytest.fixture(scope="session", autouse=True)
def emptied_by_rows() -> Iterator[None]:
    """Empty the database in our way, and make nothing anew: nobody reads content types and permissions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.core.management.commands.flush.sql_flush", sql_to_empty)
        patch.setattr("django.core.management.commands.flush.emit_post_migrate_signal", lambda *_, **__: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def sealing_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keys for what the tests seal, made for the session: a test that destroys some wants its own."""
    settings.KEYS_DIR = tmp_path_factory.mktemp("sealing") / "keys"
    store = FolderStore(settings.KEYS_DIR)
    store.create()
    yield
    assert [entry.week for entry in store.inventory().weeks if entry.destroyed_on] == []


@pytest.fixture
def own_keys(tmp_path: Path, settings) -> FolderStore:
    """Keys of the test alone, for one that destroys or loses some."""
    settings.KEYS_DIR = tmp_path / "keys"
    FolderStore(settings.KEYS_DIR).create()
    return folder_store(settings.KEYS_DIR)
