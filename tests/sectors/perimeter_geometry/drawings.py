"""Drawings near a right-angled town of 2,000 m × 1,000 m, for tests and properties."""

from hypothesis import strategies as st
from shapely import Polygon, box, union_all

TOWN = box(0, 0, 2000, 1000)
WEST, EAST = box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000)


def wavy(offsets: list[float]) -> list[tuple[float, float]]:
    """A border from south to north about x = 1000, moved west or east at each of its vertices, in metres."""
    step = 1000 / (len(offsets) - 1)
    return [(1000 + offset, place * step) for place, offset in enumerate(offsets)]


def west_of(border: list[tuple[float, float]]) -> Polygon:
    return Polygon([(0, 0), *border, (0, 1000)])


def east_of(border: list[tuple[float, float]]) -> Polygon:
    return Polygon([(2000, 0), *border, (2000, 1000)])


# A border as a hand draws it; two of them make overlaps and gaps of all widths.
borders = st.lists(st.floats(-300, 300).map(lambda metres: round(metres, 2)), min_size=3, max_size=9).map(wavy)


def ground_of(*areas: Polygon) -> float:
    return float(union_all(areas).area)
