import datetime as dt
import time

import pytest

from absences.models import Absence, AllowedHours
from geo import french
from patrols.models import Calculation, MissedStop, Plan, Shift, ShiftBreak, Stop
from patrols.services.arrangement import take_in_hand
from patrols.services.calculations import UNCHANGED, Asked, ask, carry_out
from patrols.services.difference import difference
from patrols.services.meanwhile import read_meanwhile
from patrols.services.progress import read_progress
from patrols.services.shifts import end_early
from patrols.services.underway import read_begun
from patrols.services.versions import make_version
from tests.builders import DAY, at, build_passage, build_town
from tests.patrols.services.planning_hand import give_all_to_alpha, take

pytestmark = pytest.mark.django_db

HALF_PAST_SIX = at(18, 30)


@pytest.fixture
def hand(routing_dir):
    """A version in which Alpha visits every home, one of them twice."""
    hand = take(build_town(), routing_dir)
    give_all_to_alpha(hand)
    make_version(hand.fresh())
    return hand


def ask_for_rest(hand, *, now=HALF_PAST_SIX, base=None, **options):
    asked = Asked(day=DAY, seconds=0.5, kind=Calculation.Kind.REST, base=base or hand.fresh(), **options)
    calculation = ask(hand.town.commune, asked, by=None, now=now)
    carry_out(calculation.pk, now=now, routing_dir=hand.routing_dir)
    calculation.refresh_from_db()
    return calculation


def replan(hand, **options):
    calculation = ask_for_rest(hand, **options)
    assert calculation.problem == ""
    return calculation.plan


def alpha(plan, hand):
    stops = Stop.objects.filter(route__plan=plan, route__shift=hand.town.shifts[0])
    return list(stops.select_related("absence").order_by("order"))


def come_home(hand):
    """Let the last home be lived in again: a rest that changes nothing is no version."""
    returned = alpha(hand.plan, hand)[-1].absence
    returned.returned_on = DAY
    returned.save()
    return returned


def record(stop, hand, done_at):
    build_passage(absence=stop.absence, crew=hand.town.crews[0], done_at=done_at)


def say_missed(stop):
    said = {"shift": stop.route.shift, "absence": stop.absence, "planned_at": stop.starts_at}
    MissedStop.objects.create(**said, why="called_away")


def test_the_rest_is_the_next_version_and_what_is_done_stays_in_it(hand):
    first = alpha(hand.plan, hand)[0]
    record(first, hand, at(18, 20))

    plan = replan(hand)

    stops = alpha(plan, hand)
    assert plan.version == 2
    assert (stops[0].absence_id, stops[0].is_done) == (first.absence_id, True)
    # The crew was late: what was planned is still what was planned, and nothing about it has changed.
    planned = [getattr(first, name) for name in ("arrives_at", "starts_at", "leaves_at")]
    assert [getattr(stops[0], name) for name in ("arrives_at", "starts_at", "leaves_at")] == planned
    assert first.absence_id not in {after.absence for _, after in difference(hand.fresh(), plan).visits.retimed}
    assert all(stop.starts_at >= HALF_PAST_SIX for stop in stops[1:])
    assert not any(stop.is_done for stop in stops[1:])


def test_a_home_where_a_passage_was_made_is_not_visited_again(hand):
    for stop, minute in zip(alpha(hand.plan, hand)[:2], (15, 25), strict=True):
        record(stop, hand, at(18, minute))
    once = {home.pk for home in hand.town.absences if home.passages_per_week <= 7}

    plan = replan(hand)

    visited = [stop.absence_id for stop in Stop.objects.filter(route__plan=plan) if stop.absence_id in once]
    assert len(visited) == len(set(visited))


def test_what_a_passage_that_is_made_bars_is_told_with_its_hour(hand):
    # 18 h 25 and three hours are 21 h 25: the home is open till 22 h, the crews are on till 21 h.
    twice = hand.town.absences[2]
    AllowedHours.objects.create(absence=twice, opens=dt.time(18), closes=dt.time(22))
    Shift.objects.update(ends_at=at(21))
    record(next(stop for stop in alpha(hand.plan, hand) if stop.absence == twice), hand, at(18, 25))

    sentence = replan(hand).omissions.get(absence=twice).sentence

    assert "3 h 00 au moins avant ou après le passage de 18 h 25 au même logement." in french.plain(sentence)


@pytest.mark.parametrize("now", [at(17, 55), at(18, 30)])
def test_what_a_crew_did_before_its_shift_began_is_done(hand, now):
    first = alpha(hand.plan, hand)[0]
    build_passage(absence=first.absence, crew=hand.town.crews[0], done_at=at(17, 50), stop=first)

    in_hand = take_in_hand(hand.fresh(), now=now, routing_dir=hand.routing_dir)

    done = in_hand.day.begun[hand.town.shifts[0].pk].done
    assert [(stop.absence, stop.number) for stop in done] == [(first.absence, first.visit_number)]
    assert in_hand.gone == ()


