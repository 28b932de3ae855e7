import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from sectors.perimeter_geometry import OVERLAP_TOLERANCE_M2, lighten
from sectors.perimeter_geometry.errors import NothingToLighten
from tests.sectors.perimeter_geometry.drawings import TOWN, borders, east_of, west_of

# A border about x = 1000 with a vertex every 10 m, 0.5 m to one side and to the other.
JAGGED = [(1000 + (0.5 if step % 2 else -0.5), step * 10.0) for step in range(101)]


def vertices(area) -> int:
    return int(shapely.get_num_coordinates(area))


def test_a_border_on_open_ground_keeps_its_shape_with_fewer_vertices():
    lightened = lighten(west_of(JAGGED), TOWN, within_m=3, moving={})

    # The corners of the commune, and the ends of the border.
    assert vertices(lightened.area) <= 8
    assert 0 < lightened.moved_m <= 3
    assert lightened.area.symmetric_difference(box(0, 0, 1000, 1000)).area < 1000


def test_a_border_shared_with_a_neighbour_that_stays_does_not_move():
    with pytest.raises(NothingToLighten):
        lighten(west_of(JAGGED), TOWN, within_m=3, moving={}, staying=[east_of(JAGGED)])


def test_a_border_shared_with_a_neighbour_that_moves_stays_shared():
    west, east = west_of(JAGGED), east_of(JAGGED)

    lightened = lighten(west, TOWN, within_m=3, moving={"east": east})

    other = lightened.neighbours["east"]
    assert vertices(lightened.area) <= 8
    assert vertices(other) <= 8
    assert shapely.coverage_is_valid([lightened.area, other])
    assert lightened.area.union(other).equals(TOWN)


def test_the_end_of_a_border_between_two_others_stays_where_it_is():
    # Two neighbours meet at (1000.5, 490), a vertex of the border.
    south, north = (east_of(JAGGED).intersection(half) for half in (box(0, 0, 2000, 490), box(0, 490, 2000, 1000)))

    lightened = lighten(west_of(JAGGED), TOWN, within_m=3, moving={"south": south, "north": north})

    areas = [lightened.area, *lightened.neighbours.values()]
    assert shapely.coverage_is_valid(areas)
    assert (1000.5, 490.0) in {tuple(place) for place in shapely.get_coordinates(lightened.area)}


def test_a_neighbour_that_overlaps_stays_as_it_is():
    # South of y = 500 the border is the neighbour's ground, north of it nobody's.
    overlapping = box(900, 0, 2000, 500)

    lightened = lighten(west_of(JAGGED), TOWN, within_m=3, moving={"east": overlapping})

    assert lightened.neighbours == {}
    kept = {tuple(place) for place in shapely.get_coordinates(lightened.area)}
    assert set(JAGGED[:50]) <= kept
    assert len(kept & set(JAGGED[52:])) < 10


def test_what_has_no_vertex_to_spare_is_refused_with_a_place():
    with pytest.raises(NothingToLighten) as refused:
        lighten(box(100, 100, 500, 500), TOWN, within_m=3, moving={})

    assert refused.value.place is not None


def test_a_spike_longer_than_the_tolerance_stays():
    # 100 m long and 2 m wide at its foot: its triangle is small, and the border would move by 100 m.
    spiked = Polygon([(100, 100), (500, 100), (500, 299), (600, 300), (500, 301), (500, 500), (100, 500)])

    with pytest.raises(NothingToLighten):
        lighten(spiked, TOWN, within_m=3, moving={})


@given(borders, st.floats(1, 50))
@settings(deadline=None, max_examples=40)
def test_lightened_nothing_overlaps_and_ground_is_conserved(border, within_m):
    dense = list(shapely.LineString(border).segmentize(12).coords)
    west, east = west_of(dense), east_of(dense)
    try:
        lightened = lighten(west, TOWN, within_m=within_m, moving={"east": east})
    except NothingToLighten:
        return

    other = lightened.neighbours.get("east", east)
    assert lightened.area.is_valid
    assert other.is_valid
    assert lightened.moved_m <= within_m
    assert lightened.area.intersection(other).area < 1
    assert lightened.area.union(other).symmetric_difference(TOWN).area < 1


@given(borders, borders, st.floats(1, 50))
@settings(deadline=None, max_examples=40)
def test_lightened_beside_neighbours_that_stay_it_takes_nothing_of_them(mine, theirs, within_m):
    west, east = west_of(list(shapely.LineString(mine).segmentize(12).coords)), east_of(theirs)
    try:
        lightened = lighten(west, TOWN, within_m=within_m, moving={}, staying=[east])
    except NothingToLighten:
        return

    assert lightened.area.is_valid
    assert lightened.area.difference(TOWN).area < 1
    assert lightened.area.intersection(east).area <= west.intersection(east).area + OVERLAP_TOLERANCE_M2
