"""What the site may write of passages, for whom: asked in plain SQL, within the shift and long after it."""

import datetime as dt
import uuid

import psycopg
import pytest

from accounts.roles import Role
from patrols.models import Passage, Receipt, Shift, Stop
from tests.access.in_sql import site
from tests.access.people import Place, move_shift
from tests.builders import at

pytestmark = pytest.mark.django_db

AN_HOUR, FOUR_HOURS, A_MINUTE = dt.timedelta(hours=1), dt.timedelta(hours=4), dt.timedelta(minutes=1)
A_WEEK = dt.timedelta(days=7)
DONE = """
    INSERT INTO patrols_passage (reference, content_sha256, absence_id, crew_id, stop_id, done_at, clock,
                                 recorded_at, result, anomaly, checked, wrong, presence)
    VALUES (%(reference)s, '', %(absence)s, %(crew)s, %(stop)s, now(), 'trusted', {recorded_at},
            'anomaly', '', '{{}}', '{{}}', 'not_measured')
 RETURNING id
"""
RECEIVED = """
    INSERT INTO patrols_receipt (crew_id, reference, content_sha256, outcome, reason, received_at)
    VALUES (%s, %s, '', 'recorded', '', now()) RETURNING id
"""
CALLED = """
    INSERT INTO patrols_callattempt (passage_id, reference, step, outcome, started_at, ended_at, recorded_at)
    VALUES (%s, gen_random_uuid(), 'owner', 'reached', now(), now(), now()) RETURNING id
"""
AMENDED = """
    INSERT INTO patrols_passageamendment
                (passage_id, amended_at, amended_by_id, why, former_result, former_anomaly, former_wrong)
    VALUES (%s, now(), %s, 'mistyped', 'ras', '', '{}')
"""
REFUSED = psycopg.errors.InsufficientPrivilege
POLICE = Role.MUNICIPAL_POLICE


@pytest.fixture
def out(place) -> Place:
    """Alpha is one hour into its shift."""
    move_shift(place.town.shifts[0], starts_in=-AN_HOUR)
    return place


def done(place: Place, home: int = 0, *, crew: int = 0, stop: int | None = None) -> dict[str, object]:
    """A passage by Alpha (crew 0) at one of its three homes (0 to 2)."""
    return {
        "reference": uuid.uuid4(),
        "absence": place.town.absences[home].pk,
        "crew": place.town.crews[crew].pk,
        "stop": stop,
    }


def insert(cursor: psycopg.Cursor, row: dict[str, object], *, recorded_at: str = "now()") -> int:
    return cursor.execute(DONE.format(recorded_at=recorded_at), row).fetchone()[0]


def refuse(person, sql: str, row: object) -> None:
    with site(person) as cursor, pytest.raises(REFUSED):
        cursor.execute(sql, row)


def passage_of(place: Place, home: int, *, crew: int = 0) -> Passage:
    town = place.town
    return Passage.objects.create(absence=town.absences[home], crew=town.crews[crew], done_at=at(18, 10))


@pytest.mark.parametrize("starts_in", [2 * AN_HOUR - A_MINUTE, -AN_HOUR, -FOUR_HOURS - A_WEEK + A_MINUTE])
def test_a_crew_records_a_passage_on_its_round_from_its_window_to_a_week_after(place, starts_in):
    move_shift(place.town.shifts[0], starts_in=starts_in, length=FOUR_HOURS)
    stop = place.route.stops.get(order=2)

    with site(place.person(Role.CREW)) as cursor:
        assert insert(cursor, done(place, 0))
        assert insert(cursor, done(place, 1, stop=stop.pk))


@pytest.mark.parametrize("starts_in", [2 * AN_HOUR + A_MINUTE, -FOUR_HOURS - A_WEEK - A_MINUTE])
def test_a_crew_records_nothing_before_its_window_nor_a_week_after(place, starts_in):
    move_shift(place.town.shifts[0], starts_in=starts_in, length=FOUR_HOURS)

    refuse(place.person(Role.CREW), DONE.format(recorded_at="now()"), done(place))


def test_a_crew_records_nothing_at_a_home_that_is_not_on_its_round(out):
    refuse(out.person(Role.CREW), DONE.format(recorded_at="now()"), done(out, 3))


def test_a_crew_records_nothing_in_the_name_of_another(out):
    Shift.objects.filter(crew=out.town.crews[1]).update(starts_at=out.town.shifts[0].starts_at)

    refuse(out.person(Role.CREW), DONE.format(recorded_at="now()"), done(out, 0, crew=1))


def test_a_crew_names_no_stop_of_another_home(out):
    second = out.route.stops.get(order=2)

    refuse(out.person(Role.CREW), DONE.format(recorded_at="now()"), done(out, 0, stop=second.pk))


def test_nobody_chooses_when_a_passage_was_received(out):
    earlier = DONE.format(recorded_at="now() - interval '1 hour'")

    refuse(out.person(Role.CREW), earlier, done(out))
    refuse(out.person(POLICE), earlier, done(out))


def test_a_crew_without_its_phone_records_nothing(out):
    refuse(out.person(Role.CREW, is_on_device=False), DONE.format(recorded_at="now()"), done(out))


