"""Vigilants in plain SQL: who hands registrations out, what a bearer may do, who is told what of whom."""

import datetime as dt

import psycopg
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts.models import Account, Grant, Identity
from accounts.person import NOBODY, Person
from accounts.roles import HELD_IN_A_SECTOR, POLICE, Role
from sectors.models import Pseudonym, Registration
from tests.access.in_sql import keys_in, site
from tests.access.people import SINCE, Place, build_account

pytestmark = pytest.mark.django_db

REFUSED = psycopg.errors.InsufficientPrivilege
ONE_DAY = dt.timedelta(days=1)
LINK, LOGIN = "f" * 64, "lilas-204"
HAND_OUT = """
    INSERT INTO sectors_registration (sector_id, made_by_id, token_sha256, made_at, expires_at)
    VALUES (%s, %s, 'nouveau', now(), now() + interval '1 day')
"""
NEW_ACCOUNT = """
    INSERT INTO accounts_account (login, password, is_active, created_at, is_invented, session_generation)
    VALUES (%s, 'x', true, now(), false, 0) RETURNING id
"""
NEW_ROLE = """
    INSERT INTO accounts_grant (account_id, role, commune_id, sector_id, valid, given_at, given_by_id)
    VALUES (%(account)s, %(role)s, %(commune)s, %(sector)s, daterange(CURRENT_DATE, NULL), now(), %(by)s)
"""
NEW_PSEUDONYM = """
    INSERT INTO sectors_pseudonym (account_id, sector_id, text, chosen_at) VALUES (%s, %s, 'Hibou', now())
"""
END = "UPDATE accounts_grant SET valid = %s WHERE role = 'vigilant'"
COUNTS = "SELECT sector_id, vigilants FROM walls.vigilants_by_sector()"
PSEUDONYMS = "SELECT sector, pseudonym FROM walls.pseudonyms()"
MASKED = "SELECT sector FROM walls.vigilants_masked()"


@pytest.fixture
def network(place, elsewhere) -> Place:
    """A vigilant with pseudonym and name in the first two sectors of two communes, and an open registration."""
    for number, each in enumerate((place, elsewhere)):
        second = build_account(each.town, Role.VIGILANT, login=f"{each.insee}-second")
        second.grants.update(sector=each.sectors[1])
        for account, sector in ((each.accounts[Role.VIGILANT], each.sectors[0]), (second, each.sectors[1])):
            Pseudonym.objects.create(account=account, sector=sector, text=f"Merle {sector.pk}")
            name(account)
            hand_out(each, sector, f"{number}{sector.number}" * 32)
        # Of another role in the same sector: a list of vigilants has no other name in it.
        name(each.accounts[Role.REFERENT])
    return place


def name(account: Account) -> None:
    identity = Identity(account=account, name="Nom", phone="", email="")
    identity.keep_until(timezone.localdate())
    identity.save()


def hand_out(place: Place, sector, fingerprint: str, **said: object) -> Registration:
    until = {"expires_at": timezone.now() + ONE_DAY, "made_by": place.accounts[Role.REFERENT]}
    return Registration.objects.create(sector=sector, token_sha256=fingerprint, **{**until, **said})


@pytest.mark.parametrize("role", Role)
def test_referents_alone_hand_registrations_out_in_their_sector_and_in_their_name(place, elsewhere, role):
    account = place.accounts[role].pk
    for sector in (*place.sectors, *elsewhere.sectors):
        if role is Role.REFERENT and sector == place.sectors[0]:
            with site(place.person(role)) as cursor:
                assert cursor.execute(HAND_OUT, [sector.pk, account]).rowcount == 1
            with site(place.person(role)) as cursor, pytest.raises(REFUSED):
                cursor.execute(HAND_OUT, [sector.pk, place.accounts[Role.VIGILANT].pk])
        else:
            with site(place.person(role)) as cursor, pytest.raises(REFUSED):
                cursor.execute(HAND_OUT, [sector.pk, account])


