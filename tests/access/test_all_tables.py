"""The walled tables that the matrix of patrols, absences and accounts does not have: counts, and the log."""

import datetime as dt

import psycopg
import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from django.db import connection
from django.utils import timezone

from absences.counts import AbsenceCount
from accounts.models import AuditEntry, Invitation, PurgeRun
from accounts.roles import Role
from accounts.walls.logins import Login
from patrols.counts import PassageCount
from patrols.models import Calculation, Plan
from sectors.models import BulletinCount, BurglaryCount, ReviewLedger
from tests.access.in_sql import acting, site
from tests.access.people import Place
from tests.access.stage import Stage
from tests.access.test_bulletin_walls import TABLES as MESSAGES
from tests.access.test_report_walls import SEAL
from tests.access.test_report_walls import TABLES as REPORTS
from tests.access.test_wall_matrix import SHOWN
from tests.access.test_watch_walls import TABLES as WATCH
from tests.builders import DAY

pytestmark = pytest.mark.django_db

MONTH = dt.date(2026, 7, 1)
WALLED = "SELECT oid::regclass::text FROM pg_class WHERE relforcerowsecurity"
# Tables of which the site reads nothing at all: heads and cuts of the log, through functions that tell no content;
# the counts from which the review was published.
NEVER_READ = (
    "account_emailconfirmation",
    "accounts_auditstream",
    "accounts_auditcut",
    "sectors_reviewledger",
    "maps_densityledger",
)
# The owner keeps the chain whatever the job: its rows are hashes and counters.
CHAIN = ("accounts_auditstream", "accounts_auditcut")
HERE = {
    "sectors_bulletincount": "commune_id",
    "sectors_burglarycount": "commune_id",
    "absences_absencecount": "commune_id",
    "patrols_passagecount": "commune_id",
    "patrols_calculation": "commune_id",
    "accounts_servicetoken": "commune_id",
    "accounts_auditentry": "commune",
}
READERS = {
    "sectors_bulletincount": {Role.MUNICIPAL_POLICE, Role.NATIONAL_POLICE},
    "sectors_burglarycount": {Role.MUNICIPAL_POLICE},
    "absences_absencecount": {Role.MUNICIPAL_POLICE, Role.NATIONAL_POLICE},
    "patrols_passagecount": {Role.MUNICIPAL_POLICE, Role.NATIONAL_POLICE},
    "patrols_calculation": {Role.MUNICIPAL_POLICE, Role.NATIONAL_POLICE},
    "accounts_servicetoken": {Role.ADMINISTRATOR},
    "accounts_auditentry": {Role.DPO},
}


@pytest.fixture
def stage(stage) -> Stage:
    for place in stage.places:
        _fill(place)
    _cut_the_log()
    return stage


def _fill(place: Place) -> None:
    commune = place.town.commune
    AbsenceCount.objects.create(commune=commune, month=MONTH, begun=11, nights=70, passages_owed=20)
    PassageCount.objects.create(commune=commune, month=MONTH, hour=9, result="ras", passages=20)
    BulletinCount.objects.create(commune=commune, sector=place.sectors[0], month=MONTH, sent=3, read=2, relayed=1)
    BurglaryCount.objects.create(commune=commune, place="outside", month=MONTH, burglaries=3, watched=1)
    Calculation.objects.create(commune=commune, day=DAY, seconds=2.0, seed=7, asked_at=timezone.now())
    ReviewLedger.objects.create(commune=commune, text="{}")
    PurgeRun.objects.create(asked_by=place.accounts[Role.DPO])
    address = EmailAddress.objects.create(user=place.accounts[Role.DPO], email=f"zq-{place.insee}@example.org")
    EmailConfirmation.objects.create(email_address=address, created=timezone.now(), key=f"zq{place.insee}")


def _cut_the_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO accounts_auditcut (before, heads, signature) VALUES ('2025-01-01', '{}', '')")


def ask(cursor: psycopg.Cursor, sql: str) -> set[object]:
    return {row[0] for row in cursor.execute(sql).fetchall()}


def test_no_walled_table_is_left_out():
    with connection.cursor() as cursor:
        cursor.execute(WALLED)
        walled = {name for (name,) in cursor.fetchall()}

    assert walled == {
        *SHOWN,
        *HERE,
        *NEVER_READ,
        "maps_densityfigure",
        *MESSAGES,
        *REPORTS,
        *WATCH,
        SEAL,
        "accounts_purgerun",
        "account_emailaddress",
    }


@pytest.mark.parametrize("role", Role)
def test_counts_and_the_log_are_those_of_the_commune_for_their_readers(stage, role):
    with site(stage.here.person(role)) as cursor:
        shown = {table: ask(cursor, f"SELECT {column} FROM {table}") - {""} for table, column in HERE.items()}

    # In the log everybody has their own acts, which were done in the commune.
    own = {"accounts_auditentry": {stage.here.insee}}
    expected = {
        table: {stage.here.insee} if role in readers else own.get(table, set())
        for table, readers in READERS.items()
    }
    assert shown == expected


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.DPO}))
def test_in_the_log_one_has_ones_own_acts(stage, role):
    person = stage.here.person(role)

    with site(person) as cursor:
        assert ask(cursor, "SELECT stream FROM accounts_auditentry") == {f"account:{person.account_id}"}


def test_the_dpo_has_the_acts_of_the_commune(stage):
    with site(stage.here.person(Role.DPO)) as cursor:
        shown = ask(cursor, "SELECT hash FROM accounts_auditentry")

    # What a job did, or a visitor, was done in no commune.
    here = AuditEntry.objects.filter(commune__in=["", stage.here.insee])
    assert {bytes(digest) for digest in shown} == {bytes(entry.hash) for entry in here}
    assert len(shown) < AuditEntry.objects.count()


