"""The daily watch in plain SQL: who is told of which home, who entrusts it, who notes that it was looked at."""

import datetime as dt
import uuid
from dataclasses import dataclass

import psycopg
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from absences.counts import LookCount
from absences.models import Absence, HomeCode, HomeOwner, Look, WatchConsent, Watcher
from accounts.models import Account
from accounts.person import Holding, Person
from accounts.roles import POLICE, Role
from sectors.models import Perimeter
from tests.absences.watching import build_consent, build_watcher
from tests.access.in_sql import keys_in, site
from tests.access.people import SINCE, Place, build_account

pytestmark = pytest.mark.django_db

REFUSED = psycopg.errors.InsufficientPrivilege
MODELS = (HomeCode, HomeOwner, Watcher, WatchConsent, Look)
TABLES = (*(model._meta.db_table for model in MODELS), "absences_lookcount")
ONE_DAY = dt.timedelta(days=1)
TO_WATCH = "SELECT consent FROM walls.homes_to_watch()"
OWN_HOMES = "SELECT absence FROM walls.own_homes()"
WATCHED = "SELECT absence, is_watched, looks FROM walls.watched_homes()"
WATCH_DAYS = "SELECT day, entrusted, looked FROM walls.watch_days() ORDER BY day"
NEW_LOOK = """
    INSERT INTO absences_look (id, consent_id, day, noted_by_id, noted_at)
    VALUES (gen_random_uuid(), %s, walls.today() - %s, %s, now())
"""
NEW_CONSENT = """
    INSERT INTO absences_watchconsent (id, absence_id, owner_id, sector_id, first_day, last_day, given_at)
    VALUES (gen_random_uuid(), %s, %s, %s, walls.today() + %s, walls.today() + 9, now())
"""
NEW_CODE = """
    INSERT INTO absences_homecode (absence_id, token_sha256, made_at, expires_at)
    VALUES (%s, 'nouveau', now(), now() + interval '1 day')
"""
NEW_OWNER = "INSERT INTO absences_homeowner (absence_id, account_id, since) VALUES (%s, %s, now())"
NEW_WATCHER = "INSERT INTO absences_watcher (role_id, weekdays, joined_at) VALUES (%s, '{0}', now())"
REVOKING = "UPDATE absences_watchconsent SET revoked_at = now()"


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A home of each of two sectors is entrusted to its chain, with a look yesterday."""

    place: Place
    watcher: Account
    owner: Account
    neighbour: Account
    consent: WatchConsent
    other: WatchConsent

    def person(self, account: Account, sector: int = 0) -> Person:
        held = Holding(role=Role.VIGILANT, sector_id=self.place.sectors[sector].pk)
        return Person(account_id=account.pk, commune=self.place.insee, holdings=(held,))


def build_watched(place: Place) -> Watched:
    today = timezone.localdate()
    days = {"first_day": today - dt.timedelta(days=20), "last_day": today + dt.timedelta(days=20)}
    Absence.objects.filter(commune=place.insee).update(**days)
    owner = build_account(place.town, Role.VIGILANT, login=f"{place.insee}-owner")
    neighbour = build_account(place.town, Role.VIGILANT, login=f"{place.insee}-neighbour")
    neighbour.grants.update(sector=place.sectors[1])
    watcher = place.accounts[Role.VIGILANT]
    for account in (watcher, neighbour):
        build_watcher(account)
    consent = build_consent(place.town.absences[0], place.sectors[0], owner, since=today - 2 * ONE_DAY)
    other = build_consent(place.town.absences[2], place.sectors[1], owner, since=today - 2 * ONE_DAY)
    for each, account in ((consent, watcher), (other, neighbour)):
        Look.objects.create(id=uuid.uuid4(), consent=each, day=today - ONE_DAY, noted_by=account)
    return Watched(place=place, watcher=watcher, owner=owner, neighbour=neighbour, consent=consent, other=other)


@pytest.fixture
def watched(place, elsewhere) -> Watched:
    build_watched(elsewhere)
    return build_watched(place)


def told(cursor: psycopg.Cursor, asked: str) -> set[object]:
    return {row[0] for row in cursor.execute(asked).fetchall()}


def test_a_watcher_is_told_of_the_homes_of_their_own_chain_and_reads_no_consent(watched):
    for account, sector, consent in ((watched.watcher, 0, watched.consent), (watched.neighbour, 1, watched.other)):
        with site(watched.person(account, sector)) as cursor:
            assert told(cursor, TO_WATCH) == {consent.pk}
            assert keys_in(cursor, "absences_watchconsent") == set()
            assert keys_in(cursor, "absences_absence") == set()


def test_a_vigilant_of_the_sector_who_does_not_watch_is_told_of_no_home(watched):
    beside = build_account(watched.place.town, Role.VIGILANT, login="26999-beside")

    with site(watched.person(beside)) as cursor:
        assert told(cursor, TO_WATCH) == set()


def test_a_watcher_who_does_not_ask_as_a_vigilant_of_the_sector_is_told_of_no_home(watched):
    """A role that has ended, or that the session does not hold, opens nothing, whatever the chain still says."""
    elsewhere = Holding(role=Role.VIGILANT, sector_id=watched.place.sectors[1].pk)
    for holdings in ((), (elsewhere,)):
        person = Person(account_id=watched.watcher.pk, commune=watched.place.insee, holdings=holdings)
        with site(person) as cursor:
            assert told(cursor, TO_WATCH) == set()


@pytest.mark.parametrize("role", Role)
def test_nobody_else_is_told_of_entrusted_homes_one_by_one(watched, role):
    Watcher.objects.filter(role__account=watched.watcher).delete()

    with site(watched.place.person(role)) as cursor:
        assert told(cursor, TO_WATCH) == set()


@pytest.mark.parametrize(
    "change",
    [
        {"consent": {"revoked_at": timezone.now}},
        {"consent": {"last_day": -1}},
        {"consent": {"first_day": 1}},
        {"home": {"last_day": -1}},
        {"home": {"first_day": 1}},
        {"home": {"returned_on": 0}},
        {"home": {"cancelled_at": timezone.now}},
        {"watcher": "left"},
        {"role": "ended"},
    ],
    ids=lambda change: " ".join(
        f"{whose} {next(iter(said))}" if isinstance(said, dict) else f"{whose} {said}"
        for whose, said in change.items()
    ),
)
def test_a_home_is_shown_no_more_once_it_is_taken_back_lived_in_or_the_watcher_has_left(watched, change):
    today = timezone.localdate()

    def settled(said):
        return {name: value() if callable(value) else today + value * ONE_DAY for name, value in said.items()}

    person = watched.person(watched.watcher)
    WatchConsent.objects.filter(pk=watched.consent.pk).update(**settled(change.get("consent", {})))
    Absence.objects.filter(pk=watched.consent.absence_id).update(**settled(change.get("home", {})))
    if "watcher" in change:
        Watcher.objects.filter(role__account=watched.watcher).delete()
    if "role" in change:
        watched.watcher.grants.update(valid=DateRange(SINCE, today))

    with site(person) as cursor:
        assert told(cursor, TO_WATCH) == set()
    with site(person) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_LOOK, [watched.consent.pk, 0, watched.watcher.pk])


def test_a_watcher_notes_in_their_own_name_what_is_entrusted_to_their_chain_within_a_week(watched):
    person, me, consent = watched.person(watched.watcher), watched.watcher.pk, watched.consent.pk
    with site(person) as cursor:
        for days_ago in (0, 2):
            assert cursor.execute(NEW_LOOK, [consent, days_ago, me]).rowcount == 1
        assert len(keys_in(cursor, "absences_look")) == 3
    for wrong in ([consent, 0, watched.owner.pk], [watched.other.pk, 0, me], [consent, -1, me], [consent, 3, me]):
        with site(person) as cursor, pytest.raises(REFUSED):
            cursor.execute(NEW_LOOK, wrong)
    WatchConsent.objects.filter(pk=consent).update(first_day=timezone.localdate() - 15 * ONE_DAY)
    with site(person) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_LOOK, [consent, 8, me])
    # What was seen on its last day is still noted on the days that follow.
    WatchConsent.objects.filter(pk=consent).update(last_day=timezone.localdate() - ONE_DAY)
    Look.objects.all().delete()
    with site(person) as cursor:
        assert told(cursor, TO_WATCH) == set()
        assert cursor.execute(NEW_LOOK, [consent, 1, me]).rowcount == 1
    with site(person) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_LOOK, [consent, 0, me])
    for command in ("UPDATE absences_look SET day = day", "DELETE FROM absences_look"):
        with site(person) as cursor, pytest.raises(REFUSED):
            cursor.execute(command)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.VIGILANT}))
def test_no_other_role_notes_a_look(watched, role):
    account = watched.place.accounts[role].pk
    with site(watched.place.person(role)) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_LOOK, [watched.consent.pk, 0, account])


def test_an_owner_sees_their_homes_and_consents_and_takes_them_back_at_once(watched):
    consents = {watched.consent.pk, watched.other.pk}
    with site(watched.person(watched.owner)) as cursor:
        assert told(cursor, OWN_HOMES) == {watched.consent.absence_id, watched.other.absence_id}
        assert keys_in(cursor, "absences_watchconsent") == consents
        assert len(keys_in(cursor, "absences_homeowner")) == 2
        assert cursor.execute(REVOKING).rowcount == 2
        assert cursor.execute("UPDATE absences_watchconsent SET revoked_at = NULL").rowcount == 0
    for forbidden in (
        "UPDATE absences_watchconsent SET revoked_at = NULL WHERE revoked_at IS NULL",
        "UPDATE absences_watchconsent SET last_day = last_day + 1",
        "DELETE FROM absences_watchconsent",
        "UPDATE absences_homeowner SET since = now()",
        "DELETE FROM absences_homeowner",
    ):
        with site(watched.person(watched.owner)) as cursor, pytest.raises(REFUSED):
            cursor.execute(forbidden)


def test_an_owner_entrusts_a_home_of_their_own_to_the_chain_of_its_sector_from_today_on(watched):
    consent, other = watched.consent, watched.other
    sector, elsewhere = consent.sector_id, other.sector_id
    person = watched.person(watched.owner)
    with site(person) as cursor:
        cursor.execute(REVOKING)
        assert cursor.execute(NEW_CONSENT, [consent.absence_id, consent.owner_id, sector, 0]).rowcount == 1
    WatchConsent.objects.update(revoked_at=timezone.now())
    strange = watched.place.town.absences[1].pk
    for wrong in (
        [consent.absence_id, consent.owner_id, elsewhere, 0],
        [consent.absence_id, other.owner_id, sector, 0],
        [strange, consent.owner_id, sector, 0],
        [consent.absence_id, consent.owner_id, sector, -1],
    ):
        with site(person) as cursor, pytest.raises(REFUSED):
            cursor.execute(NEW_CONSENT, wrong)
    with site(person) as cursor:
        assert cursor.execute(NEW_CONSENT, [other.absence_id, other.owner_id, elsewhere, 0]).rowcount == 1
    Perimeter.objects.filter(sector=elsewhere).update(valid=DateRange(SINCE, timezone.localdate()))
    with site(person) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_CONSENT, [other.absence_id, other.owner_id, elsewhere, 0])
    with site(watched.person(watched.watcher)) as cursor:
        assert cursor.execute(REVOKING).rowcount == 0
    with site(watched.person(watched.watcher)) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_CONSENT, [strange, consent.owner_id, sector, 0])


def test_a_home_that_is_to_be_erased_or_is_of_another_commune_is_nobodys(watched, elsewhere):
    HomeOwner.objects.create(absence=elsewhere.town.absences[3], account=watched.owner)
    Absence.objects.filter(pk=watched.other.absence_id).update(
        cancelled_at=timezone.now(), erasure_asked_at=timezone.now()
    )

    with site(watched.person(watched.owner)) as cursor:
        assert told(cursor, OWN_HOMES) == {watched.consent.absence_id}


@pytest.mark.parametrize("role", Role)
def test_police_know_which_homes_are_watched_and_nobody_else_of_whom(watched, role):
    place, is_police = watched.place, role in POLICE
    consents = {watched.consent.pk, watched.other.pk} if is_police else set()
    numbers = {(watched.consent.absence_id, True, 1), (watched.other.absence_id, True, 1)} if is_police else set()
    own = set(Look.objects.filter(noted_by=place.accounts[role]).values_list("pk", flat=True))

    with site(place.person(role)) as cursor:
        assert keys_in(cursor, "absences_watchconsent") == consents
        assert set(cursor.execute(WATCHED).fetchall()) == numbers
        assert keys_in(cursor, "absences_look") == own
        assert keys_in(cursor, "absences_homeowner") == set()
        assert bool(keys_in(cursor, "absences_watcher")) is (role in {Role.VIGILANT, Role.REFERENT})


@pytest.mark.parametrize("role", Role)
def test_referents_have_numbers_of_their_own_sector_and_nobody_else(watched, role):
    today = timezone.localdate()
    days = [(today - 2 * ONE_DAY, 1, 0), (today - ONE_DAY, 1, 1), (today, 1, 0)]

    with site(watched.place.person(role)) as cursor:
        assert cursor.execute(WATCH_DAYS).fetchall() == (days if role is Role.REFERENT else [])


def test_a_home_entrusted_anew_on_the_day_it_was_looked_at_has_one_look_that_day(watched):
    today, consent = timezone.localdate(), watched.consent
    Look.objects.create(id=uuid.uuid4(), consent=consent, day=today, noted_by=watched.watcher)
    WatchConsent.objects.filter(pk=consent.pk).update(revoked_at=timezone.now())
    again = WatchConsent.objects.create(
        absence=consent.absence, owner=consent.owner, sector=consent.sector, first_day=today, last_day=today
    )

    with site(watched.person(watched.watcher)) as cursor:
        asked = cursor.execute("SELECT consent, is_looked_at FROM walls.homes_to_watch()").fetchall()
    # A phone that had not heard of it sends a second one.
    Look.objects.create(id=uuid.uuid4(), consent=again, day=today, noted_by=watched.watcher)
    with site(watched.place.person(Role.REFERENT)) as cursor:
        last = cursor.execute(WATCH_DAYS).fetchall()[-1]
    with site(watched.place.person(Role.MUNICIPAL_POLICE)) as cursor:
        looks = {row[0]: row[2] for row in cursor.execute(WATCHED).fetchall()}

    assert asked == [(again.pk, True)]
    assert last == (today, 1, 1)
    assert looks[consent.absence_id] == 2


def test_referents_keep_the_rota_of_their_own_sector_and_let_nobody_in(watched):
    with site(watched.place.person(Role.REFERENT)) as cursor:
        assert cursor.execute("UPDATE absences_watcher SET weekdays = '{2}'").rowcount == 1
        assert cursor.execute("DELETE FROM absences_watcher").rowcount == 0
    role = watched.owner.grants.get().pk
    with site(watched.place.person(Role.REFERENT)) as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_WATCHER, [role])
    with site(watched.place.person(Role.REFERENT)) as cursor, pytest.raises(REFUSED):
        cursor.execute("UPDATE absences_watcher SET role_id = %s", [role])


def test_a_vigilant_joins_and_leaves_the_chain_by_themselves(watched):
    mine, others = watched.owner.grants.get().pk, watched.place.accounts[Role.REFERENT].grants.get().pk
    with site(watched.person(watched.owner)) as cursor:
        assert cursor.execute(NEW_WATCHER, [mine]).rowcount == 1
        assert told(cursor, TO_WATCH) == {watched.consent.pk}
        assert cursor.execute("DELETE FROM absences_watcher").rowcount == 1
    for role in (others, watched.neighbour.grants.get().pk):
        with site(watched.person(watched.owner)) as cursor, pytest.raises(REFUSED):
            cursor.execute(NEW_WATCHER, [role])


@pytest.mark.parametrize("role", Role)
def test_municipal_police_alone_hand_codes_out_in_their_commune(watched, elsewhere, role):
    place = watched.place
    for home in (place.town.absences[1], elsewhere.town.absences[1]):
        if role is Role.MUNICIPAL_POLICE and home.commune_id == place.insee:
            with site(place.person(role)) as cursor:
                assert cursor.execute(NEW_CODE, [home.pk]).rowcount == 1
                assert len(keys_in(cursor, "absences_homecode")) == 1
        else:
            with site(place.person(role)) as cursor, pytest.raises(REFUSED):
                cursor.execute(NEW_CODE, [home.pk])


def test_the_bearer_of_an_open_code_becomes_the_owner_of_that_home_and_no_other(watched, elsewhere):
    vigilant, home = watched.watcher, watched.place.town.absences[1]
    HomeCode.objects.create(absence=home, token_sha256="c", expires_at=timezone.now() + ONE_DAY)
    far = elsewhere.town.absences[1]
    HomeCode.objects.create(absence=far, token_sha256="e", expires_at=timezone.now() + ONE_DAY)
    person = watched.person(vigilant)
    with site(person, bearer="c") as cursor:
        assert cursor.execute(NEW_OWNER, [home.pk, vigilant.pk]).rowcount == 1
        assert cursor.execute("UPDATE absences_homecode SET used_at = now()").rowcount == 1
    for bearer, wrong in (
        ("c", [watched.place.town.absences[3].pk, vigilant.pk]),
        ("c", [home.pk, watched.owner.pk]),
        ("d", [home.pk, vigilant.pk]),
        ("e", [far.pk, vigilant.pk]),
    ):
        with site(person, bearer=bearer) as cursor, pytest.raises(REFUSED):
            cursor.execute(NEW_OWNER, wrong)
    police = watched.place.accounts[Role.MUNICIPAL_POLICE].pk
    with site(watched.place.person(Role.MUNICIPAL_POLICE), bearer="c") as cursor, pytest.raises(REFUSED):
        cursor.execute(NEW_OWNER, [home.pk, police])
    for said in ({"used_at": timezone.now()}, {"used_at": None, "expires_at": timezone.now() - ONE_DAY}):
        HomeCode.objects.filter(absence=home).update(**said)
        with site(person, bearer="c") as cursor, pytest.raises(REFUSED):
            cursor.execute(NEW_OWNER, [home.pk, vigilant.pk])


@pytest.mark.parametrize("role", Role)
def test_counts_of_looks_are_those_of_the_commune_for_its_police(watched, elsewhere, role):
    for place in (watched.place, elsewhere):
        LookCount.objects.create(
            commune=place.town.commune, sector=place.sectors[0], month=dt.date(2026, 7, 1), entrusted=9, looked=4
        )

    with site(watched.place.person(role)) as cursor:
        assert told(cursor, "SELECT commune_id FROM absences_lookcount") == (
            {watched.place.insee} if role in POLICE else set()
        )
