from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings

from patrols.planner import (
    Break,
    MaxIterations,
    Problem,
    Route,
    RouteWithStays,
    Spot,
    Stay,
    TimeWindow,
    place_stays,
    solve,
)
from patrols.planner.staying import LEAST_STAY_S, MOST_STAY_S, SPARE_S
from tests.patrols.planner.planner_days import crew, day, small_days, street, visit

A_MS = 0.001


def spot(name: str, location: int, weight: float = 1.0) -> Spot:
    return Spot(id=name, location=location, weight=weight)


def at(name: str, location: int, time_s: float):
    return visit(name, location, windows=(TimeWindow(time_s, time_s),))


def stay_in(problem: Problem, *spots: Spot) -> dict[str, RouteWithStays]:
    return place_stays(problem, solve(problem, MaxIterations(100), seed=1).routes, spots)


def test_a_crew_sets_out_earlier_for_a_stay_before_its_first_stop():
    # Two minutes from the door, five from the depot; at the door five minutes before its hour.
    found = stay_in(day([at("door", 3, 1_800.0)], [crew()]), spot("corner", 5))

    stay = Stay(spot="corner", after_stop=0, arrival_s=480.0, departure_s=1_380.0)
    assert found == {"a": RouteWithStays(stays=(stay,), start_s=180.0, end_s=2_280.0)}


def test_a_stay_after_the_last_stop_ends_within_the_shift():
    # Done at 500 s; there at 620, and back at the depot, 300 s away, five minutes before 1 900: 680 s are left.
    found = stay_in(day([at("door", 3, 200.0)], [crew(end_s=1_900.0)]), spot("corner", 5))

    stay = Stay(spot="corner", after_stop=1, arrival_s=620.0, departure_s=1_300.0)
    assert found == {"a": RouteWithStays(stays=(stay,), start_s=20.0, end_s=1_600.0)}


def test_a_wait_between_two_doors_is_spent_where_it_is_of_use():
    problem = day([at("first", 3, 200.0), at("second", 3, 1_600.0)], [crew(end_s=2_100.0)])

    [stay] = stay_in(problem, spot("corner", 4))["a"].stays

    assert (stay.after_stop, stay.arrival_s, stay.departure_s) == (1, 560.0, 1_240.0)


def test_less_than_ten_minutes_are_not_worth_it():
    assert stay_in(day([at("door", 3, 200.0)], [crew(end_s=1_819.0)]), spot("corner", 5)) == {}
    assert stay_in(day([at("door", 3, 200.0)], [crew(end_s=1_820.0)]), spot("corner", 5))


def test_two_stays_share_what_is_left():
    # Fourteen minutes lead to the far end and back.
    spots = spot("near", 3), spot("far", 7)
    assert [s.departure_s - s.arrival_s for s in stay_in(day([], [crew()]), *spots)["a"].stays] == [900.0] * 2
    short = stay_in(day([], [crew(end_s=840.0 + 1_400.0 + SPARE_S)]), *spots)["a"].stays
    assert [(s.spot, s.departure_s - s.arrival_s) for s in short] == [("near", 700.0), ("far", 700.0)]


def test_the_weightiest_spot_comes_first_where_one_alone_fits():
    problem = day([], [crew(end_s=1_500.0)])

    [stay] = stay_in(problem, spot("light", 1, 0.5), spot("heavy", 4, 2.0))["a"].stays

    assert stay.spot == "heavy"


def test_a_spot_goes_to_the_crew_that_comes_by():
    crews = [crew("far"), crew("near", start_location=6, end_location=6)]

    assert list(stay_in(day([], crews), spot("corner", 7))) == ["near"]


def test_stays_are_shared_between_crews():
    found = stay_in(day([], [crew("one"), crew("two")]), spot("here", 2), spot("there", 3))

    assert {name: len(each.stays) for name, each in found.items()} == {"one": 1, "two": 1}


