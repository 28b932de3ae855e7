import datetime as dt
from dataclasses import dataclass

import pytest

from patrols.services.free_time import find_free_time
from tests.builders import at

FIVE_MINUTES_S, A_FEW_STEPS_S = 300.0, 20.0


@dataclass(frozen=True)
class Pause:
    duration_s: int = 40 * 60


def told(
    since: dt.datetime,
    until: dt.datetime,
    *pauses: Pause,
    stays: tuple[Pause, ...] = (),
    travel_s: float = FIVE_MINUTES_S,
) -> str:
    return str(find_free_time(since, until, travel_s=travel_s, pauses=pauses, stays=stays) or "").replace(
        "\xa0", " "
    )


def test_a_crew_is_free_from_where_it_was_until_it_leaves_to_be_there_in_time():
    assert told(at(21, 34), at(22, 31)) == "libre de 21 h 34 à 22 h 26, puis 5 min de trajet"


def test_at_the_same_door_no_way_is_told():
    assert told(at(21), at(22), travel_s=A_FEW_STEPS_S) == "libre de 21 h à 21 h 59"


# Five minutes of the way leave fifteen of twenty.
@pytest.mark.parametrize(("minute", "is_told"), [(19, False), (20, True)])
def test_less_than_a_quarter_of_an_hour_is_waited_at_the_door(minute, is_told):
    assert bool(told(at(21), at(21, minute))) is is_told


def test_a_break_lies_within_what_is_free():
    words = "libre de 13 h 50 à 17 h 02, pause de 40 min comprise, puis 5 min de trajet"

    assert told(at(13, 50), at(17, 7), Pause()) == words


def test_a_break_that_takes_the_time_leaves_none():
    assert told(at(21), at(21, 50), Pause()) == ""


def test_a_stay_is_not_free_and_its_way_is_part_of_the_way():
    words = "libre de 21 h à 22 h, présence de 10 min comprise, et 5 min de trajet"

    assert told(at(21), at(22, 5), stays=(Pause(600),)) == words


# Of half an hour, five minutes are driven, and a stay of ten leaves fifteen, one of eleven fourteen.
@pytest.mark.parametrize(("minutes", "is_told"), [(10, True), (11, False)])
def test_a_stay_that_takes_the_time_leaves_none(minutes, is_told):
    assert bool(told(at(21), at(21, 30), stays=(Pause(60 * minutes),))) is is_told
