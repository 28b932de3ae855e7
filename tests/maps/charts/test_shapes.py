import re

import pytest
import shapely

from maps.charts.shapes import path_of, widest_point
from maps.ground import frame_around

CORNERS = [(4.88, 44.92), (4.90, 44.94)]


@pytest.fixture
def frame():
    return frame_around(CORNERS, width=500, height=400, margin=10, least_width_m=100)


def points_of(path: str) -> int:
    return len(re.findall(r"[ML]", path))


def test_vertices_that_no_eye_tells_apart_are_left_out_and_corners_stay(frame):
    square = shapely.box(4.88, 44.92, 4.90, 44.94)
    # About 250 drawn units a side, a vertex each quarter of one.
    fine = shapely.segmentize(square, 0.02 / 1000)

    assert len(fine.exterior.coords) > 4000
    assert path_of(fine, frame) == path_of(square, frame)
    assert points_of(path_of(square, frame)) == 5


def test_a_bend_that_can_be_seen_stays(frame):
    bent = shapely.Polygon([(4.88, 44.92), (4.89, 44.9201), (4.90, 44.92), (4.90, 44.94), (4.88, 44.94)])

    assert points_of(path_of(bent, frame)) == 6


def test_ground_smaller_than_the_tolerance_is_drawn_all_the_same(frame):
    assert points_of(path_of(shapely.box(4.88, 44.92, 4.88001, 44.92001), frame)) >= 4


# A strip of ten units along a river, and a block of twenty at its northern end, or apart from it.
@pytest.mark.parametrize("block", [shapely.box(0, 8, 5, 12), shapely.box(2, 8, 7, 12)])
def test_a_number_stands_on_the_widest_part_of_a_sector(block):
    strip = shapely.box(0, 0, 0.2, 10)

    at = widest_point(shapely.union(strip, block))

    assert block.contains(at)
    # In the middle of a block four units high.
    assert shapely.distance(at, block.exterior) == pytest.approx(2, abs=0.05)