def test_before_any_round_opens_no_stop_is_read_again(hand, django_assert_num_queries):
    # Alpha begins at 18 h; its round opens at 16 h.
    with django_assert_num_queries(1):
        assert read_begun(hand.plan, now=at(12), delays_s={}) == {}


def test_what_another_crew_did_at_its_stop_of_before_stays_its_own(hand):
    first = alpha(hand.plan, hand)[0]
    bravo = hand.town.shifts[1]
    # Alpha's phone was away from the network when the home went to Bravo.
    hand.plan = replan(hand, now=at(18, 1), shifts=(bravo.pk,))
    given = Stop.objects.get(route__plan=hand.plan, route__shift=bravo, absence=first.absence_id)
    build_passage(absence=first.absence, crew=hand.town.crews[0], done_at=at(18, 6), stop=first)

    in_hand = take_in_hand(hand.fresh(), now=at(18, 10), routing_dir=hand.routing_dir)
    plan = replan(hand, now=at(18, 10))

    assert in_hand.day.begun[bravo.pk].point is None
    assert [(each.absence, each.number) for each in in_hand.gone] == [(first.absence_id, given.visit_number)]
    assert [(stop.absence_id, stop.is_done) for stop in alpha(plan, hand)][:1] == [(first.absence_id, True)]
    assert alpha(plan, hand)[0].starts_at == first.starts_at
    of_bravo = Stop.objects.filter(route__plan=plan, route__shift=bravo)
    assert (first.absence_id, given.visit_number) not in set(of_bravo.values_list("absence", "visit_number"))
    assert read_progress(plan).made.keys() == {alpha(plan, hand)[0].pk}


def test_a_crew_held_forty_minutes_goes_on_later(hand):
    record(alpha(hand.plan, hand)[0], hand, at(18, 30))

    plan = replan(hand, delays_s={hand.town.shifts[0].pk: 2400.0})

    to_come = [stop for stop in alpha(plan, hand) if not stop.is_done]
    assert all(stop.arrives_at >= at(19, 10) for stop in to_come)


def test_a_home_lived_in_again_leaves_the_rest(hand):
    record(alpha(hand.plan, hand)[0], hand, at(18, 20))
    returned = come_home(hand)

    plan = replan(hand)

    assert returned.pk not in {stop.absence_id for stop in Stop.objects.filter(route__plan=plan)}


def test_a_home_lived_in_again_after_midnight_leaves_the_night(routing_dir):
    tomorrow = DAY + dt.timedelta(days=1)
    town = build_town()
    AllowedHours.objects.all().delete()
    ShiftBreak.objects.all().delete()
    Shift.objects.update(starts_at=at(23, 30), ends_at=at(3) + dt.timedelta(days=1))
    hand = take(town, routing_dir)
    give_all_to_alpha(hand)
    make_version(hand.fresh())
    # 0 h 01: half an hour of driving and looking is behind, the last home is ahead.
    one_past_midnight = at(0, 1) + dt.timedelta(days=1)
    last = alpha(hand.plan, hand)[-1]
    assert last.starts_at > one_past_midnight
    Absence.objects.filter(pk=last.absence_id).update(returned_on=tomorrow)

    plan = replan(hand, now=one_past_midnight)

    to_come = Stop.objects.filter(route__plan=plan, is_done=False)
    assert last.absence_id not in set(to_come.values_list("absence", flat=True))
    assert not plan.omissions.filter(absence=last.absence_id).exists()
    told = read_meanwhile(plan, read_progress(plan), now=one_past_midnight)
    assert last.absence_id not in {each.absence for each in told.newcomers}


def test_a_crew_that_stops_early_is_back_by_then_and_nothing_done_is_lost(hand):
    first = alpha(hand.plan, hand)[0]
    record(first, hand, at(18, 20))
    shift = hand.town.shifts[0]
    end_early(shift, at(18, 40))

    plan = replan(hand)

    route = plan.routes.get(shift=shift)
    assert alpha(plan, hand)[0].absence_id == first.absence_id
    assert route.ends_at <= at(18, 40) + dt.timedelta(minutes=5)
    # Bravo takes what it can of the rest.
    assert Stop.objects.filter(route__plan=plan, route__shift=hand.town.shifts[1]).exists()


