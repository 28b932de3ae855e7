"""Hot spots: places with more reports than chance would give to the homes around them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from geo.statistics.errors import CountsRefused, TooFewForGiStar, WindowsTooLarge
from geo.statistics.ground import FloatArray, Ground, Points
from geo.statistics.kernel.spread import count_in_cells
from geo.statistics.rates import FALSE_DISCOVERY, adjust

# On pure chance, of 80 maps of 15,000 cells so many had a hot spot by Gi*: all with one report in a window, 40 %
# with 10, 15 % with 50, 6 % with 100. It promises 5 %; the exact test kept it at each of these (0 to 5 %).
LEAST_IN_WINDOW_FOR_GI_STAR = 100.0

# 12 bytes each, and twice that while they are put together: 0.7 GB.
MOST_IN_WINDOWS = 20_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Windows:
    """For each place, the places around it, itself included.

    Attributes
    ----------
    around
        Square, a row for each place: 1 where another one is in its window, else 0.
    """

    around: sparse.csr_array

    @classmethod
    def within(cls, ground: Ground, radius_m: float) -> "Windows":
        """Take for each cell of a ground the cells whose centre is within a radius of its own, in row order.

        Raises
        ------
        WindowsTooLarge
            If they would hold more than ``MOST_IN_WINDOWS`` cells in all.
        """
        numbers = np.full(ground.inside.shape, -1)
        numbers[ground.inside] = np.arange(ground.inside.sum())
        # A hair more: a centre right at the radius is within it, whatever rounding says.
        reach = radius_m / ground.grid.cell_m * (1 + 1e-9)
        steps = np.arange(-int(reach), int(reach) + 1)
        held = int(ground.inside.sum()) * int((np.add.outer(steps**2, steps**2) <= reach**2).sum())
        if held > MOST_IN_WINDOWS:
            raise WindowsTooLarge(radius_m, ground.grid.cell_m)
        padded = np.pad(numbers, int(reach), constant_values=-1)
        origins, others = [], []
        for row, column in ((r, c) for r in steps for c in steps if r * r + c * c <= reach * reach):
            shifted = padded[int(reach) + row :, int(reach) + column :][: numbers.shape[0], : numbers.shape[1]]
            both = (numbers >= 0) & (shifted >= 0)
            origins.append(numbers[both])
            others.append(shifted[both])
        return cls.joining(np.concatenate(origins), np.concatenate(others), places=int(ground.inside.sum()))

    @classmethod
    def joining(cls, origins: NDArray[np.intp], others: NDArray[np.intp], *, places: int) -> "Windows":
        """Make windows of pairs of numbers, the place itself among those around it."""
        return cls(around=sparse.csr_array((np.ones(len(origins)), (origins, others)), shape=(places, places)))


def count_by_cell(points: Points, ground: Ground) -> FloatArray:
    """Count the points of each cell that is ground, by their weights, in row order."""
    grid = ground.grid
    counts, _ = count_in_cells(
        points.x_m, points.y_m, points.weights, grid.west_m, grid.south_m, grid.cell_m, ground.inside
    )
    return counts[ground.inside]


@dataclass(frozen=True, kw_only=True, eq=False)
class HotSpots:
    """What the window test says of each place.

    Attributes
    ----------
    reports, expected
        In its window, and what the homes of the window would have if all homes had as many.
    p_value
        How often chance gives as many or more; NaN where no home is: nothing can be expected there.
    adjusted
        The same among all places tested together.
    without_homes
        Reports of places without any home, which are in no rate.
    """

    reports: FloatArray
    expected: FloatArray
    p_value: FloatArray
    adjusted: FloatArray
    without_homes: float

    @property
    def is_hot(self) -> NDArray[np.bool_]:
        """Where there are more reports than chance explains."""
        return self.adjusted <= FALSE_DISCOVERY


def hot_spots(reports: FloatArray, homes: FloatArray, windows: Windows) -> HotSpots:
    """Test around each place whether its homes have more reports than the others.

    Parameters
    ----------
    reports
        By place, whole numbers.
    homes
        By place, in any unit of exposure, 0 or more.
    windows
        What is around each place.

    Raises
    ------
    CountsRefused
        If reports are no counts, or the lists differ in length.

    Notes
    -----
    Two Poisson counts, within the window and beyond, are set against each other as ``rates.compare`` does: given
    their sum, the count within is binomial with the window's share of the homes (Przyborowski and Wilenski 1940).
    The upper tail alone is taken, exact at any count. Windows overlap, which Benjamini and Hochberg bear (2001).
    Reports of places without a home are left out: no share of homes explains them.
    """
    _check_counts(reports, homes, windows)
    housed = homes > 0
    counted = np.where(housed, reports, 0.0)
    within, exposed = windows.around @ counted, windows.around @ homes
    total, share = counted.sum(), exposed / homes.sum() if housed.any() else np.zeros_like(exposed)
    # A window of all homes has nothing beyond to be set against.
    tail = stats.binom.sf(within - 1, total, np.minimum(share, 1.0))
    p_value = np.where(exposed > 0, np.clip(tail, 0.0, 1.0), np.nan)
    return HotSpots(
        reports=within,
        expected=total * share,
        p_value=p_value,
        adjusted=adjust(p_value),
        without_homes=float(reports.sum() - total),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class GiStar:
    """The Gi* of each place: how far the values around it are from the mean, in standard deviations.

    Attributes
    ----------
    score
        Positive where they are high; NaN where all values are equal.
    p_value
        Of both sides, by the normal law.
    adjusted
        The same among all places.
    """

    score: FloatArray
    p_value: FloatArray
    adjusted: FloatArray

    @property
    def is_hot(self) -> NDArray[np.bool_]:
        """Where values are higher than chance explains."""
        return (self.adjusted <= FALSE_DISCOVERY) & (self.score > 0)


def gi_star(values: FloatArray, windows: Windows) -> GiStar:
    """Compute Gi* of values that are nearly normal; for counts, see ``gi_star_of_counts``.

    Notes
    -----
    Ord and Getis (1995), the place itself included, the variance by n.
    """
    count = len(values)
    weights = windows.around.sum(axis=1)
    squares = windows.around.multiply(windows.around).sum(axis=1)
    spread = values.std() * np.sqrt(np.maximum(count * squares - weights**2, 0.0) / max(count - 1, 1))
    score = np.full(count, np.nan)
    np.divide(windows.around @ values - weights * values.mean(), spread, out=score, where=spread > 0)
    p_value = 2 * stats.norm.sf(np.abs(score))
    return GiStar(score=score, p_value=p_value, adjusted=adjust(p_value))


def gi_star_of_counts(reports: FloatArray, windows: Windows) -> GiStar:
    """Compute Gi* of counts, where they are high enough for it.

    Raises
    ------
    TooFewForGiStar
        If windows hold fewer than ``LEAST_IN_WINDOW_FOR_GI_STAR`` reports in the mean: take ``hot_spots``.
    """
    mean = float((windows.around @ reports).mean()) if len(reports) else 0.0
    if mean < LEAST_IN_WINDOW_FOR_GI_STAR:
        raise TooFewForGiStar(mean, LEAST_IN_WINDOW_FOR_GI_STAR)
    return gi_star(reports, windows)


def _check_counts(reports: FloatArray, homes: FloatArray, windows: Windows) -> None:
    places = windows.around.shape[0]
    if reports.shape != (places,) or homes.shape != (places,):
        raise CountsRefused("Il en faut un par lieu.")
    if not np.isfinite(reports).all() or (reports < 0).any() or (reports != np.floor(reports)).any():
        raise CountsRefused("Les signalements sont des nombres entiers.")
    if not np.isfinite(homes).all() or (homes < 0).any():
        raise CountsRefused("Les logements sont des nombres positifs ou nuls.")
