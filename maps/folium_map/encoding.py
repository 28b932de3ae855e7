"""Lines and polygons as short lists of whole numbers, for a page that must stay light.

A line is its first position, then the step to each next one, latitude before longitude as Leaflet wants them, in
millionths of a degree. On a town's streets and buildings this takes a third of the room of GeoJSON.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Polygon, get_parts
from shapely.geometry.base import BaseGeometry

MILLIONTHS = 1e6  # a tenth of a metre
Line = list[int]


def encode_positions(longitudes_latitudes: NDArray[np.float64]) -> Line:
    """Encode positions, shape (n, 2), (lon, lat) in degrees, as whole numbers; n = 0 gives an empty list."""
    whole = np.rint(np.asarray(longitudes_latitudes, dtype=float)[:, 1::-1] * MILLIONTHS).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    flat: Line = steps.ravel().tolist()
    return flat


def encode_lines(shapes: Iterable[BaseGeometry]) -> list[Line]:
    """Encode the lines among some shapes, one list a line."""
    lines = (part for shape in shapes for part in get_parts(shape) if isinstance(part, LineString))
    return [encode_positions(np.asarray(line.coords)) for line in lines]


def encode_polygons(shapes: Iterable[BaseGeometry]) -> list[list[Line]]:
    """Encode the polygons among some shapes, each as its outer ring followed by its holes."""
    polygons = (part for shape in shapes for part in _polygons(shape))
    return [
        [encode_positions(np.asarray(ring.coords)) for ring in (polygon.exterior, *polygon.interiors)]
        for polygon in polygons
    ]


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    if isinstance(shape, Polygon | MultiPolygon):
        return [part for part in get_parts(shape) if not part.is_empty]
    return []
