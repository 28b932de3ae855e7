"""What the site may write of passages, for whom: asked in plain SQL, within the shift and long after it."""

import datetime as dt
import uuid
from dataclasses import replace

import psycopg
import pytest
from django.utils import timezone

from accounts.models import Device
from accounts.person import Holding
from accounts.roles import Role
from patrols.models import Passage, Receipt, RefusedEntry, Shift, Stop
from patrols.services.phone.clock import REPORTS_AFTER_SHIFT
from tests.access.in_sql import site
from tests.access.people import Place, move_shift
from tests.builders import at, build_household, build_passage

pytestmark = pytest.mark.django_db

AN_HOUR, FOUR_HOURS, A_MINUTE = dt.timedelta(hours=1), dt.timedelta(hours=4), dt.timedelta(minutes=1)
DONE = """
    INSERT INTO patrols_passage (absence_id, stop_id, done_at, clock, recorded_at, result, anomaly, checked, wrong,
                                 presence)
    VALUES (%(absence)s, %(stop)s, now(), 'trusted', {recorded_at}, 'anomaly', '', '{{}}', '{{}}', 'not_measured')
 RETURNING id
"""
BY = """
    INSERT INTO patrols_passageorigin (passage_id, crew_id, device_id, reference, content_sha256)
    VALUES (%(passage)s, %(crew)s, %(device)s, gen_random_uuid(), '') RETURNING passage_id
"""
NOTED = """
    INSERT INTO patrols_passagenote (id, wrapped_key, dies_in, text, passage_id)
    VALUES (gen_random_uuid(), '', '2026-W33', '', %s) RETURNING id
"""
RECEIVED = """
    INSERT INTO patrols_receipt (crew_id, reference, content_sha256, outcome, reason, received_at)
    VALUES (%s, %s, '', 'recorded', '', now()) RETURNING id
"""
KEPT_ASIDE = """
    INSERT INTO patrols_refusedentry (id, wrapped_key, dies_in, reason, received_at, content, settlement, crew_id)
    VALUES (gen_random_uuid(), '', '2026-W33', 'unreadable', now(), '', '', %s)
"""
SETTLED = """
    UPDATE patrols_refusedentry SET settlement = 'already_there', settled_at = now(), settled_by_id = %s
     WHERE id = %s
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
MISSED = """
    INSERT INTO patrols_missedstop (shift_id, absence_id, planned_at, why, told_at, told_by_id)
    SELECT route.shift_id, stop.absence_id, stop.starts_at, 'no_time', %(told_at)s, %(by)s
      FROM patrols_stop stop JOIN patrols_route route ON route.id = stop.route_id WHERE stop.id = %(stop)s
"""
REFUSED = psycopg.errors.InsufficientPrivilege
POLICE = Role.MUNICIPAL_POLICE


@pytest.fixture
def out(place) -> Place:
    """Alpha is one hour into its shift."""
    move_shift(place.town.shifts[0], starts_in=-AN_HOUR)
    return place


def done(place: Place, home: int = 0, *, stop: int | None = None) -> dict[str, object]:
    """A passage at one of Alpha's three homes (0 to 2), or at the fourth."""
    return {"absence": place.town.absences[home].pk, "stop": stop}


def by(place: Place, passage: int, *, crew: int = 0, device: int | None = None) -> dict[str, object]:
    """The origin of a passage: Alpha (crew 0), unless another is said."""
    return {"passage": passage, "crew": place.town.crews[crew].pk, "device": device}


def insert(cursor: psycopg.Cursor, row: dict[str, object]) -> int:
    return cursor.execute(DONE.format(recorded_at="now()"), row).fetchone()[0]


def keep_aside(place: Place) -> uuid.UUID:
    entry = RefusedEntry(crew=place.town.crews[0], reason=RefusedEntry.Reason.UNREADABLE, content="")
    entry.keep_until(timezone.localdate())
    entry.save()
    return entry.pk


