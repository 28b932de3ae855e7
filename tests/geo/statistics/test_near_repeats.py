import math

import numpy as np
import pytest
from scipy import stats

from geo.statistics.errors import InvalidPoints, LimitsNotInOrder, ReachUnknown, TooManyPairs
from geo.statistics.ground import Points
from geo.statistics.near_repeats import Reach, knox, near_repeat_weights


def along(*x_m, weights=()):
    return Points(x_m=np.array(x_m, dtype=float), y_m=np.zeros(len(x_m)), weights=np.array(weights, dtype=float))


def counted(cells):
    return {(cell.up_to_m, cell.up_to_days): cell.pairs for cell in cells}


def test_bands_hold_their_upper_limit_and_not_their_lower_one():
    # Places at 0, 0, 100, 200 m and days 0, 0, 7, 14. The pair at one place is of one day; 100 m with 7 days come
    # thrice (0–100 twice, 100–200 once); 200 m with 14 days twice.
    cells = knox(
        along(0, 0, 100, 200), np.array([0.0, 0, 7, 14]), up_to_m=(0, 100, 200), up_to_days=(0, 7, 14), seed=1
    )

    assert counted(cells) == {
        (0, 0): 1, (0, 7): 0, (0, 14): 0,
        (100, 0): 0, (100, 7): 3, (100, 14): 0,
        (200, 0): 0, (200, 7): 0, (200, 14): 2,
    }  # fmt: skip
    assert [(cell.above_m, cell.above_days) for cell in cells[:5]] == [(0, 0), (0, 0), (0, 7), (0, 0), (0, 0)]


def test_what_is_expected_is_the_product_of_both_shares():
    # Of 6 pairs, 4 are within 100 m and 4 within 7 days: 4 × 4 / 6.
    (cell,) = knox(along(0, 0, 100, 200), np.array([0.0, 0, 7, 14]), up_to_m=(100,), up_to_days=(7,), seed=1)

    assert cell.expected == pytest.approx(16 / 6)
    assert cell.ratio == pytest.approx(4 / (16 / 6))


def test_a_chance_is_that_of_all_orders_of_the_dates():
    # Two pairs of neighbours, each of one day: of the 4! orders of days 0, 0, 50, 50, 8 keep both pairs together.
    (cell,) = knox(
        along(0, 10, 900, 910),
        np.array([0.0, 0, 50, 50]),
        up_to_m=(20,),
        up_to_days=(1,),
        seed=5,
        permutations=2_000,
    )

    assert cell.pairs == 2
    # Standard error √(1/3 × 2/3 / 2,000) = 0.011.
    assert cell.p_value == pytest.approx(1 / 3, abs=0.04)


def test_planted_near_repeats_are_found_and_pure_chance_is_not():
    random = np.random.default_rng(7)
    x_m, y_m, days = random.uniform(0, 4_000, 300), random.uniform(0, 4_000, 300), random.uniform(0, 365, 300)
    bands = {"up_to_m": (100, 200, 400), "up_to_days": (7, 14, 28), "seed": 1, "permutations": 199}

    chance = knox(Points(x_m=x_m, y_m=y_m), days, **bands)
    assert min(cell.adjusted for cell in chance) > 0.05

    x_m[150:200], y_m[150:200], days[150:200] = x_m[:50] + 60, y_m[:50] + 40, days[:50] + 3
    planted = knox(Points(x_m=x_m, y_m=y_m), days, **bands)
    assert [(cell.up_to_m, cell.up_to_days) for cell in planted if cell.adjusted <= 0.05] == [(100, 7)]
    assert planted[0].pairs >= 50
    # No permutation gives as many; the dates as they are count as one of 200.
    assert planted[0].p_value == 1 / 200


def test_same_seed_same_table():
    facts, days = along(*range(0, 600, 20)), np.arange(30.0) * 3 % 17
    tables = [knox(facts, days, up_to_m=(50,), up_to_days=(3,), seed=seed, permutations=99) for seed in (4, 4, 5)]

    assert tables[0] == tables[1]
    assert tables[0] != tables[2]


