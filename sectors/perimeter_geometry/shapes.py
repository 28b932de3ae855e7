"""What counts as an area of the commune: what is drawn is checked once, and refused with the place."""

import re
from collections.abc import Iterable

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from sectors.perimeter_geometry.crossings import find_crossings
from sectors.perimeter_geometry.errors import (
    CrossesItself,
    NotAnArea,
    OutsideCommune,
    TooManyVertices,
)
from sectors.perimeter_geometry.overlaps import OVERLAP_TOLERANCE_M2

MAX_VERTICES = 10_000  # of one ring: the limit of uploads (docs/imports.md), since what is drawn may be one
# Less than a small plot: a sector of that size is a slip of the hand.
MIN_AREA_M2 = 1_000.0
# Overlays are rounded to a tenth of a millimetre: on borders that nearly coincide, those in full precision were
# seen to lose a part of 19,000 m² (GEOS 3.14).
GRID_M = 1e-4
# What overlays leave of an edge that two areas share; it is not ground.
SPECK_M2 = 0.01
REASON_WITH_PLACE = re.compile(r"\[(?P<x>\S+) (?P<y>\S+)\]$")

Place = tuple[float, float]


def check_drawn(drawn: BaseGeometry, town: BaseGeometry) -> MultiPolygon:
    """Return what was drawn as an area of the commune.

    Parameters
    ----------
    drawn
        In metres; anything that a person, a page or a file may have sent.
    town
        Outline of the commune in metres, with the ground beyond it that perimeters in force already hold.

    Returns
    -------
    MultiPolygon
        Wholly inside ``town``: where the border of the commune was drawn twice, what lies outside is cut off.

    Raises
    ------
    NotAnArea, TooManyVertices, CrossesItself, OutsideCommune
        With the place in the coordinates of ``drawn``, or each place where it crosses itself.
    """
    area = _as_multipolygon(drawn)
    _refuse_long_rings(area)
    if not shapely.is_valid(area):
        raise CrossesItself(find_crossings(area) or _places_of(shapely.is_valid_reason(area)))
    if area.area < MIN_AREA_M2:
        raise NotAnArea(place_in(area))
    if shapely.covers(town, area):
        return area
    outside = without(area, town)
    if outside.area > OVERLAP_TOLERANCE_M2:
        raise OutsideCommune(place_in(largest(outside)), outside.area)
    return common_ground(area, town)


def common_ground(first: BaseGeometry, second: BaseGeometry) -> MultiPolygon:
    """Return the ground that two areas share."""
    return polygons_of(shapely.intersection(first, second, grid_size=GRID_M))


def without(area: BaseGeometry, other: BaseGeometry) -> MultiPolygon:
    """Return the ground of an area that another does not hold."""
    return polygons_of(shapely.difference(area, other, grid_size=GRID_M))


def joined(areas: Iterable[BaseGeometry]) -> MultiPolygon:
    """Return the ground that any of the areas holds."""
    return polygons_of(shapely.union_all(np.array(list(areas), dtype=object), grid_size=GRID_M))


def polygons_of(shape: BaseGeometry) -> MultiPolygon:
    """Keep the polygons of whatever an overlay gave; lines, points and specks of under a square decimetre go."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    areas = parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > SPECK_M2)]
    return MultiPolygon(list(areas))


def largest(area: MultiPolygon) -> Polygon:
    """Return the largest of the polygons of an area, which has one at least."""
    return max(area.geoms, key=lambda part: part.area)


def place_in(area: BaseGeometry) -> Place | None:
    """Return a place inside an area, or None where it is empty."""
    point = shapely.point_on_surface(area)
    return None if point.is_empty else (float(point.x), float(point.y))


def _as_multipolygon(drawn: BaseGeometry) -> MultiPolygon:
    coordinates = shapely.get_coordinates(drawn)
    if not np.isfinite(coordinates).all():
        raise NotAnArea(None)
    if isinstance(drawn, Polygon) and not drawn.is_empty:
        return MultiPolygon([drawn])
    if isinstance(drawn, MultiPolygon) and not drawn.is_empty:
        return drawn
    raise NotAnArea((float(coordinates[0, 0]), float(coordinates[0, 1])) if len(coordinates) else None)


def _refuse_long_rings(area: MultiPolygon) -> None:
    for part in area.geoms:
        for ring in (part.exterior, *part.interiors):
            if len(ring.coords) > MAX_VERTICES:
                raise TooManyVertices(place_in(ring), len(ring.coords), MAX_VERTICES)


def _places_of(reason: str) -> list[Place]:
    """Read the place that GEOS gives: « Self-intersection[12.5 3] »."""
    found = REASON_WITH_PLACE.search(reason)
    return [(float(found["x"]), float(found["y"]))] if found else []
