"""What the walls show and allow of accounts: to visitors on the way in, to their owners, to their keepers."""

import datetime as dt

import psycopg
import pytest
from allauth.mfa.models import Authenticator

from accounts.models import Account, Device, Grant, Invitation
from accounts.roles import Role
from tests.access.in_sql import keys_in, site
from tests.access.people import Place
from tests.builders import at

pytestmark = pytest.mark.django_db

TODAY = "(now() AT TIME ZONE 'Europe/Paris')::date"
NEW_ACCOUNT = """
    INSERT INTO accounts_account (login, password, is_active, created_at, is_invented, session_generation)
    VALUES ('nouveau', '!', true, now(), false, 0) RETURNING id
"""
NEW_GRANT = """
    INSERT INTO accounts_grant (account_id, role, commune_id, valid, given_by_id, given_at)
    VALUES (%s, 'dpo', %s, daterange(CURRENT_DATE, NULL), %s, now())
"""
REFUSED = psycopg.errors.InsufficientPrivilege


@pytest.fixture
def vigilant(place) -> Account:
    account = place.accounts[Role.VIGILANT]
    Authenticator.objects.create(user=account, type="totp", data={"secret": "secret"})
    return account


def test_whoever_logs_in_is_shown_the_account_of_the_identifier_typed_and_its_second_factor(place, vigilant):
    with site(claimed_login=vigilant.login) as cursor:
        assert keys_in(cursor, "accounts_account") == {vigilant.pk}
        assert len(keys_in(cursor, "mfa_authenticator")) == 1
        assert keys_in(cursor, "accounts_grant") == keys_in(cursor, "absences_absence") == set()


def test_between_the_password_and_the_second_factor_the_account_is_shown_and_nothing_else(place, vigilant):
    with site(claimed_account=vigilant.pk) as cursor:
        assert keys_in(cursor, "accounts_account") == {vigilant.pk}
        assert len(keys_in(cursor, "mfa_authenticator")) == 1
        assert keys_in(cursor, "accounts_grant") == set()


def test_an_identifier_of_digits_is_not_taken_for_the_key_of_an_account(place, vigilant):
    with site(claimed_login=str(vigilant.pk)) as cursor:
        assert keys_in(cursor, "accounts_account") == set()


def test_the_bearer_of_a_link_is_shown_its_invitation_and_its_account(place, vigilant):
    invitation = Invitation.objects.create(account=vigilant, token_sha256="a" * 64, expires_at=at(20))
    Invitation.objects.create(account=vigilant, token_sha256="b" * 64, expires_at=at(20))

    with site(bearer="a" * 64) as cursor:
        assert keys_in(cursor, "accounts_invitation") == {invitation.pk}
        assert keys_in(cursor, "accounts_account") == {vigilant.pk}


def test_an_administrator_makes_an_account_and_gives_it_its_first_role(place):
    administrator = place.person(Role.ADMINISTRATOR)

    with site(administrator) as cursor:
        (key,) = cursor.execute(NEW_ACCOUNT).fetchone()
        cursor.execute(NEW_GRANT, [key, place.insee, administrator.account_id])
        assert key in keys_in(cursor, "accounts_account")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_makes_an_account(place, role):
    with site(place.person(role)) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_ACCOUNT)


@pytest.fixture
def entered(place) -> int:
    """An account that somebody has entered already."""
    Account.objects.filter(pk=place.accounts[Role.VIGILANT].pk).update(last_login=at(9))
    return place.accounts[Role.VIGILANT].pk


def test_no_role_is_added_to_an_account_in_use(place, entered):
    administrator = place.person(Role.ADMINISTRATOR)

    with site(administrator) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_GRANT, [entered, place.insee, administrator.account_id])


def test_no_role_is_given_in_another_commune_nor_in_the_name_of_another(place, elsewhere):
    administrator, new = place.person(Role.ADMINISTRATOR), place.accounts[Role.CLSPD].pk

    with site(administrator) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_GRANT, [new, elsewhere.insee, administrator.account_id])
    with site(administrator) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_GRANT, [new, place.insee, new])


def grant_of(place: Place) -> int:
    return Grant.objects.get(account=place.accounts[Role.VIGILANT]).pk


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.DPO])
def test_a_keeper_ends_a_role_today(place, role):
    with site(place.person(role)) as cursor:
        cursor.execute(
            f"UPDATE accounts_grant SET valid = daterange(lower(valid), {TODAY}) WHERE id = %s", [grant_of(place)]
        )
        assert cursor.rowcount == 1


def test_a_keeper_does_not_prolong_a_role(place):
    with site(place.person(Role.ADMINISTRATOR)) as cursor, pytest.raises(REFUSED):
        cursor.execute(
            f"UPDATE accounts_grant SET valid = daterange(lower(valid), {TODAY} + 90) WHERE id = %s",
            [grant_of(place)],
        )


def test_a_role_that_has_ended_is_not_taken_up_again(place):
    ended = grant_of(place)
    Grant.objects.filter(pk=ended).update(valid=(dt.date(2020, 1, 1), dt.date(2021, 1, 1)))

    with site(place.person(Role.ADMINISTRATOR)) as cursor:
        cursor.execute(
            f"UPDATE accounts_grant SET valid = daterange('2020-01-01', {TODAY} + 1) WHERE id = %s", [ended]
        )
        assert cursor.rowcount == 0


