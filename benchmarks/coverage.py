"""How long it takes to say what the perimeters hold, from a town's size to 500,000 addresses and 1,000 sectors.

``python -m benchmarks.coverage`` prints the table of ``docs/benchmarks/coverage.md``: addresses drawn evenly,
sectors as discs of 120 vertices on a grid that hold a good half of them.
"""

import math
import statistics
import time
from collections.abc import Callable

import numpy as np
from shapely import Point
from shapely.geometry.base import BaseGeometry

from benchmarks.machine import describe_machine
from sectors.coverage import cover, find_gaps, find_moves, place

SEED, REPEATS, GAPS = 2026, 5, 20
SIZES = ((20_000, 16), (100_000, 200), (500_000, 1_000))
M2_BY_ADDRESS = 1_500
QUARTER_OF_A_DISC = 30


def draw_sectors(count: int, width_m: float, *, shift_m: float) -> dict[int, BaseGeometry]:
    """Set discs on a grid, moved eastwards."""
    side = math.ceil(math.sqrt(count))
    step_m = width_m / side
    return {
        number: Point((number % side + 0.5) * step_m + shift_m, (number // side + 0.5) * step_m).buffer(
            0.42 * step_m, quad_segs=QUARTER_OF_A_DISC
        )
        for number in range(count)
    }


def time_ms(act: Callable[[], object]) -> str:
    """Time a piece of work, the median of a few runs; computing time, which neighbours hardly change."""
    times_ms = []
    for _ in range(REPEATS):
        started = time.process_time()
        act()
        times_ms.append(1000 * (time.process_time() - started))
    return spaced(statistics.median(times_ms))


def spaced(number: float) -> str:
    """Write a number with spaces between thousands."""
    return f"{number:,.0f}".replace(",", " ")


def measure(addresses: int, sectors: int) -> None:
    """Print the line of one size."""
    random = np.random.default_rng(SEED)
    width_m = math.sqrt(addresses * M2_BY_ADDRESS)
    points_m = random.uniform(0, width_m, (addresses, 2))
    residents = random.gamma(2, 1.1, addresses)
    areas = draw_sectors(sectors, width_m, shift_m=0)
    before = place(points_m, draw_sectors(sectors, width_m, shift_m=40))
    cut = place(points_m, areas)
    times = [
        time_ms(lambda: place(points_m, areas)),
        time_ms(lambda: cover(cut, residents)),
        time_ms(lambda: find_gaps(cut, points_m, residents, at_most=GAPS)),
        time_ms(lambda: find_moves(before, cut)),
    ]
    print("|", " | ".join([spaced(addresses), spaced(sectors), *times]), "|", flush=True)


def main() -> None:
    """Print the table."""
    print(describe_machine(["numpy", "scipy", "shapely"]))
    print("\n| addresses | sectors | placed, ms | shares, ms | gaps, ms | moves, ms |")
    print("|---:|---:|---:|---:|---:|---:|")
    for addresses, sectors in SIZES:
        measure(addresses, sectors)


if __name__ == "__main__":
    main()
