"""Who may write the name of an account's holder, through the site's own login."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from accounts import scope
from accounts.audit import Reason
from accounts.models import Account, Identity
from accounts.person import Person
from accounts.roles import Role
from accounts.services.identities import identify
from accounts.unsealing import unseal
from tests.access.people import Place, build_account

pytestmark = pytest.mark.django_db

NAME, DAY = "Zoé Canari", dt.date(2031, 4, 7)
OTHERS = tuple(role for role in Role if role is not Role.ADMINISTRATOR)


@contextmanager
def on_the_site(person: Person) -> Iterator[None]:
    """Ask as the site does on behalf of a person; whatever is written stays."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('ronde.job', '', true)")
            cursor.execute("SET LOCAL ROLE ronde_web")
        scope.enter(person)
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE ronde")
            cursor.execute("SELECT set_config('ronde.job', 'test', true)")


@pytest.fixture
def newcomer(place: Place) -> Account:
    """An account that was given a role and that nobody has entered yet."""
    return build_account(place.town, Role.VIGILANT, login="nouveau")


def refused(person: Person, account: Account) -> bool:
    """Whether the wall itself refuses a row, written past the service, which would not even see the account."""
    identity = Identity(account=account, name=NAME)
    identity.keep_until(DAY)
    with pytest.raises(ProgrammingError, match="row-level security"), on_the_site(person):
        identity.save()
    return not Identity.objects.exists()


def test_whoever_creates_an_account_says_whose_it_is_and_cannot_read_it_back(place, newcomer):
    with on_the_site(place.person(Role.ADMINISTRATOR)):
        identify(newcomer, name=NAME)
        assert not Identity.objects.exists()
    assert unseal(Identity.objects.get(), "name", reason=Reason.UPKEEP) == {"name": NAME}


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_says_whose_an_account_is(place, newcomer, role):
    assert refused(place.person(role), newcomer)


def test_an_administrator_does_not_name_whoever_has_entered_already(place, newcomer):
    Account.objects.filter(pk=newcomer.pk).update(last_login=timezone.now())
    assert refused(place.person(Role.ADMINISTRATOR), newcomer)


def test_an_administrator_does_not_name_an_account_of_another_commune(place, elsewhere):
    stranger = build_account(elsewhere.town, Role.VIGILANT, login="lointain")
    assert refused(place.person(Role.ADMINISTRATOR), stranger)


@pytest.mark.parametrize("role", list(Role))
def test_everyone_reads_and_changes_their_own(place, role):
    account = place.accounts[role]
    with on_the_site(place.person(role)):
        identify(account, name="Autre")
        identity = Identity.objects.get()
        identity.name = NAME
        identity.save(update_fields=["name"])
        assert unseal(Identity.objects.get(), "name", reason=Reason.OWN_DATA) == {"name": NAME}


@pytest.mark.parametrize("role", list(Role))
def test_nobody_changes_nor_removes_the_name_of_another(place, newcomer, role):
    identify(newcomer, name=NAME)
    with on_the_site(place.person(role)):
        assert Identity.objects.update(dies_in="2020-W01") == 0
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Identity.objects.all()._raw_delete("default")
    assert unseal(Identity.objects.get(), "name", reason=Reason.UPKEEP) == {"name": NAME}


def test_an_account_that_one_does_not_see_cannot_be_named(place, newcomer):
    with on_the_site(place.person(Role.CLSPD)), pytest.raises(Account.DoesNotExist):
        identify(newcomer, name=NAME)
