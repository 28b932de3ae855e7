import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from sectors.errors import InvalidPerimeter
from sectors.perimeter_geometry import OVERLAP_TOLERANCE_M2, Overlap, find_overlaps


def test_no_perimeter_overlaps_nothing():
    assert find_overlaps({}) == ()


def test_neighbours_that_share_a_border_do_not_overlap():
    assert find_overlaps({"a": box(0, 0, 100, 100), "b": box(100, 0, 200, 100)}) == ()


def test_a_shared_strip_is_measured_in_square_metres():
    # 2 m × 100 m = 200 m²
    found = find_overlaps({"a": box(0, 0, 102, 100), "b": box(100, 0, 200, 100), "c": box(300, 0, 400, 100)})

    assert found == (Overlap(first="a", second="b", area_m2=200.0),)


def test_a_sliver_under_the_tolerance_is_a_border_drawn_twice():
    # 0.2 m × 100 m = 20 m² < 25 m²
    assert find_overlaps({"a": box(0, 0, 100.2, 100), "b": box(100, 0, 200, 100)}) == ()


def test_a_self_crossing_area_is_named():
    bow_tie = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])

    with pytest.raises(InvalidPerimeter, match="Laprat"):
        find_overlaps({"Laprat": bow_tie})


@given(st.floats(0, 300), st.floats(1, 200))
def test_overlap_of_two_boxes_is_their_common_width_times_height(shift_m, width_m):
    first, second = box(0, 0, 100, 100), box(shift_m, 0, shift_m + width_m, 100)
    common_m2 = max(0.0, min(100, shift_m + width_m) - shift_m) * 100

    found = find_overlaps({1: first, 2: second})

    assert [round(overlap.area_m2, 3) for overlap in found] == [
        round(area_m2, 3) for area_m2 in (common_m2,) if area_m2 > OVERLAP_TOLERANCE_M2
    ]
