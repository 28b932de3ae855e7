import datetime as dt

import pytest

from absences.models import Absence, AllowedHours
from patrols.errors import (
    NothingToUndo,
    PlanHasChanged,
    PlanIsPublished,
    StopIsDone,
    UnknownChange,
    UnknownRound,
    UnknownVisit,
)
from patrols.models import Leg, Omission, PlanEdit, Stop
from patrols.services.arrangement import Arrangement
from patrols.services.editing import changes_since, undo_last
from patrols.services.publishing import begin_draft
from patrols.services.versions import make_version
from tests.builders import DAY, PARIS, at, build_passage
from tests.patrols.services.planning_hand import a_stop, everything, give_all_to_alpha, other_shift

pytestmark = pytest.mark.django_db


def undo(hand):
    return undo_last(
        hand.fresh(), revision=hand.fresh().revision, by=None, now=hand.now, routing_dir=hand.routing_dir
    )


def test_a_stop_goes_to_another_crew_with_its_hours_and_ways(hand):
    stop = a_stop(hand)
    shift = other_shift(hand, stop)

    trial = hand.do("move", stop.absence_id, number=stop.visit_number, shift=shift.pk, place=1)

    assert trial.consequences.is_allowed
    moved = Stop.objects.get(route__plan=hand.plan, absence=stop.absence_id, visit_number=stop.visit_number)
    assert (moved.route.shift, moved.order) == (shift, 1)
    assert moved.route.legs.count() == moved.route.stops.count() + 1
    assert Leg.objects.filter(route=moved.route, order=0).get().course.coords[-1] == pytest.approx(
        moved.absence.point.coords, abs=1e-3
    )
    assert hand.fresh().revision == 2


def test_a_trial_saves_nothing_and_tells_the_rounds_that_change(hand):
    stop, before = a_stop(hand), everything(hand)

    trial = hand.try_("move", stop.absence_id, number=stop.visit_number, shift=other_shift(hand, stop).pk, place=1)

    assert everything(hand) == before
    assert hand.fresh().revision == 1
    told = {shift for shift, _, _ in trial.consequences.rounds}
    assert told == {shift.pk for shift in hand.town.shifts}
    assert trial.consequences.prize_after == pytest.approx(trial.consequences.prize_before)


def test_an_excluded_home_leaves_its_rounds_says_why_and_comes_back(hand):
    home = hand.town.absences[2]

    told = hand.do("exclude", home.pk).consequences

    assert not Stop.objects.filter(route__plan=hand.plan, absence=home).exists()
    by_hand = Omission.objects.filter(plan=hand.plan, absence=home)
    assert {omission.reason for omission in by_hand} == {Omission.Reason.BY_HAND}
    assert sum(each.prize for each in by_hand) == pytest.approx(told.prize_before - told.prize_after)
    hand.do("readmit", home.pk)
    assert not Omission.objects.filter(plan=hand.plan, reason=Omission.Reason.BY_HAND).exists()


def test_a_passage_left_out_is_forced_in_where_it_costs_least_and_locked(hand):
    home = hand.town.absences[0]
    hand.do("exclude", home.pk)

    trial = hand.do("force", home.pk, number=1)

    stop = Stop.objects.get(route__plan=hand.plan, absence=home)
    assert trial.consequences.is_allowed
    assert stop.is_locked


def test_a_lock_is_kept_and_let_go(hand):
    stop = a_stop(hand)
    seen = {"number": stop.visit_number}

    hand.do("lock", stop.absence_id, **seen)
    assert a_stop(hand).is_locked
    hand.do("unlock", stop.absence_id, **seen)
    assert not a_stop(hand).is_locked


def test_changes_are_undone_one_after_the_other(hand):
    first, home = everything(hand), hand.town.absences[0]
    stop = a_stop(hand)
    hand.do("lock", stop.absence_id, number=stop.visit_number)
    second = everything(hand)
    hand.do("exclude", home.pk)

    undo(hand)
    assert everything(hand) == second
    undo(hand)
    assert everything(hand) == first
    with pytest.raises(NothingToUndo):
        undo(hand)


def test_the_second_of_two_is_told_what_the_first_changed_and_nothing_is_overwritten(hand):
    stop, home = a_stop(hand), hand.town.absences[0]
    hand.do("lock", stop.absence_id, number=stop.visit_number)
    after_the_first = everything(hand)

    with pytest.raises(PlanHasChanged, match="verrouillé") as refused:
        hand.do("exclude", home.pk, revision=1)

    assert refused.value.revision == 2
    assert everything(hand) == after_the_first
    assert [edit.kind for edit in changes_since(hand.fresh(), 1)] == [PlanEdit.Kind.LOCK]


def test_a_published_plan_does_not_change(hand):
    make_version(hand.fresh())

    with pytest.raises(PlanIsPublished, match="brouillon"):
        hand.do("exclude", hand.town.absences[0].pk)


def test_a_home_lived_in_again_leaves_the_draft_at_the_next_change(hand):
    returned, other = hand.town.absences[0], hand.town.absences[3]
    returned.returned_on = at(12).date()
    returned.save()

    trial = hand.do("exclude", other.pk)

    assert [stop.absence for stop in trial.in_hand.gone] == [returned.pk]
    assert returned.pk not in {*hand.order(0), *hand.order(1)}


