"""Ground as the path of a drawing."""

import numpy as np
from numpy.typing import NDArray
from shapely import (
    Geometry,
    LinearRing,
    MultiPolygon,
    Point,
    Polygon,
    get_parts,
    get_point,
    maximum_inscribed_circle,
    simplify,
)

from maps.ground import Frame

# A village has no avenues to find one's way by, a city too many lanes.
SHOWN_GROUND = ("water", "water_line", "major", "middle")

# Drawn units; four are a millimetre on paper. Perimeters follow their streets with a vertex at each half unit: a
# sixth of what the document of a year took. The stroke of a border hides what neighbours differ by.
TOLERANCE = 0.25


def widest_point(shape: Geometry) -> Point:
    """Return the middle of the largest circle within polygons: where a number stands on the most of its ground."""
    middle: Point = get_point(maximum_inscribed_circle(MultiPolygon(_polygons(shape))), 0)
    return middle


def path_of(shape: Geometry, frame: Frame) -> str:
    """Write the polygons of a shape, in WGS 84 degrees, as the ``d`` of a path, filled by the rule of parity."""
    rings = (ring for polygon in _polygons(shape) for ring in (polygon.exterior, *polygon.interiors))
    return "".join(_ring(np.asarray(ring.coords), frame) for ring in rings)


def _polygons(shape: Geometry) -> list[Polygon]:
    return [part for part in get_parts(shape) if isinstance(part, Polygon)]


def _ring(positions: NDArray[np.float64], frame: Frame) -> str:
    placed = LinearRing([frame.place(longitude, latitude) for longitude, latitude in positions])
    drawn = simplify(placed, TOLERANCE).coords
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in drawn) + "Z"
