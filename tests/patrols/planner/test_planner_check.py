from dataclasses import replace

import pytest

from patrols.planner import Break, MaxIterations, TimeWindow, ViolationKind, check, solve
from tests.patrols.planner.planner_days import crew, day, visit

PAUSE = Break(earliest_s=300.0, latest_s=1_500.0, duration_s=300.0)
HOMES = (
    visit("x", 1, home="h", min_separation_s=600.0, windows=(TimeWindow(0.0, 600.0),)),
    visit("y", 1, home="h", min_separation_s=600.0, windows=(TimeWindow(0.0, 3_000.0),)),
    visit("z", 3, excluded_crews=frozenset({"b"})),
    visit("out", 2, service_s=9_000.0),
)
PROBLEM = day(HOMES, [crew(breaks=(PAUSE,)), crew("b")], locked_beginnings={"a": ("x",)}, locked_crews={"z": "a"})


@pytest.fixture(scope="module")
def plan():
    return solve(PROBLEM, MaxIterations(300), seed=1)


def with_route(plan, **changes):
    return replace(plan, routes=(replace(plan.routes[0], **changes), *plan.routes[1:]))


def with_stop(plan, number, **changes):
    stops = list(plan.routes[0].stops)
    stops[number] = replace(stops[number], **changes)
    return with_route(plan, stops=tuple(stops))


def shifted(plan, number, later_s):
    stop = plan.routes[0].stops[number]
    return with_stop(plan, number, start_s=stop.start_s + later_s, departure_s=stop.departure_s + later_s)


def moved_to_b(plan):
    """The first route given to the other crew, and the other way round."""
    one, other = plan.routes
    return replace(plan, routes=(replace(one, crew=other.crew), replace(other, crew=one.crew)))


def test_a_plan_of_the_search_holds(plan):
    assert check(PROBLEM, plan) == ()
    assert sum(len(route.stops) for route in plan.routes) == 3


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [
        (ViolationKind.UNKNOWN, lambda plan: with_stop(plan, 0, visit="nobody")),
        (ViolationKind.UNKNOWN, lambda plan: with_route(plan, crew="nobody")),
        (ViolationKind.MISSING, lambda plan: replace(plan, omissions=())),
        (ViolationKind.MISSING, lambda plan: replace(plan, routes=plan.routes[:1])),
        (ViolationKind.DUPLICATE, lambda plan: replace(plan, routes=(*plan.routes, plan.routes[0]))),
        (ViolationKind.DUPLICATE, lambda plan: replace(plan, omissions=plan.omissions * 2)),
        (ViolationKind.TRAVEL, lambda plan: with_stop(plan, 0, arrival_s=0.0)),
        (ViolationKind.TRAVEL, lambda plan: with_route(plan, end_s=plan.routes[0].stops[-1].departure_s)),
        (ViolationKind.WINDOW, lambda plan: shifted(plan, 0, 1_000.0)),
        (ViolationKind.SERVICE, lambda plan: with_stop(plan, 0, departure_s=plan.routes[0].stops[0].start_s)),
        (ViolationKind.SERVICE, lambda plan: with_stop(plan, 0, arrival_s=plan.routes[0].stops[0].start_s + 9.0)),
        (ViolationKind.SHIFT, lambda plan: with_route(plan, end_s=9_999.0)),
        (ViolationKind.SHIFT, lambda plan: with_route(plan, start_s=-60.0)),
        (ViolationKind.BREAK, lambda plan: with_route(plan, breaks=())),
        (
            ViolationKind.BREAK,
            lambda plan: with_route(plan, breaks=(replace(plan.routes[0].breaks[0], duration_s=60.0),)),
        ),
        (
            ViolationKind.BREAK,
            lambda plan: with_route(plan, breaks=(replace(plan.routes[0].breaks[0], start_s=2_000.0),)),
        ),
        (ViolationKind.EXCLUDED, moved_to_b),
        (ViolationKind.LOCKED, moved_to_b),
        (ViolationKind.SEPARATION, lambda plan: with_all_at(plan, 400.0)),
        (ViolationKind.TOTAL, lambda plan: replace(plan, prize=plan.prize + 1.0)),
        (ViolationKind.TOTAL, lambda plan: replace(plan, travel_s=plan.travel_s + 60.0)),
        (ViolationKind.TOTAL, lambda plan: with_route(plan, travel_s=plan.routes[0].travel_s + 60.0)),
        (ViolationKind.TOTAL, lambda plan: with_route(plan, prize=0.0)),
        (ViolationKind.TOTAL, lambda plan: with_stop(plan, 0, prize=99.0)),
    ],
)
def test_each_kind_of_fault_is_found(plan, kind, spoil):
    found = check(PROBLEM, spoil(plan))
    assert kind in {violation.kind for violation in found}
    assert all(violation.message.endswith(".") for violation in found)


def with_all_at(plan, start_s):
    """Every stop of every route started at once."""
    return replace(
        plan,
        routes=tuple(
            replace(
                route,
                stops=tuple(
                    replace(stop, start_s=start_s, departure_s=start_s + stop.departure_s - stop.start_s)
                    for stop in route.stops
                ),
            )
            for route in plan.routes
        ),
    )
