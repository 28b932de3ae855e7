"""Ground as the path of a drawing."""

import numpy as np
from numpy.typing import NDArray
from shapely import Geometry, Polygon, get_parts

from maps.ground import Frame

# A village has no avenues to find one's way by, a city too many lanes.
SHOWN_GROUND = ("water", "water_line", "major", "middle")


def path_of(shape: Geometry, frame: Frame) -> str:
    """Write the polygons of a shape, in WGS 84 degrees, as the ``d`` of a path, filled by the rule of parity."""
    polygons = (part for part in get_parts(shape) if isinstance(part, Polygon))
    rings = (ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors))
    return "".join(_ring(np.asarray(ring.coords), frame) for ring in rings)


def _ring(positions: NDArray[np.float64], frame: Frame) -> str:
    placed = (frame.place(longitude, latitude) for longitude, latitude in positions)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in placed) + "Z"
