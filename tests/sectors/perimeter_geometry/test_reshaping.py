import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Polygon, box

from sectors.perimeter_geometry import OVERLAP_TOLERANCE_M2, find_bordering, merge, snap_to_neighbours, split_along
from sectors.perimeter_geometry.errors import LineDoesNotSplit, NothingLeft, SectorsApart
from tests.sectors.perimeter_geometry.drawings import EAST, TOWN, WEST, borders, east_of, west_of


def test_a_line_makes_two_sides_the_larger_first():
    larger, smaller = split_along(TOWN, LineString([(600, -10), (600, 1010)]))

    assert larger.equals(box(600, 0, 2000, 1000))
    assert smaller.equals(box(0, 0, 600, 1000))


def test_a_line_that_crosses_several_times_still_makes_two():
    # A comb with teeth at x = 0–100, 200–300 and 400–500, cut across all three at y = 500: the tips are one side.
    comb = Polygon(
        [
            *((0, 0), (500, 0), (500, 900), (400, 900), (400, 100), (300, 100)),
            *((300, 900), (200, 900), (200, 100), (100, 100), (100, 900), (0, 900)),
        ]
    )

    larger, smaller = split_along(comb, LineString([(-10, 500), (510, 500)]))

    # Above: 3 × 100 × 400; below: 500 × 100 + 3 × 100 × 400.
    assert (larger.area, smaller.area) == pytest.approx((170_000, 120_000))
    assert len(smaller.geoms) == 3


def test_parts_that_the_line_does_not_reach_stay_with_the_larger_side():
    two = MultiPolygon([box(0, 0, 500, 500), box(800, 0, 900, 100)])

    larger, smaller = split_along(two, LineString([(100, -1), (100, 501)]))

    assert larger.area == pytest.approx(400 * 500 + 100 * 100)
    assert smaller.area == pytest.approx(100 * 500)


@pytest.mark.parametrize(
    "line",
    [
        LineString([(100, 100), (300, 300)]),  # ends inside
        LineString([(-10, 0), (-10, 1000)]),  # outside
        LineString([(0, 0), (0, 1000)]),  # along the border
        LineString([(0.1, -1), (0.1, 1001)]),  # 0.1 m × 1,000 m on one side
        LineString([(500, -10), (500, 600), (400, 500), (600, 500), (500, 1010)]),  # crosses itself
        LineString(),
    ],
)
def test_a_line_that_does_not_split_is_refused(line):
    with pytest.raises(LineDoesNotSplit):
        split_along(TOWN, line)


def test_two_that_share_a_border_become_one():
    assert merge(WEST, EAST).equals(TOWN)


@pytest.mark.parametrize("other", [box(500, 500, 900, 900), box(600, 0, 700, 100)])
def test_two_that_meet_in_a_corner_or_nowhere_stay_two(other):
    with pytest.raises(SectorsApart) as refused:
        merge(box(0, 0, 500, 500), other)

    assert refused.value.place == pytest.approx(other.centroid.coords[0])


def test_those_that_border_are_found_and_those_in_a_corner_or_apart_are_not():
    beside = {"along": box(500, 100, 900, 400), "corner": box(500, 500, 900, 900), "apart": box(600, 0, 700, 100)}

    assert find_bordering(box(0, 0, 500, 500), beside) == ("along",)


def test_a_border_drawn_near_a_neighbours_follows_it():
    # The neighbour's border has a bend that the hand missed by 3 m, and the commune's edge was missed by 2 m.
    east = Polygon([(1000, 0), (2000, 0), (2000, 1000), (1000, 1000), (1050, 500)])
    drawn = Polygon([(2, 0), (997, 0), (1048, 503), (1002, 1000), (2, 1000)])

    snapped = snap_to_neighbours(drawn, [east], TOWN)

    assert snapped.symmetric_difference(TOWN.difference(east)).area < 1


def test_ground_that_was_meant_is_not_moved():
    assert snap_to_neighbours(box(0, 0, 900, 1000), [EAST], TOWN).equals(box(0, 0, 900, 1000))


def test_what_lies_within_a_strip_of_the_neighbours_is_refused():
    with pytest.raises(NothingLeft):
        snap_to_neighbours(box(1000, 0, 1004, 1000), [EAST], TOWN)


@given(borders, st.floats(-0.9, 0.9))
@settings(deadline=None)
def test_split_and_merged_it_is_what_it_was(border, lean):
    area = west_of(border)
    line = LineString([(-10, 500 + 400 * lean), (1400, 500 - 400 * lean)])

    sides = split_along(area, line)

    assert sides[0].area + sides[1].area == pytest.approx(area.area)
    assert sides[0].intersection(sides[1]).area < 1
    assert merge(*sides).symmetric_difference(area).area < 1


@given(borders, borders)
@settings(deadline=None)
def test_snapped_it_stays_in_the_commune_and_shares_no_more(mine, theirs):
    drawn, east = west_of(mine), east_of(theirs)

    snapped = snap_to_neighbours(drawn, [east], TOWN)

    assert snapped.is_valid
    assert snapped.difference(TOWN).area < 1
    assert snapped.intersection(east).area <= drawn.intersection(east).area + OVERLAP_TOLERANCE_M2
    # What it held is its own still, or the neighbour's; what it took was nobody's.
    assert drawn.difference(snapped.union(east)).area < 1
    assert snapped.difference(drawn).intersection(east).area < 1
