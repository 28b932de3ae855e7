"""Reports in plain SQL: who is shown what, who writes what, and what the author's seal lets through."""

import uuid
from dataclasses import dataclass

import psycopg
import pytest
from django.utils import timezone

from accounts.models import Account
from accounts.person import Holding, Person
from accounts.roles import POLICE, Role
from accounts.walls.logins import Login
from reports.models import Answer, AuthorSeal, Relay, Report, ReportCount, ReportPlace, ReportStep, Telling
from sectors.models import Pseudonym
from tests.access.in_sql import acting, keys_in, site
from tests.access.people import Place, build_account
from tests.reports.telling import MIDDLE, build_relayed, build_report

pytestmark = pytest.mark.django_db

REFUSED = psycopg.errors.InsufficientPrivilege
MODELS = (Report, ReportStep, Telling, Relay, Answer)
SEAL = "authors.author"
TABLES = (*(model._meta.db_table for model in MODELS), "reports_reportcount", "reports_reportplace")
NEW_REPORT = """
    INSERT INTO reports_report
        (id, number, commune_id, sector_id, kind, happened_at, told_at, is_spoken, place_kind, place_name, point,
         street_name, street_point, state, relayed_at, rejection, category, is_invented)
    VALUES (%(id)s, '99999999', %(commune)s, %(sector)s, 'noise', date_trunc('hour', now()),
            date_trunc('hour', now()), %(is_spoken)s, 'spot', '', ST_SetSRID(ST_MakePoint(4.88, 44.93), 4326), '',
            ST_SetSRID(ST_MakePoint(4.88, 44.93), 4326), %(state)s, %(relayed_at)s, '', %(category)s, false)
"""
NEW_STEP = """
    INSERT INTO reports_reportstep (report_id, act, taken_at, by_role, taken_by_id)
    VALUES (%s, 'answered', now(), %s, %s)
"""
RELAYING = "UPDATE reports_report SET state = 'new', relayed_at = now()"
TAKING = "UPDATE reports_report SET state = 'in_hand', taken_at = now()"
SEALED = """
    INSERT INTO {} (id, wrapped_key, dies_in, report_id, text{})
    VALUES (gen_random_uuid(), '', '2031-W01', %s, ''{})
"""
NEW_TELLING, NEW_RELAY = SEALED.format("reports_telling", "", ""), SEALED.format("reports_relay", "", "")
NEW_ANSWER = SEALED.format("reports_answer", ", audience, written_at", ", %s, now()")
MY_REPORTS = "SELECT unnest(authors.mine())"


@dataclass(frozen=True, kw_only=True)
class Network:
    """Reports of the first two sectors of a commune: told and relayed by their vigilant, and told aloud."""

    place: Place
    second: Account
    told: Report
    relayed: Report
    spoken: Report
    of_second: Report

    @property
    def reports(self) -> set[Report]:
        return {self.told, self.relayed, self.spoken, self.of_second}

    def shown_to(self, role: Role) -> set[Report]:
        if role in POLICE:
            return {self.relayed, self.of_second}
        return {
            Role.VIGILANT: {self.told, self.relayed},
            Role.REFERENT: {self.told, self.relayed, self.spoken},
        }.get(role, set())


def build_network(place: Place) -> Network:
    second = build_account(place.town, Role.VIGILANT, login=f"{place.insee}-second")
    second.grants.update(sector=place.sectors[1])
    vigilant, by = place.accounts[Role.VIGILANT], place.accounts[Role.REFERENT]
    Pseudonym.objects.create(account=vigilant, sector=place.sectors[0], text="Merle")
    report = build_report(place.sectors[0])
    ReportCount.objects.create(
        commune=place.town.commune,
        sector=place.sectors[0],
        month="2026-07-01",
        kind="noise",
        told=2,
        relayed=1,
        answered=1,
        answer_hours=3,
    )
    ReportPlace.objects.create(
        commune=place.town.commune,
        sector=place.sectors[0],
        kind="noise",
        happened_at="2026-01-09T06:00Z",
        point=MIDDLE,
    )
    return Network(
        place=place,
        second=second,
        told=build_report(place.sectors[0], author=vigilant),
        relayed=build_relayed(place.sectors[0], author=vigilant, by=by),
        spoken=report,
        of_second=build_relayed(place.sectors[1], author=second, by=by),
    )


