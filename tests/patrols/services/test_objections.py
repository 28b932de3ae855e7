"""What a change would break, in which words it is refused, and what is offered in its place."""

import datetime as dt

import pytest

from absences.models import AllowedHours
from geo import french
from patrols.errors import UnknownVisit
from patrols.models import Shift
from patrols.services.arrangement import take_in_hand
from patrols.services.gone import read_gone
from tests.builders import at, build_passage
from tests.patrols.services.planning_hand import a_stop, everything, give_all_to_alpha, other_shift

pytestmark = pytest.mark.django_db


def test_a_change_that_makes_a_passage_late_says_by_how_much_and_is_not_saved(hand):
    give_all_to_alpha(hand)
    late, revision, before = hand.town.absences[1], hand.fresh().revision, everything(hand)
    # The shift begins at 18 h; after four stops of five minutes and a drive of two each, it is past 18 h 25.
    AllowedHours.objects.filter(absence=late).update(opens="18:00", closes="18:30")

    trial = hand.do("move", late.pk, number=1, shift=hand.town.shifts[0].pk, place=len(hand.order(0)))

    broken = next(each for each in trial.consequences.broken if each.absence == late.pk)
    assert broken.late_s > 60
    # Both crews are on shift when the home may be passed.
    assert broken.sentence.endswith(
        "après les heures permises. Placez-le plus tôt dans la tournée, ou confiez-le à un autre équipage."
    )
    assert everything(hand) == before
    assert hand.fresh().revision == revision


@pytest.mark.parametrize(
    ("opens", "closes", "told"),
    # The crew passes between 18 h and 22 h: eight hours after the first at most, and before the second.
    [("06:00", "14:00", "après les heures permises"), ("23:00", "23:30", "avant les heures permises")],
)
def test_hours_are_missed_by_the_nearest_of_them(hand, opens, closes, told):
    give_all_to_alpha(hand)
    home = hand.town.absences[1]
    AllowedHours.objects.filter(absence=home).update(opens=opens, closes=closes)

    trial = hand.try_("move", home.pk, number=1, shift=hand.town.shifts[0].pk, place=len(hand.order(0)))

    broken = next(each for each in trial.consequences.broken if each.absence == home.pk)
    assert told in broken.sentence
    assert "Aucun équipage n'est de service à ces heures" in broken.sentence
    assert 0 < broken.late_s < 12 * 3600


def test_who_is_not_on_shift_at_the_hours_of_a_home_is_not_advised(hand):
    give_all_to_alpha(hand)
    home, (_, bravo) = hand.town.absences[1], hand.town.shifts
    AllowedHours.objects.filter(absence=home).update(opens="18:00", closes="18:30")
    Shift.objects.filter(pk=bravo.pk).update(starts_at=at(20))

    trial = hand.try_("move", home.pk, number=1, shift=bravo.pk, place=1)

    broken = next(each for each in trial.consequences.broken if each.absence == home.pk)
    assert broken.sentence.endswith("les heures permises. Confiez-le à un autre équipage.")


@pytest.mark.parametrize("closes", ["18:15", "21:00"])
def test_a_passage_to_which_one_made_leaves_no_hour_of_the_day_is_owed_no_more(hand, closes):
    give_all_to_alpha(hand)
    home = hand.town.absences[2]
    AllowedHours.objects.create(absence=home, opens="17:00", closes=closes)
    build_passage(absence=home, crew=hand.town.shifts[1].crew, done_at=at(18, 5))
    hand.now = at(18, 6)

    with pytest.raises(UnknownVisit):
        hand.try_("move", home.pk, number=2, shift=hand.town.shifts[0].pk, place=len(hand.order(0)))

    in_hand = take_in_hand(hand.fresh(), now=hand.now, routing_dir=hand.routing_dir)
    (gone,) = {each.sentence(passed_by="") for each in read_gone(in_hand, now=hand.now)}
    assert french.plain(gone).endswith("un passage y a été fait à 18 h 05.")