def refuse_origin(person, row: dict[str, object], place: Place, **origin: int) -> None:
    with site(person) as cursor:
        passage = insert(cursor, row)
        with pytest.raises(REFUSED):
            cursor.execute(BY, by(place, passage, **origin))


def refuse(person, sql: str, row: object) -> None:
    with site(person) as cursor, pytest.raises(REFUSED):
        cursor.execute(sql, row)


def passage_of(place: Place, home: int, *, crew: int = 0) -> Passage:
    town = place.town
    return build_passage(absence=town.absences[home], crew=town.crews[crew], done_at=at(18, 10))


@pytest.mark.parametrize(
    "starts_in", [2 * AN_HOUR - A_MINUTE, -AN_HOUR, -FOUR_HOURS - REPORTS_AFTER_SHIFT + A_MINUTE]
)
def test_a_crew_records_a_passage_on_its_round_from_its_window_to_a_week_after(place, starts_in):
    move_shift(place.town.shifts[0], starts_in=starts_in, length=FOUR_HOURS)
    stop = place.route.stops.get(order=2)

    with site(place.person(Role.CREW)) as cursor:
        for row in (done(place, 0), done(place, 1, stop=stop.pk)):
            assert cursor.execute(BY, by(place, insert(cursor, row))).fetchone()


@pytest.mark.parametrize("starts_in", [2 * AN_HOUR + A_MINUTE, -FOUR_HOURS - REPORTS_AFTER_SHIFT - A_MINUTE])
def test_a_crew_records_nothing_before_its_window_nor_a_week_after(place, starts_in):
    move_shift(place.town.shifts[0], starts_in=starts_in, length=FOUR_HOURS)

    refuse(place.person(Role.CREW), DONE.format(recorded_at="now()"), done(place))


def test_a_crew_records_nothing_at_a_home_that_is_not_on_its_round(out):
    refuse(out.person(Role.CREW), DONE.format(recorded_at="now()"), done(out, 3))


def test_a_crew_records_nothing_in_the_name_of_another(out):
    Shift.objects.filter(crew=out.town.crews[1]).update(starts_at=out.town.shifts[0].starts_at)

    refuse_origin(out.person(Role.CREW), done(out), out, crew=1)


def test_whoever_is_in_two_crews_says_which_of_them_was_to_pass(out):
    alpha = out.person(Role.CREW)
    bravo = Holding(role=Role.CREW, crew_id=out.town.crews[1].pk)
    both = replace(alpha, holdings=(*alpha.holdings, bravo))

    refuse_origin(both, done(out), out, crew=1)
    with site(both) as cursor:
        assert cursor.execute(BY, by(out, insert(cursor, done(out)))).fetchone()


@pytest.mark.parametrize("role", [Role.CREW, POLICE])
def test_a_passage_comes_from_ones_own_phone_or_from_none(out, role):
    mine, theirs = (
        Device.objects.create(account=out.accounts[of], commune=out.town.commune, label="T", token_sha256=of)
        for of in (role, Role.NATIONAL_POLICE)
    )

    refuse_origin(out.person(role), done(out), out, device=theirs.pk)
    with site(out.person(role)) as cursor:
        assert cursor.execute(BY, by(out, insert(cursor, done(out)), device=mine.pk)).fetchone()


def test_nobody_says_later_who_did_a_passage(out):
    passage = passage_of(out, 0)

    for role in (Role.CREW, POLICE):
        refuse(out.person(role), BY, by(out, passage.pk))
        refuse(out.person(role), "UPDATE patrols_passageorigin SET crew_id = crew_id", None)
        refuse(out.person(role), "DELETE FROM patrols_passageorigin", None)