@pytest.fixture
def network(place, elsewhere) -> Network:
    build_network(elsewhere)
    return build_network(place)


@pytest.fixture
def person(network):
    return network.place.person


def keys_of(reports: set[Report]) -> set[object]:
    return {report.pk for report in reports}


def rows_of(model, reports: set[Report]) -> set[object]:
    return set(model.objects.filter(report__in=reports).values_list("pk", flat=True))


@pytest.mark.parametrize("role", Role)
def test_each_role_is_shown_its_reports_and_their_texts_and_no_other(network, person, role):
    shown = network.shown_to(role)
    of_police = Answer.objects.filter(report__in=shown, audience="referent").values_list("pk", flat=True)
    to_author = Answer.objects.filter(report__in=shown, audience="author").values_list("pk", flat=True)
    answers = {Role.VIGILANT: {*to_author}, Role.REFERENT: {*of_police, *to_author}}

    with site(person(role)) as cursor:
        assert keys_in(cursor, "reports_report") == keys_of(shown)
        assert keys_in(cursor, "reports_reportstep") == rows_of(ReportStep, shown)
        assert keys_in(cursor, "reports_relay") == rows_of(Relay, shown)
        assert keys_in(cursor, "reports_telling") == (set() if role in POLICE else rows_of(Telling, shown))
        assert keys_in(cursor, "reports_answer") == answers.get(role, {*of_police} if role in POLICE else set())
        counted = cursor.execute("SELECT told FROM reports_reportcount").fetchall()
        assert counted == ([(2,)] if role in POLICE else [])
        kept = cursor.execute("SELECT commune_id FROM reports_reportplace").fetchall()
        assert kept == ([(network.place.insee,)] if role in POLICE else [])


def test_who_holds_nothing_is_shown_nothing(network):
    for asked in (Person(account_id=None), Person(account_id=network.place.accounts[Role.CLSPD].pk)):
        with site(asked) as cursor:
            assert {table: keys_in(cursor, table) for table in TABLES} == {table: set() for table in TABLES}
            assert cursor.execute("SELECT authors.mine()").fetchone() == ([],)
            assert cursor.execute("SELECT * FROM authors.known_as()").fetchall() == []


@pytest.mark.parametrize("table", [*TABLES, SEAL])
def test_pages_of_figures_have_no_right_on_any_of_it(network, person, table):
    with acting(Login.AGGREGATES, person(Role.REFERENT)) as cursor, pytest.raises(REFUSED):
        cursor.execute(f"SELECT FROM {table}")


@pytest.mark.parametrize("act", ["SELECT FROM", "DELETE FROM", "UPDATE", "INSERT INTO"])
def test_the_site_reaches_no_row_of_the_seal_whoever_asks(network, person, act):
    rest = {"UPDATE": " SET account = 1", "INSERT INTO": " VALUES (gen_random_uuid(), 1)"}.get(act, "")
    for role in Role:
        with site(person(role)) as cursor, pytest.raises(REFUSED):
            cursor.execute(f"{act} {SEAL}{rest}")


@pytest.mark.parametrize("login", [Login.OWNER, Login.WORKER])
def test_the_seal_opens_to_a_declared_job_alone(network, login):
    with acting(login) as cursor:
        assert cursor.execute(f"SELECT FROM {SEAL}").fetchall() == []
    with acting(Login.WORKER, job="purge") as cursor:
        assert len(cursor.execute(f"SELECT FROM {SEAL}").fetchall()) == 6


def test_the_seal_has_no_foreign_key_no_sequence_and_no_moment(network):
    with acting(Login.WORKER, job="purge") as cursor:
        columns = cursor.execute(
            "SELECT attname, atttypid::regtype::text FROM pg_attribute WHERE attrelid = 'authors.author'::regclass"
            " AND attnum > 0 ORDER BY attnum"
        ).fetchall()
        keys = cursor.execute(
            "SELECT FROM pg_constraint WHERE contype = 'f' AND 'authors.author'::regclass IN (conrelid, confrelid)"
        ).fetchall()

    assert (columns, keys) == ([("report", "uuid"), ("account", "bigint")], [])


def tell(cursor: psycopg.Cursor, network: Network, **changed: object) -> uuid.UUID:
    place, key = network.place, uuid.uuid4()
    said = {"commune": place.insee, "sector": place.sectors[0].pk, "is_spoken": False, "state": "told"}
    cursor.execute(NEW_REPORT, {"id": key, **said, "relayed_at": None, "category": "", **changed})
    return key


