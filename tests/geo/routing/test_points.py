import numpy as np
import pytest

from geo.routing import InvalidPoints
from geo.routing.points import as_points


@pytest.mark.parametrize("nothing", [[], np.empty((0, 2)), np.empty(0)])
def test_nothing_is_no_point(nothing):
    assert as_points(nothing).shape == (0, 2)


def test_pairs_of_numbers_become_an_array_of_float64():
    points = as_points([(4, 45), (5, 44)])

    assert points.dtype == np.float64
    assert points.tolist() == [[4.0, 45.0], [5.0, 44.0]]


@pytest.mark.parametrize(
    ("shape", "said"), [((2,), r"\(2,\)"), ((3, 3), r"\(3, 3\)"), ((1, 2, 2), r"\(1, 2, 2\)")]
)
def test_another_shape_is_refused_with_it(shape, said):
    with pytest.raises(InvalidPoints, match=rf"et non {said}\."):
        as_points(np.zeros(shape))


@pytest.mark.parametrize("points", [[["Rue", "Nord"]], [[4.9, 44.9], [4.9]], [[4.9, {}]]])
def test_what_is_not_pairs_of_numbers_is_refused(points):
    with pytest.raises(InvalidPoints, match="couples de nombres"):
        as_points(points)


@pytest.mark.parametrize("wrong", [(np.nan, 44.9), (4.9, np.nan), (np.inf, 44.9), (4.9, -np.inf), (None, 44.9)])
def test_a_position_that_is_absent_or_infinite_is_refused_by_number(wrong):
    with pytest.raises(InvalidPoints, match="Point n° 2 : position absente ou infinie") as refusal:
        as_points([(4.9, 44.9), wrong])

    assert refusal.value.indices == (1,)


@pytest.mark.parametrize("wrong", [(180.1, 0.0), (-180.1, 0.0), (0.0, 90.1), (0.0, -90.1), (852_000, 6_425_000)])
def test_a_position_out_of_range_is_refused_by_number(wrong):
    with pytest.raises(InvalidPoints, match="Point n° 1 : longitude hors de"):
        as_points([wrong])


def test_many_wrong_positions_are_counted_after_the_first_five():
    with pytest.raises(InvalidPoints, match=r"Points n° 1, 2, 3, 4, 5 et 3 autres :") as refusal:
        as_points(np.full((8, 2), np.nan))

    assert refusal.value.indices == tuple(range(8))
