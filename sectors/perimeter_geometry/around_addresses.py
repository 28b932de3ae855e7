"""A perimeter built around addresses: it holds those asked for, and no other where the ground allows it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString, MultiPoint, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from sectors.errors import NoAddressToHold
from sectors.perimeter_geometry.findings import TOUCH_M
from sectors.perimeter_geometry.shapes import common_ground, joined, without

# How far the ground of an address goes where no other is near: a house, its garden, half of the street.
REACH_M = 35.0
# Ground of nobody between two grounds is taken in up to twice this width: the gardens behind two rows of houses.
JOINED_WITHIN_M = 40.0
# A street hangs together by its carriageway, past the corner houses of others: they stand beside it.
HALF_STREET_M = 3.0
CLEAR_OF_OTHERS_M = 2.0
# Two addresses nearer than this are one place: no border goes between them.
SAME_PLACE_M = 0.5
# What is narrower is no ground that somebody meant, but the rest between two corners.
THINNEST_M = 3.0
# Tried one after the other: the first that keeps every address on its side is taken.
SIMPLIFIED_BY_M = (5.0, 3.0, 2.0, 1.0, 0.5, 0.2)
QUARTER_SEGMENTS = 4

type FloatArray = npt.NDArray[np.float64]
type IndexArray = npt.NDArray[np.intp]
type Points = npt.NDArray[np.object_]


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """The course of a street in metres, any lines, and which of the asked addresses stand in it."""

    course: BaseGeometry
    asked: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class BuiltPerimeter:
    """A perimeter, and the addresses whose side is not the one that was wished.

    Parameters
    ----------
    area
        In metres, valid, inside the commune, sharing no ground with the neighbours.
    not_held
        Asked addresses outside, in increasing order: a neighbour holds them, or they stand off the commune.
    held_too
        Other addresses inside: each is at the same place as an asked one.
    enclosed
        Other addresses outside that the perimeter surrounds on all sides.
    """

    area: MultiPolygon
    not_held: IndexArray
    held_too: IndexArray
    enclosed: IndexArray


def build_around(
    asked: FloatArray,
    others: FloatArray,
    *,
    town: BaseGeometry,
    neighbours: BaseGeometry,
    streets: Sequence[Stretch] = (),
) -> BuiltPerimeter:
    """Build a perimeter around addresses.

    Parameters
    ----------
    asked, others
        Places of the addresses to hold and of all the others of the commune, in metres, (n, 2) and (m, 2);
        ``others`` may be empty.
    town
        Ground of the commune, in metres.
    neighbours
        Ground of the other perimeters, in metres; may be empty.
    streets
        Courses by which asked addresses of one street hang together where there are no houses.

    Raises
    ------
    NoAddressToHold
        When no asked address is on ground of the commune that is free.

    Notes
    -----
    The ground of an address is what is nearer to it than to any other (its Voronoi cell), up to ``REACH_M``. The
    grounds of the asked addresses are joined, with what lies between them and is nobody's, and with the
    carriageway between those of one street; holes are filled where no other address stands in them, the border is
    simplified as far as every address stays on its side.
    """
    points, other_points = _as_points(asked), _as_points(others.reshape(-1, 2))
    free = without(town, neighbours)
    shapely.prepare(free)
    is_held = np.asarray(shapely.covers(free, points))
    if not is_held.any():
        raise NoAddressToHold
    held = points[is_held]
    is_same_place = _within(other_points, held, SAME_PLACE_M)
    apart = other_points[~is_same_place]
    near = apart[_within(apart, held, 4 * REACH_M + 2 * JOINED_WITHIN_M)]
    ground, away = _share_ground(held, near)
    carriageways = without(
        joined(_carriageway(street, points, is_held) for street in streets),
        _grown(MultiPoint(list(near)), CLEAR_OF_OTHERS_M),
    )
    wished = _without_thin(_bridged(_closed(ground, away), carriageways))
    area = _simplified(_with_all(wished, held, ground), held, apart, free)
    has_other = shapely.covers(area, other_points)
    return BuiltPerimeter(
        area=area,
        not_held=np.flatnonzero(~shapely.covers(area, points)),
        held_too=np.flatnonzero(has_other),
        enclosed=np.flatnonzero(shapely.covers(_filled(area, other_points[:0]), other_points) & ~has_other),
    )


def _as_points(places: FloatArray) -> Points:
    return np.asarray(shapely.points(places), dtype=object)


def _within(places: Points, of: Points, distance_m: float) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(places), dtype=bool)
    if len(places):
        found[shapely.STRtree(of).query(places, predicate="dwithin", distance=distance_m)[0]] = True
    return found


def _share_ground(held: Points, near: Points) -> tuple[BaseGeometry, BaseGeometry]:
    """Return the ground of the asked addresses, and that of the others."""
    places, first = np.unique(np.round(shapely.get_coordinates([*held, *near]), 2), axis=0, return_index=True)
    is_asked = first < len(held)
    discs = np.asarray(shapely.buffer(_as_points(places), REACH_M, quad_segs=QUARTER_SEGMENTS), dtype=object)
    cells = discs if len(places) == 1 else np.asarray(shapely.intersection(_cells(places), discs), dtype=object)
    return joined(cells[is_asked]), joined(cells[~is_asked])


def _cells(places: FloatArray) -> Points:
    cloud = MultiPoint(places)
    return shapely.get_parts(
        shapely.voronoi_polygons(cloud, extend_to=_grown(cloud.envelope, 2 * REACH_M).envelope, ordered=True)
    )


def _carriageway(street: Stretch, points: Points, is_held: npt.NDArray[np.bool_]) -> BaseGeometry:
    asked = [index for index in street.asked if is_held[index]]
    reach = _grown(MultiPoint(list(points[asked])).convex_hull, REACH_M)
    course = street.course.intersection(reach) if asked else LineString()
    return course.buffer(HALF_STREET_M, cap_style="flat", quad_segs=QUARTER_SEGMENTS)


def _closed(ground: BaseGeometry, away: BaseGeometry) -> MultiPolygon:
    """Take in what lies between and is nobody's."""
    whole = _grown(_grown(ground, JOINED_WITHIN_M), -JOINED_WITHIN_M)
    return joined([without(whole, away), ground])


