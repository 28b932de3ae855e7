"""Who may write what of a proposal, in plain SQL: by role, sector and state, and one drawing after the other."""

import datetime as dt

import psycopg
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.roles import Role
from sectors.models import Perimeter, Proposal
from tests.access.in_sql import site
from tests.access.people import Place
from tests.builders import EAST, NORTH, SOUTH, rectangle
from tests.sectors.proposing import LATER, NOW, TODAY, TOMORROW, build_proposal, mark_checked, to_the_north

pytestmark = pytest.mark.django_db

REFERENT, MUNICIPAL = Role.REFERENT, Role.MUNICIPAL_POLICE
OTHERS = sorted(set(Role) - {REFERENT, MUNICIPAL})
AREA = rectangle(4.895, SOUTH, EAST, NORTH).ewkt
BEGIN = "INSERT INTO sectors_proposal (commune_id, sector_ids, state, revision) VALUES (%s, %s, %s, %s)"
SAVE = """
    INSERT INTO sectors_proposalrevision (proposal_id, number, saved_at, saved_by_id, by_role)
    VALUES (%s, %s, now(), %s, %s) RETURNING id
"""
DRAW = "INSERT INTO sectors_proposedarea (revision_id, sector_id, name, area) VALUES (%s, %s, '', %s)"
STEP = """
    INSERT INTO sectors_proposalstep (proposal_id, kind, revision, taken_at, taken_by_id, by_role, comment)
    VALUES (%s, %s, %s, now(), %s, %s, 'Pour essai.')
"""
TABLES = ("sectors_proposal", "sectors_proposalrevision", "sectors_proposedarea", "sectors_proposalstep")


def lets(place: Place, role: Role, statement: str, *values: object) -> bool:
    """Whether the walls let a role write so; a constraint, asked afterwards, may still refuse."""
    with site(place.person(role)) as cursor:
        try:
            return cursor.execute(statement, values).rowcount > 0
        except psycopg.errors.InsufficientPrivilege:
            return False
        except psycopg.errors.IntegrityError:
            return True


def who_lets(place: Place, statement: str, *values: object) -> set[Role]:
    return {role for role in Role if lets(place, role, statement, *values)}


@pytest.fixture
def draft(place) -> Proposal:
    """A draft of the référent's sector."""
    return build_proposal(place.sectors[0], place.accounts[REFERENT], REFERENT)


@pytest.fixture
def neighbours(place) -> Proposal:
    return build_proposal(place.sectors[1], place.accounts[MUNICIPAL], MUNICIPAL)


def ended(proposal: Proposal) -> Proposal:
    Proposal.objects.filter(pk=proposal.pk).update(state="refused", ended_at=NOW)
    return proposal


def test_a_referent_begins_what_changes_their_sector_alone_and_police_any_of_the_commune(place, elsewhere):
    mine, neighbours, there = place.sectors[0].pk, place.sectors[1].pk, elsewhere.sectors[0].pk

    assert who_lets(place, BEGIN, place.insee, [mine], "draft", 0) == {REFERENT, MUNICIPAL}
    for keys in ([mine, neighbours], [neighbours], [there], []):
        assert who_lets(place, BEGIN, place.insee, keys, "draft", 0) == {MUNICIPAL}
    assert who_lets(place, BEGIN, elsewhere.insee, [mine], "draft", 0) == set()
    assert who_lets(place, BEGIN, place.insee, [mine], "checked", 0) == set()
    assert who_lets(place, BEGIN, place.insee, [mine], "draft", 1) == set()


def test_who_writes_a_proposal_changes_it_while_it_is_in_work(place, elsewhere, draft, neighbours):
    build_proposal(elsewhere.sectors[0], elsewhere.accounts[MUNICIPAL], MUNICIPAL)
    ended(build_proposal(place.sectors[2], place.accounts[MUNICIPAL], MUNICIPAL))
    changed = {}
    for role in Role:
        with site(place.person(role)) as cursor:
            changed[role] = cursor.execute("UPDATE sectors_proposal SET revision = 9").rowcount

    assert changed == {**dict.fromkeys(OTHERS, 0), REFERENT: 1, MUNICIPAL: 2}


@pytest.mark.parametrize(
    ("state", "writers"),
    [
        ("draft", {REFERENT, MUNICIPAL}),
        ("proposed", {REFERENT, MUNICIPAL}),
        ("withdrawn", {REFERENT, MUNICIPAL}),
        ("checked", {MUNICIPAL}),
        ("refused", {MUNICIPAL}),
        ("approved", {MUNICIPAL}),
    ],
)
def test_a_referent_decides_on_nothing(place, draft, state, writers):
    assert who_lets(place, "UPDATE sectors_proposal SET state = %s", state) == writers


def test_what_police_have_checked_is_theirs(place, draft):
    Proposal.objects.update(state="checked")

    assert who_lets(place, "UPDATE sectors_proposal SET state = 'withdrawn', ended_at = now()") == {MUNICIPAL}