def test_national_police_and_other_crews_never_learn_who_passed(out):
    passage_of(out, 0, crew=1)
    told = "SELECT passage.id, origin.crew_id FROM patrols_passage passage LEFT JOIN patrols_passageorigin origin"

    for role in (Role.NATIONAL_POLICE, Role.CREW):
        with site(out.person(role)) as cursor:
            assert [
                crew for _, crew in cursor.execute(f"{told} ON origin.passage_id = passage.id").fetchall()
            ] == [None]


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
        assert cursor.execute(BY, by(out, insert(cursor, done(out, 3)), crew=1)).fetchone()
    refuse(out.person(POLICE), DONE.format(recorded_at="now()"), done(elsewhere))
    with site(out.person(POLICE)) as cursor:
        passage = insert(cursor, done(out))
        with pytest.raises(REFUSED):
            cursor.execute(BY, by(elsewhere, passage))


def test_municipal_police_alone_correct_a_passage_and_only_what_was_found(out):
    passage = passage_of(out, 3, crew=1)
    found = "UPDATE patrols_passage SET result = 'anomaly', amended_at = now() WHERE id = %s"

    with site(out.person(POLICE)) as cursor:
        assert cursor.execute(found, [passage.pk]).rowcount == 1
    for change in ("recorded_at = now()", "done_at = now()", "absence_id = 1", "stop_id = NULL"):
        refuse(out.person(POLICE), f"UPDATE patrols_passage SET {change} WHERE id = %s", [passage.pk])
    refuse(out.person(POLICE), "UPDATE patrols_passage SET result = 'ras' WHERE id = %s", [passage.pk])
    on_the_round = passage_of(out, 0)
    for role in (Role.NATIONAL_POLICE, Role.CREW):
        with site(out.person(role)) as cursor:
            assert cursor.execute(found, [on_the_round.pk]).rowcount == 0


def test_a_note_is_left_with_the_passage_and_never_added_to_one_that_stands(out):
    with site(out.person(Role.CREW)) as cursor:
        passage = insert(cursor, done(out))
        cursor.execute(BY, by(out, passage))
        assert cursor.execute(NOTED, [passage]).fetchone()
    passage = passage_of(out, 0)
    for role in (Role.CREW, POLICE):
        refuse(out.person(role), NOTED, [passage.pk])


def test_a_correction_is_signed_by_whoever_makes_it(out):
    passage, police = passage_of(out, 0), out.person(POLICE)

    with site(police) as cursor:
        cursor.execute(AMENDED, [passage.pk, police.account_id])
    refuse(police, AMENDED, [passage.pk, out.accounts[Role.CREW].pk])
    for role in (Role.NATIONAL_POLICE, Role.CREW):
        refuse(out.person(role), AMENDED, [passage.pk, out.accounts[role].pk])


def test_municipal_police_say_that_a_stop_taken_for_made_was_missed_signed_and_for_good(out, elsewhere):
    police, stop = out.person(POLICE), out.route.stops.get(order=1)
    Stop.objects.filter(order=1).update(is_done=True)

    def said(of: Stop = stop, by: Role = POLICE, **otherwise: object) -> dict[str, object]:
        return {"stop": of.pk, "by": out.accounts[by].pk, "told_at": "now", **otherwise}

    with site(police) as cursor:
        assert cursor.execute(MISSED, said()).rowcount == 1
    refuse(police, MISSED, said(by=Role.CREW))
    refuse(police, MISSED, said(told_at="2026-08-12T18:30Z"))
    refuse(police, MISSED, said(out.route.stops.get(order=2)))
    for role in (Role.NATIONAL_POLICE, Role.CREW):
        refuse(out.person(role), MISSED, said(by=role))
    theirs = elsewhere.route.stops.get(order=1)
    values = "SELECT %s, %s, %s, 'no_time', now(), %s"
    there = MISSED.partition("SELECT")[0] + values
    row = [theirs.route.shift_id, theirs.absence_id, theirs.starts_at, out.accounts[POLICE].pk]
    refuse(police, there, row)
    for change in ("UPDATE patrols_missedstop SET why = 'forgotten'", "DELETE FROM patrols_missedstop"):
        refuse(police, change, None)


