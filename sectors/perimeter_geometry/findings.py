"""What is wrong with a perimeter that is being drawn: ground shared with a neighbour, ground left in no sector."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from sectors.perimeter_geometry.overlaps import OVERLAP_TOLERANCE_M2
from sectors.perimeter_geometry.shapes import common_ground, joined, polygons_of, without

# Both sides of a street: two neighbours that each stop at their own side leave this much between them.
GAP_WIDTH_M = 15.0
# Ground with sectors all around it is a gap where the ring is no longer than a walk; wider, it is open ground.
ENCLOSED_WITHIN_M = 1_000.0
# Narrower than any plot with a house: a border drawn twice, and no ground that somebody meant.
SLIVER_WIDTH_M = 5.0
# Two edges nearer than this are one; coordinates in degrees are kept to some 0.1 mm.
TOUCH_M = 0.01
# Corners as sharp as 23° come back whole when an area is drawn in and out again.
MITRE_LIMIT = 5.0
NO_GROUND = MultiPolygon()


@dataclass(frozen=True, kw_only=True)
class Piece[Id: Hashable]:
    """One piece of ground that is wrong, and the neighbours that it concerns: none along the commune's edge.

    ``is_beside`` tells whether the drawn perimeter borders it, and could take it.
    """

    neighbours: tuple[Id, ...]
    ground: Polygon
    is_sliver: bool
    is_beside: bool = True

    @property
    def area_m2(self) -> float:
        return float(self.ground.area)


@dataclass(frozen=True, kw_only=True)
class Findings[Id: Hashable]:
    """What is wrong with a drawn perimeter, the largest piece first."""

    overlaps: tuple[Piece[Id], ...]
    gaps: tuple[Piece[Id], ...]

    @property
    def may_be_in_force(self) -> bool:
        """Whether the perimeter shares no more ground than a border drawn twice; gaps are allowed."""
        return not self.overlaps


def find_faults[Id: Hashable](
    drawn: BaseGeometry,
    neighbours: Mapping[Id, BaseGeometry],
    town: BaseGeometry,
    *,
    left: BaseGeometry = NO_GROUND,
) -> Findings[Id]:
    """Find what a drawn perimeter shares with its neighbours, and what it leaves without a sector.

    Parameters
    ----------
    drawn
        A valid area, in metres.
    neighbours
        The other perimeters, in metres, by identifier; they may overlap each other. May be empty.
    town
        Outline of the commune, in metres.
    left
        Ground that perimeters in force hold and none would any more (`left_ground`), in metres.

    Notes
    -----
    A gap is ground of the commune in no perimeter, beside the drawn one, that is narrower than ``GAP_WIDTH_M`` or
    that perimeters within ``ENCLOSED_WITHIN_M`` enclose: a town need not be covered, and open ground is no fault.
    Ground that is left is one wherever it lies, with the gap that it is part of, unless it is a sliver.
    Overlaps count where all that a neighbour shares exceeds the tolerance, gaps where the piece does.
    """
    ids = list(neighbours)
    shapes = np.array([neighbours[key] for key in ids], dtype=object)
    near = shapely.dwithin(shapes, drawn, GAP_WIDTH_M * 2)
    ids_near = [key for key, is_near in zip(ids, near, strict=True) if is_near]
    gaps = _gaps_beside(drawn, shapes[near], shapes, town)
    # What is left without any sector is one piece with the gaps that it touches.
    open_ground = [part for part in polygons_of(left).geoms if not is_sliver(part)]
    pieces = joined([*open_ground, *gaps]).geoms if open_ground else gaps
    return Findings(
        overlaps=find_shared(drawn, {key: neighbours[key] for key in ids_near}),
        gaps=_largest_first([_gap(piece, drawn, ids, shapes) for piece in pieces if _counts(piece)]),
    )


def find_shared[Id: Hashable](drawn: BaseGeometry, neighbours: Mapping[Id, BaseGeometry]) -> tuple[Piece[Id], ...]:
    """Find the pieces of ground that a drawn perimeter shares with its neighbours, as `find_faults` tells them."""
    near = {key: area for key, area in neighbours.items() if shapely.intersects(area, drawn)}
    shared = {key: common_ground(area, drawn) for key, area in near.items()}
    return _largest_first(
        [
            Piece(neighbours=(key,), ground=part, is_sliver=is_sliver(part))
            for key, ground in shared.items()
            if ground.area > OVERLAP_TOLERANCE_M2
            for part in ground.geoms
        ]
    )


def left_ground(before: Iterable[BaseGeometry], after: Iterable[BaseGeometry]) -> MultiPolygon:
    """Return the ground of the former perimeters that none of the later ones holds."""
    held, areas = joined(before), np.array(list(after), dtype=object)
    return without(held, joined(areas[shapely.intersects(areas, held)]))


def is_sliver(ground: Polygon) -> bool:
    """Tell a strip by its mean width, taken as that of a rectangle of the same area and the same edge."""
    return bool(2 * ground.area / ground.length < SLIVER_WIDTH_M)


def narrow_parts(area: BaseGeometry, width_m: float) -> MultiPolygon:
    """Return what of an area is narrower than a width: what vanishes when it is drawn in and out by half of it."""
    inside = shapely.buffer(area, -width_m / 2, join_style="mitre", mitre_limit=MITRE_LIMIT)
    outside = shapely.buffer(inside, width_m / 2 + TOUCH_M, join_style="mitre", mitre_limit=MITRE_LIMIT)
    return without(area, outside)


def _gaps_beside(drawn: BaseGeometry, beside: np.ndarray, others: np.ndarray, town: BaseGeometry) -> list[Polygon]:
    enclosed = common_ground(_enclosed_beside(drawn, others), town)
    around = common_ground(shapely.buffer(drawn, GAP_WIDTH_M * 2, quad_segs=2), town)
    narrow = without(narrow_parts(without(around, joined([drawn, *beside])), GAP_WIDTH_M), enclosed)
    return [part for part in (*enclosed.geoms, *narrow.geoms) if shapely.dwithin(part, drawn, TOUCH_M)]


def _gap[Id: Hashable](ground: Polygon, drawn: BaseGeometry, ids: list[Id], others: np.ndarray) -> Piece[Id]:
    touched = shapely.dwithin(others, ground, TOUCH_M)
    return Piece(
        neighbours=tuple(key for key, touches in zip(ids, touched, strict=True) if touches),
        ground=ground,
        is_sliver=is_sliver(ground),
        is_beside=bool(shapely.dwithin(ground, drawn, TOUCH_M)),
    )


def _counts(ground: Polygon) -> bool:
    return bool(ground.area > OVERLAP_TOLERANCE_M2)


def _enclosed_beside(drawn: BaseGeometry, others: np.ndarray) -> MultiPolygon:
    """Return the holes that the perimeters around the drawn one leave; what lies in one is not of it."""
    around = joined([drawn, *others[shapely.dwithin(others, drawn, ENCLOSED_WITHIN_M)]])
    holes = joined(Polygon(ring) for part in around.geoms for ring in part.interiors)
    return without(holes, joined([around, *others[shapely.intersects(others, holes)]]))


def _largest_first[Id: Hashable](pieces: list[Piece[Id]]) -> tuple[Piece[Id], ...]:
    return tuple(sorted(pieces, key=lambda piece: -piece.area_m2))