@pytest.mark.parametrize("role", Role)
def test_vigilants_tell_and_referents_enter_in_their_sector_alone(network, person, elsewhere, role):
    first, second, _ = network.place.sectors
    for sector in (first, second, elsewhere.sectors[0]):
        for is_spoken in (True, False):
            said = {"sector": sector.pk, "commune": sector.commune_id, "is_spoken": is_spoken}
            with site(person(role)) as cursor:
                if sector == first and role is (Role.REFERENT if is_spoken else Role.VIGILANT):
                    tell(cursor, network, **said)
                else:
                    with pytest.raises(REFUSED):
                        tell(cursor, network, **said)


@pytest.mark.parametrize(
    "changed",
    [{"state": "new", "relayed_at": timezone.now()}, {"category": "offence"}, {"commune": "38001"}],
    ids=["relayed", "judged", "elsewhere"],
)
def test_nobody_tells_what_is_relayed_or_judged_already_or_of_another_commune(network, person, changed):
    with site(person(Role.VIGILANT)) as cursor, pytest.raises(REFUSED):
        tell(cursor, network, **changed)


def test_one_sees_ones_own_report_once_it_is_sealed(network, person):
    with site(person(Role.VIGILANT)) as cursor:
        told = tell(cursor, network)
        assert told not in keys_in(cursor, "reports_report")
        cursor.execute("SELECT authors.keep(%s)", [told])
        assert told in keys_in(cursor, "reports_report")
        with pytest.raises(psycopg.errors.UniqueViolation):
            cursor.execute("SELECT authors.keep(%s)", [told])


@pytest.mark.parametrize("role", Role)
def test_nobody_makes_themselves_the_author_of_what_was_told_otherwise(network, person, role):
    waiting = build_report(network.place.sectors[1], author=network.second)
    AuthorSeal.objects.all().delete()
    for report in (network.relayed, network.spoken, network.of_second, waiting):
        with site(person(role)) as cursor, pytest.raises(REFUSED):
            cursor.execute("SELECT authors.keep(%s)", [report.pk])


@pytest.mark.parametrize("role", Role)
def test_ones_own_reports_are_those_of_ones_account_alone(network, person, role):
    own = keys_of({network.told, network.relayed}) if role is Role.VIGILANT else set()

    with site(person(role)) as cursor:
        assert {key for (key,) in cursor.execute(MY_REPORTS).fetchall()} == own
        for report in network.reports:
            cursor.execute("SELECT authors.forget(%s)", [report.pk])
        cursor.execute("RESET ROLE; SET LOCAL ronde.job = 'test'")
        left = {key for (key,) in cursor.execute(f"SELECT report FROM {SEAL}").fetchall()}
    assert keys_of(network.reports - {network.spoken}) - left == own


@pytest.mark.parametrize("role", Role)
def test_pseudonyms_are_told_to_the_referents_of_the_sector_and_the_dpo(network, person, role):
    first = min(network.told.pk, network.relayed.pk)
    of_first = {(network.told.pk, first, "Merle"), (network.relayed.pk, first, "Merle")}
    of_second = {(network.of_second.pk, network.of_second.pk, None)}
    told = {Role.REFERENT: of_first, Role.DPO: of_first | of_second}

    with site(person(role)) as cursor:
        assert set(cursor.execute("SELECT * FROM authors.known_as()").fetchall()) == told.get(role, set())


@pytest.mark.parametrize("role", Role)
def test_a_report_is_moved_on_by_its_referents_while_it_waits_then_by_police(network, person, role):
    waiting = 2 if role is Role.REFERENT else 0
    relayed = 2 if role in POLICE else 0

    with site(person(role)) as cursor:
        assert cursor.execute(f"{RELAYING} WHERE state = 'told'").rowcount == waiting
    with site(person(role)) as cursor:
        assert cursor.execute(f"{TAKING} WHERE state = 'new'").rowcount == relayed


@pytest.mark.parametrize(
    "changed",
    [
        "state = 'closed', relayed_at = now(), ended_at = now()",
        "category = 'offence'",
        "taken_at = now()",
        "patrol_asked_at = now()",
    ],
)
def test_a_referent_does_not_speak_for_the_police(network, person, changed):
    with site(person(Role.REFERENT)) as cursor, pytest.raises(REFUSED):
        cursor.execute(f"UPDATE reports_report SET {changed} WHERE state = 'told'")