def test_a_keeper_changes_no_other_field_of_a_role(place):
    with site(place.person(Role.ADMINISTRATOR)) as cursor, pytest.raises(REFUSED):
        cursor.execute("UPDATE accounts_grant SET role = 'administrator' WHERE id = %s", [grant_of(place)])


def test_nobody_gives_oneself_a_role(place):
    person = place.person(Role.MUNICIPAL_POLICE)

    with site(person) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_GRANT, [person.account_id, place.insee, person.account_id])
    with site(person) as cursor:
        own = "UPDATE accounts_grant SET valid = daterange('2020-01-01', NULL) WHERE account_id = %s"
        cursor.execute(own, [person.account_id])
        assert cursor.rowcount == 0


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.DPO])
def test_a_keeper_closes_an_account_and_gives_it_no_password(place, vigilant, role):
    with site(place.person(role)) as cursor:
        cursor.execute("UPDATE accounts_account SET is_active = false WHERE id = %s", [vigilant.pk])
        assert cursor.rowcount == 1
    with site(place.person(role)) as cursor, pytest.raises(REFUSED, match="by its owner alone"):
        cursor.execute("UPDATE accounts_account SET password = 'known' WHERE id = %s", [vigilant.pk])


def test_the_owner_of_an_account_changes_its_password_and_no_other(place, vigilant):
    with site(place.person(Role.VIGILANT)) as cursor:
        cursor.execute("UPDATE accounts_account SET password = 'new'")
        assert cursor.rowcount == 1


def test_a_keeper_does_not_touch_the_accounts_of_another_commune(place, elsewhere):
    with site(place.person(Role.ADMINISTRATOR)) as cursor:
        cursor.execute(
            "UPDATE accounts_account SET is_active = false WHERE id = %s", [elsewhere.accounts[Role.DPO].pk]
        )
        assert cursor.rowcount == 0


# Of roles, mandates that have not begun are dropped: test_mandate_walls.py.
@pytest.mark.parametrize("table", ["accounts_account", "accounts_invitation", "accounts_device"])
def test_the_site_erases_nothing_that_tells_who_had_access(place, table):
    with site(place.person(Role.ADMINISTRATOR)) as cursor, pytest.raises(REFUSED):
        cursor.execute(f"DELETE FROM {table}")


def test_keepers_learn_of_which_kind_a_second_factor_is_and_never_its_secret(place, vigilant):
    with site(place.person(Role.ADMINISTRATOR)) as cursor:
        factors = cursor.execute("SELECT * FROM walls.second_factors(%s)", [vigilant.pk]).fetchall()
        assert [factor[0] for factor in factors] == ["totp"]
        assert keys_in(cursor, "mfa_authenticator") == set()


@pytest.mark.parametrize("role", [Role.MUNICIPAL_POLICE, Role.CREW, Role.CLSPD])
def test_nobody_else_learns_of_the_second_factor_of_another(place, vigilant, role):
    with site(place.person(role)) as cursor:
        assert cursor.execute("SELECT * FROM walls.second_factors(%s)", [vigilant.pk]).fetchall() == []


def test_keepers_of_another_commune_learn_nothing_either(place, vigilant, elsewhere):
    with site(elsewhere.person(Role.ADMINISTRATOR)) as cursor:
        assert cursor.execute("SELECT * FROM walls.second_factors(%s)", [vigilant.pk]).fetchall() == []


def test_a_device_is_enrolled_by_its_own_account_alone(place):
    crew, police = place.accounts[Role.CREW], place.person(Role.MUNICIPAL_POLICE)

    with site(police) as cursor, pytest.raises(REFUSED):
        cursor.execute(
            "INSERT INTO accounts_device (account_id, commune_id, label, token_sha256, enrolled_at)"
            " VALUES (%s, %s, 'Téléphone', 'x', now())",
            [crew.pk, place.insee],
        )


def test_the_police_revoke_a_device_of_their_commune(place):
    device = Device.objects.create(
        account=place.accounts[Role.CREW], commune=place.town.commune, label="Téléphone", token_sha256="d"
    )

    with site(place.person(Role.MUNICIPAL_POLICE)) as cursor:
        cursor.execute("UPDATE accounts_device SET revoked_at = now() WHERE id = %s", [device.pk])
        assert cursor.rowcount == 1


def test_the_secret_of_a_device_is_never_changed(place):
    with site(place.person(Role.CREW)) as cursor, pytest.raises(REFUSED):
        cursor.execute("UPDATE accounts_device SET token_sha256 = 'known'")


def test_no_address_can_be_kept_in_the_clear_beside_an_account(place, vigilant):
    with site(place.person(Role.VIGILANT)) as cursor, pytest.raises(REFUSED):
        cursor.execute(
            'INSERT INTO account_emailaddress (user_id, email, verified, "primary")'
            " VALUES (%s, 'a@b.fr', true, true)",
            [vigilant.pk],
        )


@pytest.mark.parametrize("role", Role)
def test_the_accounts_of_a_commune_are_told_to_its_keepers_alone(place, elsewhere, role):
    with site(place.person(role)) as cursor:
        told = {key for (key,) in cursor.execute("SELECT walls.accounts_of_commune()").fetchall()}

    here = {account.pk for account in place.accounts.values()}
    assert told == (here if role in {Role.ADMINISTRATOR, Role.DPO} else set())
