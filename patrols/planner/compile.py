"""Compile the planner into the cache, so that no user waits for it: ``python -m patrols.planner.compile``."""

import sys
import time
from dataclasses import replace

import numpy as np

from patrols.planner.kernel.jit import CACHE_DIR
from patrols.planner.problem import Break, Crew, Problem, TimeWindow, Visit
from patrols.planner.solve import solve
from patrols.planner.stop import MaxIterations


def compile_search() -> float:
    """Run tiny days through every compiled function; return the seconds it took."""
    started_s = time.perf_counter()
    problem = _overfull_day()
    # The second day has begun: both crews are at the same home, which keeps its passages apart.
    begun = replace(problem, locked_beginnings={"a": ("0",), "b": ("2",)})
    for day in (problem, begun):
        solve(day, MaxIterations(10), seed=1)
    return time.perf_counter() - started_s


def _overfull_day() -> Problem:
    """Two homes, more passages at them than two crews have the time for, so that some are left out."""
    hour = TimeWindow(0.0, 3_600.0)
    visits = tuple(
        Visit(
            id=str(number),
            home=str(number % 2),
            location=1,
            prize=1.0,
            service_s=1_200.0,
            windows=(hour,),
            min_separation_s=60.0,
        )
        for number in range(8)
    )
    pause = Break(earliest_s=0.0, latest_s=3_000.0, duration_s=60.0)
    crews = tuple(
        Crew(id=name, profile=0, start_location=0, end_location=0, shift=hour, breaks=(pause,)) for name in "ab"
    )
    durations = np.array([[0.0, 60.0], [60.0, 0.0]])
    return Problem(durations_s=(durations,), visits=visits, crews=crews)


if __name__ == "__main__":
    sys.stdout.write(f"Planificateur compilé en {compile_search():.0f} s dans {CACHE_DIR}\n")
