from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from patrols.planner import (
    Break,
    LockedVisitError,
    MaxIterations,
    MaxRuntime,
    PlannerInputError,
    Problem,
    TimeWindow,
    Visit,
    check,
    solve,
)
from tests.patrols.planner.planner_days import ALL_DAY, best_prize, crew, day, small_days, visit

quick = settings(max_examples=60)


def stops(plan, name="a"):
    return [stop.visit for route in plan.routes if route.crew == name for stop in route.stops]


def test_the_best_three_of_four_homes_are_visited_and_timed():
    # Homes 1, 2, 3 and 9 minutes down the street, 5 minutes each, 21 minutes of shift. The first three take
    # 15 minutes of service and 3 out + 3 back = 21 minutes, worth 30; the far one alone takes 9 + 5 + 9 = 23.
    homes = [visit("one", 1), visit("two", 2), visit("three", 3), visit("far", 9, prize=25.0)]
    plan = solve(day(homes, [crew(end_s=21 * 60.0)]), MaxIterations(200), seed=1)
    assert set(stops(plan)) == {"one", "two", "three"}
    assert (plan.prize, plan.travel_s) == (30.0, 360.0)
    assert plan.routes[0].start_s == 0.0
    assert plan.routes[0].end_s == 1_260.0
    assert [omission.visit for omission in plan.omissions] == ["far"]


def test_a_crew_waits_at_its_depot_rather_than_before_the_first_home():
    # The home is 3 minutes away and opens at 600 s: leave at 600 - 180 = 420, back at 600 + 300 + 180 = 1080.
    home = visit("late", 3, windows=(TimeWindow(600.0, 900.0),))
    route = solve(day([home], [crew()]), MaxIterations(10), seed=1).routes[0]
    assert (route.start_s, route.stops[0].arrival_s, route.stops[0].start_s, route.end_s) == (420, 600, 600, 1080)


@quick
@given(small_days(shortest=True))
def test_small_days_are_planned_optimally_without_any_violation(problem):
    plan = solve(problem, MaxIterations(600), seed=3)
    assert check(problem, plan) == ()
    assert plan.prize == best_prize(problem)


@quick
@given(small_days(crews=1, separations=True, breaks=True, visits=5, shortest=True))
def test_days_with_two_passages_and_breaks_are_planned_optimally(problem):
    plan = solve(problem, MaxIterations(600), seed=3)
    assert check(problem, plan) == ()
    assert plan.prize == best_prize(problem)


@quick
@given(small_days(crews=3, separations=True, breaks=True, visits=12))
def test_no_rule_is_broken_whatever_the_day(problem):
    assert check(problem, solve(problem, MaxIterations(300), seed=5)) == ()


@settings(max_examples=15)
@given(small_days(crews=3, separations=True, breaks=True, visits=12))
def test_the_same_seed_and_iterations_give_the_same_plan_byte_for_byte(problem):
    one, two = (replace(solve(problem, MaxIterations(501), seed=7), runtime_s=0.0) for _ in range(2))
    assert repr(one) == repr(two)
    assert one.iterations == 501


def test_two_passages_of_a_home_are_kept_apart_by_two_crews():
    # Both passages are worth it, an hour apart at least: whoever comes second starts 3600 s after the first.
    passages = [visit(name, 1, home="h", min_separation_s=3_600.0) for name in ("evening", "night")]
    plan = solve(day(passages, [crew("a", end_s=7_200.0), crew("b", end_s=7_200.0)]), MaxIterations(200), seed=1)
    starts = sorted(stop.start_s for route in plan.routes for stop in route.stops)
    assert len(starts) == 2
    assert starts[1] - starts[0] >= 3_600.0


def test_one_passage_is_left_out_when_the_shift_is_shorter_than_the_separation():
    passages = [visit(name, 1, home="h", min_separation_s=3_600.0) for name in ("evening", "night")]
    plan = solve(day(passages, [crew(end_s=3_600.0)]), MaxIterations(200), seed=1)
    assert len(stops(plan)) == 1