@pytest.mark.parametrize("role", Role)
def test_registrations_are_shown_and_closed_in_ones_own_sector_alone(network, role):
    own = set(Registration.objects.filter(sector=network.sectors[0]).values_list("pk", flat=True))
    expected = own if role is Role.REFERENT else set()

    with site(network.person(role)) as cursor:
        assert keys_in(cursor, "sectors_registration") == expected
        assert cursor.execute("UPDATE sectors_registration SET revoked_at = now()").rowcount == len(expected)
    with site(network.person(role)) as cursor, pytest.raises(REFUSED):
        cursor.execute("UPDATE sectors_registration SET sector_id = 1")


def register(place: Place, cursor: psycopg.Cursor, **changed: object) -> int:
    """Do as the site does for the bearer of the link: the account, then its role, as that account."""
    (account,) = cursor.execute(NEW_ACCOUNT, [changed.pop("login", LOGIN)]).fetchone()
    cursor.execute("SELECT set_config('ronde.person', %s, true)", [str(account)])
    said = {
        "account": account,
        "role": "vigilant",
        "commune": place.insee,
        "sector": place.sectors[0].pk,
        "by": None,
    }
    cursor.execute(NEW_ROLE, said | changed)
    return account


def test_the_bearer_of_an_open_registration_makes_themselves_a_vigilant_of_its_sector(place):
    kept = hand_out(place, place.sectors[0], LINK)
    with site(bearer=LINK, claimed_login=LOGIN) as cursor:
        account = register(place, cursor)
        cursor.execute(NEW_PSEUDONYM, [account, place.sectors[0].pk])
        assert keys_in(cursor, "sectors_registration") == {kept.pk}
        assert cursor.execute("UPDATE sectors_registration SET used_at = now()").rowcount == 1
        with pytest.raises(REFUSED):
            cursor.execute(NEW_ACCOUNT, [LOGIN])


def test_the_bearer_gives_themselves_nothing_else(place, elsewhere):
    hand_out(place, place.sectors[0], LINK)
    there, other = elsewhere.sectors[0].pk, place.accounts[Role.CLSPD].pk
    for changed in (
        {"role": "referent"},
        {"sector": place.sectors[1].pk},
        {"commune": elsewhere.insee},
        {"commune": elsewhere.insee, "sector": there},
        {"account": other},
        {"by": other},
        {"login": "tilleul-300"},
    ):
        with site(bearer=LINK, claimed_login=LOGIN) as cursor, pytest.raises(REFUSED):
            register(place, cursor, **changed)
    with site(bearer=LINK, claimed_login=LOGIN) as cursor:
        account = register(place, cursor)
        with pytest.raises(REFUSED):
            cursor.execute(NEW_PSEUDONYM, [account, place.sectors[1].pk])


def test_an_account_that_somebody_has_entered_gains_no_role_by_a_link(place):
    hand_out(place, place.sectors[1], LINK)
    vigilant = place.accounts[Role.VIGILANT]
    Account.objects.filter(pk=vigilant.pk).update(last_login=timezone.now())
    said = {"account": vigilant.pk, "role": "vigilant", "commune": place.insee, "sector": place.sectors[1].pk}

    with site(place.person(Role.VIGILANT), bearer=LINK) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_ROLE, said | {"by": None})


@pytest.mark.parametrize(
    "said",
    [
        {"used_at": timezone.now()},
        {"revoked_at": timezone.now()},
        {"expires_at": timezone.now() - ONE_DAY},
    ],
    ids=["used", "taken back", "expired"],
)
def test_a_registration_that_is_no_longer_open_makes_no_account(place, said):
    hand_out(place, place.sectors[0], LINK, **said)
    with site(bearer=LINK, claimed_login=LOGIN) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_ACCOUNT, [LOGIN])