def test_a_crew_that_is_left_out_has_nothing_left_and_what_it_had_goes_to_others_or_says_why(hand):
    first, *_, last = alpha(hand.plan, hand)
    record(first, hand, at(18, 20))
    Stop.objects.filter(pk=last.pk).update(is_locked=True)
    kept = hand.town.shifts[1]

    plan = replan(hand, shifts=(kept.pk,))

    assert [(stop.absence_id, stop.is_done) for stop in alpha(plan, hand)] == [(first.absence_id, True)]
    others = Stop.objects.filter(route__plan=plan, route__shift=kept)
    assert others.exists()
    owed = {stop.absence_id for stop in alpha(hand.plan, hand)[1:]} - {first.absence_id}
    left_out = plan.omissions.exclude(sentence="")
    assert owed <= {*others.values_list("absence", flat=True), *left_out.values_list("absence", flat=True)}
    assert not plan.routes.get(shift=hand.town.shifts[0]).breaks.filter(starts_at__gt=HALF_PAST_SIX).exists()


def test_a_crew_that_is_left_out_before_its_shift_begins_makes_none_of_its_stops(hand):
    Shift.objects.filter(pk=hand.town.shifts[0].pk).update(starts_at=at(18, 45))

    plan = replan(hand, shifts=(hand.town.shifts[1].pk,))

    assert alpha(plan, hand) == []


def test_a_rest_that_changes_nothing_is_no_new_version(hand):
    calculation = ask_for_rest(hand)

    told = (calculation.state, calculation.plan, calculation.problem)
    assert told == (Calculation.State.DONE, None, UNCHANGED)
    assert list(Plan.objects.all()) == [hand.plan]


def test_what_is_locked_stays_with_its_crew(hand, routing_dir):
    last = alpha(hand.plan, hand)[-1]
    Stop.objects.filter(pk=last.pk).update(is_locked=True)

    plan = replan(hand, now=at(18, 1))

    kept = Stop.objects.get(route__plan=plan, is_locked=True)
    assert (kept.absence_id, kept.route.shift) == (last.absence_id, hand.town.shifts[0])


def test_a_crew_that_has_recorded_nothing_is_where_the_plan_has_it(hand):
    planned = [stop for stop in alpha(hand.plan, hand) if stop.starts_at <= HALF_PAST_SIX]
    come_home(hand)

    plan = replan(hand)

    done = [stop.absence_id for stop in alpha(plan, hand) if stop.is_done]
    assert done == [stop.absence_id for stop in planned]


def test_what_was_presumed_and_then_said_to_be_missed_is_owed_again_and_visited(hand):
    come_home(hand)
    presumed = replan(hand)
    missed, *others = [stop for stop in alpha(presumed, hand) if stop.is_done]
    say_missed(missed)

    plan = replan(hand, now=at(18, 40), base=presumed)

    stops = list(Stop.objects.filter(route__plan=plan))
    assert {stop.absence_id for stop in stops if stop.is_done} >= {stop.absence_id for stop in others}
    again = [stop for stop in stops if stop.absence_id == missed.absence_id and not stop.is_done]
    assert [stop.visit_number for stop in again][:1] == [1]
    assert all(stop.starts_at >= at(18, 40) for stop in again)


def test_a_passage_that_comes_in_after_all_counts_more_than_the_word_of_the_desk(hand):
    come_home(hand)
    presumed = replan(hand)
    missed = next(stop for stop in alpha(presumed, hand) if stop.is_done)
    say_missed(missed)
    record(missed, hand, missed.leaves_at + dt.timedelta(minutes=10))

    # It would be owed again, and have a place in a new version.
    assert ask_for_rest(hand, now=at(18, 40), base=presumed).problem == UNCHANGED


def test_the_break_that_was_taken_is_kept_and_not_taken_twice(hand):
    shift = hand.town.shifts[0]
    taken = hand.plan.routes.get(shift=shift).breaks.get()
    now = taken.starts_at + dt.timedelta(minutes=1)
    come_home(hand)

    plan = replan(hand, now=now)

    assert plan.routes.get(shift=shift).breaks.get().starts_at == taken.starts_at


def test_a_break_that_has_begun_is_had_to_its_end_and_the_crew_left_when_it_did(hand):
    route = hand.plan.routes.get(shift=hand.town.shifts[0])
    begun = route.breaks.get()
    come_home(hand)

    plan = replan(hand, now=begun.starts_at + dt.timedelta(minutes=1))

    again = plan.routes.get(shift=route.shift)
    ends_at = begun.starts_at + dt.timedelta(seconds=begun.duration_s)
    to_come = [stop for stop in alpha(plan, hand) if not stop.is_done]
    assert to_come
    assert min(stop.arrives_at for stop in to_come) >= ends_at
    assert again.starts_at == route.starts_at


def test_the_rest_is_there_in_less_than_five_seconds(hand):
    record(alpha(hand.plan, hand)[0], hand, at(18, 20))
    began = time.process_time()

    replan(hand)

    assert time.process_time() - began < 5.0
