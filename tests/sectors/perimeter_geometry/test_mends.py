import pytest
from hypothesis import assume, given, settings
from shapely import box

from sectors.perimeter_geometry import (
    OVERLAP_TOLERANCE_M2,
    fill_gap,
    find_faults,
    share_gap,
    share_overlap,
    trim,
)
from sectors.perimeter_geometry.errors import NothingLeft, NothingShared, SectorsApart
from tests.sectors.perimeter_geometry.drawings import EAST, TOWN, WEST, borders, east_of, ground_of, west_of


def test_what_is_shared_goes_to_the_other():
    assert trim(box(0, 0, 1100, 1000), EAST).equals(WEST)


def test_one_in_the_other_cannot_be_trimmed():
    with pytest.raises(NothingLeft) as refused:
        trim(box(100, 100, 300, 300), WEST)

    assert refused.value.place == pytest.approx((200, 200))


def test_two_meet_midway_of_what_they_share():
    # They share 100 m from x = 1,000 to 1,100: the middle is x = 1,050.
    first, second = share_overlap(box(0, 0, 1100, 1000), EAST)

    assert first.symmetric_difference(box(0, 0, 1050, 1000)).area < 1_050 * 0.5
    assert second.symmetric_difference(box(1050, 0, 2000, 1000)).area < 1_050 * 0.5


def test_a_straight_border_between_two_has_few_vertices():
    first, _ = share_overlap(box(0, 0, 1100, 1000), EAST)

    assert len(first.geoms[0].exterior.coords) < 20


def test_what_does_not_overlap_has_nothing_to_share():
    with pytest.raises(NothingShared):
        share_overlap(WEST, EAST)


def test_a_gap_is_taken_by_one_or_shared():
    west, gap = box(0, 0, 990, 1000), box(990, 0, 1000, 1000)

    assert fill_gap(west, gap).equals(WEST)
    first, second = share_gap(west, EAST, gap)
    assert first.area == pytest.approx(995_000, abs=500)
    assert second.area == pytest.approx(1_005_000, abs=500)


def test_a_gap_elsewhere_is_not_taken():
    with pytest.raises(SectorsApart):
        fill_gap(box(0, 0, 500, 1000), box(990, 0, 1000, 1000))
    with pytest.raises(SectorsApart):
        share_gap(box(0, 0, 500, 1000), EAST, box(990, 0, 1000, 1000))


@given(borders, borders)
@settings(deadline=None)
def test_trimmed_nothing_is_shared_and_no_ground_lost(mine, theirs):
    west, east = west_of(mine), east_of(theirs)

    trimmed = trim(west, east)

    assert trimmed.intersection(east).area < OVERLAP_TOLERANCE_M2
    assert ground_of(trimmed, east) == pytest.approx(ground_of(west, east), abs=1)


@given(borders, borders)
@settings(deadline=None)
def test_sharing_an_overlap_conserves_the_ground_and_leaves_none_shared(mine, theirs):
    west, east = west_of(mine), east_of(theirs)
    assume(west.intersection(east).area > OVERLAP_TOLERANCE_M2)

    first, second = share_overlap(west, east)

    assert first.is_valid
    assert second.is_valid
    assert first.intersection(second).area < OVERLAP_TOLERANCE_M2
    assert first.area + second.area == pytest.approx(ground_of(west, east), abs=1)
    # Each gives up ground that it shared, and takes none that it did not hold.
    assert first.difference(west).area < 1
    assert second.difference(east).area < 1


@given(borders, borders)
@settings(deadline=None)
def test_every_gap_and_overlap_found_is_mended_within_the_commune(mine, theirs):
    west, east = west_of(mine), east_of(theirs)
    trimmed = trim(west, east)
    gaps = find_faults(trimmed, {"east": east}, TOWN).gaps

    drawn = trimmed
    for gap in gaps:
        drawn = fill_gap(drawn, gap.ground)

    assert find_faults(drawn, {"east": east}, TOWN).overlaps == ()
    assert drawn.area == pytest.approx(trimmed.area + sum(gap.area_m2 for gap in gaps), abs=1)
    assert drawn.difference(TOWN).area < 1


@given(borders, borders)
@settings(deadline=None)
def test_sharing_a_gap_leaves_none_and_moves_nothing_else(mine, theirs):
    west = trim(west_of(mine), east_of(theirs))
    east = east_of(theirs)
    gaps = [gap for gap in find_faults(west, {"east": east}, TOWN).gaps if gap.neighbours]
    assume(gaps)

    first, second = share_gap(west, east, gaps[0].ground)

    assert first.intersection(second).area < OVERLAP_TOLERANCE_M2
    assert first.area + second.area == pytest.approx(west.area + east.area + gaps[0].area_m2, abs=1)
    assert first.difference(TOWN).area + second.difference(TOWN).area < 1
