"""Projections: the only place where coordinates change system.

Geometry is stored in WGS 84 as (lon, lat). It is measured in the legal projection of the territory, which is also
the one of the ``x``, ``y`` columns of French address files.
"""

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

WGS84 = 4326
LAMBERT_93 = 2154
# Legal projections by department (decree 2000-1276 as amended in 2019); Lambert-93 is the metropolitan one.
OVERSEAS_SRID = {"971": 5490, "972": 5490, "973": 2972, "974": 2975, "976": 4471}
# Free outlines are simplified by up to some hundreds of metres: within that, what a file says of a place holds.
OUTLINE_TOLERANCE_M = 1_000.0

FloatArray = npt.NDArray[np.float64]


def metric_srid(insee_code: str) -> int:
    """Return the SRID of the projection in metres that is legal where the commune lies."""
    return OVERSEAS_SRID.get(insee_code[:3], LAMBERT_93)


def to_wgs84(x: FloatArray, y: FloatArray, srid: int) -> tuple[FloatArray, FloatArray]:
    """Turn projected coordinates into (lon, lat) degrees, arrays of equal shape; ``inf`` where impossible."""
    lon, lat = _transformer(srid, WGS84).transform(x, y)
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def to_metres(lon: FloatArray, lat: FloatArray, srid: int) -> tuple[FloatArray, FloatArray]:
    """Turn (lon, lat) degrees into projected metres, arrays of equal shape; ``inf`` where impossible."""
    x, y = _transformer(WGS84, srid).transform(lon, lat)
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def shapes_to_metres(shapes: npt.NDArray[np.object_], srid: int) -> npt.NDArray[np.object_]:
    """Project shapely geometries from WGS 84 to metres, array in, array out."""
    return _transform_shapes(shapes, WGS84, srid)


def shapes_to_wgs84(shapes: npt.NDArray[np.object_], srid: int | str) -> npt.NDArray[np.object_]:
    """Bring shapely geometries from an SRID or a WKT projection to WGS 84, array in, array out."""
    return shapes if srid == WGS84 else _transform_shapes(shapes, srid, WGS84)


def _transform_shapes(shapes: npt.NDArray[np.object_], source: int | str, target: int) -> npt.NDArray[np.object_]:
    transformer = _transformer(source, target)

    def project(coordinates: FloatArray) -> FloatArray:
        return np.column_stack(transformer.transform(coordinates[:, 0], coordinates[:, 1]))

    moved: Any = shapely.transform(shapes, project)
    return np.asarray(moved, dtype=object)


@lru_cache(maxsize=16)
def _transformer(source: int | str, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)
