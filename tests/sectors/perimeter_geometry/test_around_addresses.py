import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sectors.errors import NoAddressToHold
from sectors.perimeter_geometry.around_addresses import REACH_M, SAME_PLACE_M, Stretch, build_around

TOWN = shapely.box(0, 0, 1_000, 1_000)
NOBODY = shapely.MultiPolygon()
NONE = np.empty((0, 2))
# A street at y = 500 from x = 100 to x = 400: odd numbers 8 m south of it, even ones 8 m north, a house each 20 m.
HOUSES = np.arange(100.0, 401.0, 20.0)
ODD, EVEN = np.column_stack((HOUSES, HOUSES * 0 + 492)), np.column_stack((HOUSES, HOUSES * 0 + 508))


def built(asked, others=NONE, *, town=TOWN, neighbours=NOBODY, streets=()):
    return build_around(np.array(asked), np.array(others), town=town, neighbours=neighbours, streets=streets)


def held(found, places):
    return shapely.covers(found.area, shapely.points(places))


def test_one_address_has_the_ground_within_reach():
    found = built([(500, 500)])

    # A disc of 35 m has 3,848 m²; sixteen sides drawn inside it, simplified by at most 5 m, have less.
    assert 3_000 < found.area.area < np.pi * REACH_M**2
    assert shapely.hausdorff_distance(found.area, shapely.Point(500, 500)) <= REACH_M + 1e-6


def test_one_side_of_a_street_ends_in_its_middle():
    found = built(ODD, EVEN)

    assert held(found, ODD).all()
    assert not held(found, EVEN).any()
    # The street's middle is as far from either side: the border keeps to it within what it is simplified by.
    assert found.area.bounds[3] == pytest.approx(500, abs=5)
    assert len(found.area.geoms) == 1


def test_a_row_of_houses_has_a_border_of_few_corners():
    found = built(ODD, EVEN)

    assert shapely.get_num_coordinates(found.area) <= 40


def test_gardens_behind_two_rows_of_houses_are_taken_in_without_a_hole():
    # Two streets 120 m apart, joined by houses at both ends: 120 - 2 * 35 = 50 m of gardens are nobody's.
    rows = np.vstack((ODD, ODD + np.array((0, 120)), [(x, y) for x in (100, 400) for y in range(512, 612, 20)]))
    found = built(rows)

    assert held(found, [(250, 552)]).all()
    assert [len(part.interiors) for part in found.area.geoms] == [0]


def test_an_address_that_is_not_asked_stays_out_of_a_quarter_that_surrounds_it():
    ring = [(500 + 30 * np.cos(turn), 500 + 30 * np.sin(turn)) for turn in np.linspace(0, 2 * np.pi, 13)[:-1]]
    found = built(ring, [(500, 500), (900, 900)])

    assert not held(found, [(500, 500)]).any()
    assert (found.enclosed.tolist(), found.held_too.tolist()) == ([0], [])


def test_an_address_at_the_same_place_comes_along_and_is_told():
    found = built([(500, 500)], [(540, 500), (500, 500.2)])

    assert (found.held_too.tolist(), found.enclosed.tolist()) == ([1], [])


def test_an_asked_address_on_the_ground_of_a_neighbour_stays_there_and_is_told():
    neighbour = shapely.box(300, 0, 1_000, 1_000)
    found = built(ODD, neighbours=neighbour)

    # Houses at 320, 340, 360, 380 and 400 are the neighbour's; the one at 300 stands on the border.
    assert {11, 12, 13, 14, 15} <= set(found.not_held.tolist()) <= {10, 11, 12, 13, 14, 15}
    assert shapely.intersection(found.area, neighbour).area < 1e-3


def test_a_street_without_houses_in_its_middle_hangs_together_by_its_carriageway():
    ends = [(100, 492), (400, 492)]
    course = shapely.LineString([(0, 500), (1_000, 500)])

    assert len(built(ends).area.geoms) == 2
    joined_by_street = built(ends, streets=[Stretch(course=course, asked=(0, 1))])
    assert len(joined_by_street.area.geoms) == 1
    # Neither end of the street is held beyond its last asked house.
    assert joined_by_street.area.bounds[0] > 60
    assert joined_by_street.area.bounds[2] < 440


def test_a_street_does_not_run_through_the_ground_of_other_addresses():
    ends = [(100, 492), (400, 492)]
    course = shapely.LineString([(0, 500), (1_000, 500)])
    between = EVEN[2:-2] - np.array((0, 8))
    found = built(ends, between, streets=[Stretch(course=course, asked=(0, 1))])

    assert not held(found, between).any()


def test_nothing_is_built_where_a_neighbour_holds_all():
    with pytest.raises(NoAddressToHold, match="un autre secteur les a déjà"):
        built(ODD, neighbours=TOWN)


def test_nothing_goes_beyond_the_commune():
    found = built([(5, 5), (-20, 5)])

    assert TOWN.covers(found.area)
    assert found.not_held.tolist() == [1]


coordinates = st.tuples(st.integers(0, 400), st.integers(0, 400))


@settings(max_examples=60)
@given(
    places=st.lists(st.tuples(coordinates, st.booleans()), min_size=1, max_size=40),
    corner=coordinates,
    size=st.integers(0, 200),
)
def test_every_address_is_on_its_side_and_the_ground_is_nobody_elses(places, corner, size):
    asked = np.array([place for place, is_asked in places if is_asked] or [(200, 200)], dtype=float)
    others = np.array([place for place, is_asked in places if not is_asked], dtype=float).reshape(-1, 2)
    town = shapely.box(-10, -10, 410, 410)
    neighbour = shapely.box(*corner, corner[0] + size, corner[1] + size) if size else NOBODY
    free = shapely.difference(town, neighbour)
    is_free = shapely.covers(free, shapely.points(asked)) & ~shapely.covers(neighbour, shapely.points(asked))
    assume(is_free.any())

    street = Stretch(course=shapely.LineString([(0, 0), (400, 400)]), asked=range(len(asked)))
    found = build_around(asked, others, town=town, neighbours=neighbour, streets=[street])

    assert found.area.is_valid
    assert town.buffer(1e-3).covers(found.area)
    assert shapely.intersection(found.area, neighbour).area < 0.1
    assert shapely.covers(found.area, shapely.points(asked))[is_free].all()
    apart = shapely.distance(shapely.multipoints(asked), shapely.points(others)) > SAME_PLACE_M
    assert not shapely.covers(found.area, shapely.points(others))[apart].any()
    for part in found.area.geoms:
        assert shapely.covers(part, shapely.points(asked)).any()
        for hole in map(shapely.Polygon, part.interiors):
            assert shapely.covers(hole, shapely.points(others)).any() or not free.buffer(1e-3).covers(hole)
