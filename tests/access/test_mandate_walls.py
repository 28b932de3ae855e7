"""Mandates of référents in plain SQL: who is named to whom, who appoints whom, and how a mandate ends."""

import datetime as dt

import psycopg
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts.models import Account, Grant, Identity
from accounts.roles import HELD_IN_A_SECTOR, POLICE, Role
from tests.access.in_sql import site
from tests.access.people import SINCE, Place, build_account
from tests.builders import DAY

pytestmark = pytest.mark.django_db

REFUSED, TAKEN = psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation
ONE_DAY = dt.timedelta(days=1)
MUNICIPAL = Role.MUNICIPAL_POLICE
WHO = "SELECT sector, name IS NOT NULL, phone IS NOT NULL, email IS NOT NULL FROM walls.referents()"
CANDIDATE = "SELECT account_id, may_be_referent FROM walls.candidate(%s)"
APPOINT = """
    INSERT INTO accounts_grant (account_id, role, commune_id, sector_id, valid, given_by_id, given_at)
    VALUES (%(account)s, %(role)s, %(commune)s, %(sector)s, daterange(%(first)s, NULL), %(by)s, now())
"""
END = "UPDATE accounts_grant SET valid = %s WHERE role = 'referent' AND sector_id = %s"
NOBODY_NEAR = {role for role in Role if role not in HELD_IN_A_SECTOR | POLICE | {Role.ADMINISTRATOR, Role.DPO}}


@pytest.fixture
def network(place, elsewhere) -> Place:
    """A référent, whose name is known, in the first two sectors of two communes."""
    for each in (place, elsewhere):
        second = build_account(each.town, Role.REFERENT, login=f"{each.insee}-second")
        second.grants.update(sector=each.sectors[1])
        for account in (each.accounts[Role.REFERENT], second):
            identity = Identity(account=account, name="Nom", phone="0639980011", email="a@exemple.fr")
            identity.keep_until(DAY)
            identity.save()
    return place


@pytest.mark.parametrize("role", Role)
def test_referents_are_named_to_whom_the_policy_says_and_the_dpo_is_not_told_how_they_are_reached(network, role):
    first, second, _ = (sector.pk for sector in network.sectors)
    named = set() if role in NOBODY_NEAR else {first} if role in HELD_IN_A_SECTOR else {first, second}
    is_reached = role is not Role.DPO

    with site(network.person(role)) as cursor:
        assert {*cursor.execute(WHO).fetchall()} == {(sector, True, is_reached, is_reached) for sector in named}


def test_nobody_is_named_to_a_visitor(network):
    with site() as cursor:
        assert cursor.execute(WHO).fetchall() == []


def test_a_mandate_that_has_ended_and_an_account_that_is_closed_are_named_to_nobody(network):
    today = timezone.localdate()
    first, second = Account.objects.filter(grants__commune=network.insee, grants__role=Role.REFERENT).order_by(
        "pk"
    )
    first.grants.update(valid=DateRange(SINCE, today))
    Account.objects.filter(pk=second.pk).update(is_active=False, disabled_at=timezone.now())

    with site(network.person(MUNICIPAL)) as cursor:
        assert cursor.execute(WHO).fetchall() == []
    first.grants.update(valid=DateRange(today + ONE_DAY, None))
    with site(network.person(MUNICIPAL)) as cursor:
        assert len(cursor.execute(WHO).fetchall()) == 1


def appointment(place: Place, **changed: object) -> dict[str, object]:
    """The vigilant, in the third sector, from today on, by municipal police."""
    return {
        "account": place.accounts[Role.VIGILANT].pk,
        "role": "referent",
        "commune": place.insee,
        "sector": place.sectors[2].pk,
        "first": timezone.localdate(),
        "by": place.accounts[MUNICIPAL].pk,
    } | changed


def test_municipal_police_appoint_an_account_of_the_commune(place):
    with site(place.person(MUNICIPAL)) as cursor:
        assert cursor.execute(APPOINT, appointment(place)).rowcount == 1


@pytest.mark.parametrize("role", [role for role in Role if role is not MUNICIPAL])
def test_nobody_else_appoints_a_person_in_service(place, role):
    Account.objects.update(last_login=timezone.now())
    said = appointment(place, by=place.accounts[role].pk)
    with site(place.person(role)) as cursor, pytest.raises(REFUSED):
        cursor.execute(APPOINT, said)


def test_municipal_police_give_no_other_role_and_none_elsewhere_in_anothers_name_or_in_the_past(place, elsewhere):
    for changed in (
        {"role": "vigilant"},
        {"commune": elsewhere.insee, "sector": elsewhere.sectors[2].pk},
        {"sector": elsewhere.sectors[2].pk},
        {"by": place.accounts[Role.ADMINISTRATOR].pk},
        {"first": timezone.localdate() - ONE_DAY},
        {"account": elsewhere.accounts[Role.VIGILANT].pk},
    ):
        with site(place.person(MUNICIPAL)) as cursor, pytest.raises(REFUSED):
            cursor.execute(APPOINT, appointment(place, **changed))