def test_without_a_link_no_account_is_made(place):
    hand_out(place, place.sectors[0], LINK)
    with site(claimed_login=LOGIN) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_ACCOUNT, [LOGIN])


@pytest.mark.parametrize("role", Role)
def test_numbers_are_told_outside_the_sector_and_pseudonyms_in_it_to_its_referents(network, role):
    first, second, _ = (sector.pk for sector in network.sectors)
    counted = {first, second} if role in POLICE | {Role.ADMINISTRATOR, Role.DPO} else set()
    counted |= {first} if role in HELD_IN_A_SECTOR else set()

    with site(network.person(role)) as cursor:
        assert cursor.execute(COUNTS).fetchall() == [(sector, 1) for sector in sorted(counted)]
        told = cursor.execute(PSEUDONYMS).fetchall()
        assert told == ([(first, f"Merle {first}")] if role is Role.REFERENT else [])
        masked = sorted(sector for (sector,) in cursor.execute(MASKED).fetchall())
        assert masked == ([first, second] if role is Role.ADMINISTRATOR else [])


def test_a_visitor_is_told_no_number_no_pseudonym_and_no_initials(network):
    for person in (NOBODY, Person(account_id=network.accounts[Role.CLSPD].pk)):
        with site(person) as cursor:
            assert [cursor.execute(asked).fetchall() for asked in (COUNTS, PSEUDONYMS, MASKED)] == [[], [], []]


def test_whoever_left_or_whose_account_is_closed_is_counted_and_named_no_more(network):
    first = network.accounts[Role.VIGILANT]
    second = Account.objects.get(login=f"{network.insee}-second")
    first.grants.update(valid=DateRange(SINCE, timezone.localdate()))
    second.grants.update(sector=network.sectors[0])
    Account.objects.filter(pk=second.pk).update(is_active=False, disabled_at=timezone.now())

    with site(network.person(Role.ADMINISTRATOR)) as cursor:
        assert [cursor.execute(asked).fetchall() for asked in (COUNTS, MASKED)] == [[], []]
    with site(network.person(Role.REFERENT)) as cursor:
        assert cursor.execute(PSEUDONYMS).fetchall() == []


@pytest.mark.parametrize("role", Role)
def test_pseudonyms_are_written_by_their_bearers_alone(network, role):
    own = Pseudonym.objects.filter(account=network.accounts[role])
    with site(network.person(role)) as cursor:
        assert keys_in(cursor, "sectors_pseudonym") == set(own.values_list("pk", flat=True))
        assert cursor.execute("UPDATE sectors_pseudonym SET text = 'Geai'").rowcount == own.count()
    with site(network.person(role)) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_PSEUDONYM, [network.accounts[Role.VIGILANT].pk, network.sectors[1].pk])


@pytest.mark.parametrize("role", Role)
def test_one_leaves_oneself_and_a_referent_ends_a_role_of_their_sector(network, role):
    today = timezone.localdate()
    ended = 1 if role in HELD_IN_A_SECTOR else 2 if role in {Role.ADMINISTRATOR, Role.DPO} else 0
    with site(network.person(role)) as cursor:
        # Those who keep accounts end any role of the commune: both vigilants here.
        assert cursor.execute(END, [DateRange(SINCE, today)]).rowcount == ended


@pytest.mark.parametrize("role", sorted(HELD_IN_A_SECTOR))
def test_a_role_is_neither_prolonged_moved_rewritten_nor_left_open(network, role):
    today = timezone.localdate()
    Grant.objects.filter(role=Role.VIGILANT).update(valid=DateRange(SINCE, today + 9 * ONE_DAY))
    for days in (
        DateRange(SINCE, today + 10 * ONE_DAY),
        DateRange(SINCE + ONE_DAY, today),
        DateRange(SINCE, today - ONE_DAY),
        DateRange(SINCE, None),
    ):
        with site(network.person(role)) as cursor, pytest.raises(REFUSED):
            cursor.execute(END, [days])
