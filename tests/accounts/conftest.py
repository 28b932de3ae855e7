import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from accounts.roles import Role
from tests.access.people import let_in
from tests.accounts.ways_in import Place, build_entered, build_place

NOON = dt.datetime(2026, 8, 12, 10, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    """Pages name their static files as they are, built or not."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """Passwords as on the site cost a quarter of a second each; what they guard is not tried here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def place(db) -> Place:
    return build_place()


@pytest.fixture
def administrator(place) -> Account:
    return build_entered(place, Role.ADMINISTRATOR, login="admin-1")


@pytest.fixture
def desk(administrator) -> Client:
    return let_in(Client(), administrator)


@pytest.fixture
def dpo(place) -> Client:
    return let_in(Client(), build_entered(place, Role.DPO, login="dpo-1"))


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> dt.datetime:
        return self.now

    def timestamp(self) -> float:
        return self.now.timestamp()

    def advance(self, **length: float) -> None:
        self.now += dt.timedelta(**length)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """The moment that the site believes it is, for sessions, codes and lock-outs; it moves when told."""
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    monkeypatch.setattr("axes.handlers.proxy.now", clock)
    monkeypatch.setattr("time.time", clock.timestamp)
    return clock