def test_a_receipt_is_ones_own_crews(out):
    with site(out.person(Role.CREW)) as cursor:
        assert cursor.execute(RECEIVED, [out.town.crews[0].pk, uuid.uuid4()]).fetchone()
    refuse(out.person(Role.CREW), RECEIVED, [out.town.crews[1].pk, uuid.uuid4()])
    refuse(out.person(POLICE), RECEIVED, [out.town.crews[0].pk, uuid.uuid4()])


def test_what_is_kept_aside_is_ones_own_crews_and_is_not_read_again(out):
    with site(out.person(Role.CREW)) as cursor:
        assert cursor.execute(KEPT_ASIDE, [out.town.crews[0].pk]).rowcount == 1
        assert cursor.execute("SELECT id FROM patrols_refusedentry").fetchall() == []
    refuse(out.person(Role.CREW), KEPT_ASIDE, [out.town.crews[1].pk])
    refuse(out.person(POLICE), KEPT_ASIDE, [out.town.crews[0].pk])


def test_a_crew_sends_nothing_that_is_settled_already(out):
    settled = KEPT_ASIDE.replace("settlement, crew_id", "settlement, settled_at, crew_id")
    settled = settled.replace("'', %s)", "'recorded', now(), %s)")

    refuse(out.person(Role.CREW), settled, [out.town.crews[0].pk])


def test_municipal_police_say_once_and_sign_what_became_of_what_was_kept_aside(out, elsewhere):
    mine, theirs = (keep_aside(place) for place in (out, elsewhere))
    police = out.person(POLICE)

    with site(police) as cursor:
        assert cursor.execute(SETTLED, [police.account_id, mine]).rowcount == 1
        assert cursor.execute(SETTLED, [police.account_id, mine]).rowcount == 0
        assert cursor.execute(SETTLED, [police.account_id, theirs]).rowcount == 0
    refuse(police, SETTLED, [out.accounts[Role.CREW].pk, mine])
    refuse(police, SETTLED.replace("now()", "now() - interval '1 hour'"), [police.account_id, mine])
    for change in ("content = ''", "reason = 'changed'", "received_at = now()"):
        refuse(police, f"UPDATE patrols_refusedentry SET {change} WHERE id = %s", [mine])
    for role in (Role.NATIONAL_POLICE, Role.CREW):
        with site(out.person(role)) as cursor:
            assert cursor.execute(SETTLED, [out.accounts[role].pk, mine]).rowcount == 0


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


def test_an_anomaly_opens_whom_to_call_to_the_crew_that_found_it_alone(out):
    home = out.town.absences[1]
    build_household(home)
    contacts = "SELECT absence_id FROM absences_householdcontacts"
    found = {"absence": home, "done_at": timezone.now(), "result": Passage.Result.ANOMALY}

    build_passage(crew=out.town.crews[1], **found)
    build_passage(crew=out.town.crews[0], **{**found, "result": Passage.Result.NOTHING_TO_REPORT})
    with site(out.person(Role.CREW)) as cursor:
        assert cursor.execute(contacts).fetchall() == []
    build_passage(crew=out.town.crews[0], **found)
    with site(out.person(Role.CREW)) as cursor:
        assert cursor.execute(contacts).fetchall() == [(home.pk,)]


def test_what_one_may_report_on_are_the_stops_of_ones_own_crew(out):
    stops = set(Stop.objects.filter(route=out.route).values_list("pk", "absence"))

    with site(out.person(Role.CREW)) as cursor:
        told = cursor.execute("SELECT stop_id, absence_id FROM walls.crew_stops_to_report()").fetchall()
    with site(out.person(POLICE)) as cursor:
        nothing = cursor.execute("SELECT stop_id FROM walls.crew_stops_to_report()").fetchall()

    assert set(told) == stops
    assert nothing == []
