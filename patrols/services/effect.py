"""What counting recent facts changes in a plan: the homes that have a passage more, or one less, than without."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from patrols.planner import Plan as Solution
from patrols.planner import Problem
from patrols.services.day_terms import DayProblem
from patrols.services.risk import without_risk


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Homes by key that have a passage more, or one less, than in a plan looked for as long without."""

    brought_in: tuple[int, ...] = ()
    left_out: tuple[int, ...] = ()


def find_effect(
    day: DayProblem, problem: Problem, solution: Solution, search: Callable[[Problem], Solution]
) -> Effect | None:
    """Look for the plan again without what recent facts weigh, and tell the difference.

    Where everything due has its passage there is none to tell, and nothing is looked for.

    Returns
    -------
    None where recent facts weigh on no home.
    """
    if day.risk is None or not day.risk.factors:
        return None
    if not solution.omissions:
        return Effect()
    plain = search(without_risk(problem, day.risk))
    counted, without = _count(day, solution), _count(day, plain)
    return Effect(
        brought_in=tuple(sorted((counted - without).keys())), left_out=tuple(sorted((without - counted).keys()))
    )


def _count(day: DayProblem, solution: Solution) -> Counter[int]:
    return Counter(day.visits[stop.visit].absence.pk for route in solution.routes for stop in route.stops)