def test_a_break_is_taken_within_its_window_where_it_costs_nothing():
    # The first home is done at 60 + 300 = 360, the second opens at 1200 a minute further: the 600 s break starts
    # at 420 on arrival, or a little later, and delays nothing.
    homes = [visit("first", 1), visit("second", 2, windows=(TimeWindow(1_200.0, 1_300.0),))]
    pause = Break(earliest_s=300.0, latest_s=900.0, duration_s=600.0)
    problem = day(homes, [crew(breaks=(pause,))], locked_beginnings={"a": ("first",)})
    route = solve(problem, MaxIterations(100), seed=1).routes[0]
    assert [stop.start_s for stop in route.stops][1] == 1_200.0
    assert route.breaks[0].after_stop == 1
    assert 300.0 <= route.breaks[0].start_s <= 600.0


def test_a_locked_beginning_opens_the_route_in_its_order():
    homes = [visit(name, place) for name, place in (("x", 1), ("y", 2), ("z", 3))]
    problem = day(homes, [crew(), crew("b")], locked_beginnings={"a": ("z", "x")})
    plan = solve(problem, MaxIterations(300), seed=1)
    assert stops(plan)[:2] == ["z", "x"]
    assert check(problem, plan) == ()


def test_passages_of_a_home_are_kept_apart_by_times_of_one_and_the_same_break():
    # The pause from 12 to 17 puts "early" at 19, "one" at 27 and "two" at 53, as it closes. Taken later, "early"
    # would be at 17 and "one" at 28: the 17 of the one way and the 27 of the other are never driven together.
    def at(name: str, location: int, service: int, opens: int, closes: int, apart: int = 0) -> Visit:
        window = TimeWindow(60.0 * opens, 60.0 * closes)
        home = name[0] if apart else name
        return visit(
            name, location, home=home, service_s=60.0 * service, windows=(window,), min_separation_s=60.0 * apart
        )

    homes = [
        at("first", 0, 8, 1, 20),
        at("next", 0, 2, 13, 52),
        at("h early", 0, 0, 17, 42, apart=20),
        at("k one", 1, 9, 27, 51, apart=26),
        at("h late", 1, 9, 30, 57, apart=20),
        at("k two", 1, 8, 3, 53, apart=26),
    ]
    pause = Break(earliest_s=600.0, latest_s=1_800.0, duration_s=300.0)
    out = crew(start_s=240.0, end_s=4_200.0, end_location=1, breaks=(pause,))
    ways = np.array([[0.0, 360.0], [480.0, 0.0]])
    problem = day(homes, [out], ways, locked_beginnings={"a": tuple(home.id for home in homes)})

    plan = solve(problem, MaxIterations(0), seed=1)

    assert [stop.start_s / 60 for stop in plan.routes[0].stops] == [4, 17, 19, 27, 39, 53]
    assert check(problem, plan) == ()


def test_a_visit_locked_to_a_crew_is_made_by_it_though_others_are_worth_more():
    homes = [visit("dear", 5, prize=100.0), visit("promised", 9, prize=0.0)]
    problem = day(homes, [crew(end_s=23 * 60.0)], locked_crews={"promised": "a"})
    assert stops(solve(problem, MaxIterations(100), seed=1)) == ["promised"]


def test_a_locked_visit_that_cannot_be_kept_is_refused_by_name():
    problem = day([visit("trop-loin", 9)], [crew(end_s=600.0)], locked_crews={"trop-loin": "a"})
    with pytest.raises(LockedVisitError, match="trop-loin"):
        solve(problem, MaxIterations(10), seed=1)


