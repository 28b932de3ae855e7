import os
from pathlib import Path

import pytest
from django.db import connection

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real towns, addresses and benchmark instances, which is not part of the project."""
    folder = Path(os.environ.get("RONDE_REAL_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real data absent: set RONDE_REAL_DATA or put it at {folder.name} beside the project")
    return folder


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """Let tests that need real transactions empty the database after them, the audit chain included."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditentry DISABLE TRIGGER audit_is_never_emptied")
