from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrols.planner import (
    Break,
    Crew,
    LockedVisitError,
    MaxIterations,
    Problem,
    RemedyKind,
    TimeWindow,
    ViolationKind,
    Visit,
    arrange,
    check,
    find_places,
    lay_out,
    solve,
)
from tests.patrols.planner.planner_days import small_days

HOUR_S = 3600.0
# Three places on a line: the depot, then a home every ten minutes.
LINE_S = np.array([[0.0, 600.0, 1200.0], [600.0, 0.0, 600.0], [1200.0, 600.0, 0.0]])


def visit(name: str, location: int, *, opens: float = 0.0, closes: float = 2 * HOUR_S, **more) -> Visit:
    window = TimeWindow(opens, closes)
    return Visit(id=name, home=name, location=location, prize=1.0, service_s=300.0, windows=(window,), **more)


def evening(*visits: Visit, ends: float = 2 * HOUR_S, breaks: tuple[Break, ...] = ()) -> Problem:
    crew = Crew(
        id="Alpha", profile=0, start_location=0, end_location=0, shift=TimeWindow(0.0, ends), breaks=breaks
    )
    return Problem(durations_s=(LINE_S,), visits=visits, crews=(crew,))


def test_a_round_is_driven_in_the_order_given_at_the_earliest_times():
    # 0 → far: 1200; 300 there; 600 back to near at 2100; 300 there; 600 to the depot: 3000.
    plan = arrange(evening(visit("near", 1), visit("far", 2)), {"Alpha": ["far", "near"]})

    (route,) = plan.routes
    assert [(stop.visit, stop.start_s) for stop in route.stops] == [("far", 1200.0), ("near", 2100.0)]
    assert (route.end_s, route.travel_s, plan.prize) == (3000.0, 2400.0, 2.0)


def test_what_is_in_no_order_is_left_out_with_its_reason():
    plan = arrange(evening(visit("near", 1), visit("far", 2)), {"Alpha": ["near"]})

    assert [omission.visit for omission in plan.omissions] == ["far"]
    assert check(evening(visit("near", 1), visit("far", 2)), plan) == ()


def test_reasons_may_be_left_unsaid():
    plan = arrange(evening(visit("near", 1), visit("far", 2)), {"Alpha": ["near"]}, explains=False)

    assert [(each.visit, each.remedy.kind) for each in plan.omissions] == [("far", RemedyKind.NONE)]


def test_a_round_that_cannot_be_on_time_is_refused():
    with pytest.raises(LockedVisitError):
        arrange(evening(visit("near", 1, closes=600.0), visit("far", 2)), {"Alpha": ["far", "near"]})


def test_the_same_round_is_laid_out_late_and_the_checker_says_where():
    # Far first: near is reached at 2100, and had to begin by 600.
    problem = evening(visit("near", 1, closes=600.0), visit("far", 2))

    plan = lay_out(problem, {"Alpha": ["far", "near"]})

    assert plan.routes[0].stops[1].start_s == 2100.0
    assert [(each.kind, each.visit) for each in check(problem, plan)] == [(ViolationKind.WINDOW, "near")]


def test_a_crew_that_is_back_too_late_is_told():
    # Near and back: 600 + 300 + 600 = 1500, in a shift of 1200.
    problem = evening(visit("near", 1), ends=1200.0)

    assert [each.kind for each in check(problem, lay_out(problem, {"Alpha": ["near"]}))] == [ViolationKind.SHIFT]


def test_a_window_that_opens_in_the_shift_is_waited_for_and_one_that_opens_after_it_is_not():
    waits = lay_out(evening(visit("near", 1, opens=HOUR_S)), {"Alpha": ["near"]})
    does_not = lay_out(evening(visit("near", 1, opens=3 * HOUR_S, closes=4 * HOUR_S)), {"Alpha": ["near"]})

    assert waits.routes[0].stops[0].start_s == HOUR_S
    assert does_not.routes[0].stops[0].start_s == 600.0


def test_a_break_is_taken_before_the_drive_that_would_miss_it():
    pause = Break(earliest_s=500.0, latest_s=800.0, duration_s=120.0)

    (route,) = lay_out(evening(visit("far", 2), breaks=(pause,)), {"Alpha": ["far"]}).routes

    # The drive takes 1200 s: the break is waited for at the depot, from 500 to 620.
    assert [(taken.start_s, taken.after_stop) for taken in route.breaks] == [(500.0, 0)]
    assert route.stops[0].start_s == 620.0 + 1200.0


def test_a_round_laid_out_late_still_waits_between_two_passages_of_a_home():
    # Near at 600, again an hour after it, at 4200; far at 4500 + 600 = 5100; back at 5400 + 1200 = 6600, of 6000.
    near, again = (replace(visit(name, 1), home="h", min_separation_s=HOUR_S) for name in ("near", "again"))
    problem = evening(near, again, visit("far", 2), ends=6000.0)

    plan = lay_out(problem, {"Alpha": ["near", "again", "far"]})

    assert [stop.start_s for stop in plan.routes[0].stops] == [600.0, 4200.0, 5100.0]
    assert [each.kind for each in check(problem, plan)] == [ViolationKind.SHIFT]


