"""Split a perimeter along a line, merge two, and let a border follow those that are there."""

from collections.abc import Hashable, Iterable, Mapping

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import polygonize

from sectors.perimeter_geometry.errors import LineDoesNotSplit, NothingLeft, SectorsApart
from sectors.perimeter_geometry.findings import TOUCH_M, narrow_parts
from sectors.perimeter_geometry.shapes import MIN_AREA_M2, common_ground, joined, place_in, polygons_of, without

# A hand on a screen at the zoom of a district; wider, it would move borders that were meant.
SNAP_WITHIN_M = 8.0


def split_along(area: BaseGeometry, line: LineString) -> tuple[MultiPolygon, MultiPolygon]:
    """Split an area in two along a line that crosses it from one side to the other, once or several times.

    Returns
    -------
    tuple of MultiPolygon
        The larger side first; parts that the line does not touch stay with it.

    Raises
    ------
    LineDoesNotSplit
        When the line crosses itself, does not cross the area, or leaves a side smaller than any sector; with the
        place.
    """
    if not shapely.is_valid(line) or line.is_empty or not shapely.is_simple(line):
        raise LineDoesNotSplit(place_in(line))
    parts = polygons_of(area)
    cut = [part for part in parts.geoms if shapely.crosses(line, part)]
    whole = [part for part in parts.geoms if part not in cut]
    sides = _sides([piece for part in cut for piece in _pieces(part, line)], line)
    if min(side.area for side in sides) < MIN_AREA_M2:
        raise LineDoesNotSplit(place_in(line))
    smaller, larger = sorted(sides, key=lambda side: side.area)
    return joined([larger, *whole]), smaller


def merge(first: BaseGeometry, second: BaseGeometry) -> MultiPolygon:
    """Make one area of two that share a border.

    Raises
    ------
    SectorsApart
        When they meet nowhere, or in a corner only; the place is in the second.
    """
    merged = _merged(first, second)
    if merged is None:
        raise SectorsApart(place_in(second))
    return merged


def find_bordering[Id: Hashable](drawn: BaseGeometry, neighbours: Mapping[Id, BaseGeometry]) -> tuple[Id, ...]:
    """Return the perimeters with which `merge` would make one area of a drawn one."""
    return tuple(key for key, area in neighbours.items() if _merged(drawn, area) is not None)


def snap_to_neighbours(
    drawn: BaseGeometry,
    neighbours: Iterable[BaseGeometry],
    town: BaseGeometry,
    *,
    within_m: float = SNAP_WITHIN_M,
) -> MultiPolygon:
    """Let a drawn border follow the borders of neighbours, and that of the commune, wherever it comes near them.

    Parameters
    ----------
    within_m
        How near, in metres.

    Returns
    -------
    MultiPolygon
        Strips that it shared with a neighbour are the neighbour's, and strips left between are its own.

    Raises
    ------
    NothingLeft
        When next to nothing would remain.
    """
    others = [other for other in neighbours if shapely.dwithin(other, drawn, within_m)]
    for other in others:
        drawn = without(drawn, narrow_parts(common_ground(drawn, other), within_m))
    around = common_ground(shapely.buffer(drawn, 2 * within_m, quad_segs=2), town)
    free = without(around, joined([drawn, *others]))
    edges = shapely.union_all([*others, shapely.boundary(town)])
    gaps = [
        gap
        for gap in narrow_parts(free, within_m).geoms
        if shapely.dwithin(gap, drawn, TOUCH_M) and shapely.dwithin(gap, edges, TOUCH_M)
    ]
    snapped = common_ground(joined([drawn, *gaps]), town)
    if snapped.area < MIN_AREA_M2:
        raise NothingLeft(place_in(drawn))
    return snapped


def _merged(first: BaseGeometry, second: BaseGeometry) -> MultiPolygon | None:
    """Return both areas as one, or None where they have no border in common."""
    if not shapely.dwithin(first, second, TOUCH_M):
        return None
    merged = joined([first, second])
    is_one = len(merged.geoms) < len(polygons_of(first).geoms) + len(polygons_of(second).geoms)
    return merged if is_one else None


def _pieces(part: Polygon, line: LineString) -> list[Polygon]:
    lines = shapely.union(shapely.boundary(part), line)
    return [
        piece for piece in polygonize(lines) if shapely.dwithin(part, shapely.point_on_surface(piece), TOUCH_M)
    ]


def _sides(pieces: list[Polygon], line: LineString) -> tuple[MultiPolygon, MultiPolygon]:
    """Gather the pieces at the left of the line and those at its right, by the ground along it that each holds."""
    shapes = np.array(pieces, dtype=object)
    left, right = (shapely.buffer(line, side_m, single_sided=True) for side_m in (TOUCH_M, -TOUCH_M))
    is_left = shapely.area(shapely.intersection(shapes, left)) > shapely.area(shapely.intersection(shapes, right))
    return joined(shapes[is_left]), joined(shapes[~is_left])
