"""What is wrong with a perimeter that is being drawn: ground shared with a neighbour, ground left between two."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from sectors.perimeter_geometry.overlaps import OVERLAP_TOLERANCE_M2
from sectors.perimeter_geometry.shapes import common_ground, joined, without

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


@dataclass(frozen=True, kw_only=True)
class Piece[Id: Hashable]:
    """One piece of ground that is wrong, and the neighbours that it concerns: none along the commune's edge."""

    neighbours: tuple[Id, ...]
    ground: Polygon
    is_sliver: bool

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
    drawn: BaseGeometry, neighbours: Mapping[Id, BaseGeometry], town: BaseGeometry
) -> Findings[Id]:
    """Find what a drawn perimeter shares with its neighbours, and what it leaves between them.

    Parameters
    ----------
    drawn
        A valid area, in metres.
    neighbours
        The other perimeters, in metres, by identifier; they may overlap each other. May be empty.
    town
        Outline of the commune, in metres.

    Notes
    -----
    A gap is ground of the commune in no perimeter, beside the drawn one, that is narrower than ``GAP_WIDTH_M`` or
    that perimeters within ``ENCLOSED_WITHIN_M`` enclose: a town need not be covered, and open ground is no fault.
    Overlaps count where all that a neighbour shares exceeds the tolerance, gaps where the piece does.
    """
    ids = list(neighbours)
    shapes = np.array([neighbours[key] for key in ids], dtype=object)
    near = shapely.dwithin(shapes, drawn, GAP_WIDTH_M * 2)
    ids, beside = [key for key, is_near in zip(ids, near, strict=True) if is_near], shapes[near]
    return Findings(
        overlaps=_largest_first(_overlaps(drawn, ids, beside)),
        gaps=_largest_first(_gaps(drawn, ids, beside, shapes, town)),
    )


def is_sliver(ground: Polygon) -> bool:
    """Tell a strip by its mean width, taken as that of a rectangle of the same area and the same edge."""
    return bool(2 * ground.area / ground.length < SLIVER_WIDTH_M)


def narrow_parts(area: BaseGeometry, width_m: float) -> MultiPolygon:
    """Return what of an area is narrower than a width: what vanishes when it is drawn in and out by half of it."""
    inside = shapely.buffer(area, -width_m / 2, join_style="mitre", mitre_limit=MITRE_LIMIT)
    outside = shapely.buffer(inside, width_m / 2 + TOUCH_M, join_style="mitre", mitre_limit=MITRE_LIMIT)
    return without(area, outside)


def _overlaps[Id: Hashable](drawn: BaseGeometry, ids: list[Id], beside: np.ndarray) -> list[Piece[Id]]:
    shared = [common_ground(area, drawn) for area in beside]
    return [
        Piece(neighbours=(key,), ground=part, is_sliver=is_sliver(part))
        for key, ground in zip(ids, shared, strict=True)
        if ground.area > OVERLAP_TOLERANCE_M2
        for part in ground.geoms
    ]


def _gaps[Id: Hashable](
    drawn: BaseGeometry, ids: list[Id], beside: np.ndarray, others: np.ndarray, town: BaseGeometry
) -> list[Piece[Id]]:
    enclosed = common_ground(_enclosed_beside(drawn, others), town)
    around = common_ground(shapely.buffer(drawn, GAP_WIDTH_M * 2, quad_segs=2), town)
    narrow = without(narrow_parts(without(around, joined([drawn, *beside])), GAP_WIDTH_M), enclosed)
    found = []
    for ground in (*enclosed.geoms, *narrow.geoms):
        if ground.area > OVERLAP_TOLERANCE_M2 and shapely.dwithin(ground, drawn, TOUCH_M):
            touched = shapely.dwithin(beside, ground, TOUCH_M)
            bordering = tuple(key for key, touches in zip(ids, touched, strict=True) if touches)
            found.append(Piece(neighbours=bordering, ground=ground, is_sliver=is_sliver(ground)))
    return found


def _enclosed_beside(drawn: BaseGeometry, others: np.ndarray) -> MultiPolygon:
    """Return the holes that the perimeters around the drawn one leave; what lies in one is not of it."""
    around = joined([drawn, *others[shapely.dwithin(others, drawn, ENCLOSED_WITHIN_M)]])
    holes = joined(Polygon(ring) for part in around.geoms for ring in part.interiors)
    return without(holes, joined([around, *others[shapely.intersects(others, holes)]]))


def _largest_first[Id: Hashable](pieces: list[Piece[Id]]) -> tuple[Piece[Id], ...]:
    return tuple(sorted(pieces, key=lambda piece: -piece.area_m2))