def test_a_referent_takes_no_neighbour_into_a_proposal_and_nobody_moves_it(place, draft):
    keys = [place.sectors[0].pk, place.sectors[1].pk]

    assert who_lets(place, "UPDATE sectors_proposal SET sector_ids = %s", keys) == {MUNICIPAL}
    assert who_lets(place, "UPDATE sectors_proposal SET commune_id = '38001'") == set()


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_taken_away(place, draft, table):
    assert who_lets(place, f"DELETE FROM {table}") == set()


@pytest.mark.parametrize("table", TABLES[1:])
def test_what_was_saved_or_said_is_not_changed(place, draft, table):
    assert who_lets(place, f"UPDATE {table} SET id = id") == set()


def saves(place: Place, proposal: Proposal, *, number: int = 2) -> set[Role]:
    return {
        role for role in Role if lets(place, role, SAVE, proposal.pk, number, place.accounts[role].pk, role.value)
    }


def test_the_next_drawing_of_a_draft_is_saved_by_its_writers(place, elsewhere, draft, neighbours):
    there = build_proposal(elsewhere.sectors[0], elsewhere.accounts[MUNICIPAL], MUNICIPAL)

    assert saves(place, draft) == {REFERENT, MUNICIPAL}
    assert saves(place, neighbours) == {MUNICIPAL}
    assert saves(place, there) == set()
    assert saves(place, draft, number=1) == set()
    assert saves(place, draft, number=3) == set()


def test_a_drawing_is_saved_in_ones_own_name_and_role_while_it_is_a_draft(place, draft):
    mine, theirs = place.accounts[REFERENT].pk, place.accounts[MUNICIPAL].pk

    assert not lets(place, REFERENT, SAVE, draft.pk, 2, theirs, "referent")
    assert not lets(place, REFERENT, SAVE, draft.pk, 2, mine, "municipal_police")
    Proposal.objects.update(state="proposed")
    assert saves(place, draft) == set()


def test_areas_go_into_the_drawing_that_is_being_saved_and_into_no_other(place, draft, neighbours):
    saved = draft.revisions.get().pk
    others = neighbours.revisions.create(
        number=2, saved_at=NOW, saved_by=place.accounts[MUNICIPAL], by_role=MUNICIPAL
    )
    next_one = draft.revisions.create(number=2, saved_at=NOW, saved_by=place.accounts[REFERENT], by_role=REFERENT)
    first, second = place.sectors[0].pk, place.sectors[1].pk

    assert who_lets(place, DRAW, next_one.pk, first, AREA) == {REFERENT, MUNICIPAL}
    assert who_lets(place, DRAW, next_one.pk, second, AREA) == set()
    assert who_lets(place, DRAW, others.pk, second, AREA) == {MUNICIPAL}
    assert who_lets(place, DRAW, saved, first, AREA) == set()
    Proposal.objects.update(state="proposed")
    assert who_lets(place, DRAW, next_one.pk, first, AREA) == set()


def steps(place: Place, proposal: Proposal, kind: str, *, revision: int = 1) -> set[Role]:
    return {
        role
        for role in Role
        if lets(place, role, STEP, proposal.pk, kind, revision, place.accounts[role].pk, role.value)
    }


@pytest.mark.parametrize(
    ("kind", "writers"),
    [
        ("proposed", {REFERENT, MUNICIPAL}),
        ("withdrawn", {REFERENT, MUNICIPAL}),
        ("checked", {MUNICIPAL}),
        ("refused", {MUNICIPAL}),
        ("approved", {MUNICIPAL}),
    ],
)
def test_a_step_is_taken_by_those_who_may(place, draft, kind, writers):
    assert steps(place, draft, kind) == writers


def test_a_step_is_taken_in_ones_own_name_on_the_last_drawing_of_what_is_in_work(
    place, elsewhere, draft, neighbours
):
    mine, theirs = place.accounts[REFERENT].pk, place.accounts[MUNICIPAL].pk
    there = build_proposal(elsewhere.sectors[0], elsewhere.accounts[MUNICIPAL], MUNICIPAL)

    assert not lets(place, REFERENT, STEP, draft.pk, "proposed", 1, theirs, "referent")
    assert not lets(place, REFERENT, STEP, draft.pk, "proposed", 1, mine, "municipal_police")
    assert steps(place, draft, "proposed", revision=0) == set()
    assert steps(place, neighbours, "proposed") == {MUNICIPAL}
    assert steps(place, there, "proposed") == set()
    assert steps(place, ended(draft), "withdrawn") == set()


READ = "INSERT INTO sectors_decisionreading (step_id, account_id, read_at) VALUES (%s, %s, now())"


def test_what_was_decided_is_read_in_ones_own_name_by_whoever_sees_the_proposal(place, draft, neighbours):
    def reads(proposal: Proposal) -> set[Role]:
        step = proposal.steps.get().pk
        return {role for role in Role if lets(place, role, READ, step, place.accounts[role].pk)}

    of_commune = {MUNICIPAL, Role.NATIONAL_POLICE, Role.CLSPD}
    assert reads(draft) == {REFERENT, *of_commune}
    assert reads(neighbours) == of_commune
    assert not lets(place, REFERENT, READ, draft.steps.get().pk, place.accounts[MUNICIPAL].pk)