@pytest.mark.parametrize("role", Role)
def test_ends_of_retention_are_shown_to_keepers_and_addresses_to_their_owner(stage, role):
    with site(stage.here.person(role)) as cursor:
        runs = len(ask(cursor, "SELECT id FROM accounts_purgerun"))
        addresses = ask(cursor, "SELECT email FROM account_emailaddress")

    assert runs == (2 if role in {Role.ADMINISTRATOR, Role.DPO} else 0)
    assert addresses == ({"zq-26999@example.org"} if role is Role.DPO else set())


def test_a_keeper_asks_for_an_end_of_retention_in_their_own_name_and_has_it_wait(stage):
    dpo, other = stage.here.person(Role.DPO), stage.here.accounts[Role.CREW].pk
    row = """
        INSERT INTO accounts_purgerun
            (asked_by_id, is_rehearsal, asked_at, begun_at, tables, weeks_destroyed, weeks_held_back, problem)
        VALUES (%s, false, now(), %s, '[]', 0, 0, '')
    """
    with site(dpo) as cursor:
        cursor.execute(row, [dpo.account_id, None])
    for asked_by, begun_at in ((other, None), (dpo.account_id, timezone.now())):
        with site(dpo) as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
            cursor.execute(row, [asked_by, begun_at])
    with site(stage.here.person(Role.CREW)) as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
        cursor.execute(row, [stage.here.accounts[Role.CREW].pk, None])


@pytest.mark.parametrize("table", NEVER_READ)
def test_the_site_reads_nothing_of_what_only_jobs_need(stage, table):
    with site(stage.here.person(Role.DPO)) as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
        cursor.execute(f"SELECT FROM {table}")


@pytest.mark.parametrize("login", [Login.OWNER, Login.WORKER])
def test_without_a_declared_job_no_login_reads_anything(stage, login):
    tables = sorted({*HERE, *NEVER_READ, *MESSAGES, "accounts_purgerun", "account_emailaddress", *SHOWN})
    kept = CHAIN if login is Login.OWNER else ()

    with acting(login) as cursor:
        shown = [table for table in tables if cursor.execute(f"SELECT FROM {table} LIMIT 1").fetchall()]

    assert [table for table in shown if table not in kept] == []


def test_with_a_declared_job_the_worker_reads_all_of_it(stage):
    tables = {
        *HERE,
        *MESSAGES,
        "accounts_purgerun",
        "account_emailaddress",
        "account_emailconfirmation",
        "accounts_auditstream",
    }

    with acting(Login.WORKER, job="command:test") as cursor:
        empty = [
            table for table in sorted(tables) if not cursor.execute(f"SELECT FROM {table} LIMIT 1").fetchall()
        ]

    assert empty == []


def test_a_round_on_a_plan_of_another_commune_is_not_shown_even_to_its_crew(stage):
    Plan.objects.filter(pk=stage.here.plan.pk).update(commune=stage.there.town.commune, number=9, version=9)

    with site(stage.here.person(Role.CREW)) as cursor:
        assert (
            ask(cursor, "SELECT id FROM patrols_route") == ask(cursor, "SELECT id FROM absences_absence") == set()
        )


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR, Role.DPO}))
def test_who_does_not_keep_the_log_learns_nothing_by_its_functions(stage, role):
    with site(stage.here.person(role)) as cursor:
        links = ask(cursor, "SELECT stream FROM walls.audit_links()")
        cuts = ask(cursor, "SELECT before FROM walls.audit_cuts()")
        masked = ask(cursor, "SELECT action FROM walls.audit_masked('2020-01-01', '2100-01-01')")

    assert links == cuts == masked == set()


def test_the_masked_list_is_that_of_the_commune(stage):
    with site(stage.here.person(Role.ADMINISTRATOR)) as cursor:
        rows = cursor.execute("SELECT initials FROM walls.audit_masked('2020-01-01', '2100-01-01')").fetchall()

    assert {initials[0] for (initials,) in rows if initials[0].isdigit()} == {"2"}


def test_the_second_factor_of_an_account_elsewhere_is_not_told(stage):
    asked = "SELECT kind FROM walls.second_factors(%s)"
    with site(stage.here.person(Role.DPO)) as cursor:
        own = cursor.execute(asked, [stage.here.accounts[Role.DPO].pk]).fetchall()
        there = cursor.execute(asked, [stage.there.accounts[Role.DPO].pk]).fetchall()
    with site(stage.here.person(Role.VIGILANT)) as cursor:
        mine = cursor.execute(asked, [stage.here.accounts[Role.VIGILANT].pk]).fetchall()

    assert (own, there, mine) == ([("totp",)], [], [("totp",)])


def test_the_site_cannot_call_itself_a_job_in_the_log(stage):
    person = stage.here.person(Role.CREW)
    with site(person, job="command:forged") as cursor:
        assert ask(cursor, "SELECT walls.audit_stream()") == {f"account:{person.account_id}"}


# Without a condition that reads a row, only the wall for changes stands: the one for reading is not asked.
@pytest.mark.parametrize("role", [Role.VIGILANT, Role.REFERENT, Role.NATIONAL_POLICE, Role.CREW, Role.CLSPD])
@pytest.mark.parametrize("table", ["accounts_device", "accounts_invitation"])
def test_a_blind_change_touches_no_row_of_others(stage, role, table):
    Invitation.objects.create(account=stage.mate, token_sha256="i" * 64, expires_at=timezone.now())

    with site(stage.here.person(role)) as cursor:
        cursor.execute(f"UPDATE {table} SET revoked_at = now()")
        assert cursor.rowcount == 0
