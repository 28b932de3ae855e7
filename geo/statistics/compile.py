"""Compile the statistics into the cache, so that no user waits for it: ``python -m geo.statistics.compile``."""

import sys
import time

import numpy as np

from geo.statistics.density import Kernel, density
from geo.statistics.ground import Grid, Ground, Points
from geo.statistics.kernel.jit import CACHE_DIR
from geo.statistics.near_repeats import knox, near_repeat_weights


def compile_statistics() -> float:
    """Run a tiny town through every compiled function; return the seconds it took."""
    started_s = time.perf_counter()
    grid = Grid(west_m=0.0, south_m=0.0, cell_m=50.0, columns=4, rows=4)
    ground = Ground(grid=grid, inside=np.ones(grid.shape, dtype=bool))
    points = Points(x_m=np.array([60.0, 90.0]), y_m=np.array([60.0, 90.0]))
    for kernel in Kernel:
        density(points, ground, radius_m=100.0, kernel=kernel)
    near_repeat_weights(points, points, np.zeros(2))
    knox(points, np.zeros(2), up_to_m=(100.0,), up_to_days=(7.0,), seed=1, permutations=1)
    return time.perf_counter() - started_s


if __name__ == "__main__":
    sys.stdout.write(f"Statistiques compilées en {compile_statistics():.0f} s dans {CACHE_DIR}\n")
