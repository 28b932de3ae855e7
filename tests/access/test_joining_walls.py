"""Which passages may be joined as one visit, by whom, and who may part them: asked in plain SQL."""

import datetime as dt
from dataclasses import replace

import psycopg
import pytest
from django.utils import timezone

from accounts.person import Holding
from accounts.roles import Role
from patrols.models import JoinedPassage, Passage, Stop
from patrols.services.phone.clock import REPORTS_AFTER_SHIFT
from tests.access.in_sql import keys_in, site
from tests.access.people import Place, copy_of, move_shift
from tests.access.test_passage_walls import BY, CALLED, REFUSED, by, insert, refuse
from tests.builders import at, build_passage

pytestmark = pytest.mark.django_db

AN_HOUR, FOUR_HOURS, A_MINUTE = dt.timedelta(hours=1), dt.timedelta(hours=4), dt.timedelta(minutes=1)
SIXTEEN_HOURS = dt.timedelta(hours=16)
TOLD = "SELECT stop_id, passage_id FROM walls.crew_visits_told()"
JOINED = """
    INSERT INTO patrols_joinedpassage (passage_id, counts_as_id, joined_at, is_parted, decided_at, decided_by_id)
    VALUES (%(passage)s, %(counts_as)s, {joined_at}, {is_parted}, {decided_at}, {by}) RETURNING passage_id
"""
NOW = {"joined_at": "now()", "is_parted": "false", "decided_at": "NULL", "by": "NULL"}
SIGNED = {**NOW, "decided_at": "now()", "by": "walls.person()"}
ALIKE = "SELECT walls.passages_alike(%s)"
PARTED = "UPDATE patrols_joinedpassage SET is_parted = true, decided_at = now(), decided_by_id = %s"


@pytest.fixture
def out(place) -> Place:
    """Alpha is one hour into its shift."""
    move_shift(place.town.shifts[0], starts_in=-AN_HOUR)
    return place


@pytest.fixture
def stop(out) -> Stop:
    return out.route.stops.get(order=1)


@pytest.fixture
def told(out, stop) -> Passage:
    """What Alpha has told by radio of its first stop."""
    return tell(out, stop)


def tell(place: Place, at_stop: Stop, **changes: object) -> Passage:
    row = {"absence": at_stop.absence, "stop": at_stop, "clock": "told", "done_at": at(18, 10), **changes}
    return build_passage(**{**row, "crew": place.town.crews[changes.get("crew", 0)]})


def visits(person) -> set[tuple[int, int]]:
    with site(person) as cursor:
        return set(cursor.execute(TOLD).fetchall())


def send(cursor: psycopg.Cursor, place: Place, stop: Stop) -> int:
    """Record a passage of Alpha as its phone would."""
    sent = insert(cursor, {"absence": stop.absence_id, "stop": stop.pk})
    cursor.execute(BY, by(place, sent))
    return sent


def refuse_join(place: Place, stop: Stop, told: Passage, **changes: str) -> None:
    with site(place.person(Role.CREW)) as cursor:
        pair = {"passage": told.pk, "counts_as": send(cursor, place, stop)}
        with pytest.raises(REFUSED):
            cursor.execute(JOINED.format(**{**NOW, **changes}), pair)


def test_a_crew_is_told_its_visit_by_each_of_its_stops_in_any_version(out, stop, told):
    later = copy_of(stop, route=copy_of(out.route, plan=copy_of(out.plan, number=2, version=2)))

    assert visits(out.person(Role.CREW)) == {(stop.pk, told.pk), (later.pk, told.pk)}


@pytest.mark.parametrize(
    ("starts_in", "is_told"),
    [
        (2 * AN_HOUR + A_MINUTE, False),
        (2 * AN_HOUR - A_MINUTE, True),
        (-FOUR_HOURS - REPORTS_AFTER_SHIFT + A_MINUTE, True),
        (-FOUR_HOURS - REPORTS_AFTER_SHIFT - A_MINUTE, False),
    ],
)
def test_it_is_told_from_its_window_to_a_week_after(out, told, starts_in, is_told):
    move_shift(out.town.shifts[0], starts_in=starts_in, length=FOUR_HOURS)

    assert bool(visits(out.person(Role.CREW))) is is_told


@pytest.mark.parametrize("otherwise", [{"clock": "trusted"}, {"crew": 1}, {"stop": None}])
def test_what_it_did_not_tell_of_that_stop_is_no_such_visit(out, stop, otherwise):
    tell(out, stop, **otherwise)

    assert visits(out.person(Role.CREW)) == set()


def test_no_other_visit_of_its_shift_is_told(out, stop, told):
    copy_of(stop, order=8, visit_number=2)

    assert visits(out.person(Role.CREW)) == {(stop.pk, told.pk)}