def test_a_plan_of_another_commune_gives_a_crew_nothing_to_report(out, elsewhere):
    out.plan.commune = elsewhere.town.commune
    out.plan.number = out.plan.version = 9
    out.plan.save()

    refuse(out.person(Role.CREW), DONE.format(recorded_at="now()"), done(out))


@pytest.mark.parametrize("role", sorted(set(Role) - {POLICE, Role.CREW}))
def test_others_record_nothing(out, role):
    refuse(out.person(role), DONE.format(recorded_at="now()"), done(out))


def test_municipal_police_record_a_passage_at_any_home_of_the_commune_and_at_no_other(out, elsewhere):
    with site(out.person(POLICE)) as cursor:
        assert insert(cursor, done(out, 3, crew=1))
    theirs = {**done(elsewhere), "crew": out.town.crews[0].pk}
    refuse(out.person(POLICE), DONE.format(recorded_at="now()"), theirs)
    refuse(out.person(POLICE), DONE.format(recorded_at="now()"), {**done(out), "crew": elsewhere.town.crews[0].pk})


def test_municipal_police_alone_correct_a_passage_and_only_what_was_found(out):
    passage = passage_of(out, 3, crew=1)
    found = "UPDATE patrols_passage SET result = 'anomaly', amended_at = now() WHERE id = %s"

    with site(out.person(POLICE)) as cursor:
        assert cursor.execute(found, [passage.pk]).rowcount == 1
    for change in ("crew_id = 1", "done_at = now()", "absence_id = 1", "reference = gen_random_uuid()"):
        refuse(out.person(POLICE), f"UPDATE patrols_passage SET {change} WHERE id = %s", [passage.pk])
    refuse(out.person(POLICE), "UPDATE patrols_passage SET result = 'ras' WHERE id = %s", [passage.pk])
    on_the_round = passage_of(out, 0)
    for role in (Role.NATIONAL_POLICE, Role.CREW):
        with site(out.person(role)) as cursor:
            assert cursor.execute(found, [on_the_round.pk]).rowcount == 0


def test_a_correction_is_signed_by_whoever_makes_it(out):
    passage, police = passage_of(out, 0), out.person(POLICE)

    with site(police) as cursor:
        cursor.execute(AMENDED, [passage.pk, police.account_id])
    refuse(police, AMENDED, [passage.pk, out.accounts[Role.CREW].pk])
    for role in (Role.NATIONAL_POLICE, Role.CREW):
        refuse(out.person(role), AMENDED, [passage.pk, out.accounts[role].pk])


def test_a_receipt_is_ones_own_crews(out):
    with site(out.person(Role.CREW)) as cursor:
        assert cursor.execute(RECEIVED, [out.town.crews[0].pk, uuid.uuid4()]).fetchone()
    refuse(out.person(Role.CREW), RECEIVED, [out.town.crews[1].pk, uuid.uuid4()])
    refuse(out.person(POLICE), RECEIVED, [out.town.crews[0].pk, uuid.uuid4()])


def test_a_receipt_leads_to_a_passage_of_ones_own_crew_alone(out):
    point = "UPDATE patrols_receipt SET passage_id = %s"
    Receipt.objects.create(crew=out.town.crews[0], reference=uuid.uuid4(), content_sha256="")
    mine, theirs = passage_of(out, 0), passage_of(out, 1, crew=1)

    with site(out.person(Role.CREW)) as cursor:
        assert cursor.execute(point, [mine.pk]).rowcount == 1
    refuse(out.person(Role.CREW), point, [theirs.pk])


def test_a_call_follows_a_passage_that_one_sent_also_after_the_shift(out):
    mine, other = passage_of(out, 0), passage_of(out, 1)
    Receipt.objects.create(crew=out.town.crews[0], reference=uuid.uuid4(), content_sha256="", passage=mine)
    move_shift(out.town.shifts[0], starts_in=-FOUR_HOURS - AN_HOUR)

    with site(out.person(Role.CREW)) as cursor:
        assert cursor.execute(CALLED, [mine.pk]).fetchone()
    refuse(out.person(Role.CREW), CALLED, [other.pk])


def test_municipal_police_record_calls_and_national_police_do_not(out):
    passage = passage_of(out, 3, crew=1)

    with site(out.person(POLICE)) as cursor:
        assert cursor.execute(CALLED, [passage.pk]).fetchone()
    refuse(out.person(Role.NATIONAL_POLICE), CALLED, [passage.pk])


def test_after_the_shift_a_crew_no_longer_reads_what_it_recorded(out):
    passage_of(out, 0)
    move_shift(out.town.shifts[0], starts_in=-FOUR_HOURS - AN_HOUR)

    with site(out.person(Role.CREW)) as cursor:
        assert cursor.execute("SELECT id FROM patrols_passage").fetchall() == []


def test_what_one_may_report_on_are_the_stops_of_ones_own_crew(out):
    stops = set(Stop.objects.filter(route=out.route).values_list("pk", "absence"))

    with site(out.person(Role.CREW)) as cursor:
        told = cursor.execute("SELECT stop_id, absence_id FROM walls.crew_stops_to_report()").fetchall()
    with site(out.person(POLICE)) as cursor:
        nothing = cursor.execute("SELECT stop_id FROM walls.crew_stops_to_report()").fetchall()

    assert set(told) == stops
    assert nothing == []
