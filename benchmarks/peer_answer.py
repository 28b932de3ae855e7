"""What every solver of the benchmark answers: one sequence of visits per crew, judged by the same walk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from patrols.planner import Problem

Routes = Sequence[Sequence[int]]
"""Rows of `Problem.visits`, per crew, in order."""
Solver = Callable[[Problem, float, int], Routes]
"""Problem, seconds, seed -> routes."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The prize of a set of routes, and how many rules it breaks."""

    prize: float
    visits: int
    violations: int


def judge(problem: Problem, routes: Routes) -> Judgement:
    """Walk the routes at their earliest times and count late starts, late returns and repeats.

    Breaks are not walked: the benchmark's crews have none. Nor are separations, which no peer can model: they
    solve the relaxation; the planner's own are verified by its checker (`benchmarks.peer_ronde`).
    """
    violations, starts = 0, {}
    for crew, route in zip(problem.crews, routes, strict=True):
        durations, place, now_s = problem.durations_s[crew.profile], crew.start_location, crew.shift.start_s
        for row in route:
            visit = problem.visits[row]
            now_s += durations[place, visit.location]
            opens = [max(now_s, window.start_s) for window in visit.windows if now_s <= window.end_s + 1e-6]
            violations += (not opens) + (row in starts)
            starts[row] = opens[0] if opens else now_s
            now_s, place = starts[row] + visit.service_s, visit.location
        if route:
            violations += now_s + durations[place, crew.end_location] > crew.shift.end_s + 1e-6
    return Judgement(
        prize=sum(problem.visits[row].prize for row in starts), visits=len(starts), violations=int(violations)
    )