@pytest.fixture
def ready(place, draft) -> Proposal:
    """The draft, checked by police."""
    return mark_checked(draft, place.accounts[MUNICIPAL])


def comes_into_force(place: Place, proposal: Proposal, day: dt.date = TOMORROW) -> set[Role]:
    return who_lets(place, "SELECT walls.bring_into_force(%s, %s)", proposal.pk, day)


def test_municipal_police_alone_bring_a_checked_proposal_into_force(place, ready):
    assert comes_into_force(place, ready) == {MUNICIPAL}
    assert comes_into_force(place, ready, TODAY) == {MUNICIPAL}
    assert comes_into_force(place, ready, TODAY - dt.timedelta(days=1)) == set()


@pytest.mark.parametrize("state", ["draft", "proposed"])
def test_what_is_not_checked_does_not_come_into_force(place, ready, state):
    Proposal.objects.filter(pk=ready.pk).update(state=state)

    assert comes_into_force(place, ready) == set()


@pytest.mark.parametrize("step", [{"kind": "proposed"}, {"revision": 0}])
def test_another_step_or_drawing_than_the_checked_one_does_not_come_into_force(place, ready, step):
    ready.steps.filter(kind="checked").update(**step)

    assert comes_into_force(place, ready) == set()


def test_what_is_of_another_commune_does_not_come_into_force(place, elsewhere, ready):
    Proposal.objects.filter(pk=ready.pk).update(commune=elsewhere.town.commune)

    assert comes_into_force(place, ready) == set()


def test_what_is_planned_for_later_is_not_replaced(place, ready):
    Perimeter.objects.filter(sector=place.sectors[0]).update(valid=DateRange(LATER, None))

    with site(place.person(MUNICIPAL)) as cursor, pytest.raises(psycopg.errors.ExclusionViolation, match="later"):
        cursor.execute("SELECT walls.bring_into_force(%s, %s)", [ready.pk, TOMORROW])


def takes_back(place: Place, proposal: Proposal) -> set[Role]:
    taken_back = set()
    for role in Role:
        with site(place.person(role)) as cursor:
            (done,) = cursor.execute("SELECT walls.take_out_of_force(%s)", [proposal.pk]).fetchone()
            if done:
                taken_back.add(role)
    return taken_back


def plan(place: Place, proposal: Proposal, day: dt.date) -> None:
    """Let a proposal be approved for a day, and its perimeter be planned."""
    Proposal.objects.filter(pk=proposal.pk).update(state="approved", in_force_from=day, ended_at=NOW)
    Perimeter.objects.filter(sector=place.sectors[0]).update(valid=DateRange(dt.date(2015, 7, 8), day))
    said = {"area": to_the_north(), "source": f"Proposition n° {proposal.pk}"}
    Perimeter.objects.create(sector=place.sectors[0], valid=DateRange(day, None), **said)


def test_municipal_police_alone_take_back_what_was_approved_and_has_not_begun(place, elsewhere, ready):
    assert takes_back(place, ready) == set()
    plan(place, ready, TOMORROW)

    assert takes_back(place, ready) == {MUNICIPAL}
    Proposal.objects.filter(pk=ready.pk).update(commune=elsewhere.town.commune)
    assert takes_back(place, ready) == set()


def test_the_step_of_a_cancellation_is_of_municipal_police_and_of_what_was_taken_back(place, elsewhere, ready):
    assert steps(place, ended(ready), "cancelled") == set()
    plan(place, ready, TOMORROW)
    Proposal.objects.filter(pk=ready.pk).update(state="cancelled")

    assert steps(place, ready, "cancelled") == {MUNICIPAL}
    assert steps(place, ready, "cancelled", revision=0) == set()
    assert steps(place, ready, "approved") == set()
    assert not lets(
        place, MUNICIPAL, STEP, ready.pk, "cancelled", 1, place.accounts[REFERENT].pk, "municipal_police"
    )
    mine = place.accounts[MUNICIPAL].pk
    assert not lets(place, MUNICIPAL, STEP, ready.pk, "cancelled", 1, mine, "referent")


def test_what_has_begun_is_not_taken_back(place, ready):
    plan(place, ready, TODAY)

    assert takes_back(place, ready) == set()


def test_what_was_checked_and_planned_by_nobody_is_not_taken_back(place, ready):
    plan(place, ready, TOMORROW)
    Proposal.objects.filter(pk=ready.pk).update(state="cancelled")

    assert takes_back(place, ready) == set()


@pytest.mark.parametrize("table", ["sectors_perimeter", "sectors_sector"])
def test_the_site_writes_a_perimeter_in_no_other_way(place, table):
    for statement in (
        f"UPDATE {table} SET id = id",
        f"DELETE FROM {table}",
        f"INSERT INTO {table} DEFAULT VALUES",
    ):
        assert who_lets(place, statement) == set()
