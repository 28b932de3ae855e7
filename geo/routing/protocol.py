"""What the rest of Ronde knows of a routing engine."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

# A house stands rarely more than 100 m from its street, a farm 200 m; beyond, the position is wrong or the
# extract does not cover the place. OSRM itself snaps at any distance without a word.
MAX_SNAP_M = 200.0


class Mode(StrEnum):
    """How a crew moves."""

    CAR = "car"
    BICYCLE = "bicycle"
    FOOT = "foot"

    @property
    def label(self) -> str:
        """The French word for the mode."""
        return {Mode.CAR: "voiture", Mode.BICYCLE: "vélo", Mode.FOOT: "à pied"}[self]


@dataclass(frozen=True, kw_only=True, eq=False)
class PathLeg:
    """The way from one stop to the next.

    Parameters
    ----------
    length_m, duration_s
        Length in metres and travel time in seconds, without the time spent at the stops.
    street_names
        Names in the order of travel; a street followed in several pieces appears once, a street that is left
        and taken again appears twice. Unnamed ways are skipped; a road with a number only gives its number.
    geometry
        Vertices (longitude, latitude), shape (k, 2), k ≥ 2, from one snapped stop to the next.
    """

    length_m: float
    duration_s: float
    street_names: tuple[str, ...]
    geometry: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class StreetPath:
    """The way through ordered stops: its legs (one fewer than the stops) and its whole geometry, shape (k, 2)."""

    legs: tuple[PathLeg, ...]
    geometry: FloatArray

    @property
    def length_m(self) -> float:
        """The length of all legs, in metres."""
        return sum(leg.length_m for leg in self.legs)

    @property
    def duration_s(self) -> float:
        """The travel time of all legs, in seconds."""
        return sum(leg.duration_s for leg in self.legs)


class Engine(Protocol):
    """Travel times and paths for one mode, on one version of the street network.

    Points are arrays of (longitude, latitude) in degrees, shape (n, 2). An engine never changes: what it
    answers today it answers until it is dropped, even when newer data have been swapped in meanwhile.
    """

    @property
    def mode(self) -> Mode:
        """The mode of travel."""

    @property
    def version(self) -> str:
        """The name of the dataset version that answers."""

    def durations_s(self, points: npt.ArrayLike, *, max_snap_m: float = MAX_SNAP_M) -> FloatArray:
        """Return the travel times between all pairs of points.

        Parameters
        ----------
        points
            Shape (n, 2), degrees; n = 0 gives an empty matrix, n = 1 a zero.
        max_snap_m
            A point farther than this from the street it would be attached to is refused.

        Returns
        -------
        Array of shape (n, n): seconds from row to column, `inf` where no way exists, 0 on the diagonal.

        Raises
        ------
        InvalidPoints
            Wrong shape, not finite, out of range, or longitude and latitude swapped.
        TooFarFromStreet
            With the index and the distance of every point concerned.

        Notes
        -----
        Times are those of the path OSRM prefers, which for cars weighs more than time: the triangle
        inequality may be broken by a few seconds. The matrix is not symmetric (one-way streets, turns).
        """

    def snap_distances_m(self, points: npt.ArrayLike) -> FloatArray:
        """Return each point's distance in metres to the nearest street of the mode, shape (n,)."""

    def path(self, points: npt.ArrayLike, *, max_snap_m: float = MAX_SNAP_M) -> StreetPath:
        """Return the way through ordered stops, turning round at a stop where that is shorter.

        With no stop the geometry is empty; with one it is that stop's place on the street, twice.

        Raises
        ------
        InvalidPoints, TooFarFromStreet
            As for `durations_s`.
        NoPath
            Naming the first two consecutive stops that no way joins.
        """
