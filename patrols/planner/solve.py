"""The one entry point: from a problem to a plan."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from patrols.planner.beginnings import begin_routes
from patrols.planner.decode import routes_of
from patrols.planner.encode import empty_day, encode
from patrols.planner.errors import LockedVisitError
from patrols.planner.kernel.anneal import anneal, restore
from patrols.planner.kernel.construct import fill, settle_on
from patrols.planner.kernel.layout import BEST, BEST_PRIZE, BEST_TRAVEL, ROUTE, Day, Town
from patrols.planner.omissions import explain
from patrols.planner.plan import Plan, Progress
from patrols.planner.problem import Problem
from patrols.planner.stop import StoppingRule

SEARCHES = 2
"""Independent searches of one problem, one per core of the smallest machine Ronde is made for."""
SEED_STRIDE = 1_000_003
"""Seeds of the searches of neighbouring seeds stay apart."""
STEP_ITERATIONS = 200
"""Iterations of each search between two looks at the clock: about 5 ms on 100 homes, 30 ms on 2,000."""
HOT, COLD = 1.0, 0.02
"""Temperatures at the first and at the last iteration, in mean prizes."""
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
    days = [_begin(problem, town, seed * SEED_STRIDE + number) for number in range(searches)]
    iterations = 0
    if problem.crews and problem.visits:
        with ThreadPoolExecutor(searches) as pool:
            told_s, before = started_s, 0.0
            while (spent := stop.spent(iterations, time.perf_counter() - started_s)) < 1.0:
                if time.perf_counter() - told_s >= PROGRESS_EVERY_S:
                    told_s = time.perf_counter()
                    if on_progress is not None:
                        on_progress(_progress(problem, _best(days), iterations, told_s - started_s, spent))
                    if is_cancelled is not None and is_cancelled():
                        break
                steps = _shares(min(STEP_ITERATIONS * searches, stop.left(iterations)), searches)
                hot, cold = _temperature(spent), _temperature(min(1.0, 2.0 * spent - before))
                before = spent
                jobs = [
                    pool.submit(_advance, town, day, share, hot, cold)
                    for day, share in zip(days, steps, strict=True)
                ]
                iterations += sum(job.result() for job in jobs)
    day = _best(days)
    day.touched[:] = 1
    restore(town, day, BEST)
    fill(town, day)
    settle_on(day)
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


def _temperature(spent: float) -> float:
    return float(HOT * (COLD / HOT) ** spent)


def _shares(iterations: int, searches: int) -> list[int]:
    """Split `iterations` over the searches, the first ones taking what is left over."""
    return [iterations // searches + (number < iterations % searches) for number in range(searches)]


def _advance(town: Town, day: Day, iterations: int, hot: float, cold: float) -> int:
    anneal(town, day, iterations, hot, cold)
    return iterations


def _begin(problem: Problem, town: Town, seed: int) -> Day:
    """Return a search whose plan is the locked beginnings and what a greedy insertion adds."""
    day = empty_day(town, seed)
    begin_routes(problem, town, day)
    fill(town, day)
    settle_on(day)
    return day


def _best(days: list[Day]) -> Day:
    return min(days, key=lambda day: (-int(day.totals[BEST_PRIZE]), int(day.totals[BEST_TRAVEL])))


def _progress(problem: Problem, day: Day, iterations: int, runtime_s: float, fraction: float) -> Progress:
    visits = [
        problem.visits[v] for row in range(len(problem.crews)) for v in day.seq[2, row, 1 : day.size[2, row] + 1]
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