def test_what_was_told_is_never_rewritten_and_what_has_ended_never_moved(network, person):
    Report.objects.filter(pk=network.relayed.pk).update(state="closed", ended_at=timezone.now())
    for role in (Role.REFERENT, Role.MUNICIPAL_POLICE):
        for column in ("kind = 'noise'", "place_name = ''", "sector_id = 1", "told_at = now()"):
            with site(person(role)) as cursor, pytest.raises(REFUSED):
                cursor.execute(f"UPDATE reports_report SET {column}")
        with site(person(role)) as cursor:
            moved = "UPDATE reports_report SET state = 'in_hand', ended_at = NULL WHERE id = %s"
            assert cursor.execute(moved, [network.relayed.pk]).rowcount == 0
    with site(person(Role.MUNICIPAL_POLICE)) as cursor, pytest.raises(REFUSED):
        cursor.execute("UPDATE reports_report SET state = 'told', relayed_at = NULL WHERE state = 'new'")


@pytest.mark.parametrize("role", Role)
def test_one_takes_back_ones_own_report_until_it_is_relayed_and_ones_words_after(network, person, role):
    own = role is Role.VIGILANT
    with site(person(role)) as cursor:
        assert cursor.execute("DELETE FROM reports_telling").rowcount == (2 if own else 0)
        assert cursor.execute("DELETE FROM reports_reportstep").rowcount == 0
        assert cursor.execute("DELETE FROM reports_answer").rowcount == 0
        assert cursor.execute("DELETE FROM reports_relay").rowcount == 0
        assert cursor.execute("DELETE FROM reports_report").rowcount == (1 if own else 0)


def test_a_seal_goes_with_its_report(network, person):
    with site(person(Role.VIGILANT)) as cursor:
        cursor.execute("DELETE FROM reports_telling")
        cursor.execute("DELETE FROM reports_report")
        assert {key for (key,) in cursor.execute(MY_REPORTS).fetchall()} == {network.relayed.pk}


@pytest.mark.parametrize("role", Role)
def test_steps_are_noted_in_ones_own_name_and_role(network, person, role):
    account, other = network.place.accounts[role].pk, network.second.pk
    noted = network.shown_to(role) if role in {Role.REFERENT, *POLICE} else set()
    for report in network.reports:
        for by_role, by in ((role, account), (role, other), (Role.CLSPD, account)):
            with site(person(role)) as cursor:
                if report in noted and (by_role, by) == (role, account):
                    cursor.execute(NEW_STEP, [report.pk, by_role, by])
                else:
                    with pytest.raises(REFUSED):
                        cursor.execute(NEW_STEP, [report.pk, by_role, by])


def is_let_in(cursor: psycopg.Cursor, statement: str, *said: object) -> bool:
    """Whether the wall lets a row in; a constraint is asked only afterwards, and may refuse it."""
    try:
        cursor.execute(statement, said)
    except REFUSED:
        return False
    except psycopg.errors.UniqueViolation:
        return True
    return True


@pytest.mark.parametrize("role", Role)
def test_texts_are_written_by_those_whose_they_are(network, person, role):
    def written(statement: str, *said: object) -> set[Report]:
        found = set()
        for report in network.reports:
            with site(person(role)) as cursor:
                if is_let_in(cursor, statement, report.pk, *said):
                    found.add(report)
        return found

    shown = network.shown_to(role)
    is_referent, of_police = role is Role.REFERENT, shown if role in POLICE else set()
    words = {Role.VIGILANT: shown, Role.REFERENT: {network.told, network.spoken}}
    assert written(NEW_TELLING) == words.get(role, set())
    assert written(NEW_RELAY) == ({network.relayed} if is_referent else set())
    assert written(NEW_ANSWER, "author") == (shown if is_referent else set())
    assert written(NEW_ANSWER, "referent") == of_police


def test_who_is_vigilant_and_referent_sees_ones_own_and_the_sectors(network):
    vigilant, place = network.place.accounts[Role.VIGILANT], network.place
    both = Person(
        account_id=vigilant.pk,
        commune=place.insee,
        holdings=(Holding(role=Role.REFERENT, sector_id=place.sectors[1].pk),),
    )

    with site(both) as cursor:
        assert keys_in(cursor, "reports_report") == keys_of({network.told, network.relayed, network.of_second})
