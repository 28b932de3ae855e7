import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.importers import osm_clip
from geo.importers.osm_clip import clip_town
from geo.importers.osm_reader import OsmShape, OsmStreet
from geo.importers.tally import Tally

SQUARE = shapely.box(0, 0, 10, 10)


def street(*places, is_oneway=False):
    return OsmStreet(
        way=1, name="Rue", highway="residential", is_oneway=is_oneway, course=shapely.LineString(places)
    )


def shape(kind, geometry):
    return OsmShape(osm_id="way/1", kind=kind, name="", shape=geometry)


def clip_street(*places, outline=SQUARE):
    tally = Tally()
    kept = clip_town([street(*places)], [], outline, tally).streets
    return [list(piece.coords) for piece in kept[0].course.geoms] if kept else None, tally


def test_a_street_inside_is_kept_as_it_is():
    pieces, tally = clip_street((1, 1), (9, 9))
    assert pieces == [[(1, 1), (9, 9)]]
    assert not tally.passed_over


def test_a_street_that_leaves_is_cut_at_the_outline():
    assert clip_street((5, 5), (15, 5))[0] == [[(5, 5), (10, 5)]]


def test_a_street_that_leaves_and_comes_back_is_in_two_pieces_in_its_order():
    # Runs west to east along y = 5, out through a notch between x = 4 and x = 6.
    notched = SQUARE.difference(shapely.box(4, 0, 6, 10))
    assert clip_street((1, 5), (9, 5), outline=notched)[0] == [[(1, 5), (4, 5)], [(6, 5), (9, 5)]]
    assert clip_street((9, 5), (1, 5), outline=notched)[0] == [[(9, 5), (6, 5)], [(4, 5), (1, 5)]]


def test_a_street_outside_or_only_touching_is_counted_and_left_out():
    assert clip_street((11, 1), (12, 1))[0] is None
    pieces, tally = clip_street((10, 5), (15, 5))
    assert pieces is None
    assert tally.passed_over == {osm_clip.STREET_OUTSIDE: 1}


def test_a_roundabout_cut_by_the_outline_keeps_its_sense():
    # A counter-clockwise square ring around (10, 5): its western half, from (10, 6) to (10, 4), is inside.
    pieces, _ = clip_street((11, 4), (11, 6), (9, 6), (9, 4), (11, 4))
    assert pieces == [[(10, 6), (9, 6), (9, 4), (10, 4)]]


def test_a_ring_that_begins_inside_keeps_its_sense_on_both_sides_of_its_beginning():
    pieces, _ = clip_street((9, 5), (9, 4), (11, 4), (11, 6), (9, 6), (9, 5))
    assert all(shapely.LineString(piece).length > 0 for piece in pieces)
    assert [(9, 5), (9, 4), (10, 4)] in pieces
    assert [(10, 6), (9, 6), (9, 5)] in pieces


def test_a_street_of_one_point_is_kept_where_it_stands():
    assert clip_street((5, 5), (5, 5))[0] == [[(5, 5), (5, 5)]]
    assert clip_street((15, 5), (15, 5))[0] is None


@given(st.lists(st.tuples(st.integers(-5, 15), st.integers(-5, 15)), min_size=2, max_size=12, unique=True))
def test_pieces_of_a_street_run_as_the_street_does_and_stay_inside(places):
    line = shapely.LineString(places)
    pieces, _ = clip_street(*places)
    inside = sum(shapely.LineString(piece).length for piece in pieces or [])
    # A street that folds back on itself is measured once by the overlay; it never grows.
    assert inside <= line.intersection(SQUARE).length + 1e-9 or line.is_simple is False
    assert all(SQUARE.buffer(1e-9).covers(shapely.LineString(piece)) for piece in pieces or [])


def test_a_building_is_kept_whole_when_its_middle_is_inside():
    tally = Tally()
    inside, outside = shapely.box(8, 1, 11, 2), shapely.box(9, 1, 12, 2)
    town = clip_town([], [shape("building", inside), shape("building", outside)], SQUARE, tally)
    assert [building.shape.bounds for building in town.buildings] == [(8, 1, 11, 2)]
    assert tally.passed_over == {osm_clip.BUILDING_OUTSIDE: 1}


@pytest.mark.parametrize(
    ("geometry", "bounds"),
    [
        (shapely.box(5, 5, 20, 20), (5, 5, 10, 10)),
        (shapely.LineString([(5, 5), (20, 5)]), (5, 5, 10, 5)),
        (shapely.Polygon([(1, 1), (3, 3), (3, 1), (1, 3)]), (1, 1, 3, 3)),
    ],
)
def test_the_basemap_is_cut_at_the_outline_and_mended(geometry, bounds):
    (feature,) = clip_town([], [shape("water", geometry)], SQUARE, Tally()).features
    assert feature.shape.bounds == bounds
    assert feature.shape.is_valid


def test_an_area_that_only_touches_the_outline_is_left_out():
    tally = Tally()
    assert clip_town([], [shape("green", shapely.box(10, 0, 20, 10))], SQUARE, tally).features == []
    assert tally.passed_over == {osm_clip.FEATURE_OUTSIDE: 1}
