import numpy as np
import pytest
from shapely import MultiPolygon, Polygon, box

from sectors.perimeter_geometry.crossings import MOST_PLACES, find_crossings


def crossings_of(*parts: Polygon) -> list[tuple[float, float]]:
    return [(round(x, 6), round(y, 6)) for x, y in find_crossings(MultiPolygon(parts))]


def test_each_place_where_a_contour_crosses_itself_is_found_along_it():
    # The first side goes along y = 10; the way back crosses it at x = 30, 20 and 10.
    zigzag = Polygon(
        [(0, 10), (40, 10), (40, 20), (30, 20), (30, 0), (20, 0), (20, 20), (10, 20), (10, 0), (0, 0)]
    )

    assert crossings_of(zigzag) == [(10, 10), (20, 10), (30, 10)]


@pytest.mark.parametrize(
    ("parts", "places"),
    [
        ([box(0, 0, 10, 10)], []),
        # Two parts may touch at a corner, a hole its contour at one.
        ([box(0, 0, 10, 10), box(10, 10, 20, 20)], []),
        ([Polygon(box(0, 0, 10, 10).exterior, [[(0, 5), (4, 4), (4, 6)]])], []),
        # A contour may not come back to its own corner.
        ([Polygon([(0, 0), (10, 0), (5, 5), (10, 10), (0, 10), (5, 5)])], [(5, 5)]),
        # It goes to (20, 5) and comes back the way it went: the side is told in its middle.
        ([Polygon([(0, 0), (10, 0), (10, 5), (20, 5), (10, 5), (10, 10), (0, 10)])], [(15, 5), (10, 5)]),
        # Two parts that share a part of their ground cross twice; along an edge, they run along each other.
        ([box(0, 0, 10, 10), box(5, 5, 15, 15)], [(10, 5), (5, 10)]),
        ([box(0, 0, 10, 10), box(10, 0, 20, 10)], [(10, 5)]),
        # Nothing crosses: the hole is outside, and the part within another.
        ([Polygon(box(0, 0, 10, 10).exterior, [box(20, 20, 30, 30).exterior])], []),
        ([box(0, 0, 10, 10), box(2, 2, 8, 8)], []),
        # A vertex given twice is one.
        ([Polygon([(0, 0), (10, 10), (10, 10), (10, 0), (0, 10)])], [(5, 5)]),
    ],
)
def test_what_may_touch_is_told_from_what_crosses(parts, places):
    assert sorted(crossings_of(*parts)) == sorted(places)


def test_a_scribble_of_ten_thousand_vertices_is_told_by_its_first_places():
    scribble = Polygon(np.random.default_rng(5).random((10_000, 2)) * 1_000)

    assert len(find_crossings(MultiPolygon([scribble]))) == MOST_PLACES