def test_hours_that_another_passage_takes_are_told_as_such(hand, monkeypatch):
    give_all_to_alpha(hand)
    home = hand.town.absences[2]
    AllowedHours.objects.create(absence=home, opens="17:00", closes="21:00")
    # Others come at 21 h 10: ten past six is the last moment for us.
    monkeypatch.setattr("patrols.services.arrangement.seen_to", lambda *_: {home.pk: [at(21, 10)]})

    trial = hand.try_("move", home.pk, number=2, shift=hand.town.shifts[0].pk, place=len(hand.order(0)))

    broken = next(each for each in trial.consequences.broken if each.absence == home.pk)
    assert "un autre passage y est fait ou prévu à moins de trois heures" in broken.sentence


def test_a_round_that_a_move_makes_too_long_is_refused_for_that_alone(hand):
    give_all_to_alpha(hand)
    AllowedHours.objects.all().delete()
    shift = hand.town.shifts[0]
    # Back a minute before the end of its shift, after two passages at one home that are three hours apart.
    shift.ends_at = hand.fresh().routes.get(shift=shift).ends_at + dt.timedelta(minutes=1)
    shift.save()
    first = hand.stops(0)[0]

    trial = hand.try_("move", first.absence_id, number=1, shift=shift.pk, place=len(hand.order(0)))

    told = [each.sentence for each in trial.consequences.broken]
    assert len(told) == 1
    assert "après la fin de sa vacation" in told[0]
    assert trial.consequences.rounds[0][2].ends_at > shift.ends_at


def test_no_sentence_names_an_address(hand):
    AllowedHours.objects.filter(absence=hand.town.absences[1]).update(opens="18:00", closes="18:01")
    shift = hand.town.shifts[0].pk

    trial = hand.try_("move", hand.town.absences[1].pk, number=1, shift=shift, place=9)

    told = " ".join([trial.sentence, *(each.sentence for each in trial.consequences.broken)])
    assert not any(address.street_name in told for address in hand.town.addresses)


def test_a_crew_to_which_a_home_is_closed_does_not_get_it(hand):
    stop = a_stop(hand)
    shift = other_shift(hand, stop)
    shift.crew.excluded_absences.add(stop.absence)

    trial = hand.do("move", stop.absence_id, number=stop.visit_number, shift=shift.pk, place=1)

    assert not trial.consequences.is_allowed
    assert "fermé à l'équipage" in trial.consequences.broken[0].sentence


def test_no_place_is_offered_that_leaves_the_round_as_it_is(hand):
    give_all_to_alpha(hand)
    twice, bravo = hand.town.absences[2], hand.town.shifts[1]
    for other in {*hand.order(0)} - {twice.pk}:
        hand.do("exclude", other)
    assert hand.order(0) == [twice.pk, twice.pk]
    bravo.crew.excluded_absences.add(twice)

    trial = hand.try_("move", twice.pk, number=1, shift=bravo.pk, place=1)

    assert not trial.consequences.is_allowed
    assert trial.places == ()


def test_a_refused_move_names_the_stops_as_the_page_does_and_offers_places_that_work(hand):
    give_all_to_alpha(hand)
    alpha = hand.town.shifts[0].pk
    # Four stops of five minutes and a drive of two each: only the first to come begins before 18 h 10.
    tight = hand.stops(0)[0]
    AllowedHours.objects.filter(absence=tight.absence_id).delete()
    AllowedHours.objects.create(absence=tight.absence, opens="18:00", closes="18:10")
    last = hand.stops(0)[-1]

    trial = hand.try_("move", tight.absence_id, number=tight.visit_number, shift=alpha, place=last.order)

    assert not trial.consequences.is_allowed
    told = " ".join(each.sentence for each in trial.consequences.broken if each.absence == tight.absence_id)
    assert f"Arrêt {tight.order} de l'équipage Alpha, qui serait à " in told
    assert trial.places
    for shift, place in trial.places:
        again = hand.try_("move", tight.absence_id, number=tight.visit_number, shift=shift, place=place)
        assert again.consequences.is_allowed
        assert (shift, place) != (alpha, tight.order)
