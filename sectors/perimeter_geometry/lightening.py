"""Take vertices off the border of a perimeter: what it shares moves on both sides, or not at all."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import polygonize

from sectors.perimeter_geometry.errors import NothingToLighten
from sectors.perimeter_geometry.overlaps import OVERLAP_TOLERANCE_M2
from sectors.perimeter_geometry.shapes import GRID_M, common_ground, joined, place_in, polygons_of, without

# Vertices go by the triangle that each makes with those beside it, not by how far off the new border passes: the
# widest triangles are tried first, and what passes too far off is not taken.
TRIANGLES_IN_TOLERANCES = (4.0, 2.0, 1.0, 0.5, 0.25, 0.1)
# Free ground on which the border may move, in tolerances.
ROOM = 3.0
STRAIGHT_M = 10 * GRID_M
# Two borders that differ by less are one that was drawn twice, or that bends from one projection to another.
DRAWN_TWICE_M = 0.2


@dataclass(frozen=True, kw_only=True)
class Lightened[Id: Hashable]:
    """A perimeter with fewer vertices, in metres, and the neighbours whose border moved with its own.

    ``moved_m`` is how far the former border lies from the new one, at most.
    """

    area: MultiPolygon
    neighbours: Mapping[Id, MultiPolygon]
    moved_m: float


def lighten[Id: Hashable](
    area: BaseGeometry,
    town: BaseGeometry,
    *,
    within_m: float,
    moving: Mapping[Id, BaseGeometry],
    staying: Iterable[BaseGeometry] = (),
) -> Lightened[Id]:
    """Draw the border of a perimeter with fewer vertices.

    Parameters
    ----------
    area
        A valid area, in metres.
    town
        Outline of the commune, in metres: the border stays where it follows it.
    within_m
        How far the border may move.
    moving
        Neighbours whose border moves with it where they share it, by identifier; those that overlap it stay.
    staying
        Neighbours that stay as they are, and with them the border that they share.

    Raises
    ------
    NothingToLighten
        When no vertex can go.

    Notes
    -----
    The perimeter and one of the moving neighbours, then the perimeter and the free ground beside it, are a
    coverage of which the inner edges alone are simplified (Visvalingam and Whyatt, by ``coverage_simplify``): they
    stay shared, cross nothing and keep their ends. Whatever else borders the perimeter is an outer edge.
    """
    others, drawn = dict(moving), polygons_of(area)
    for key, other in moving.items():
        if common_ground(other, drawn).area <= OVERLAP_TOLERANCE_M2:
            drawn, others[key] = _lighten_between(drawn, other, within_m)
    free = _free_beside(drawn, [*others.values(), *staying], town, within_m)
    drawn, _ = _lighten_between(drawn, free, within_m)
    # On an edge that stays straight a vertex bounds nothing: where a neighbour's border ends, for one.
    drawn = polygons_of(shapely.simplify(drawn, STRAIGHT_M))
    if shapely.get_num_coordinates(drawn) >= shapely.get_num_coordinates(area):
        raise NothingToLighten(place_in(area), within_m)
    return Lightened(
        area=drawn,
        neighbours={key: polygons_of(other) for key, other in others.items() if other is not moving[key]},
        moved_m=_furthest(area, drawn),
    )


def _lighten_between(
    first: MultiPolygon, second: BaseGeometry, within_m: float
) -> tuple[MultiPolygon, BaseGeometry]:
    """Simplify the border that two areas share and nothing else; as they are where they share none."""
    parts = _matched(first, second)
    if min(map(shapely.area, parts)) == 0:
        return first, second
    for triangle in TRIANGLES_IN_TOLERANCES:
        made = shapely.coverage_simplify(parts, triangle * within_m, simplify_boundary=False)
        is_fewer = shapely.get_num_coordinates(made[0]) < shapely.get_num_coordinates(parts[0])
        if is_fewer and _furthest(parts[0], made[0]) <= within_m:
            return polygons_of(made[0]), polygons_of(made[1])
    return first, second


def _matched(first: BaseGeometry, second: BaseGeometry) -> list[MultiPolygon]:
    """Return both areas with the same vertices along what they share; a sliver in both is the first's."""
    lines = shapely.union_all([shapely.boundary(first), shapely.boundary(second)], grid_size=GRID_M)
    faces = np.array(list(polygonize(lines)), dtype=object)
    inside = shapely.point_on_surface(faces)
    is_first = shapely.covers(first, inside)
    is_second = shapely.covers(second, inside) & ~is_first
    return [polygons_of(shapely.coverage_union_all(faces[of_one])) for of_one in (is_first, is_second)]


def _free_beside(
    area: BaseGeometry, others: Iterable[BaseGeometry], town: BaseGeometry, within_m: float
) -> MultiPolygon:
    around = common_ground(shapely.buffer(area, ROOM * within_m, quad_segs=2), town)
    near = [other for other in others if shapely.intersects(other, around)]
    free = without(around, joined([area, *near]))
    return MultiPolygon([part for part in free.geoms if 2 * part.area / part.length > DRAWN_TWICE_M])


def _furthest(former: BaseGeometry, later: BaseGeometry) -> float:
    corners = shapely.points(shapely.get_coordinates(former))
    return float(np.max(shapely.distance(corners, shapely.boundary(later))))
