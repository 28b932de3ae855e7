import math

import numpy as np
import pytest

from geo.statistics.errors import AreaShareRefused, CountsRefused
from geo.statistics.evaluation import add_up, evaluate


def array(*values):
    return np.array(values, dtype=float)


def test_scores_are_worked_by_hand():
    # Ten cells, two of them hot. The map chooses cells 0 and 1, which catch 3 + 1 of 8 later facts; the best two
    # would have caught 3 + 3. Before, they had 4 + 2 of 10.
    values = array(9, 8, 7, 0, 0, 0, 0, 0, 0, 0)
    earlier = array(4, 2, 3, 1, 0, 0, 0, 0, 0, 0)
    later = array(3, 1, 3, 0, 0, 1, 0, 0, 0, 0)
    found = evaluate(values, earlier, later, area_share=0.2)

    assert (found.tested.hits, found.tested.facts, found.tested.most_hits) == (4, 8, 6)
    assert found.tested.hit_rate == 0.5
    assert found.tested.pai == pytest.approx(0.5 / 0.2)
    assert found.tested.pei == pytest.approx(4 / 6)
    assert found.tested.rri == pytest.approx((4 / 8) / (6 / 10))
    # Plain counts choose cells 0 and 2: 3 + 3.
    assert found.plain_counts.hits == 6
    assert found.plain_counts.pei == 1
    assert not found.is_better_than_plain_counts


def test_cells_that_tie_count_for_the_part_that_chance_would_choose():
    # One cell is above; of the four tied at 1 one more may be shown: a quarter of their 6 facts.
    found = evaluate(array(5, 1, 1, 1, 1), array(5, 1, 1, 1, 1), array(2, 6, 0, 0, 0), area_share=0.4)

    assert found.tested.hits == pytest.approx(2 + 6 / 4)


def test_a_map_that_says_nothing_does_what_chance_does():
    found = evaluate(np.zeros(50), np.zeros(50), np.arange(50.0), area_share=0.1)

    assert found.tested.pai == pytest.approx(1)
    assert not found.is_better_than_chance
    assert math.isnan(found.tested.rri)


def test_more_than_chance_is_more_than_95_blind_choices_of_100_catch():
    # 10 facts, half of the cells: between 2 and 8 by chance.
    later = array(9, 1)
    found = evaluate(array(1, 0), array(0, 1), later, area_share=0.5)

    assert (found.tested.hits_by_chance.low, found.tested.hits_by_chance.high) == (2, 8)
    assert found.is_better_than_chance
    assert found.is_better_than_plain_counts
    assert not evaluate(array(1, 0), array(0, 1), array(8, 2), area_share=0.5).is_better_than_chance


def test_one_cell_at_least_is_shown():
    found = evaluate(array(0, 1, 0), array(1, 0, 0), array(0, 1, 0), area_share=0.01)

    assert found.tested.area_share == pytest.approx(1 / 3)
    assert found.tested.hits == 1


def test_without_later_facts_there_is_nothing_to_say():
    found = evaluate(array(1, 0), array(1, 0), array(0, 0), area_share=0.5)

    assert all(math.isnan(value) for value in (found.tested.pai, found.tested.pei, found.tested.rri))
    assert not found.is_better_than_chance


@pytest.mark.parametrize("area_share", [0.0, -0.1, 1.1, math.nan])
def test_a_share_that_is_none_is_refused(area_share):
    with pytest.raises(AreaShareRefused, match="plus de 0 à 100 %"):
        evaluate(np.ones(3), np.ones(3), np.ones(3), area_share=area_share)


@pytest.mark.parametrize(
    ("values", "said"),
    [(np.ones(2), "un par case"), (np.empty(0), "un par case"), (array(1, math.nan, 2), "Il manque des valeurs")],
)
def test_what_cannot_be_ranked_is_refused(values, said):
    with pytest.raises(CountsRefused, match=said):
        evaluate(values, np.ones(3), np.ones(3), area_share=0.5)


def test_days_add_up_to_one_evaluation():
    # Two cells, one hot. First day: 2 of 3 facts where the map says; second: 0 of 1. By plain counts 1 and 1.
    first = evaluate(array(1, 0), array(0, 4), array(2, 1), area_share=0.5)
    second = evaluate(array(1, 0), array(0, 2), array(0, 1), area_share=0.5)
    whole = add_up([first, second])

    assert (whole.tested.hits, whole.tested.facts, whole.tested.most_hits) == (2, 4, 3)
    assert (whole.plain_counts.hits, whole.plain_counts.hits_before) == (2, 6)
    assert whole.tested.pai == (2 / 4) / 0.5
