import numpy as np
import pytest
from shapely import box

from sectors.coverage import NOWHERE, Cut, cover, find_gaps, place


def make_cut(*of_address: int) -> Cut[str]:
    return Cut(areas=("A", "B"), of_address=np.array(of_address, dtype=np.int32))


def test_shares_are_of_all_addresses_and_of_all_residents():
    found = cover(make_cut(0, 0, 1, NOWHERE, NOWHERE), np.array([2.0, 3, 1.5, 10, 3.5]))

    # 3 of 5 addresses; 2 + 3 + 1.5 = 6.5 of 20 residents
    assert (found.addresses.part, found.addresses.whole, found.addresses.value) == (3, 5, 0.6)
    assert found.residents.value == pytest.approx(0.325)
    assert found.addresses_by_area.tolist() == [2, 1]
    assert found.residents_by_area.tolist() == [5.0, 1.5]


def test_a_commune_without_addresses_has_no_share():
    found = cover(make_cut(), np.empty(0))

    assert found.addresses.value is None
    assert found.residents.value is None


@pytest.mark.parametrize("residents", [[1.0], [1.0, -1.0], [1.0, np.nan]])
def test_residents_that_cannot_be_are_refused(residents):
    with pytest.raises(ValueError, match="Residents"):
        cover(make_cut(0, 1), np.array(residents))


def test_gaps_are_ranked_by_who_lives_there():
    # Two houses at 10 m and 60 m (squares that touch), one at 310 m, one inside; all within one block.
    points_m = np.array([[10.0, 10], [60, 60], [310, 10], [160, 10]])
    cut = place(points_m, {"A": box(150, 0, 200, 50)})

    gaps = find_gaps(cut, points_m, np.array([2.0, 2, 30, 7]), at_most=5)

    assert [(gap.addresses.tolist(), gap.residents) for gap in gaps] == [([2], 30.0), ([0, 1], 4.0)]
    assert gaps[0].ground.equals(box(300, 0, 350, 50))
    assert gaps[1].ground.area == 2 * 50 * 50


def test_as_many_gaps_as_are_wanted():
    points_m = np.array([[10.0, 10], [210, 10], [410, 10]])
    cut = place(points_m, {})

    gaps = find_gaps(cut, points_m, np.array([1.0, 3, 2]), at_most=2)

    assert [gap.residents for gap in gaps] == [3.0, 2.0]
    assert find_gaps(cut, points_m, np.ones(3), at_most=0) == ()


def test_a_gap_ends_with_its_block():
    # A row of houses from 25 m to 975 m, one in each square of 50 m: two blocks of 500 m.
    points_m = np.column_stack([np.arange(25.0, 1000, 50), np.full(20, 25.0)])

    gaps = find_gaps(place(points_m, {}), points_m, np.ones(20), at_most=5)

    assert [gap.addresses.tolist() for gap in gaps] == [list(range(10)), list(range(10, 20))]


def test_squares_south_and_west_of_the_origin_touch_as_elsewhere():
    points_m = np.array([[-10.0, -10], [-60, -60], [10, 10]])

    gaps = find_gaps(place(points_m, {}), points_m, np.array([1.0, 1, 1]), at_most=5)

    # The block ends at the origin.
    assert [gap.addresses.tolist() for gap in gaps] == [[0, 1], [2]]


def test_where_all_is_covered_there_is_no_gap():
    points_m = np.array([[10.0, 10]])

    assert find_gaps(place(points_m, {"A": box(0, 0, 20, 20)}), points_m, np.ones(1), at_most=5) == ()
