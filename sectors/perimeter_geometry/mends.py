"""Put right what is wrong between two perimeters: give ground up, share it, take it."""

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import Voronoi
from shapely import MultiPolygon, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import polygonize

from sectors.perimeter_geometry.errors import NothingLeft, NothingShared, SectorsApart
from sectors.perimeter_geometry.findings import TOUCH_M
from sectors.perimeter_geometry.shapes import MIN_AREA_M2, common_ground, joined, place_in, polygons_of, without

type Coordinates = npt.NDArray[np.float64]
type Flags = npt.NDArray[np.bool_]
# The middle between two borders is sought from points along them: fine enough for a strip, few enough for a town.
FINEST_STEP_M = 1.0
MOST_SAMPLES = 1_000


def trim(area: BaseGeometry, other: BaseGeometry) -> MultiPolygon:
    """Give the ground that two areas share to the other one.

    Raises
    ------
    NothingLeft
        When next to nothing of the area would remain.
    """
    return _refuse_nothing(without(area, other), area)


def share_overlap(first: BaseGeometry, second: BaseGeometry) -> tuple[MultiPolygon, MultiPolygon]:
    """Let two areas that overlap meet on one line, midway between the borders that each had.

    Returns
    -------
    tuple of MultiPolygon
        Both areas, which together hold the ground that they held.

    Raises
    ------
    NothingShared
        When they do not overlap.
    NothingLeft
        When one lies in the other, so that there is no midway.
    """
    shared = common_ground(first, second)
    if shared.is_empty:
        raise NothingShared(place_in(first))
    alone, other = trim(first, second), trim(second, first)
    return _divide(shared, alone, other)


def fill_gap(area: BaseGeometry, gap: BaseGeometry) -> MultiPolygon:
    """Take the ground of a gap that an area borders.

    Raises
    ------
    SectorsApart
        When the gap does not touch the area.
    """
    if not shapely.dwithin(area, gap, TOUCH_M):
        raise SectorsApart(place_in(gap))
    return joined([area, gap])


def share_gap(first: BaseGeometry, second: BaseGeometry, gap: BaseGeometry) -> tuple[MultiPolygon, MultiPolygon]:
    """Let two areas with a gap between them meet midway.

    Raises
    ------
    SectorsApart
        When the gap does not touch both.
    """
    free = without(gap, joined([first, second]))
    for area in (first, second):
        if not shapely.dwithin(area, free, TOUCH_M):
            raise SectorsApart(place_in(gap))
    return _divide(free, polygons_of(first), polygons_of(second))


def _divide(ground: MultiPolygon, first: MultiPolygon, second: MultiPolygon) -> tuple[MultiPolygon, MultiPolygon]:
    """Give each part of the ground to the nearer of the two areas that border it.

    Notes
    -----
    The edge of the ground is sampled; the line midway is made of the edges of the Voronoi diagram that part a
    sample beside the first area from one beside the second. It is then drawn with fewer vertices, and nothing else
    moves.
    """
    step_m = max(FINEST_STEP_M, ground.length / MOST_SAMPLES)
    samples, is_first = _samples_beside_one(ground, first, second, step_m)
    if not is_first.any() or is_first.all():
        raise SectorsApart(place_in(ground))
    lines = shapely.union_all([shapely.boundary(ground), _midway(samples, is_first, ground)])
    pieces = np.array(
        [
            piece
            for piece in polygonize(lines)
            if shapely.dwithin(ground, shapely.point_on_surface(piece), TOUCH_M)
        ],
        dtype=object,
    )
    inside = [shapely.point_on_surface(piece) for piece in pieces]
    nearest = shapely.STRtree(list(map(Point, samples))).nearest(inside)
    parts = [joined(pieces[is_first[nearest] == side]) for side in (True, False)]
    if shapely.coverage_is_valid(parts):
        parts = list(shapely.coverage_simplify(parts, step_m, simplify_boundary=False))
    return joined([first, parts[0]]), joined([second, parts[1]])


def _samples_beside_one(
    ground: MultiPolygon, first: MultiPolygon, second: MultiPolygon, step_m: float
) -> tuple[Coordinates, Flags]:
    """Return points of the edge that one of the areas borders, not both, and whether it is the first."""
    edge = np.unique(shapely.get_coordinates(shapely.segmentize(shapely.boundary(ground), step_m)), axis=0)
    points = np.array(list(map(Point, edge)), dtype=object)
    beside_first, beside_second = (shapely.dwithin(points, area, TOUCH_M) for area in (first, second))
    beside_one = beside_first ^ beside_second
    return edge[beside_one], beside_first[beside_one]


def _midway(samples: Coordinates, is_first: Flags, ground: MultiPolygon) -> BaseGeometry:
    # Four points far off close every cell near the ground.
    west, south, east, north = ground.bounds
    far = 10 * (east - west + north - south)
    corners = [
        (west - far, south - far),
        (west - far, north + far),
        (east + far, south - far),
        (east + far, north + far),
    ]
    diagram = Voronoi(np.vstack([samples, corners]))
    between = np.asarray(diagram.ridge_points)
    is_inside = (between < len(samples)).all(axis=1)
    between, ends = between[is_inside], np.asarray(diagram.ridge_vertices)[is_inside]
    first_side, second_side = is_first[between].T
    return shapely.union_all(shapely.linestrings(diagram.vertices[ends[first_side != second_side]]))


def _refuse_nothing(left: MultiPolygon, was: BaseGeometry) -> MultiPolygon:
    if left.area < MIN_AREA_M2:
        raise NothingLeft(place_in(was))
    return left
