"""Points checked before they reach the engine, which would snap or misread them in silence."""

import numpy as np
import numpy.typing as npt

from geo.routing.errors import InvalidPoints
from geo.routing.protocol import FloatArray

MAX_LON = 180.0
MAX_LAT = 90.0


def as_points(points: npt.ArrayLike) -> FloatArray:
    """Return points as a float64 array of shape (n, 2), or say which of them are not positions.

    Parameters
    ----------
    points
        (longitude, latitude) in degrees; anything empty gives shape (0, 2).

    Raises
    ------
    InvalidPoints
        Wrong shape or type, not finite, or out of range. A latitude in the place of a longitude is within
        range in France: the engine finds that out from the distance to the streets.
    """
    try:
        array = np.asarray(points, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidPoints("Les positions doivent être des couples de nombres (longitude, latitude).") from error
    if array.size == 0:
        return np.empty((0, 2))
    if array.ndim != 2 or array.shape[1] != 2:
        raise InvalidPoints(
            f"Les positions doivent former un tableau (n, 2) de (longitude, latitude), et non {array.shape}."
        )
    _refuse(~np.isfinite(array).all(axis=1), "position absente ou infinie.")
    _refuse(
        (np.abs(array[:, 0]) > MAX_LON) | (np.abs(array[:, 1]) > MAX_LAT),
        "longitude hors de [-180, 180] ou latitude hors de [-90, 90].",
    )
    return array


def _refuse(is_wrong: npt.NDArray[np.bool_], problem: str) -> None:
    if is_wrong.any():
        raise InvalidPoints(problem, indices=np.flatnonzero(is_wrong).tolist())
