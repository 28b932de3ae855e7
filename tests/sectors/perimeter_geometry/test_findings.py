import pytest
from hypothesis import given, settings
from shapely import Polygon, box, union_all

from sectors.perimeter_geometry import find_faults, find_overlaps, is_sliver, left_ground
from tests.sectors.perimeter_geometry.drawings import EAST, TOWN, WEST, borders, east_of, west_of


def told(pieces):
    return [(piece.neighbours, round(piece.area_m2), piece.is_sliver) for piece in pieces]


def test_alone_in_the_commune_nothing_is_wrong():
    faults = find_faults(box(100, 100, 300, 300), {}, TOWN)

    assert (faults.overlaps, faults.gaps, faults.may_be_in_force) == ((), (), True)


def test_a_common_border_is_no_fault():
    faults = find_faults(WEST, {"east": EAST}, TOWN)

    assert (faults.overlaps, faults.gaps) == ((), ())


def test_shared_ground_is_told_with_the_neighbour():
    # 100 m × 1,000 m; and a strip of 2 m, which nobody means: 2 × 2,000 / 2,004 < 5 m wide.
    wide = find_faults(box(0, 0, 1100, 1000), {"east": EAST}, TOWN)
    strip = find_faults(box(0, 0, 1002, 1000), {"east": EAST}, TOWN)

    assert told(wide.overlaps) == [(("east",), 100_000, False)]
    assert told(strip.overlaps) == [(("east",), 2_000, True)]
    assert not wide.may_be_in_force
    assert not strip.may_be_in_force


def test_a_border_drawn_twice_is_no_fault():
    # 0.02 m × 1,000 m = 20 m².
    assert find_faults(box(0, 0, 1000.02, 1000), {"east": EAST}, TOWN).overlaps == ()
    assert find_faults(box(0, 0, 999.98, 1000), {"east": EAST}, TOWN).gaps == ()


def test_a_street_left_between_two_is_a_gap_and_open_ground_is_none():
    # 10 m × 1,000 m; a gap of 50 m is ground that nobody holds.
    assert told(find_faults(box(0, 0, 990, 1000), {"east": EAST}, TOWN).gaps) == [(("east",), 10_000, False)]
    assert find_faults(box(0, 0, 950, 1000), {"east": EAST}, TOWN).gaps == ()


def test_ground_that_sectors_enclose_is_a_gap_however_wide():
    # A ring of 1,000 m around a square of 200 m, closed by the neighbour in its north.
    ring = box(0, 0, 1000, 1000).difference(box(400, 400, 600, 1000))

    assert told(find_faults(ring, {"north": box(400, 600, 600, 1000)}, TOWN).gaps) == [(("north",), 40_000, False)]


def test_ground_that_loses_its_sector_is_told_wherever_it_lies():
    # The west, 1,000 m × 1,000 m, is drawn 300 m × 300 m; 90,000 m² of the rest go to a third.
    drawn, third = box(100, 100, 400, 400), box(600, 600, 900, 900)
    left = left_ground([WEST], [drawn, third, EAST])

    (piece,) = find_faults(drawn, {"east": EAST, "third": third}, TOWN, left=left).gaps

    assert (round(piece.area_m2), piece.is_beside) == (1_000_000 - 2 * 90_000, True)


def test_a_gap_within_ground_that_is_left_is_one_piece_with_it():
    # A corner goes back by 100 m: of the triangle of 100 m × 1,000 m / 2, the thin end alone is a gap.
    drawn = Polygon([(0, 0), (1000, 0), (900, 1000), (0, 1000)])

    gaps = find_faults(drawn, {"east": EAST}, TOWN, left=left_ground([WEST], [drawn, EAST])).gaps

    assert told(find_faults(drawn, {"east": EAST}, TOWN).gaps) != told(gaps)
    assert told(gaps) == [(("east",), 50_000, False)]


def test_left_ground_apart_from_the_drawn_one_is_told_as_not_beside_it():
    drawn = box(0, 0, 200, 200)
    left = left_ground([box(500, 500, 700, 700)], [drawn])

    (piece,) = find_faults(drawn, {}, TOWN, left=left).gaps

    assert (piece.neighbours, piece.is_beside) == ((), False)


def test_a_strip_that_is_left_along_open_ground_is_no_fault_of_its_own():
    # 2 m × 200 m at the edge: 400 m² that the sum tells, and no piece to mend.
    drawn = box(100, 100, 298, 300)
    left = left_ground([box(100, 100, 300, 300)], [drawn])

    assert left.area == 400
    assert find_faults(drawn, {}, TOWN, left=left).gaps == ()


def test_what_lies_in_enclosed_ground_is_not_of_the_gap():
    # The square of 200 m in the middle holds an island of 100 m: 40,000 − 10,000 m² are free.
    ring = box(0, 0, 1000, 1000).difference(box(400, 400, 600, 600))

    assert told(find_faults(ring, {"island": box(450, 450, 550, 550)}, TOWN).gaps) == [
        (("island",), 30_000, False)
    ]


def test_a_strip_along_the_commune_concerns_no_neighbour():
    assert told(find_faults(box(3, 0, 1000, 1000), {}, TOWN).gaps) == [((), 3_000, True)]


def test_two_borders_that_part_in_a_corner_leave_no_gap():
    # Squares that touch in one corner: the open ground between them is a right angle.
    assert find_faults(box(0, 0, 500, 500), {"other": box(500, 500, 900, 900)}, TOWN).gaps == ()


def test_a_gap_between_others_is_not_ones_own():
    others = {"far": box(1500, 0, 1700, 1000), "farther": box(1705, 0, 2000, 1000)}

    assert find_faults(box(0, 0, 500, 1000), others, TOWN).gaps == ()


@pytest.mark.parametrize(("width_m", "expected"), [(4.9, True), (5.2, False)])
def test_a_sliver_is_told_by_its_width(width_m, expected):
    assert is_sliver(box(0, 0, width_m, 1000)) is expected


@given(borders, borders)
@settings(deadline=None)
def test_faults_are_ground_shared_and_ground_held_by_none(mine, theirs):
    west, east = west_of(mine), east_of(theirs)

    faults = find_faults(west, {"east": east}, TOWN)

    shared = sum(piece.area_m2 for piece in faults.overlaps)
    free = union_all([piece.ground for piece in faults.gaps])
    expected = west.intersection(east).area
    assert shared == pytest.approx(expected if find_overlaps({1: west, 2: east}) else 0, abs=1)
    assert free.intersection(west.union(east)).area < 1
    assert free.difference(TOWN).area < 1
