"""OSRM in this process, answering in NumPy arrays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import osrm

from geo.routing.dataset import ALGORITHMS, DatasetVersion
from geo.routing.errors import InvalidPoints, NoPath, RoutingDataUnreadable, RoutingError, TooFarFromStreet
from geo.routing.points import as_points
from geo.routing.polyline import decode_polyline6
from geo.routing.protocol import MAX_SNAP_M, FloatArray, Mode, PathLeg, StreetPath

UNLIMITED = -1

# An answer takes about 200 bytes a cell before it is an array, and the binding holds Python's lock while it
# computes. 2,000 points by car: 0.8 GB, 3.0 s and 1.1 s under the lock in one call; 0.44 GB, 1.4 s and 0.5 s in
# two; 0.25 GB, 1.7 s and 0.3 s in four.
MAX_CELLS_PER_CALL = 2_000_000

# OSRM measures its search radius in the projected plane: up to 1.25 m off the distance it then gives, on 3,000
# points up to 1.8 km from a street. The search goes a little farther, and the given distance decides.
SEARCH_MARGIN = 1.01
SEARCH_MARGIN_M = 1.0


# Rows and columns of points that are new cost two calls, each of which names every point.
MOST_NEW_SHARE = 0.25


@dataclass(frozen=True, kw_only=True)
class _Table:
    """Travel times between all pairs of points, with all that they depend on.

    ``attached`` has the engine's own word for where in the network each point is.
    """

    points: FloatArray
    max_snap_m: float
    attached: tuple[str, ...]
    durations_s: FloatArray


class OsrmEngine:
    """The `Engine` of one mode of one dataset version; safe to share between threads."""

    def __init__(self, version: DatasetVersion, mode: Mode) -> None:
        self._mode = mode
        self._version = version.name
        try:
            self._osrm = osrm.OSRM(
                storage_config=str(version.base(mode)),
                algorithm=ALGORITHMS[mode],
                use_shared_memory=False,
                max_locations_distance_table=UNLIMITED,
                max_locations_viaroute=UNLIMITED,
                default_radius="unlimited",
            )
        except RuntimeError as error:
            raise RoutingDataUnreadable(version.path, mode.label, str(error)) from error
        # The table asked for last: each change of a plan asks for that of its day again, 1 to 3 s for 2,000 homes
        # and a mode, and a day has most of its homes from the day before.
        self._last: _Table | None = None
        # Likewise how far each point is from the streets.
        self._last_snap: tuple[bytes, FloatArray] | None = None

    @property
    def mode(self) -> Mode:
        """The mode of travel."""
        return self._mode

    @property
    def version(self) -> str:
        """The name of the dataset version that answers."""
        return self._version

    def durations_s(self, points: npt.ArrayLike, *, max_snap_m: float = MAX_SNAP_M) -> FloatArray:
        """Return the travel times between all pairs of points; see `Engine.durations_s`."""
        array = as_points(points)
        if len(array) < 2:
            self._refuse_far(array, max_snap_m)
            return np.zeros((len(array), len(array)))
        last = self._last
        if last is None or last.max_snap_m != max_snap_m or not np.array_equal(last.points, array):
            self._last = last = self._extend(last, array, max_snap_m) or self._ask_table(array, max_snap_m)
        return last.durations_s.copy()

    def _ask_table(self, array: FloatArray, max_snap_m: float) -> "_Table":
        everywhere = range(len(array))
        durations_s, attached = self._ask_durations_s(array, max_snap_m, everywhere, everywhere)
        np.fill_diagonal(durations_s, 0)
        return _Table(points=array.copy(), max_snap_m=max_snap_m, attached=attached, durations_s=durations_s)

    def _extend(self, last: "_Table | None", array: FloatArray, max_snap_m: float) -> "_Table | None":
        """Return the table of points of which most are in the last one, asking for the others alone.

        None where they are too many, or where a point that was there is attached to another place of the network,
        as may be in another set.
        """
        if last is None or last.max_snap_m != max_snap_m:
            return None
        place = {point.tobytes(): number for number, point in enumerate(last.points)}
        was = np.array([place.get(point.tobytes(), -1) for point in array])
        known, new = np.flatnonzero(was >= 0), np.flatnonzero(was < 0)
        if len(new) > len(array) * MOST_NEW_SHARE:
            return None
        everywhere, asked = range(len(array)), (new if len(new) else known[:1]).tolist()
        from_new_s, attached = self._ask_durations_s(array, max_snap_m, asked, everywhere)
        if any(attached[now] != last.attached[then] for now, then in zip(known, was[known], strict=True)):
            return None
        durations_s = np.empty((len(array), len(array)))
        durations_s[np.ix_(known, known)] = last.durations_s[np.ix_(was[known], was[known])]
        if len(new):
            durations_s[new] = from_new_s
            durations_s[:, new], _ = self._ask_durations_s(array, max_snap_m, everywhere, asked)
        np.fill_diagonal(durations_s, 0)
        return _Table(points=array.copy(), max_snap_m=max_snap_m, attached=attached, durations_s=durations_s)

    def _ask_durations_s(
        self, array: FloatArray, max_snap_m: float, sources: Sequence[int], destinations: Sequence[int]
    ) -> tuple[FloatArray, tuple[str, ...]]:
        """Return the travel times from some points to some, by rows, and to what the latter are attached."""
        durations_s = np.empty((len(sources), len(destinations)))
        attached: tuple[str, ...] = ()
        # Every call names every point: which street a point is attached to depends on the whole set.
        request = osrm.TableParameters(
            annotations=["duration"],
            coordinates=array.tolist(),
            radiuses=_search_radiuses(len(array), max_snap_m),
            destinations=list(destinations),
        )
        rows_per_call = max(1, MAX_CELLS_PER_CALL // len(destinations))
        for first in range(0, len(sources), rows_per_call):
            block = durations_s[first : first + rows_per_call]
            request.sources = list(sources[first : first + len(block)])
            answer = self._ask(self._osrm.Table, request, array, max_snap_m)
            if not request.skip_waypoints:
                self._check_attached(array, answer["destinations"], max_snap_m)
                attached = tuple(waypoint["hint"] for waypoint in answer["destinations"])
                request.skip_waypoints = True
            table = answer["durations"]
            del answer  # the binding copies: its memory serves again for the rows
            for index, row in enumerate(block):
                row[:] = np.fromiter(table[index], dtype=np.float64, count=len(row))
        durations_s[np.isnan(durations_s)] = (
            np.inf
        )  # where no way exists the engine says None, which is read as NaN
        return durations_s, attached

    def snap_distances_m(self, points: npt.ArrayLike) -> FloatArray:
        """Return each point's distance in metres to the nearest street of the mode, shape (n,)."""
        array = as_points(points)
        asked = array.tobytes()
        last = self._last_snap
        if last is None or last[0] != asked:
            distances_m = [self._nearest(point)["distance"] for point in array]
            self._last_snap = last = (asked, np.array(distances_m, dtype=np.float64))
        return last[1].copy()

    def path(self, points: npt.ArrayLike, *, max_snap_m: float = MAX_SNAP_M) -> StreetPath:
        """Return the way through ordered stops; see `Engine.path`."""
        array = as_points(points)
        if len(array) < 2:
            self._refuse_far(array, max_snap_m)
            snapped = [list(self._nearest(point)["location"]) for point in array]
            return StreetPath(legs=(), geometry=np.array(snapped * 2, dtype=np.float64).reshape(-1, 2))
        request = osrm.RouteParameters(
            coordinates=array.tolist(),
            radiuses=_search_radiuses(len(array), max_snap_m),
            steps=True,
            geometries="polyline6",
            overview="false",
            continue_straight=False,  # the crew may turn round at a home, and the matrix supposes that it does
            generate_hints=False,
        )
        answer = self._ask(self._osrm.Route, request, array, max_snap_m)
        self._check_attached(array, answer["waypoints"], max_snap_m)
        legs = tuple(_read_leg(leg) for leg in answer["routes"][0]["legs"])
        return StreetPath(legs=legs, geometry=_join(leg.geometry for leg in legs))

    def _ask(self, service: Any, request: Any, points: FloatArray, max_snap_m: float) -> Any:
        try:
            return service(request)
        except RuntimeError as error:
            code = str(error).partition(" ")[0]
            if code == "NoSegment":
                self._refuse_far(points, max_snap_m)
            if code == "NoRoute":
                self._refuse_unjoined(points, max_snap_m)
            raise RoutingError(f"Le moteur de trajets a refusé la demande : {error}.") from error

    def _check_attached(self, points: FloatArray, waypoints: Any, max_snap_m: float) -> None:
        # A point near a fragment is attached to the main network within the margin: that is no reason to refuse.
        if any(waypoint["distance"] > max_snap_m for waypoint in waypoints):
            self._refuse_far(points, max_snap_m)

    def _refuse_far(self, points: FloatArray, max_snap_m: float) -> None:
        distances_m = self.snap_distances_m(points)
        far = np.flatnonzero(distances_m > max_snap_m)
        if not far.size:
            return
        swapped = points[far][:, ::-1]
        is_position = np.abs(swapped[:, 1]) <= 90
        if is_position.all() and (self.snap_distances_m(swapped) <= max_snap_m).all():
            raise InvalidPoints("latitude et longitude semblent inversées.", indices=far.tolist())
        raise TooFarFromStreet(far.tolist(), distances_m[far], max_snap_m)

    def _refuse_unjoined(self, points: FloatArray, max_snap_m: float) -> None:
        to_next_s = self.durations_s(points, max_snap_m=max_snap_m).diagonal(1)
        unjoined = np.flatnonzero(np.isinf(to_next_s))
        if unjoined.size:
            raise NoPath(int(unjoined[0]), int(unjoined[0]) + 1)

    def _nearest(self, point: FloatArray) -> Any:
        request = osrm.NearestParameters(coordinates=[point.tolist()], generate_hints=False)
        return self._osrm.Nearest(request)["waypoints"][0]


def _search_radiuses(count: int, max_snap_m: float) -> list[float]:
    return [max_snap_m * SEARCH_MARGIN + SEARCH_MARGIN_M] * count


def _read_leg(leg: Any) -> PathLeg:
    steps = list(leg["steps"])
    names: list[str] = []
    for step in steps:
        name = step["name"]
        if not name and "ref" in step:
            name = step["ref"]
        if name and names[-1:] != [name]:
            names.append(name)
    return PathLeg(
        length_m=leg["distance"],
        duration_s=leg["duration"],
        street_names=tuple(names),
        geometry=_join(decode_polyline6(step["geometry"]) for step in steps),
    )


def _join(lines: Iterable[FloatArray]) -> FloatArray:
    """Return lines that follow each other as one, without repeated vertices but with at least two."""
    vertices = np.concatenate(list(lines))
    is_new = np.ones(len(vertices), dtype=bool)
    is_new[1:] = (vertices[1:] != vertices[:-1]).any(axis=1)
    distinct = vertices[is_new]
    return distinct if len(distinct) > 1 else np.repeat(distinct, 2, axis=0)
