import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from maps.exports.map_lettering import place_names, spread
from maps.ground import StreetName

FRAME = (1000.0, 800.0)
places = st.tuples(st.floats(100, 900), st.floats(100, 700))


def street(name, *points, street_class="minor"):
    return StreetName(name=name, street_class=street_class, line=LineString(points))


def names_on(streets, obstacles=(), most=10):
    return place_names(streets, obstacles=obstacles, font_size=10, frame=FRAME, most=most)


def test_numbers_that_are_far_apart_stay_on_their_points():
    placed = spread([(100, 100), (500, 500)], fixed=[], distance=50, frame=FRAME)
    assert placed.ravel() == pytest.approx([100, 100, 500, 500], abs=0.1)


@given(st.lists(places, min_size=2, max_size=12))
@settings(max_examples=30)
def test_numbers_do_not_hide_each_other(anchors):
    placed = spread(anchors, fixed=[], distance=30, frame=FRAME)
    gaps = [math.dist(one, other) for one, other in itertools.combinations(placed.tolist(), 2)]
    # The pull home leaves neighbours a little nearer than asked: nine tenths keep the digits readable.
    assert min(gaps) > 0.9 * 30


def test_two_passages_at_one_home_are_told_apart():
    first, second = spread([(400, 400), (400, 400)], fixed=[], distance=50, frame=FRAME).tolist()
    assert math.dist(first, second) > 45


def test_a_number_moves_off_the_depot_which_stays():
    (number,) = spread([(400, 401)], fixed=[(400, 400)], distance=50, frame=FRAME).tolist()
    assert math.dist(number, (400, 400)) > 45


def test_numbers_stay_inside_the_drawing():
    placed = spread([(0, 0), (0, 0), (1000, 800)], fixed=[], distance=50, frame=FRAME)
    assert placed.min() >= 25
    assert placed[:, 0].max() <= 975
    assert placed[:, 1].max() <= 775


def test_no_stop_is_no_number():
    assert spread([], fixed=[(1, 1)], distance=50, frame=FRAME).shape == (0, 2)


def test_a_name_lies_along_the_middle_of_its_street():
    (label,) = names_on([street("Rue", (100, 100), (300, 300))])
    assert (label.x, label.y) == pytest.approx((200, 200))
    assert label.angle_deg == pytest.approx(45)


def test_a_name_is_never_upside_down():
    (label,) = names_on([street("Rue", (300, 300), (100, 100))])
    assert label.angle_deg == pytest.approx(45)


# 20 letters of 5.6 units are 112 units; the street has 60.
def test_a_street_shorter_than_its_name_has_none():
    assert names_on([street("R" * 20, (100, 100), (160, 100))]) == []


def test_a_bent_street_has_its_name_on_a_straight_stretch():
    (label,) = names_on([street("Rue", (100, 500), (130, 500), (130, 530), (130, 700))])
    assert label.x == pytest.approx(130)


def test_two_names_never_cross():
    first, second = street("Avenue", (100, 400), (900, 400)), street("Rue", (500, 100), (500, 700))
    labels = names_on([first, second])
    assert [label.name for label in labels] == ["Avenue", "Rue"]
    assert abs(labels[1].y - 400) > 10


def test_the_name_of_a_driven_street_stands_beside_the_course():
    course = LineString([(100, 400), (900, 400)]).buffer(3)
    (label,) = names_on([street("Avenue", (100, 400), (900, 400))], obstacles=[course])
    assert 9 < abs(label.y - 400) < 12


def test_a_name_that_would_hide_a_number_is_left_out():
    covered = Point(500, 400).buffer(300)
    assert names_on([street("Rue", (450, 400), (550, 400))], obstacles=[covered]) == []


def test_only_so_many_names_are_written():
    streets = [street(f"Rue {number}", (100, 100 * number), (900, 100 * number)) for number in range(1, 6)]
    assert [label.name for label in names_on(streets, most=2)] == ["Rue 1", "Rue 2"]
