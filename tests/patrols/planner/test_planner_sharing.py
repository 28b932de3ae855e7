from dataclasses import replace

from hypothesis import given, settings

from patrols.planner import MaxIterations, MaxRuntime, Problem, TimeWindow, check, sharing, solve
from patrols.planner.encode import encode
from patrols.planner.kernel.layout import BEST, PRIZE, ROUTE, SERVICE, TRAVEL, WORK
from patrols.planner.kernel.share import weigh
from patrols.planner.sharing import TRAVEL_ALLOWANCE, share_work
from patrols.planner.solve import begin, finish
from tests.patrols.planner.planner_days import crew, day, small_days, visit

quick = settings(max_examples=60)


def at_once():
    return False


def begun(problem: Problem):
    town = encode(problem)
    return town, begin(problem, town, 5)


def works_min(problem, plan) -> list[float]:
    service_s = {home.id: home.service_s for home in problem.visits}
    return [(route.travel_s + sum(service_s[stop.visit] for stop in route.stops)) / 60.0 for route in plan.routes]


def test_two_crews_share_the_homes_that_one_could_make_alone():
    # Six homes a minute away, 5 minutes each: alone 30 + 2 = 32 minutes of work and none, together 15 + 2 = 17
    # each. The second crew's way costs 2 minutes; 15 % of 32 are 4.8.
    problem = day([visit(f"v{n}", 1) for n in range(6)], [crew("a"), crew("b")])
    assert works_min(problem, solve(problem, MaxIterations(100), seed=1)) == [17.0, 17.0]


def test_a_crew_too_far_away_to_help_stays_at_its_depot():
    # From the ninth minute of the street the other crew needs 8 + 8 = 16 minutes more, 15 % of 32 are 4.8.
    homes = [visit(f"v{n}", 1) for n in range(6)]
    problem = day(homes, [crew("a"), crew("b", start_location=9, end_location=9)])
    assert works_min(problem, solve(problem, MaxIterations(100), seed=1)) == [32.0, 0.0]


def test_work_is_shared_by_the_time_that_each_crew_is_there_for():
    # Nine homes at the depot, 5 minutes each: 45 minutes over shifts of 120 and 60 are 30 and 15.
    homes = [visit(f"v{n}", 0) for n in range(9)]
    problem = day(homes, [crew("long", end_s=7_200.0), crew("short", end_s=3_600.0)])
    assert works_min(problem, solve(problem, MaxIterations(100), seed=1)) == [30.0, 15.0]


def test_a_crew_kept_away_from_every_home_is_given_none():
    homes = [visit(f"v{n}", 1, excluded_crews=frozenset({"b"})) for n in range(6)]
    problem = day(homes, [crew("a"), crew("b")])
    assert works_min(problem, solve(problem, MaxIterations(100), seed=1)) == [32.0, 0.0]


def test_the_time_that_sharing_frees_is_used_for_another_home():
    # What one crew cannot make alone, two can; the plan then still has everything, shared.
    problem = day([visit(f"v{n}", 1) for n in range(12)], [crew("a", end_s=3_720.0), crew("b", end_s=3_720.0)])
    plan = solve(problem, MaxIterations(100), seed=1)
    assert plan.omissions == ()
    assert works_min(problem, plan) == [32.0, 32.0]


@quick
@given(small_days(crews=3, separations=True, breaks=True, visits=12))
def test_sharing_keeps_the_prize_the_busiest_crew_and_the_allowance(problem):
    town, shared = begun(problem)
    prize, travel = int(shared.totals[PRIZE]), int(shared.totals[TRAVEL])
    at_doors = int(town.visits[shared.where[:, ROUTE] >= 0, SERVICE].sum())
    weight, busiest = weigh(town, shared)

    share_work(town, shared, is_late=at_once)

    assert shared.totals[PRIZE] >= prize
    assert shared.totals[TRAVEL] <= travel + TRAVEL_ALLOWANCE * (at_doors + travel)
    assert weigh(town, shared)[0] <= weight
    assert weigh(town, shared)[1] <= busiest


@quick
@given(small_days(crews=3, separations=True, breaks=True, visits=12))
def test_the_totals_are_those_of_the_routes_whatever_was_moved(problem):
    town, shared = begun(problem)

    finish(town, shared, is_late=at_once)

    assert shared.totals[TRAVEL] == shared.route_travel.sum()
    assert shared.totals[PRIZE] == town.prizes[shared.where[:, ROUTE] >= 0].sum()


@quick
@given(small_days(crews=3, separations=True, breaks=True, visits=12, shortest=True))
def test_a_shared_day_whose_beginnings_are_locked_breaks_no_rule(problem):
    first = solve(problem, MaxIterations(50), seed=5)
    beginnings = {route.crew: tuple(stop.visit for stop in route.stops[:2]) for route in first.routes}
    locked = replace(problem, locked_beginnings=beginnings)

    plan = solve(locked, MaxIterations(50), seed=6)

    assert check(locked, plan) == ()


def test_a_plan_out_of_time_is_not_shared(monkeypatch):
    asked = []
    monkeypatch.setattr(sharing, "share_out", lambda *_: asked.append(1))
    homes = [visit(f"v{n}", 1, windows=(TimeWindow(0.0, 3_000.0),)) for n in range(6)]

    solve(day(homes, [crew("a"), crew("b")]), MaxRuntime(0.0), seed=1)

    assert asked == []


def test_sharing_ends_with_the_best_plan_as_the_candidate():
    town, shared = begun(day([visit(f"v{n}", 1) for n in range(6)], [crew("a"), crew("b")]))
    share_work(town, shared, is_late=at_once)
    assert (shared.size[BEST] == shared.size[WORK]).all()
    assert (shared.seq[BEST] == shared.seq[WORK])[:, 1:3].all()
