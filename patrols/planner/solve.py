"""The one entry point: from a problem to a plan."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from patrols.planner.beginnings import begin_routes
from patrols.planner.decode import routes_of
from patrols.planner.encode import empty_day, encode
from patrols.planner.errors import LockedVisitError
from patrols.planner.kernel.anneal import anneal
from patrols.planner.kernel.construct import complete, construct
from patrols.planner.kernel.layout import BEST_PRIZE, BEST_TRAVEL, ROUTE, Day, Town
from patrols.planner.omissions import explain
from patrols.planner.plan import Plan, Progress
from patrols.planner.problem import Problem
from patrols.planner.stop import StoppingRule

SEARCHES = 2
"""Independent searches of one problem, one per core of the smallest machine Ronde is made for."""
STEP_ITERATIONS = 500
HOT, COLD = 1.0, 0.02
PROGRESS_EVERY_S = 0.2


def solve(
    problem: Problem,
    stop: StoppingRule,
    *,
    seed: int,
    on_progress: Callable[[Progress], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
    searches: int = SEARCHES,
) -> Plan:
    """Return the best plan found for `problem` before `stop`.

    Parameters
    ----------
    problem
        The day. With no crew or no visit the plan is empty.
    stop
        `MaxIterations` or `MaxRuntime`.
    seed
        The same problem, seed, number of searches and iterations give the same plan.
    on_progress
        Called a few times a second, from the calling thread.
    is_cancelled
        Asked as often; once it says yes, the best plan so far is returned.
    searches
        How many searches run side by side, each on a core of its own; `stop` counts the iterations of all.

    Raises
    ------
    LockedVisitError
        When what the problem locks cannot be kept.
    """
    started_s = time.perf_counter()
    town = encode(problem)
    days = [_begin(problem, town, seed * 1_000_003 + number) for number in range(searches)]
    iterations = 0
    told_s = started_s
    ruined = [np.zeros(len(problem.crews), dtype=np.bool_) for _ in days]
    if len(problem.crews) and len(problem.visits):
        with ThreadPoolExecutor(searches) as pool:
            while True:
                now_s = time.perf_counter()
                spent = stop.spent(iterations, now_s - started_s)
                if now_s - told_s >= PROGRESS_EVERY_S:
                    told_s = now_s
                    if on_progress is not None:
                        on_progress(_progress(problem, _best(days), iterations, now_s - started_s, spent))
                    if is_cancelled is not None and is_cancelled():
                        break
                if spent >= 1.0:
                    break
                temperature = HOT * (COLD / HOT) ** spent
                jobs = [
                    pool.submit(anneal, town, day, flags, STEP_ITERATIONS, temperature, temperature)
                    for day, flags in zip(days, ruined, strict=True)
                ]
                for job in jobs:
                    job.result()
                iterations += STEP_ITERATIONS * searches
    day = _best(days)
    complete(town, day)
    _refuse_broken_locks(problem, day)
    routes = routes_of(problem, town, day)
    return Plan(
        routes=routes,
        omissions=explain(problem, town, day),
        prize=sum(route.prize for route in routes),
        travel_s=sum(route.travel_s for route in routes),
        iterations=iterations,
        seed=seed,
        runtime_s=time.perf_counter() - started_s,
    )


def _begin(problem: Problem, town: Town, seed: int) -> Day:
    """Return a search whose plan is the locked beginnings and what a greedy insertion adds."""
    day = empty_day(town, seed)
    begin_routes(problem, town, day)
    construct(town, day)
    return day


def _best(days: list[Day]) -> Day:
    return min(days, key=lambda day: (-int(day.totals[BEST_PRIZE]), int(day.totals[BEST_TRAVEL])))


def _progress(problem: Problem, day: Day, iterations: int, runtime_s: float, fraction: float) -> Progress:
    visits = [
        problem.visits[v]
        for row in range(len(problem.crews))
        for v in day.seq[2, row, 1 : day.size[2, row] + 1]
    ]
    return Progress(
        iterations=iterations,
        runtime_s=runtime_s,
        fraction=min(1.0, fraction),
        prize=sum(visit.prize for visit in visits),
        visits=len(visits),
    )


def _refuse_broken_locks(problem: Problem, day: Day) -> None:
    for row, visit in enumerate(problem.visits):
        crew = problem.locked_crews.get(visit.id)
        if crew is not None and day.where[row, ROUTE] < 0:
            raise LockedVisitError(
                f"Le passage verrouillé {visit.id} ne tient pas dans la tournée de l'équipage {crew} : "
                "déverrouillez-le, ou prolongez la vacation ou ses plages horaires."
            )
