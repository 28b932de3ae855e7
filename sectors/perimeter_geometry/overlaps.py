"""Which perimeters share more ground than a border drawn twice does."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from shapely import STRtree, area, intersection, is_valid
from shapely.geometry.base import BaseGeometry

from sectors.errors import InvalidPerimeter

# Two hand-drawn borders along one street share slivers a few decimetres wide; a whole house is never under 25 m².
OVERLAP_TOLERANCE_M2 = 25.0


@dataclass(frozen=True, kw_only=True)
class Overlap[Id: Hashable]:
    """Two perimeters that share more ground than the tolerance."""

    first: Id
    second: Id
    area_m2: float


def find_overlaps[Id: Hashable](
    areas: Mapping[Id, BaseGeometry], *, tolerance_m2: float = OVERLAP_TOLERANCE_M2
) -> tuple[Overlap[Id], ...]:
    """Find the pairs of perimeters that overlap by more than the tolerance.

    Parameters
    ----------
    areas
        Polygonal areas in a metric projection (Lambert-93 in metropolitan France), by identifier. May be empty.
    tolerance_m2
        Shared ground that is still taken for a border drawn twice, in square metres.

    Returns
    -------
    tuple of Overlap
        Each pair once, in the order of ``areas``.

    Raises
    ------
    InvalidPerimeter
        If an area is not a valid polygon, naming it.
    """
    ids = list(areas)
    shapes = np.array([areas[key] for key in ids], dtype=object)
    for key, valid in zip(ids, is_valid(shapes), strict=True):
        if not valid:
            raise InvalidPerimeter(key)
    if len(ids) < 2:
        return ()
    firsts, seconds = STRtree(shapes).query(shapes, predicate="intersects")
    once = firsts < seconds
    firsts, seconds = firsts[once], seconds[once]
    shared_m2 = area(intersection(shapes[firsts], shapes[seconds]))
    order = np.lexsort((seconds, firsts))
    return tuple(
        Overlap(first=ids[firsts[i]], second=ids[seconds[i]], area_m2=float(shared_m2[i]))
        for i in order
        if shared_m2[i] > tolerance_m2
    )
