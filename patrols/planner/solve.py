"""The one entry point: from a problem to a plan."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from patrols.planner.beginnings import begin_routes
from patrols.planner.decode import routes_of
from patrols.planner.encode import empty_day, encode
from patrols.planner.errors import LockedVisitError
from patrols.planner.kernel.anneal import anneal, restore
from patrols.planner.kernel.construct import fill, settle_on
from patrols.planner.kernel.layout import BEST, BEST_PRIZE, BEST_TRAVEL, ROUTE, Day, Town
from patrols.planner.kernel.waiting import wait_less
from patrols.planner.omissions import explain
from patrols.planner.plan import Plan, Progress
from patrols.planner.problem import Problem
from patrols.planner.sharing import share_work
from patrols.planner.stop import StoppingRule

SEARCHES = 2
"""Independent searches of one problem, one per core of the smallest machine Ronde is made for."""
SEED_STRIDE = 1_000_003
"""Seeds of the searches of neighbouring seeds stay apart."""
STEP_ITERATIONS = 200
"""Iterations of each search between two looks at the clock: about 5 ms on 100 homes, 30 ms on 2,000."""
HOT, COLD = 1.0, 0.02
"""Temperatures at the first and at the last iteration, in mean prizes."""
SEARCH_SHARE = 0.95
"""Of the time allowed; the rest is for sharing the work, which takes 0.2 s on 100 homes and 0.5 s on 2,000."""
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
    """Return the best plan found for `problem` before `stop`: most prize, least travel, even work, little waiting.

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
    days = [begin(problem, town, seed * SEED_STRIDE + number) for number in range(searches)]
    iterations = 0
    if problem.crews and problem.visits:
        watch = _Watch(started_s=started_s, on_progress=on_progress, is_cancelled=is_cancelled)
        iterations = _search(problem, town, days, stop, watch)
    day = _best(days)
    day.touched[:] = 1
    restore(town, day, BEST)
    finish(town, day, is_late=lambda: stop.is_over(time.perf_counter() - started_s))
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


def begin(problem: Problem, town: Town, seed: int) -> Day:
    """Return a search whose plan is the locked beginnings and what a greedy insertion adds."""
    day = empty_day(town, seed)
    begin_routes(problem, town, day)
    fill(town, day)
    settle_on(day)
    return day


def finish(town: Town, day: Day, *, is_late: Callable[[], bool]) -> None:
    """Put in what still fits, share the work among the crews, shorten their waits, and put in what fits now."""
    fill(town, day)
    settle_on(day)
    share_work(town, day, is_late=is_late)
    wait_less(town, day)
    fill(town, day)
    settle_on(day)


@dataclass(frozen=True, kw_only=True)
class _Watch:
    """Who watches a search, and since when."""

    started_s: float
    on_progress: Callable[[Progress], None] | None
    is_cancelled: Callable[[], bool] | None


def _search(problem: Problem, town: Town, days: list[Day], stop: StoppingRule, watch: _Watch) -> int:
    """Run the searches side by side until their share of `stop` is spent; return the iterations done."""
    iterations, told_s, before = 0, watch.started_s, 0.0
    with ThreadPoolExecutor(len(days)) as pool:
        while (spent := stop.spent(iterations, (time.perf_counter() - watch.started_s) / SEARCH_SHARE)) < 1.0:
            if time.perf_counter() - told_s >= PROGRESS_EVERY_S:
                told_s = time.perf_counter()
                if watch.on_progress is not None:
                    watch.on_progress(_progress(problem, _best(days), iterations, told_s - watch.started_s, spent))
                if watch.is_cancelled is not None and watch.is_cancelled():
                    break
            steps = _shares(min(STEP_ITERATIONS * len(days), stop.left(iterations)), len(days))
            hot, cold = _temperature(spent), _temperature(min(1.0, 2.0 * spent - before))
            before = spent
            jobs = [
                pool.submit(_advance, town, day, share, hot, cold) for day, share in zip(days, steps, strict=True)
            ]
            iterations += sum(job.result() for job in jobs)
    return iterations


def _temperature(spent: float) -> float:
    return float(HOT * (COLD / HOT) ** spent)


def _shares(iterations: int, searches: int) -> list[int]:
    """Split `iterations` over the searches, the first ones taking what is left over."""
    return [iterations // searches + (number < iterations % searches) for number in range(searches)]


def _advance(town: Town, day: Day, iterations: int, hot: float, cold: float) -> int:
    anneal(town, day, iterations, hot, cold)
    return iterations


def _best(days: list[Day]) -> Day:
    return min(days, key=lambda day: (-int(day.totals[BEST_PRIZE]), int(day.totals[BEST_TRAVEL])))


def _progress(problem: Problem, day: Day, iterations: int, runtime_s: float, fraction: float) -> Progress:
    routes = {
        crew.id: [problem.visits[v] for v in day.seq[BEST, row, 1 : day.size[BEST, row] + 1]]
        for row, crew in enumerate(problem.crews)
    }
    visits = [visit for route in routes.values() for visit in route]
    return Progress(
        iterations=iterations,
        runtime_s=runtime_s,
        fraction=min(1.0, fraction),
        prize=sum(visit.prize for visit in visits),
        visits=len(visits),
        orders={crew: tuple(visit.id for visit in route) for crew, route in routes.items()},
    )


def _refuse_broken_locks(problem: Problem, day: Day) -> None:
    for row, visit in enumerate(problem.visits):
        crew = problem.locked_crews.get(visit.id)
        if crew is not None and day.where[row, ROUTE] < 0:
            raise LockedVisitError(
                f"Le passage verrouillé {visit.id} ne tient pas dans la tournée de l'équipage {crew} : "
                "déverrouillez-le, ou prolongez la vacation ou ses plages horaires.",
                visit=visit.id,
            )
