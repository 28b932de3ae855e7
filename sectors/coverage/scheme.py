"""How much of the commune the perimeters in force hold, and where the largest gaps are."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from sectors.coverage.cuts import NOWHERE, Cut

# Houses of one street stand in squares that touch.
CELL_M = 50.0
# A gap is a neighbourhood that somebody can walk through, not all that lies outside.
BLOCK_M = 500.0


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of a whole, both as they were counted or estimated."""

    part: float
    whole: float

    @property
    def value(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, kw_only=True)
class SchemeCoverage:
    """Coverage by the scheme.

    Attributes
    ----------
    addresses, residents
        What lies in an area, of the whole commune.
    addresses_by_area, residents_by_area
        In the order of the areas of the cut, shape (areas,).
    """

    addresses: Share
    residents: Share
    addresses_by_area: NDArray[np.int64]
    residents_by_area: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Addresses close to each other that lie in no area.

    Attributes
    ----------
    addresses
        Their indices, in order.
    residents
        Estimated residents.
    ground
        The squares of ``CELL_M`` metres in which they stand; a perimeter may hold parts of them.
    """

    addresses: NDArray[np.int64]
    residents: float
    ground: BaseGeometry


def cover(cut: Cut[Hashable], residents: NDArray[np.float64]) -> SchemeCoverage:
    """Add up what lies in the areas of a cut.

    Parameters
    ----------
    cut
        The perimeters in force on a day, and all addresses of the commune.
    residents
        Estimated residents by address, 0 or more, shape (addresses,).
    """
    _check_residents(cut, residents)
    by_area = np.bincount(cut.of_address + 1, weights=residents, minlength=len(cut.areas) + 1)[1:]
    inside = cut.of_address != NOWHERE
    return SchemeCoverage(
        addresses=Share(part=int(inside.sum()), whole=len(residents)),
        residents=Share(part=float(residents[inside].sum()), whole=float(residents.sum())),
        addresses_by_area=cut.counts,
        residents_by_area=by_area,
    )


def find_gaps(
    cut: Cut[Hashable], points_m: NDArray[np.float64], residents: NDArray[np.float64], *, at_most: int
) -> tuple[Gap, ...]:
    """Find where the most residents live in no area.

    Parameters
    ----------
    cut
        The perimeters in force on a day, and all addresses of the commune.
    points_m
        The addresses in a metric projection, shape (addresses, 2).
    residents
        Estimated residents by address, 0 or more, shape (addresses,).
    at_most
        Gaps wanted, 0 or more.

    Returns
    -------
    tuple of Gap
        Those with the most residents first, then with the most addresses.

    Notes
    -----
    Addresses outside fall into squares of ``CELL_M``; squares that touch, corners included, are one gap, which
    ends where a block of ``BLOCK_M`` does: where few are covered all squares touch, and « the rest » is no place
    to go to.
    """
    _check_residents(cut, residents)
    outside = np.flatnonzero(cut.of_address == NOWHERE)
    if not outside.size or not at_most:
        return ()
    cells, cell = _cells(points_m[outside])
    gap = _gather(cells)
    of_outside = gap[cell]
    weights = np.bincount(of_outside, weights=residents[outside])
    order = np.lexsort((-np.bincount(of_outside), -weights))[:at_most]
    return tuple(
        Gap(
            addresses=outside[of_outside == one],
            residents=float(weights[one]),
            ground=_squares(cells[gap == one]),
        )
        for one in order
    )


def _cells(points_m: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the squares with an address, west to east then south to north, and the one of each address."""
    east, north = np.floor(points_m / CELL_M).astype(np.int64).T
    south, height = north.min(), np.ptp(north) + 1
    keys, cell = np.unique(east * height + north - south, return_inverse=True)
    return np.column_stack([keys // height, keys % height + south]), cell


def _gather(cells: NDArray[np.int64]) -> NDArray[np.int32]:
    """Number the groups of squares that touch within a block; ``cells`` is sorted, shape (cells, 2)."""
    blocks = cells // round(BLOCK_M / CELL_M)
    # A row more than there are: what is north of one column is not south of the next.
    height = np.ptp(cells[:, 1]) + 2
    keys = cells[:, 0] * height + cells[:, 1]
    linked = sparse.csr_array((len(cells), len(cells)))
    for east, north in ((0, 1), (1, -1), (1, 0), (1, 1)):
        wanted = keys + east * height + north
        found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        touch = np.flatnonzero((keys[found] == wanted) & (blocks[found] == blocks).all(axis=1))
        linked += sparse.csr_array((np.ones(len(touch)), (touch, found[touch])), shape=linked.shape)
    numbers: NDArray[np.int32] = connected_components(linked, directed=False)[1]
    return numbers


def _squares(cells: NDArray[np.int64]) -> BaseGeometry:
    west, south = (cells * CELL_M).T
    ground: BaseGeometry = shapely.union_all(shapely.box(west, south, west + CELL_M, south + CELL_M))
    return ground


def _check_residents(cut: Cut[Hashable], residents: NDArray[np.float64]) -> None:
    if residents.shape != cut.of_address.shape or not (residents >= 0).all():
        raise ValueError("Residents are estimated for every address, and not negative.")
