import numpy as np
import pytest
from hypothesis import given, settings

from patrols.planner import MaxIterations, Stop, TimeWindow, check, solve
from patrols.planner.encode import encode
from patrols.planner.kernel.layout import NEVER, WORK
from patrols.planner.kernel.waiting import wait_less, weigh_course
from patrols.planner.solve import begin
from tests.patrols.planner.planner_days import crew, day, small_days, visit

quick = settings(max_examples=60)


def waits_s(stops: tuple[Stop, ...]) -> list[float]:
    return [stop.start_s - stop.arrival_s for stop in stops]


@pytest.mark.parametrize(
    ("service_s", "order", "waits"),
    [
        # Before "late" opens, 1,500 s at "any" save 2,580 - 960 = 1,620 s of waiting for 120 s more on the way.
        (1_500.0, ["early", "any", "late"], [0.0, 0.0, 960.0]),
        # 300 s there would save 420 s alone: not worth as much on the way.
        (300.0, ["early", "late", "any"], [0.0, 2_580.0, 0.0]),
    ],
)
def test_a_detour_is_made_where_it_saves_ten_times_as_much_waiting(service_s, order, waits):
    # A ring of depot, early, late, any: a minute between neighbours, two minutes across.
    at = np.arange(4)
    apart = np.abs(at[:, None] - at[None, :])
    ring = 60.0 * np.minimum(apart, 4 - apart)
    homes = [
        visit("early", 1, windows=(TimeWindow(0.0, 600.0),)),
        visit("late", 2, windows=(TimeWindow(3_000.0, 3_600.0),)),
        visit("any", 3, service_s=service_s),
    ]
    plan = solve(day(homes, [crew(end_s=7_200.0)], durations=ring), MaxIterations(200), seed=1)
    stops = plan.routes[0].stops
    assert [stop.visit for stop in stops] == order
    assert waits_s(stops) == waits


@pytest.mark.parametrize("seed", range(4))
def test_a_crew_first_leaves_for_what_opens_late_where_nothing_has_to_be_done_before(seed):
    # Down the street each order costs as much travel: two homes at any hour, and between them one that opens late.
    homes = [visit("near", 1), visit("late", 2, windows=(TimeWindow(3_000.0, 3_600.0),)), visit("far", 3)]
    route = solve(day(homes, [crew(end_s=7_200.0)]), MaxIterations(100), seed=seed).routes[0]
    assert waits_s(route.stops) == [0.0, 0.0, 0.0]


def test_a_stop_of_a_beginning_that_is_locked_keeps_its_place():
    homes = [
        visit("early", 1),
        visit("late", 2, windows=(TimeWindow(3_000.0, 3_600.0),)),
        visit("any", 3, service_s=1_500.0),
    ]
    problem = day(homes, [crew(end_s=7_200.0)], locked_beginnings={"a": ("early", "late")})
    stops = solve(problem, MaxIterations(100), seed=1).routes[0].stops
    assert [stop.visit for stop in stops] == ["early", "late", "any"]


def test_the_second_passage_of_a_home_follows_the_first_once_that_is_made_earlier():
    # "twice" 1 and 2 are an hour apart. Made first, its second passage waits no longer than for that hour,
    # in which "any" and "late" are made: 300 s at the door, 3,600 s after the start, 300 s, and a minute back.
    homes = [
        visit("first", 1, home="twice", min_separation_s=3_600.0),
        visit("second", 1, home="twice", min_separation_s=3_600.0),
        visit("late", 2, windows=(TimeWindow(1_800.0, 7_200.0),)),
        visit("any", 1),
    ]
    route = solve(day(homes, [crew(end_s=10_800.0)]), MaxIterations(100), seed=1).routes[0]
    assert route.end_s - route.start_s == 60.0 + 3_600.0 + 300.0 + 60.0


@quick
@given(small_days(crews=3, separations=True, breaks=True, visits=12))
def test_no_course_weighs_more_than_before_and_the_plan_breaks_no_rule(problem):
    town = encode(problem)
    found = begin(problem, town, 3)  # its candidate is its current plan
    crews = [r for r in range(len(problem.crews)) if found.size[WORK, r] > 0]
    before = [weigh_course(town, found, r) for r in crews]

    wait_less(town, found)

    after = [weigh_course(town, found, r) for r in crews]
    assert all(now <= then < NEVER for now, then in zip(after, before, strict=True))
    assert check(problem, solve(problem, MaxIterations(50), seed=3)) == ()