def test_what_was_joined_once_is_told_no_more_even_if_it_was_parted(out, stop, told):
    pair = JoinedPassage.objects.create(passage=told, counts_as=tell(out, stop, clock="trusted"))

    assert visits(out.person(Role.CREW)) == set()
    JoinedPassage.objects.filter(pk=pair.pk).update(is_parted=True, decided_at=at(19))
    assert visits(out.person(Role.CREW)) == set()
    pair.delete()
    JoinedPassage.objects.create(passage=tell(out, stop, clock="trusted"), counts_as=told)
    assert visits(out.person(Role.CREW)) == set()


def test_nobody_else_is_told_anything_of_it(out, elsewhere, told):
    bravo = Holding(role=Role.CREW, crew_id=out.town.crews[1].pk)
    alpha_elsewhere = replace(out.person(Role.CREW), commune=elsewhere.insee)

    others = [out.person(role) for role in set(Role) - {Role.CREW}]
    others += [replace(out.person(Role.CREW), holdings=(bravo,)), alpha_elsewhere]
    others += [out.person(Role.CREW, is_on_device=False)]

    assert [visits(person) for person in others] == [set()] * len(others)


@pytest.mark.parametrize("starts_in", [-AN_HOUR, -FOUR_HOURS - AN_HOUR])
@pytest.mark.parametrize("counts", ["sent", "told"])
def test_a_crew_joins_what_it_sends_with_what_it_told_also_after_the_shift(out, stop, told, starts_in, counts):
    move_shift(out.town.shifts[0], starts_in=starts_in, length=FOUR_HOURS)

    with site(out.person(Role.CREW)) as cursor:
        sent = send(cursor, out, stop)
        beneath, above = (told.pk, sent) if counts == "sent" else (sent, told.pk)
        joined = cursor.execute(JOINED.format(**NOW), {"passage": beneath, "counts_as": above}).fetchone()

    assert joined == (beneath,)


def test_a_crew_joins_nothing_else(out, stop, told):
    second = out.route.stops.get(order=2)

    refuse_join(out, second, told)
    refuse_join(out, stop, tell(out, stop, clock="trusted"))
    refuse_join(out, stop, told, joined_at="now() - interval '1 hour'")
    refuse_join(out, stop, told, is_parted="true", decided_at="now()")
    refuse_join(out, stop, told, decided_at="now()")
    earlier = tell(out, stop, clock="trusted")
    refuse(out.person(Role.CREW), JOINED.format(**NOW), {"passage": told.pk, "counts_as": earlier.pk})


def test_municipal_police_join_no_passage_that_nobody_made(out, stop, told):
    with site(out.person(Role.MUNICIPAL_POLICE)) as cursor:
        sent = insert(cursor, {"absence": stop.absence_id, "stop": None})
        with pytest.raises(REFUSED):
            cursor.execute(JOINED.format(**SIGNED), {"passage": told.pk, "counts_as": sent})


@pytest.mark.parametrize("counts", ["at_a_stop", "at_none"])
def test_municipal_police_join_by_hand_what_one_crew_made_at_no_stop(out, stop, told, counts):
    at_none = tell(out, stop, stop=None, done_at=at(19))
    beneath, above = (told, at_none) if counts == "at_none" else (at_none, told)

    with site(out.person(Role.MUNICIPAL_POLICE)) as cursor:
        pair = {"passage": beneath.pk, "counts_as": above.pk}
        assert cursor.execute(JOINED.format(**SIGNED), pair).fetchone() == (beneath.pk,)


@pytest.mark.parametrize(
    "changes",
    [
        {"by": "NULL"},
        {"by": "{crew}"},
        {"decided_at": "NULL"},
        {"decided_at": "now() - interval '1 hour'"},
        {"joined_at": "now() - interval '1 hour'"},
        {"is_parted": "true"},
    ],
)
def test_what_they_join_by_hand_is_signed_and_of_this_moment(out, stop, told, changes):
    said = {key: value.format(crew=out.accounts[Role.CREW].pk) for key, value in {**SIGNED, **changes}.items()}
    pair = {"passage": tell(out, stop, stop=None).pk, "counts_as": told.pk}

    refuse(out.person(Role.MUNICIPAL_POLICE), JOINED.format(**said), pair)


def test_nobody_else_joins_by_hand(out, elsewhere, stop, told):
    pair = {"passage": tell(out, stop, stop=None).pk, "counts_as": told.pk}

    for role in set(Role) - {Role.MUNICIPAL_POLICE}:
        refuse(out.person(role), JOINED.format(**SIGNED), pair)
    refuse(elsewhere.person(Role.MUNICIPAL_POLICE), JOINED.format(**SIGNED), pair)


@pytest.mark.parametrize(
    "otherwise",
    [
        {"stop": None, "crew": 1},
        {"stop": None, "done_at": at(18, 10) - SIXTEEN_HOURS - A_MINUTE},
        {"stop": None, "done_at": at(18, 10) + SIXTEEN_HOURS + A_MINUTE},
        {},
    ],
)
def test_what_is_another_visit_is_joined_by_nobody(out, stop, told, otherwise):
    other = tell(out, stop, **otherwise)
    police = out.person(Role.MUNICIPAL_POLICE)

    refuse(police, JOINED.format(**SIGNED), {"passage": other.pk, "counts_as": told.pk})
    with site(police) as cursor:
        assert cursor.execute(ALIKE, [told.pk]).fetchall() == []


