import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectors.coverage import NOWHERE, spread_of_hours, weigh_patrols


def weigh(homes: list[tuple[int, float, int]], areas: int = 2):
    area, owed, done = zip(*homes, strict=True)
    return weigh_patrols(np.array(area, np.int32), np.array(owed, float), np.array(done, np.int64), areas=areas)


def test_more_passages_at_one_home_make_up_for_none_at_another():
    found = weigh([(0, 4, 9), (0, 4, 0), (1, 2.5, 2), (NOWHERE, 3, 1)])

    # In the first area 9 of 8 are done, and of them 4 + 0 were owed.
    assert found.owed.tolist() == [8.0, 2.5, 3.0]
    assert found.done.tolist() == [9, 2, 1]
    assert found.met.tolist() == [4.0, 2.0, 1.0]
    assert found.never_passed.tolist() == [1, 0, 0]
    assert found.homes.tolist() == [2, 1, 1]


def test_a_home_that_is_owed_no_whole_passage_yet_was_not_forgotten():
    assert weigh([(0, 0.6, 0), (0, 1.0, 0)]).never_passed.tolist() == [1, 0, 0]


@pytest.mark.parametrize("home", [(2, 1.0, 1), (-2, 1.0, 1), (0, -1.0, 1), (0, 1.0, -1)])
def test_homes_that_cannot_be_are_refused(home):
    with pytest.raises(ValueError, match=r"area|negative"):
        weigh([home])


def test_hours_are_spread_from_nothing_to_evenly():
    always_at_22 = np.zeros(24, np.int64)
    always_at_22[22] = 40
    half_and_half = np.zeros(24, np.int64)
    half_and_half[[10, 22]] = 20

    found = spread_of_hours(np.array([always_at_22, half_and_half, np.full(24, 3), np.zeros(24, np.int64)]))

    # log(2) / log(24) = 0.6931 / 3.1781 = 0.2181
    assert found[:3].tolist() == pytest.approx([0.0, 0.2181, 1.0], abs=1e-4)
    assert np.isnan(found[3])


@given(st.lists(st.integers(0, 50), min_size=2, max_size=24).filter(any))
def test_the_spread_lies_between_nothing_and_one_whatever_the_order(passages):
    found = spread_of_hours(np.array(passages))

    assert 0 <= found <= 1 + 1e-12
    assert spread_of_hours(np.array(sorted(passages))) == pytest.approx(found)


@pytest.mark.parametrize("passages", [[4], [1, -1]])
def test_hours_that_cannot_be_are_refused(passages):
    with pytest.raises(ValueError, match="hours"):
        spread_of_hours(np.array(passages))