def _bridged(wished: MultiPolygon, carriageways: BaseGeometry) -> MultiPolygon:
    """Join parts by the carriageways between them; one that ends in the open, or runs along, is left out."""
    parts = shapely.get_parts(wished)
    between = [
        piece
        for piece in without(carriageways, wished).geoms
        if np.count_nonzero(shapely.dwithin(parts, piece, TOUCH_M)) > 1
    ]
    return joined([wished, *between])


def _without_thin(wished: MultiPolygon) -> BaseGeometry:
    return common_ground(wished, _grown(_grown(wished, -THINNEST_M / 2), THINNEST_M / 2))


def _grown(ground: BaseGeometry, by_m: float) -> BaseGeometry:
    return ground.buffer(by_m, quad_segs=QUARTER_SEGMENTS)


def _with_all(wished: BaseGeometry, held: Points, ground: BaseGeometry) -> MultiPolygon:
    """Give back the ground of the asked addresses that are off what is wished: it was too thin."""
    lost = held[~shapely.covers(wished, held)]
    return joined([wished, common_ground(ground, _grown(MultiPoint(list(lost)), THINNEST_M))])


def _simplified(wished: MultiPolygon, held: Points, apart: Points, free: BaseGeometry) -> MultiPolygon:
    whole = _filled(wished, apart)
    for tolerance_m in SIMPLIFIED_BY_M:
        area = _with_addresses(common_ground(shapely.simplify(whole, tolerance_m), free), held)
        if shapely.covers(area, held).all() and not _holds_any(area, apart):
            return area
    return _with_addresses(common_ground(whole, free), held)


def _filled(area: MultiPolygon, others: Points) -> MultiPolygon:
    """Fill the holes in which none of the others stands."""
    return joined(
        Polygon(part.exterior, [hole for hole in part.interiors if _holds_any(Polygon(hole), others)])
        for part in area.geoms
    )


def _holds_any(ground: BaseGeometry, places: Points) -> bool:
    shapely.prepare(ground)
    return bool(np.any(shapely.covers(ground, places)))


def _with_addresses(area: MultiPolygon, held: Points) -> MultiPolygon:
    """Leave out the parts that hold none of the asked addresses."""
    return MultiPolygon([part for part in area.geoms if _holds_any(part, held)])
