"""Kernel density: how many reports there are around each place, by km² or by home."""

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
from scipy import ndimage

from geo.statistics.errors import NotTheSameMap, RadiusTooSmall
from geo.statistics.ground import M2_PER_KM2, FloatArray, Ground, Points
from geo.statistics.kernel.spread import count_in_cells, spread_quartic
from geo.statistics.wording import decimal

# Beyond, each point cannot be laid down on its own and the map still follow the hand that moves the slider.
EXACT_UP_TO = 100_000
# Below, the map would show the cells and not the reports.
LEAST_CELLS_IN_RADIUS = 2
# The quartic kernel of radius r varies as much as a Gaussian of standard deviation r / √8, along each axis.
RADIUS_PER_DEVIATION = math.sqrt(8)
# What a Gaussian holds beyond is 1 / 16,000 in one direction, and the correction gives it back.
DEVIATIONS_KEPT = 4
# Around a place with fewer homes, a rate by home would say less than its own uncertainty.
LEAST_HOMES = 11
PER_HOMES = 1_000


class Kernel(Enum):
    """How a report is spread around its place; a map that does not name it can be made to say anything."""

    QUARTIC = "noyau quartique"
    GAUSSIAN = "noyau gaussien"


@dataclass(frozen=True, kw_only=True, eq=False)
class Density:
    """Reports by km², cell by cell.

    Attributes
    ----------
    ground
        Where.
    kernel, radius_m
        How far a report is spread. A Gaussian has no radius: it is the one that varies as much as the quartic.
    per_km2
        By row and column; NaN off the ground.
    on_ground, off_ground
        The weight of the points that the map shows, and of those that it cannot show.
    """

    ground: Ground
    kernel: Kernel
    radius_m: float
    per_km2: FloatArray
    on_ground: float
    off_ground: float

    @property
    def total(self) -> float:
        """What the map adds up to: ``on_ground``, but for rounding."""
        return float(np.nansum(self.per_km2)) * self.ground.grid.cell_km2

    def describe(self) -> str:
        """Say in French how it was made, as it stands on every map."""
        made = f"{self.kernel.value}, rayon {decimal(self.radius_m, 0)}\u00a0m"
        if self.kernel is Kernel.GAUSSIAN:
            made += f" (écart-type {decimal(self.radius_m / RADIUS_PER_DEVIATION, 0)}\u00a0m)"
        return f"{made}, cases de {decimal(self.ground.grid.cell_m, 0)}\u00a0m"


def density(points: Points, ground: Ground, *, radius_m: float, kernel: Kernel | None = None) -> Density:
    """Compute how many reports there are by km² around the centre of each cell.

    Parameters
    ----------
    points
        Reports, in metres of the projection of the ground; none gives a map of zeros.
    ground
        Where they may happen. Points elsewhere are counted apart.
    radius_m
        How far a report is spread, ``LEAST_CELLS_IN_RADIUS`` cells at least.
    kernel
        The exact quartic up to ``EXACT_UP_TO`` points and the binned Gaussian beyond, unless it is given.

    Raises
    ------
    RadiusTooSmall
        If the radius is less than the cells can show.

    Notes
    -----
    At the border the correction is the conservative one (Diggle 1985; btb of Insee): what a report would lose
    beyond the ground is given to the ground around it, so that the map adds up to the number of reports.
    The binned Gaussian counts the points of each cell first. A point is then off by up to half a cell either way,
    which adds cell² / 12 to the variance along each axis (Sheppard 1898); the Gaussian is narrower by that.
    """
    grid = ground.grid
    least_m = LEAST_CELLS_IN_RADIUS * grid.cell_m
    if not least_m <= radius_m < math.inf:
        raise RadiusTooSmall(radius_m, least_m)
    if kernel is None:
        kernel = Kernel.QUARTIC if len(points) <= EXACT_UP_TO else Kernel.GAUSSIAN
    place = (points.x_m, points.y_m, points.weights, grid.west_m, grid.south_m, grid.cell_m, ground.inside)
    if kernel is Kernel.QUARTIC:
        sums, off_ground = spread_quartic(*place, radius_m)
    else:
        counts, off_ground = count_in_cells(*place)
        sums = _spread_gaussian(counts, ground, radius_m)
    return Density(
        ground=ground,
        kernel=kernel,
        radius_m=radius_m,
        per_km2=np.where(ground.inside, sums / grid.cell_km2, np.nan),
        on_ground=float(points.weights.sum()) - off_ground,
        off_ground=off_ground,
    )


def _spread_gaussian(counts: FloatArray, ground: Ground, radius_m: float) -> FloatArray:
    deviation_cells = math.sqrt((radius_m / RADIUS_PER_DEVIATION / ground.grid.cell_m) ** 2 - 1 / 12)
    reach = math.ceil(DEVIATIONS_KEPT * deviation_cells)
    taps = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * deviation_cells**2))
    taps /= taps.sum()

    def smooth(values: FloatArray) -> FloatArray:
        for axis in (0, 1):
            values = ndimage.correlate1d(values, taps, axis=axis, mode="constant")
        return values

    kept = smooth(ground.inside.astype(np.float64))
    return smooth(np.divide(counts, kept, out=np.zeros_like(counts), where=ground.inside))


@dataclass(frozen=True, kw_only=True, eq=False)
class DualDensity:
    """Reports by 1,000 homes, cell by cell.

    Attributes
    ----------
    reports, homes
        The two maps, of the same ground, kernel and radius.
    per_1000_homes
        By row and column; NaN off the ground, and where too few homes are around.
    """

    reports: Density
    homes: Density
    per_1000_homes: FloatArray


def dual_density(reports: Density, homes: Density, *, least_homes: float = LEAST_HOMES) -> DualDensity:
    """Set reports against the homes around each place.

    Parameters
    ----------
    reports, homes
        Two maps made alike.
    least_homes
        Fewer homes than that within the radius bear no rate, nor do none.

    Raises
    ------
    NotTheSameMap
        If ground, kernel or radius differ.
    """
    is_made_alike = (reports.kernel, reports.radius_m) == (homes.kernel, homes.radius_m)
    if not (is_made_alike and reports.ground.is_same_as(homes.ground)):
        raise NotTheSameMap
    around = homes.per_km2 * math.pi * homes.radius_m**2 / M2_PER_KM2
    rates = np.full_like(around, np.nan)
    is_told = (homes.per_km2 > 0) & (around >= least_homes)
    np.divide(PER_HOMES * reports.per_km2, homes.per_km2, out=rates, where=is_told)
    return DualDensity(reports=reports, homes=homes, per_1000_homes=rates)
