"""Pairs of events that are near in space and time."""

import numpy as np
from numpy.typing import NDArray

from geo.statistics.kernel.jit import compiled


@compiled
def count_pairs(
    pairs: NDArray[np.intp],
    space_bands: NDArray[np.intp],
    days: NDArray[np.float64],
    up_to_m: NDArray[np.float64],
    up_to_days: NDArray[np.float64],
) -> NDArray[np.intp]:
    """Return by band of distance and of time how many pairs there are; times apart by more than the last are left.

    A band goes from above the limit before it up to its own limit, included; the first begins at nothing.
    """
    counts = np.zeros((len(up_to_m), len(up_to_days)), dtype=np.intp)
    for pair in range(len(pairs)):
        apart = abs(days[pairs[pair, 0]] - days[pairs[pair, 1]])
        for band in range(len(up_to_days)):
            if apart <= up_to_days[band]:
                counts[space_bands[pair], band] += 1
                break
    return counts
