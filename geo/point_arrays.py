"""Many points from the database at once, as arrays."""

from typing import Any

import numpy as np
from django.db.models import Aggregate, BinaryField, QuerySet

from geo.projections import to_metres
from geo.statistics.ground import FloatArray, Points


class _Packed(Aggregate):
    """One coordinate of every row, as eight bytes each, the first byte the highest."""

    template = "string_agg(float8send(%(function)s(%(expressions)s)), ''::bytea)"
    output_field = BinaryField()


class _Longitudes(_Packed):
    function = "ST_X"


class _Latitudes(_Packed):
    function = "ST_Y"


def read_points(rows: QuerySet[Any], field: str, *, srid: int) -> Points:
    """Read the points of rows, in metres; rows without a point are left out.

    Parameters
    ----------
    rows
        Any rows; walls and filters hold as elsewhere.
    field
        The name of their point, stored in WGS 84.
    srid
        The metric projection to bring them to, see ``geo.projections.metric_srid``.

    Notes
    -----
    Two values come back instead of a row, and a Python object, for each point. Both are gathered in one pass over
    the rows, in the same order, which is not told.
    """
    packed = rows.order_by().aggregate(lon=_Longitudes(field), lat=_Latitudes(field))
    x_m, y_m = to_metres(_unpack(packed["lon"]), _unpack(packed["lat"]), srid)
    return Points(x_m=x_m, y_m=y_m)


def _unpack(packed: bytes | None) -> FloatArray:
    return np.frombuffer(packed or b"", dtype=">f8").astype(np.float64)