def test_another_home_is_another_visit(out, stop, told):
    there = tell(out, out.route.stops.get(order=2), stop=None)

    refuse(out.person(Role.MUNICIPAL_POLICE), JOINED.format(**SIGNED), {"passage": there.pk, "counts_as": told.pk})


@pytest.mark.parametrize("side", ["passage", "counts_as"])
def test_what_was_joined_once_is_joined_by_hand_with_no_third(out, stop, told, side):
    other, third = tell(out, stop, clock="trusted"), tell(out, stop, stop=None)
    pair = {"passage": other, "counts_as": told} if side == "counts_as" else {"passage": told, "counts_as": other}
    JoinedPassage.objects.create(**pair, is_parted=True, decided_at=at(19))
    police = out.person(Role.MUNICIPAL_POLICE)

    with site(police) as cursor:
        assert cursor.execute(ALIKE, [third.pk]).fetchall() == []
    refuse(police, JOINED.format(**SIGNED), {"passage": third.pk, "counts_as": told.pk})


def test_who_passed_is_told_by_nothing_that_is_alike(out, stop, told):
    third = tell(out, stop, stop=None)

    for role in set(Role) - {Role.MUNICIPAL_POLICE, Role.CREW}:
        with site(out.person(role)) as cursor:
            assert cursor.execute(ALIKE, [third.pk]).fetchall() == [], role


def test_municipal_police_alone_part_two_and_sign_it(out, elsewhere, stop, told):
    JoinedPassage.objects.create(passage=told, counts_as=tell(out, stop, clock="trusted"))
    theirs = elsewhere.route.stops.get(order=1)
    JoinedPassage.objects.create(passage=tell(elsewhere, theirs), counts_as=tell(elsewhere, theirs))
    police = out.person(Role.MUNICIPAL_POLICE)

    with site(police) as cursor:
        assert cursor.execute(PARTED, [police.account_id]).rowcount == 1
    refuse(police, PARTED, [out.accounts[Role.CREW].pk])
    refuse(police, PARTED.replace("now()", "now() - interval '1 hour'"), [police.account_id])
    for change in ("counts_as_id = NULL", "joined_at = now()", "passage_id = counts_as_id"):
        refuse(police, f"UPDATE patrols_joinedpassage SET {change}", None)
    refuse(police, "DELETE FROM patrols_joinedpassage", None)
    for role in (Role.NATIONAL_POLICE, Role.CREW):
        with site(out.person(role)) as cursor:
            assert cursor.execute(PARTED, [out.accounts[role].pk]).rowcount == 0


def test_after_the_shift_a_crew_no_longer_reads_what_was_joined(out, stop, told):
    JoinedPassage.objects.create(passage=told, counts_as=tell(out, stop, clock="trusted"))

    with site(out.person(Role.CREW)) as cursor:
        assert keys_in(cursor, "patrols_joinedpassage") == {told.pk}
    move_shift(out.town.shifts[0], starts_in=-FOUR_HOURS - AN_HOUR)
    with site(out.person(Role.CREW)) as cursor:
        assert keys_in(cursor, "patrols_joinedpassage") == set()


def test_a_crew_is_told_what_it_told_in_a_week_and_nobody_else_is(out, elsewhere, stop, told):
    long_ago = timezone.now() - dt.timedelta(days=7, minutes=1)
    for otherwise in ({"clock": "trusted"}, {"crew": 1}, {"recorded_at": long_ago}):
        tell(out, stop, **otherwise)

    def passages(person) -> list[tuple[int]]:
        with site(person) as cursor:
            return cursor.execute("SELECT passage_id FROM walls.crew_passages_told()").fetchall()

    alpha = out.person(Role.CREW)
    others = [out.person(role) for role in set(Role) - {Role.CREW}] + [replace(alpha, commune=elsewhere.insee)]
    assert passages(alpha) == [(told.pk,)]
    assert [passages(person) for person in others] == [[]] * len(others)


@pytest.mark.parametrize("starts_in", [-AN_HOUR, -FOUR_HOURS - AN_HOUR])
def test_a_call_follows_a_passage_that_ones_crew_told_also_after_the_shift(out, stop, told, starts_in):
    move_shift(out.town.shifts[0], starts_in=starts_in, length=FOUR_HOURS)

    with site(out.person(Role.CREW)) as cursor:
        assert cursor.execute(CALLED, [told.pk]).fetchone()
    refuse(out.person(Role.CREW), CALLED, [tell(out, stop, crew=1).pk])
    refuse(out.person(Role.CREW), CALLED.replace("now(), now())", "now(), now() - interval '1 hour')"), [told.pk])
    refuse(out.person(Role.NATIONAL_POLICE), CALLED, [told.pk])
