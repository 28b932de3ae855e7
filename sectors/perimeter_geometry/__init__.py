"""Geometry of perimeters, measured in metres on plain shapely areas: no database, no Django.

``overlaps`` compares perimeters, ``shapes`` refuses what is no area of the commune, ``crossings`` says where its
contours cross, ``findings`` what is wrong with one that is being drawn beside its neighbours, ``mends`` puts that
right, ``reshaping`` splits, merges and snaps, ``lightening`` takes vertices off.
"""

from sectors.perimeter_geometry.findings import (
    GAP_WIDTH_M,
    SLIVER_WIDTH_M,
    Findings,
    Piece,
    find_faults,
    find_shared,
    is_sliver,
    left_ground,
)
from sectors.perimeter_geometry.lightening import Lightened, lighten
from sectors.perimeter_geometry.mends import fill_gap, share_gap, share_overlap, trim
from sectors.perimeter_geometry.overlaps import OVERLAP_TOLERANCE_M2, Overlap, find_overlaps
from sectors.perimeter_geometry.reshaping import (
    SNAP_WITHIN_M,
    find_bordering,
    merge,
    snap_to_neighbours,
    split_along,
)
from sectors.perimeter_geometry.shapes import MAX_VERTICES, MIN_AREA_M2, check_drawn, without

__all__ = [
    "GAP_WIDTH_M",
    "MAX_VERTICES",
    "MIN_AREA_M2",
    "OVERLAP_TOLERANCE_M2",
    "SLIVER_WIDTH_M",
    "SNAP_WITHIN_M",
    "Findings",
    "Lightened",
    "Overlap",
    "Piece",
    "check_drawn",
    "fill_gap",
    "find_bordering",
    "find_faults",
    "find_overlaps",
    "find_shared",
    "is_sliver",
    "left_ground",
    "lighten",
    "merge",
    "share_gap",
    "share_overlap",
    "snap_to_neighbours",
    "split_along",
    "trim",
    "without",
]
