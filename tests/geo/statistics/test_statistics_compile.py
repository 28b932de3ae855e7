"""What is compiled at the installation is all that maps need."""

import subprocess
import sys

import numpy as np
from shapely import box

from geo.statistics import kernel
from geo.statistics.compile import compile_statistics
from geo.statistics.density import Kernel, density
from geo.statistics.ground import Ground, Points
from geo.statistics.near_repeats import knox, near_repeat_weights
from tests.compiled_versions import versions_compiled


def use_everything() -> None:
    """Draw maps of what callers bring: lists read from a database, slices, whole numbers."""
    ground = Ground.of(box(0, 0, 1_000, 800), 100.0)
    drawn = np.arange(40, dtype=np.int64).reshape(20, 2)
    read = np.frombuffer(np.arange(20.0).astype(">f8").tobytes(), dtype=">f8")
    for points in (Points(x_m=drawn[:, 0], y_m=drawn[:, 1]), Points(x_m=read, y_m=read, weights=read)):
        for way in Kernel:
            density(points, ground, radius_m=250.0, kernel=way)
        near_repeat_weights(points, points, drawn[:, 1] / 4)
        knox(points, drawn[:, 1], up_to_m=[1, 100], up_to_days=[7, 14], seed=1, permutations=2)


def test_no_map_has_anything_left_to_compile():
    # In a process of its own: here, other tests have compiled what they needed.
    subprocess.run([sys.executable, "-m", __name__], check=True)


if __name__ == "__main__":
    compile_statistics()
    before = versions_compiled(kernel)
    use_everything()
    after = versions_compiled(kernel)
    sys.exit(f"not compiled beforehand: {before}, {after}" if after != before or 0 in after.values() else 0)
