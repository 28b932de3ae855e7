"""What may be written of second factors and invitations: by their owner, by an administrator, by nobody else."""

import psycopg
import pytest
from allauth.mfa.models import Authenticator

from accounts.models import Account, Invitation
from accounts.roles import Role
from tests.access.in_sql import keys_in, site
from tests.access.people import Place
from tests.builders import at

pytestmark = pytest.mark.django_db

REFUSED = psycopg.errors.InsufficientPrivilege
NEW_FACTOR = """
    INSERT INTO mfa_authenticator (user_id, type, data, created_at) VALUES (%s, 'webauthn', '{}', now())
"""
NEW_INVITATION = """
    INSERT INTO accounts_invitation (account_id, made_by_id, token_sha256, made_at, expires_at)
    VALUES (%s, %s, repeat('c', 64), now(), now() + interval '1 day')
"""
OTHERS = [role for role in Role if role is not Role.VIGILANT]


@pytest.fixture
def vigilant(place: Place) -> Account:
    account = place.accounts[Role.VIGILANT]
    Authenticator.objects.create(user=account, type="totp", data={"secret": "secret"})
    return account


def test_a_second_factor_is_added_and_removed_by_its_owner(place, vigilant):
    with site(place.person(Role.VIGILANT)) as cursor:
        cursor.execute(NEW_FACTOR, [vigilant.pk])
        cursor.execute("DELETE FROM mfa_authenticator")
        assert cursor.rowcount == 2


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_adds_a_second_factor_to_an_account(place, vigilant, role):
    with site(place.person(role)) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_FACTOR, [vigilant.pk])


# Without a condition: one would be read through the wall for reading, which would stand in for this one.
@pytest.mark.parametrize("change", ["DELETE FROM mfa_authenticator", "UPDATE mfa_authenticator SET data = '{}'"])
@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_removes_or_changes_the_second_factor_of_an_account(place, vigilant, role, change):
    with site(place.person(role)) as cursor:
        cursor.execute(change)
        assert cursor.rowcount == 0


def test_a_visitor_adds_and_removes_no_second_factor(vigilant):
    with site() as cursor:
        cursor.execute("DELETE FROM mfa_authenticator")
        assert cursor.rowcount == 0
    with site() as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_FACTOR, [vigilant.pk])


def test_an_administrator_invites_an_account_of_the_commune(place, vigilant):
    administrator = place.person(Role.ADMINISTRATOR)

    with site(administrator) as cursor:
        cursor.execute(NEW_INVITATION, [vigilant.pk, administrator.account_id])
        assert cursor.rowcount == 1


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_invites(place, vigilant, role):
    person = place.person(role)

    with site(person) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_INVITATION, [vigilant.pk, person.account_id])


def test_an_invitation_is_for_an_account_of_the_commune_and_in_ones_own_name(place, elsewhere, vigilant):
    administrator, dpo = place.person(Role.ADMINISTRATOR), place.person(Role.DPO)

    with site(administrator) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_INVITATION, [elsewhere.accounts[Role.VIGILANT].pk, administrator.account_id])
    with site(administrator) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_INVITATION, [vigilant.pk, dpo.account_id])


@pytest.fixture
def link(vigilant) -> Invitation:
    return Invitation.objects.create(account=vigilant, token_sha256="d" * 64, expires_at=at(20))


def test_holders_see_the_link_that_is_open_for_their_account_and_close_it(place, link):
    with site(place.person(Role.VIGILANT)) as cursor:
        assert keys_in(cursor, "accounts_invitation") == {link.pk}
        cursor.execute("UPDATE accounts_invitation SET revoked_at = now()")
        assert cursor.rowcount == 1


def test_holders_open_no_link_again(place, link):
    Invitation.objects.update(revoked_at=at(9))

    with site(place.person(Role.VIGILANT)) as cursor, pytest.raises(REFUSED):
        cursor.execute("UPDATE accounts_invitation SET revoked_at = NULL")


@pytest.mark.parametrize("role", [role for role in OTHERS if role not in {Role.ADMINISTRATOR, Role.DPO}])
def test_nobody_but_its_holder_and_the_keepers_sees_or_closes_a_link(place, link, role):
    with site(place.person(role)) as cursor:
        assert keys_in(cursor, "accounts_invitation") == set()
        cursor.execute("UPDATE accounts_invitation SET revoked_at = now()")
        assert cursor.rowcount == 0
