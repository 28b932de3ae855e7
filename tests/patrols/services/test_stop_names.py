"""A draft in which a home is lived in again: what is told, and where stops go, is by what the page shows."""

import pytest

from tests.builders import DAY, build_town
from tests.patrols.services.planning_hand import give_all_to_alpha, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def hand(routing_dir):
    """Alpha's round, whose second stop is at a home that has one passage and is lived in again."""
    hand = take(build_town(), routing_dir)
    give_all_to_alpha(hand)
    once = [stop for stop in hand.stops(0) if hand.order(0).count(stop.absence_id) == 1]
    hand.do("move", once[-1].absence_id, number=1, shift=hand.town.shifts[0].pk, place=2)
    home = hand.stops(0)[1].absence
    assert hand.order(0).count(home.pk) == 1
    home.returned_on = DAY
    home.save()
    return hand


def test_a_stop_is_named_by_its_place_on_the_page_and_what_leaves_with_the_change_is_told(hand):
    fourth = hand.stops(0)[3]

    trial = hand.try_("move", fourth.absence_id, number=fourth.visit_number, shift=hand.town.shifts[0].pk, place=1)

    assert trial.sentence == (
        "L'arrêt 4 de Alpha passe à la place 1. Partent aussi, car plus à faire : l'arrêt 2 de Alpha."
    )


def test_a_stop_goes_where_the_page_shows_it_though_another_leaves_before(hand):
    first, gone, *others = hand.order(0)

    hand.do("move", first, number=1, shift=hand.town.shifts[0].pk, place=3)

    assert gone not in hand.order(0)
    assert hand.order(0) == [others[0], first, *others[1:]]


def test_what_is_taken_out_because_it_is_owed_no_more_is_told_once(hand):
    trial = hand.try_("exclude", hand.order(0)[1])

    assert "Partent aussi" not in trial.sentence
    assert "l'arrêt 2 de Alpha" in trial.sentence