def test_one_fact_alone_is_no_pair():
    assert knox(along(3), np.array([1.0]), up_to_m=(100,), up_to_days=(7,), seed=1) == ()


@pytest.mark.parametrize("limits", [(), (100, 100), (200, 100), (-1, 5), (math.nan,), (100, math.inf)])
def test_limits_that_do_not_grow_are_refused(limits):
    with pytest.raises(LimitsNotInOrder, match="en croissant"):
        knox(along(0, 1), np.zeros(2), up_to_m=limits, up_to_days=(7,), seed=1)


@pytest.mark.parametrize("days", [np.zeros(1), np.array([0.0, math.nan])])
def test_a_fact_without_a_date_is_refused(days):
    with pytest.raises(InvalidPoints, match="Il manque une date"):
        knox(along(0, 1), days, up_to_m=(100,), up_to_days=(7,), seed=1)


def test_too_many_pairs_are_refused_before_they_are_listed(monkeypatch):
    monkeypatch.setattr("geo.statistics.near_repeats.MOST_PAIRS", 5)

    with pytest.raises(TooManyPairs, match="6 paires, pour 5 au plus"):
        knox(along(0, 1, 2, 3), np.zeros(4), up_to_m=(100,), up_to_days=(7,), seed=1)


def test_a_fact_weighs_less_with_distance_and_with_time():
    # Radius 300 m, two weeks. At the door today 1; at 150 m (1 − 1/4)² = 9/16; at 300 m 0; after a week half.
    homes = along(0, 150, 300, 1_000)
    today, last_week, gone = (near_repeat_weights(homes, along(0), np.array([days])) for days in (0.0, 7.0, 14.0))

    assert today.tolist() == [1, 0.5625, 0, 0]
    assert last_week.tolist() == [0.5, 0.28125, 0, 0]
    assert gone.tolist() == [0, 0, 0, 0]


def test_facts_add_up_and_count_by_their_weights():
    weights = near_repeat_weights(along(0), along(0, 0, weights=(1, 2)), np.array([0.0, 7.0]))

    assert weights.tolist() == [2]


def test_reach_is_a_setting_within_what_is_known():
    narrow = Reach(radius_m=200, fades_in_days=7)

    # (1 − 1/4)² of 100 m in 200 m, and 6/7 of the first day.
    assert near_repeat_weights(along(100), along(0), np.ones(1), narrow) == pytest.approx([0.5625 * 6 / 7])
    for beyond in ({"radius_m": 199}, {"radius_m": 401}, {"fades_in_days": 6}, {"fades_in_days": 22}):
        with pytest.raises(ReachUnknown, match="de 200 à 400 m, et de 7 à 21 jours"):
            Reach(**beyond)


@pytest.mark.parametrize("ages", [np.array([-1.0]), np.array([math.nan]), np.zeros(2)])
def test_a_fact_that_lies_ahead_is_refused(ages):
    with pytest.raises(InvalidPoints, match="un âge en jours"):
        near_repeat_weights(along(0), along(0), ages)


@pytest.mark.real_data
def test_lymphomas_in_uganda_are_as_pysal_counts_them(real_data):
    # pointpats, knox(burkitt, delta=20, tau=5): 13 pairs. Its p-value is the chance of more than 13,
    # ours that of 13 at least.
    x_m, y_m, days = np.loadtxt(real_data / "reference" / "burkitt_points.csv", delimiter=",", skiprows=1).T
    (cell,) = knox(Points(x_m=x_m, y_m=y_m), days, up_to_m=(20,), up_to_days=(5,), seed=1, permutations=1_999)

    assert cell.pairs == 13
    assert stats.poisson.sf(13, cell.expected) == pytest.approx(0.14624558197140414, rel=1e-12)
    assert cell.p_value == pytest.approx(stats.poisson.sf(12, cell.expected), abs=0.03)