@pytest.mark.parametrize("role", [role for role in Role if role not in HELD_IN_A_SECTOR])
def test_whoever_holds_a_role_of_the_house_is_not_appointed_until_it_has_ended(place, role):
    account = place.accounts[role]
    with site(place.person(MUNICIPAL)) as cursor:
        assert cursor.execute(CANDIDATE, [account.login]).fetchall() == [(account.pk, False)]
        with pytest.raises(REFUSED):
            cursor.execute(APPOINT, appointment(place, account=account.pk))
    account.grants.update(valid=DateRange(SINCE, timezone.localdate()))
    with site(place.person(MUNICIPAL)) as cursor:
        assert cursor.execute(CANDIDATE, [account.login]).fetchall() == [(account.pk, True)]


def test_an_account_that_is_closed_or_of_another_commune_is_no_candidate(place, elsewhere):
    stranger, closed = elsewhere.accounts[Role.VIGILANT], place.accounts[Role.VIGILANT]
    Account.objects.filter(pk=closed.pk).update(is_active=False, disabled_at=timezone.now())

    for account in (stranger, closed):
        with site(place.person(MUNICIPAL)) as cursor:
            assert cursor.execute(CANDIDATE, [account.login]).fetchall() == []
            assert cursor.execute("SELECT walls.may_be_referent(%s)", [account.pk]).fetchone() == (False,)


@pytest.mark.parametrize("role", [role for role in Role if role is not MUNICIPAL])
def test_nobody_but_municipal_police_asks_whose_an_identifier_is(place, role):
    vigilant = place.accounts[Role.VIGILANT]
    with site(place.person(role)) as cursor:
        assert cursor.execute(CANDIDATE, [vigilant.login]).fetchall() == []
        assert cursor.execute("SELECT walls.may_be_referent(%s)", [vigilant.pk]).fetchone() == (False,)


def give(place: Place, login: str, first: dt.date, last: dt.date | None = None) -> Grant:
    account = build_account(place.town, Role.VIGILANT, login=login)
    until = last and last + ONE_DAY
    held = {"role": Role.REFERENT, "sector": place.sectors[2], "commune": place.town.commune}
    return Grant.objects.create(account=account, valid=DateRange(first, until), **held)


def test_a_sector_has_two_mandates_on_any_day_and_one_follows_another(place):
    today = timezone.localdate()
    give(place, "premier", today, today + 9 * ONE_DAY)
    give(place, "deuxieme", today + 5 * ONE_DAY)
    said = appointment(place)

    # The three meet on the sixth day, which is nobody's first but the second one's.
    with site(place.person(MUNICIPAL)) as cursor, pytest.raises(TAKEN):
        cursor.execute(APPOINT, said)
    with site(place.person(MUNICIPAL)) as cursor, pytest.raises(TAKEN):
        cursor.execute(APPOINT, said | {"first": today + 9 * ONE_DAY})
    with site(place.person(MUNICIPAL)) as cursor:
        assert cursor.execute(APPOINT, said | {"first": today + 10 * ONE_DAY}).rowcount == 1


def test_the_mandate_of_an_account_that_is_closed_is_vacant(place):
    today = timezone.localdate()
    give(place, "premier", today)
    closed = give(place, "deuxieme", today).account
    Account.objects.filter(pk=closed.pk).update(is_active=False, disabled_at=timezone.now())

    with site(place.person(MUNICIPAL)) as cursor:
        assert cursor.execute(APPOINT, appointment(place)).rowcount == 1


@pytest.mark.parametrize("role", Role)
def test_municipal_police_end_a_mandate_of_the_commune_and_nobody_else_does(place, elsewhere, role):
    today = timezone.localdate()
    for each in (place, elsewhere):
        with site(place.person(role)) as cursor:
            ended = cursor.execute(END, [DateRange(SINCE, today), each.sectors[0].pk]).rowcount
            # Those who keep accounts end any role.
            enders = {MUNICIPAL, Role.ADMINISTRATOR, Role.DPO}
            assert ended == (role in enders and each is place)


def test_a_mandate_is_not_prolonged_moved_rewritten_nor_left_open(place):
    today = timezone.localdate()
    first = place.sectors[0].pk
    Grant.objects.filter(role=Role.REFERENT, commune=place.insee).update(
        valid=DateRange(SINCE, today + 9 * ONE_DAY)
    )
    for days in (
        DateRange(SINCE, today + 10 * ONE_DAY),
        DateRange(SINCE + ONE_DAY, today),
        DateRange(SINCE, today - ONE_DAY),
        DateRange(SINCE, None),
    ):
        with site(place.person(MUNICIPAL)) as cursor, pytest.raises(REFUSED):
            cursor.execute(END, [days, first])
    with site(place.person(MUNICIPAL)) as cursor:
        assert cursor.execute(END, [DateRange(SINCE, today + 3 * ONE_DAY), first]).rowcount == 1


@pytest.mark.parametrize("role", Role)
def test_a_mandate_that_began_today_or_later_is_dropped_by_municipal_police_alone(place, elsewhere, role):
    today = timezone.localdate()
    give(place, "demain", today + ONE_DAY)
    give(place, "aujourdhui", today)
    give(elsewhere, "ailleurs", today + ONE_DAY)
    give(elsewhere, "ailleurs-aujourdhui", today)

    with site(place.person(role)) as cursor:
        assert cursor.execute("DELETE FROM accounts_grant").rowcount == (2 if role is MUNICIPAL else 0)