def test_a_locked_beginning_that_cannot_be_kept_is_refused_by_crew_and_visit():
    problem = day([visit("x", 1), visit("y", 9)], [crew(end_s=900.0)], locked_beginnings={"a": ("x", "y")})
    with pytest.raises(LockedVisitError, match=r"équipage a .* passage y"):
        solve(problem, MaxIterations(10), seed=1)


def test_beginnings_that_bring_two_passages_of_a_home_together_are_refused():
    passages = [visit(name, 1, home="h", min_separation_s=3_600.0) for name in ("p", "q")]
    problem = day(passages, [crew("a"), crew("b")], locked_beginnings={"a": ("p",), "b": ("q",)})
    with pytest.raises(LockedVisitError, match="même logement"):
        solve(problem, MaxIterations(10), seed=1)


@pytest.mark.parametrize(
    ("home", "why"),
    [
        (visit("closed", 1, windows=(TimeWindow(80_000.0, 86_400.0),)), "window"),
        (visit("excluded", 1, excluded_crews=frozenset({"a"})), "excluded"),
        (visit("island", 4), "unreachable"),
        (visit("far", 3, service_s=3_600.0), "no_time_left"),
    ],
)
def test_what_cannot_be_visited_is_left_out_with_its_reason(home, why):
    matrix = street_with_island()
    plan = solve(day([home], [crew()], durations=matrix), MaxIterations(50), seed=1)
    assert [(omission.visit, omission.reason) for omission in plan.omissions] == [(home.id, why)]


def street_with_island():
    matrix = np.abs(np.arange(5)[:, None] - np.arange(5)[None, :]) * 60.0
    matrix[4, :4] = matrix[:4, 4] = np.inf
    return matrix


def test_a_day_without_homes_has_empty_routes():
    plan = solve(day([], [crew()]), MaxIterations(100), seed=1)
    assert (plan.prize, plan.omissions, plan.routes[0].stops) == (0, (), ())
    assert plan.routes[0].start_s == plan.routes[0].end_s


def test_a_day_without_crews_leaves_every_home_out():
    plan = solve(day([visit("x", 1)], []), MaxIterations(100), seed=1)
    assert plan.routes == ()
    assert [omission.reason for omission in plan.omissions] == ["no_time_left"]


def test_a_crew_with_its_own_way_of_moving_uses_its_own_times():
    # On foot everything takes ten times as long: 2 x 50 minutes do not fit an hour, 2 x 5 by car do.
    walk, drive = np.array([[0.0, 3_000.0], [3_000.0, 0.0]]), np.array([[0.0, 300.0], [300.0, 0.0]])
    crews = (crew("foot"), crew("car", profile=1))
    problem = Problem(durations_s=(walk, drive), visits=(visit("x", 1),), crews=crews)
    assert stops(solve(problem, MaxIterations(50), seed=1), "car") == ["x"]


def test_progress_is_told_and_ends_near_the_whole():
    told = []
    homes = [visit(f"v{n}", 1 + n % 9, windows=ALL_DAY) for n in range(30)]
    plan = solve(day(homes, [crew()]), MaxRuntime(0.8), seed=1, on_progress=told.append)
    assert len(told) >= 2
    assert [one.iterations for one in told] == sorted(one.iterations for one in told)
    assert all(0.0 <= one.fraction <= 1.0 for one in told)
    assert told[-1].prize <= plan.prize
    assert plan.iterations > 0


def test_a_cancelled_search_returns_the_best_so_far():
    homes = [visit(f"v{n}", 1 + n % 9) for n in range(30)]
    plan = solve(day(homes, [crew()]), MaxRuntime(60.0), seed=1, is_cancelled=lambda: True)
    assert plan.runtime_s < 10.0
    assert plan.prize > 0


@pytest.mark.parametrize(
    "make", [lambda: MaxIterations(-1), lambda: MaxRuntime(-1.0), lambda: MaxRuntime(float("nan"))]
)
def test_a_stopping_rule_below_zero_is_refused(make):
    with pytest.raises(PlannerInputError):
        make()
