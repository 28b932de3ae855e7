"""Compile the search into the cache, so that no user waits for it: ``python -m patrols.planner.compile``."""

import sys
import time

import numpy as np

from patrols.planner.kernel.jit import CACHE_DIR
from patrols.planner.problem import Break, Crew, Problem, TimeWindow, Visit
from patrols.planner.solve import solve
from patrols.planner.stop import MaxIterations


def compile_search() -> float:
    """Run a tiny day through every compiled function; return the seconds it took."""
    started_s = time.perf_counter()
    hour = TimeWindow(0.0, 3_600.0)
    visits = tuple(
        Visit(id=str(number), home=str(number % 2), location=1, prize=1.0, service_s=1_200.0, windows=(hour,))
        for number in range(4)
    )
    pause = Break(earliest_s=0.0, latest_s=3_000.0, duration_s=60.0)
    crews = tuple(
        Crew(id=name, profile=0, start_location=0, end_location=0, shift=hour, breaks=(pause,)) for name in "ab"
    )
    durations = np.array([[0.0, 60.0], [60.0, 0.0]])
    solve(Problem(durations_s=(durations,), visits=visits, crews=crews), MaxIterations(10), seed=1)
    return time.perf_counter() - started_s


if __name__ == "__main__":
    sys.stdout.write(f"Planificateur compilé en {compile_search():.0f} s dans {CACHE_DIR}\n")
