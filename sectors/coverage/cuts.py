"""In which area each address lies, and what changes when the areas do."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from sectors.errors import InvalidPerimeter

NOWHERE = -1
"""Place of an address that lies in no area."""

Places = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class Cut[Id: Hashable]:
    """Areas, and the one in which each address lies.

    Attributes
    ----------
    areas
        Identifiers of the areas, in order.
    of_address
        Index into ``areas`` for each address, or ``NOWHERE``; shape (addresses,).
    """

    areas: tuple[Id, ...]
    of_address: Places

    def __post_init__(self) -> None:
        if len(set(self.areas)) != len(self.areas):
            raise ValueError("An area is named twice.")
        inside = self.of_address.size == 0 or (
            self.of_address.min() >= NOWHERE and self.of_address.max() < len(self.areas)
        )
        if not inside:
            raise ValueError("An address lies in an area that the cut does not have.")

    @property
    def counts(self) -> NDArray[np.int64]:
        """Addresses by area, shape (areas,)."""
        return np.bincount(self.of_address + 1, minlength=len(self.areas) + 1)[1:]


@dataclass(frozen=True, kw_only=True)
class Move[Id: Hashable]:
    """Addresses that go from an area to another; None stands for no area.

    Attributes
    ----------
    addresses
        Their indices, in order.
    """

    origin: Id | None
    destination: Id | None
    addresses: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Pieces:
    """The parts into which several cuts together divide the addresses.

    Attributes
    ----------
    of_address
        Index of the piece of each address, shape (addresses,).
    areas
        Index of the area that holds each piece in each cut, or ``NOWHERE``; shape (pieces, cuts).
    """

    of_address: Places
    areas: Places


def place[Id: Hashable](points_m: NDArray[np.float64], areas: Mapping[Id, BaseGeometry]) -> Cut[Id]:
    """Find the area of each address.

    Parameters
    ----------
    points_m
        Addresses in a metric projection (Lambert-93 in metropolitan France), shape (addresses, 2).
    areas
        Polygonal areas in the same projection, in the order of their numbers: an address on a border that two
        share, or in ground that both hold, belongs to the first, as in the counts.

    Raises
    ------
    InvalidPerimeter
        If an area is not a valid polygon, naming it.
    ValueError
        If a coordinate is not finite.
    """
    if not np.isfinite(points_m).all():
        raise ValueError("An address has no finite coordinates.")
    shapes = np.array(list(areas.values()), dtype=object)
    for key, valid in zip(areas, shapely.is_valid(shapes), strict=True):
        if not valid:
            raise InvalidPerimeter(key)
    placed = np.full(len(points_m), NOWHERE, dtype=np.int32)
    # The tree holds the points: a polygon is then prepared once for all that it may cover.
    found, covered = shapely.STRtree(np.asarray(shapely.points(points_m))).query(shapes, predicate="covers")
    last_first = np.argsort(-found, kind="stable")
    placed[covered[last_first]] = found[last_first]
    return Cut(areas=tuple(areas), of_address=placed)


def find_moves[Id: Hashable](before: Cut[Id], after: Cut[Id]) -> tuple[Move[Id], ...]:
    """Say which addresses change their area between two cuts of the same addresses.

    Returns
    -------
    tuple of Move
        Without what stays; in the order of the areas before, then after, no area last.
    """
    if len(before.of_address) != len(after.of_address):
        raise ValueError("The two cuts are not of the same addresses.")
    names = list(dict.fromkeys([*before.areas, *after.areas]))
    number = {name: place for place, name in enumerate(names)}
    origins, destinations = (
        np.array([*(number[name] for name in cut.areas), len(names)])[cut.of_address] for cut in (before, after)
    )
    moved = np.flatnonzero(origins != destinations)
    pairs = origins[moved] * (len(names) + 1) + destinations[moved]
    order = np.argsort(pairs, kind="stable")
    kinds, starts = np.unique(pairs[order], return_index=True)
    ends = [*names, None]
    return tuple(
        Move(origin=ends[kind // len(ends)], destination=ends[kind % len(ends)], addresses=moved[order[start:end]])
        for kind, (start, end) in zip(kinds, pairwise([*starts, len(order)]), strict=True)
    )


def find_pieces(cuts: Sequence[Cut[Hashable]]) -> Pieces:
    """Divide the addresses by several cuts at once: two in one piece lie together in every cut.

    What is published by one cut and by another adds up the same pieces (the leaves of the ground in
    ``maps.disclosure``). Ground without an address is in none.
    """
    rows = np.column_stack([cut.of_address for cut in cuts])
    areas, piece = np.unique(rows, axis=0, return_inverse=True)
    return Pieces(of_address=piece.ravel().astype(np.int32), areas=areas.astype(np.int32))