def test_a_break_is_taken_in_the_wait_that_would_miss_it():
    # Near is reached at 600 and opens at 3600; the break may begin until 2000, and is taken there at once.
    pause = Break(earliest_s=700.0, latest_s=2000.0, duration_s=120.0)
    problem = evening(visit("near", 1, opens=HOUR_S), breaks=(pause,))

    plan = lay_out(problem, {"Alpha": ["near"]})

    assert [taken.start_s for taken in plan.routes[0].breaks] == [700.0]
    assert [stop.start_s for stop in plan.routes[0].stops] == [HOUR_S]
    assert check(problem, plan) == ()


def test_of_two_passages_of_a_home_in_two_rounds_that_which_came_first_still_does():
    one, other = (replace(visit(name, 1), home="h", min_separation_s=HOUR_S) for name in ("one", "other"))
    alpha = evening(one, other).crews[0]
    problem = replace(evening(one, other), crews=(alpha, replace(alpha, id="Bravo")))

    plan = lay_out(problem, {"Alpha": ["one"], "Bravo": ["other"]}, as_was={"one": 5000.0, "other": 600.0})

    assert [route.stops[0].start_s for route in plan.routes] == [600.0 + HOUR_S, 600.0]
    assert check(problem, plan) == ()


def test_nobody_waits_for_another_passage_past_the_hours_of_a_home():
    near, again = (
        replace(visit(name, 1, closes=HOUR_S), home="h", min_separation_s=HOUR_S) for name in ("near", "again")
    )
    problem = evening(near, again)

    plan = lay_out(problem, {"Alpha": ["near", "again"]})

    assert [stop.start_s for stop in plan.routes[0].stops] == [600.0, 900.0]
    assert [each.kind for each in check(problem, plan)] == [ViolationKind.SEPARATION]


@given(problem=small_days())
@settings(max_examples=20)
def test_the_routes_of_a_search_are_arranged_as_it_left_them(problem):
    found = solve(problem, MaxIterations(50), seed=1, searches=1)

    again = arrange(problem, {route.crew: [stop.visit for stop in route.stops] for route in found.routes})

    assert check(problem, again) == ()
    assert again.prize == pytest.approx(found.prize)
    assert {omission.visit for omission in again.omissions} == {omission.visit for omission in found.omissions}


def test_an_empty_order_leaves_the_crew_at_its_depot():
    plan = arrange(evening(visit("near", 1)), {})

    assert plan.routes[0].stops == ()
    assert [omission.visit for omission in plan.omissions] == ["near"]


def test_a_visit_fits_where_nobody_comes_late():
    # far first: 1200, 300 there, near at 2100, after its 1800. far last: near done at 900, far at 1800, back 3000.
    near, far = visit("near", 1, closes=1800.0), visit("far", 2)

    assert find_places(evening(near, far), "Alpha", ["near"], "far") == {1}
    assert find_places(evening(near, far, ends=2999.0), "Alpha", ["near"], "far") == set()


def test_a_visit_fits_nowhere_with_a_crew_that_its_home_excludes():
    far = visit("far", 2, excluded_crews=frozenset({"Alpha"}))

    assert find_places(evening(visit("near", 1), far), "Alpha", ["near"], "far") == set()


def test_any_place_may_do_in_a_round_that_is_late_already():
    assert find_places(evening(visit("near", 1, closes=60.0), visit("far", 2)), "Alpha", ["near"], "far") == {0, 1}


def _holds(problem: Problem, orders: dict[str, list[str]]) -> bool:
    try:
        arrange(problem, orders, explains=False)
    except LockedVisitError:
        return False
    return True


@settings(max_examples=60, deadline=None)
@given(day=small_days(breaks=True, separations=True), data=st.data())
def test_where_a_visit_keeps_every_rule_is_among_the_places_found(day, data):
    plan = solve(day, MaxIterations(20), seed=1, searches=1)
    orders = {route.crew: [stop.visit for stop in route.stops] for route in plan.routes}
    placed = {visit for order in orders.values() for visit in order}
    one = data.draw(st.sampled_from(day.visits)).id
    orders = {crew: [visit for visit in order if visit != one] for crew, order in orders.items()}
    homes = [each.home for each in day.visits if each.id in placed | {one}]

    for crew in day.crews:
        order = orders[crew.id]
        excluded = crew.id in next(each for each in day.visits if each.id == one).excluded_crews
        hold = {
            place
            for place in range(len(order) + 1)
            if not excluded and _holds(day, {**orders, crew.id: [*order[:place], one, *order[place:]]})
        }
        found = find_places(day, crew.id, order, one)
        assert hold <= found
        assert hold == found or len(set(homes)) < len(homes) or not _holds(day, orders)
