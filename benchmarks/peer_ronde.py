"""Ronde's own planner as one solver among the others, on as many threads as the peers: one."""

from benchmarks.peer_answer import Routes
from patrols.planner import MaxRuntime, Problem, check, solve


def ronde(problem: Problem, seconds: float, seed: int) -> Routes:
    """Plan with one search; the independent checker must agree."""
    plan = solve(problem, MaxRuntime(seconds), seed=seed, searches=1)
    if violations := check(problem, plan):
        raise RuntimeError(violations[0].message)
    rows = {visit.id: row for row, visit in enumerate(problem.visits)}
    return [[rows[stop.visit] for stop in route.stops] for route in plan.routes]
