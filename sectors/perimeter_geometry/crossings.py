"""Where the contours of an area cross themselves or each other: GEOS tells of the first place alone."""

import numpy as np
import shapely
from shapely import MultiPolygon, STRtree

# Enough to see what went wrong; a scribble of 10,000 vertices crosses itself millions of times.
MOST_PLACES = 20
# Sides looked at in one go: what each crosses is found for all of them before the first is told.
SIDES_AT_ONCE = 20
# Pairs of sides whose boxes meet: a contour around a quarter has a few thousand, one made of long parallel sides
# fifty million, which take a quarter of a minute; this many take about a second.
MOST_PAIRS = 2_000_000
# Places nearer than this are one: a contour that passes through its own vertex crosses there four sides.
SAME_PLACE_M = 0.01


def find_crossings(area: MultiPolygon) -> list[tuple[float, float]]:
    """Return the places where contours cross, along each contour from its first vertex.

    Parameters
    ----------
    area
        In metres; its coordinates are finite.

    Returns
    -------
    list
        At most ``MOST_PLACES``, of the first ``MOST_PAIRS`` pairs of sides. Empty when the area is valid, or
        invalid for another reason than a crossing: a hole outside its contour, a part within another.

    Notes
    -----
    Sides cross where their insides meet, or run along each other. Two of one contour must not even touch, unless
    they follow each other; those of two contours may, at a point.
    """
    sides, ring, rank, length = _sides(area)
    tree = STRtree(sides)
    places: list[tuple[float, float]] = []
    looked_at = 0
    for begin in range(0, len(sides), SIDES_AT_ONCE):
        one, other = tree.query(sides[begin : begin + SIDES_AT_ONCE])
        one += begin
        looked_at += len(one)
        meet = (one < other) & shapely.intersects(sides[one], sides[other])
        one, other = one[meet], other[meet]
        shared = shapely.intersection(sides[one], sides[other])
        apart = np.abs(rank[one] - rank[other])
        follow = (ring[one] == ring[other]) & ((apart == 1) | (apart == length[one] - 1))
        touch = (ring[one] == ring[other]) & ~follow
        wrong = touch | shapely.crosses(sides[one], sides[other]) | (shapely.length(shared) > 0)
        middles = shapely.centroid(shared[wrong])
        along = shapely.line_locate_point(sides[one[wrong]], middles)
        for point in middles[np.lexsort((along, one[wrong]))]:
            place = (float(point.x), float(point.y))
            if all(np.hypot(place[0] - x, place[1] - y) > SAME_PLACE_M for x, y in places):
                places.append(place)
            if len(places) == MOST_PLACES:
                return places
        if looked_at > MOST_PAIRS:
            break
    return places


def _sides(area: MultiPolygon) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return each side that is longer than nothing, its contour, its rank there, and how many the contour has."""
    contours = [contour for part in area.geoms for contour in (part.exterior, *part.interiors)]
    sides: list[np.ndarray] = []
    counts: list[int] = []
    for contour in contours:
        at = shapely.get_coordinates(contour)
        at = at[np.r_[True, (at[1:] != at[:-1]).any(axis=1)]]
        sides.append(np.asarray(shapely.linestrings(np.stack([at[:-1], at[1:]], axis=1)), dtype=object))
        counts.append(len(at) - 1)
    ring = np.repeat(np.arange(len(contours)), counts)
    rank = np.concatenate([np.arange(count) for count in counts])
    return np.concatenate(sides), ring, rank, np.repeat(counts, counts)
