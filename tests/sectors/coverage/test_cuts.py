import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from sectors.coverage import NOWHERE, Cut, find_moves, find_pieces, place
from sectors.errors import InvalidPerimeter

WEST, EAST = box(0, 0, 100, 100), box(100, 0, 200, 100)


def make_cut(*of_address: int, areas: tuple[str, ...] = ("A", "B")) -> Cut[str]:
    return Cut(areas=areas, of_address=np.array(of_address, dtype=np.int32))


def test_an_address_lies_in_the_area_that_covers_it():
    points_m = np.array([[50.0, 50], [150, 50], [250, 50]])

    cut = place(points_m, {"west": WEST, "east": EAST})

    assert cut.areas == ("west", "east")
    assert cut.of_address.tolist() == [0, 1, NOWHERE]
    assert cut.counts.tolist() == [1, 1]


def test_an_address_on_a_border_belongs_to_the_area_named_first():
    points_m = np.array([[100.0, 50]])

    assert place(points_m, {"west": WEST, "east": EAST}).of_address.tolist() == [0]
    assert place(points_m, {"east": EAST, "west": WEST}).of_address.tolist() == [0]


def test_a_yard_within_an_area_is_outside_of_it():
    ring = Polygon(WEST.exterior, [box(40, 40, 60, 60).exterior])

    assert place(np.array([[50.0, 50], [10, 10]]), {"ring": ring}).of_address.tolist() == [NOWHERE, 0]


def test_without_areas_or_without_addresses_nothing_is_placed():
    assert place(np.array([[1.0, 2]]), {}).of_address.tolist() == [NOWHERE]
    assert place(np.empty((0, 2)), {"west": WEST}).counts.tolist() == [0]


def test_a_self_crossing_area_is_named():
    with pytest.raises(InvalidPerimeter, match="Laprat"):
        place(np.array([[0.0, 0]]), {"Laprat": Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])})


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_address_without_a_place_is_refused(value):
    with pytest.raises(ValueError, match="finite"):
        place(np.array([[value, 0.0]]), {"west": WEST})


@pytest.mark.parametrize(("of_address", "areas"), [((2,), ("A", "B")), ((-2,), ("A", "B")), ((0,), ("A", "A"))])
def test_a_cut_that_contradicts_itself_is_refused(of_address, areas):
    with pytest.raises(ValueError, match=r"area"):
        make_cut(*of_address, areas=areas)


def test_what_moves_is_said_by_origin_and_destination():
    before = make_cut(0, 0, 1, 1, NOWHERE, NOWHERE)
    # The second leaves A for C, the third B for nothing, the fifth is new in B; B is now named first.
    after = make_cut(1, 2, NOWHERE, 0, 0, NOWHERE, areas=("B", "A", "C"))

    moves = find_moves(before, after)

    assert [(move.origin, move.destination, move.addresses.tolist()) for move in moves] == [
        ("A", "C", [1]),
        ("B", None, [2]),
        (None, "B", [4]),
    ]


def test_nothing_moves_between_a_cut_and_itself():
    cut = make_cut(0, 1, NOWHERE)

    assert find_moves(cut, cut) == ()


def test_cuts_of_other_addresses_are_not_compared():
    with pytest.raises(ValueError, match="same addresses"):
        find_moves(make_cut(0), make_cut(0, 1))


@given(st.lists(st.tuples(st.integers(-1, 1), st.integers(-1, 1)), max_size=40))
def test_what_an_area_gains_less_what_it_loses_is_what_it_has_more(places):
    before, after = (make_cut(*(pair[side] for pair in places)) for side in (0, 1))
    balance = {"A": 0, "B": 0, None: 0}
    for move in find_moves(before, after):
        balance[move.origin] -= len(move.addresses)
        balance[move.destination] += len(move.addresses)

    assert [balance["A"], balance["B"]] == (after.counts - before.counts).tolist()


def test_pieces_lie_whole_in_an_area_of_every_cut():
    pieces = find_pieces([make_cut(0, 0, 1, 1, NOWHERE), make_cut(0, 1, 1, 1, NOWHERE)])

    assert len(pieces.areas) == 4
    assert pieces.of_address[2] == pieces.of_address[3]
    assert pieces.areas[pieces.of_address].tolist() == [[0, 0], [0, 1], [1, 1], [1, 1], [NOWHERE, NOWHERE]]