def test_stays_are_spread_over_the_night():
    # From the door's corner to the other and back are two minutes, before it as after it.
    found = stay_in(day([at("door", 5, 3_600.0)], [crew(end_s=7_200.0)]), spot("one", 5, 2.0), spot("two", 6))

    assert [stay.after_stop for stay in found["a"].stays] == [0, 1]


@pytest.mark.parametrize("matrix", [np.where(np.arange(10) == 5, np.inf, street(10)), street(10, minute_s=120.0)])
def test_what_cannot_be_reached_or_is_too_far_off_is_left(matrix):
    np.fill_diagonal(matrix, 0.0)

    assert stay_in(day([], [crew()], durations=matrix), spot("corner", 5)) == {}


def test_a_crew_without_a_stop_may_still_have_its_break_at_any_hour_of_it():
    rest = Break(earliest_s=1_100.0, latest_s=2_000.0, duration_s=300.0)
    problem = day([], [crew(end_s=3_600.0, breaks=(rest,))])

    first, second = stay_in(problem, spot("one", 1), spot("two", 2))["a"].stays

    assert first.departure_s + 60.0 + SPARE_S <= 1_100.0
    assert second.arrival_s >= 2_000.0 + 300.0


@settings(max_examples=60)
@given(small_days(breaks=True, separations=True))
def test_stays_fit_between_what_the_crews_have_to_do(problem):
    plan = solve(problem, MaxIterations(50), seed=3)
    places = len(problem.durations_s[0])
    found = place_stays(problem, plan.routes, [spot(str(place), place, place) for place in range(places)])

    stays = [stay for each in found.values() for stay in each.stays]
    assert len({stay.spot for stay in stays}) == len(stays)
    assert all(LEAST_STAY_S - A_MS <= s.departure_s - s.arrival_s <= MOST_STAY_S + A_MS for s in stays)
    for route in plan.routes:
        if route.crew in found:
            assert can_be_driven(problem, route, found[route.crew])


def can_be_driven(problem: Problem, route: Route, hours: RouteWithStays) -> bool:
    """Walk a route with its stays: to every door and break with time to spare after one, and back in time."""
    member = next(each for each in problem.crews if each.id == route.crew)
    location = {each.id: each.location for each in problem.visits}
    events = [
        *(_Event(stop.start_s, stop.departure_s, location[stop.visit]) for stop in route.stops),
        *(_Event(stay.arrival_s, stay.departure_s, int(stay.spot), is_stay=True) for stay in hours.stays),
        *(_Event(pause.start_s, pause.start_s + pause.duration_s, None) for pause in route.breaks),
    ]
    begun_s = [stop.start_s for stop in route.stops]
    assert all(stay.after_stop == sum(start < stay.departure_s for start in begun_s) for stay in hours.stays)
    assert member.shift.start_s - A_MS <= hours.start_s
    in_order = sorted(events, key=lambda event: (event.starts_s, event.ends_s))
    assert hours.end_s <= member.shift.end_s + A_MS - (SPARE_S if in_order[-1].is_stay else 0.0)
    home = _Event(hours.end_s, hours.end_s, member.end_location)
    return _goes_on(problem.durations_s[member.profile], hours.start_s, member.start_location, [*in_order, home])


class _Event(NamedTuple):
    starts_s: float
    ends_s: float
    place: int | None
    is_stay: bool = False


def _goes_on(
    durations_s: np.ndarray, now_s: float, here: int, events: Sequence[_Event], *, was_stay: bool = False
) -> bool:
    if not events:
        return True
    event, *rest = events
    by_s = event.starts_s + A_MS - (SPARE_S if was_stay and rest and not event.is_stay else 0.0)
    if event.place is not None:
        in_time = now_s + durations_s[here, event.place] <= by_s
        return bool(in_time) and _goes_on(durations_s, event.ends_s, event.place, rest, was_stay=event.is_stay)
    # A break is had where the crew is, or where it has to be next.
    next_place = next(each.place for each in rest if each.place is not None and not each.is_stay)
    return any(
        now_s + durations_s[here, where] <= by_s and _goes_on(durations_s, event.ends_s, where, rest)
        for where in (here, next_place)
    )