@pytest.mark.parametrize(
    ("act", "where", "error"),
    [
        ("move", {"number": 2, "place": 1}, UnknownRound),
        ("move", {"number": 1, "shift": 10**9, "place": 1}, UnknownRound),
        ("lock", {"number": 2}, UnknownVisit),
        ("readmit", {}, UnknownVisit),
        ("force", {"number": 1}, UnknownVisit),
        ("undo", {}, UnknownChange),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(hand, act, where, error):
    with pytest.raises(error):
        hand.do(act, hand.town.absences[0].pk, **where)


def test_what_is_done_stays_first_and_cannot_be_moved(hand):
    stop = a_stop(hand)
    build_passage(absence=stop.absence, crew=stop.route.shift.crew, done_at=at(18, 30))
    hand.now = at(18, 35)

    with pytest.raises(StopIsDone):
        hand.do("move", stop.absence_id, number=stop.visit_number, shift=stop.route.shift_id, place=2)


def test_an_arrangement_is_kept_and_read_back(hand):
    trial = hand.try_("lock", a_stop(hand).absence_id, number=a_stop(hand).visit_number)

    assert Arrangement.from_json(trial.arrangement.as_json()) == trial.arrangement


@pytest.fixture
def two_rounds(hand):
    """A version in which Bravo, on foot, passes twice at one home, waiting between, then at another."""
    give_all_to_alpha(hand)
    bravo = hand.town.shifts[1].pk
    for home in (hand.town.absences[2].pk, hand.town.absences[0].pk):
        while passages := [stop for stop in hand.stops(0) if stop.absence_id == home]:
            hand.do("move", home, number=passages[0].visit_number, shift=bravo, place=len(hand.order(1)) + 1)
    version = make_version(hand.fresh())
    hand.plan = begin_draft(version)
    return hand


def rows_of(hand, number):
    return [(stop.pk, stop.absence_id, stop.arrives_at, stop.starts_at) for stop in hand.stops(number)]


def test_a_change_is_judged_on_the_rounds_that_it_touches(two_rounds):
    hand, alpha = two_rounds, two_rounds.town.shifts[0]
    late = hand.town.absences[1]
    AllowedHours.objects.filter(absence=late).update(opens="18:00", closes="18:10")

    trial = hand.do("move", late.pk, number=1, shift=alpha.pk, place=len(hand.order(0)))

    assert [each.shift for each in trial.consequences.broken] == [alpha.pk]
    assert [shift for shift, _, _ in trial.consequences.rounds] == [alpha.pk]


def test_a_round_that_a_change_does_not_touch_stays_as_it_was_published(two_rounds):
    hand, alpha = two_rounds, two_rounds.town.shifts[0]
    last = hand.stops(1)[-1]
    # Bravo is nearly there by now, and would be late if it left only now.
    hand.now = last.starts_at - dt.timedelta(seconds=1)
    closes = last.starts_at.astimezone(PARIS).time()
    AllowedHours.objects.create(absence=last.absence, opens="18:00", closes=closes)
    before = rows_of(hand, 1)
    done, to_come = hand.stops(0)
    build_passage(absence=done.absence, crew=alpha.crew, done_at=at(18, 10))

    trial = hand.do("exclude", to_come.absence_id)

    assert trial.consequences.is_allowed
    assert [shift for shift, _, _ in trial.consequences.rounds] == [alpha.pk]
    assert rows_of(hand, 1) == before


def test_a_lock_changes_no_hour(two_rounds):
    hand, stop = two_rounds, two_rounds.stops(1)[1]
    hand.now = at(18, 30)
    before = rows_of(hand, 1)

    hand.do("lock", stop.absence_id, number=stop.visit_number)

    assert rows_of(hand, 1) == before
    assert hand.stops(1)[1].is_locked


def test_a_round_keeps_its_distance_from_a_passage_of_a_round_that_stays(two_rounds):
    hand, alpha = two_rounds, two_rounds.town.shifts[0]
    twice = hand.town.absences[2]
    AllowedHours.objects.create(absence=twice, opens="19:00", closes="22:00")

    # Bravo's second passage stays at 21 h 10 or so: from 19 h, nothing is three hours before it.
    trial = hand.try_("move", twice.pk, number=1, shift=alpha.pk, place=1)

    assert not trial.consequences.is_allowed
    assert any("moins de trois heures" in each.sentence for each in trial.consequences.broken)


def test_a_home_lived_in_again_is_taken_out_and_one_declared_since_is_put_in(hand):
    give_all_to_alpha(hand)
    gone = next(stop for stop in hand.stops(0) if stop.absence.passages_per_week <= 7)
    where = f"(l'arrêt {gone.order} de {hand.town.crews[0].name})"
    Absence.objects.filter(pk=gone.absence_id).update(returned_on=DAY)
    declared = Absence.objects.create(
        commune=hand.town.commune,
        address=gone.absence.address,
        point=gone.absence.point,
        first_day=DAY,
        last_day=DAY,
    )

    out = hand.do("exclude", gone.absence_id)
    hand.do("force", declared.pk, number=1)

    assert out.sentence == f"Un logement qui n'est plus à visiter est retiré {where}."
    assert gone.absence_id not in hand.order(0) + hand.order(1)
    assert declared.pk in hand.order(0) + hand.order(1)
    with pytest.raises(UnknownVisit):
        hand.do("exclude", gone.absence_id)
