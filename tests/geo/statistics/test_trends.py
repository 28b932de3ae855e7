import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.statistics.errors import CountsRefused, TooFewPeriods
from geo.statistics.hot_spots import HotSpots
from geo.statistics.rates import Observed, Verdict, compare
from geo.statistics.trends import Change, label_changes, trends


def of(*counts):
    return [Observed(count) for count in counts]


def found_hot(reports, hot):
    """A test's result that has these places for hot."""
    adjusted = np.where(hot, 0.01, 0.5)
    counts = np.array(reports, dtype=float)
    return HotSpots(reports=counts, expected=counts, p_value=adjusted, adjusted=adjusted, without_homes=0.0)


def test_a_trend_is_worked_by_hand():
    # 0, 1, 2 in three months: Σ period × count = 0 + 1 + 4 = 5. Of 3³ = 27 ways to deal three facts, 3 have 5 (two
    # in the last month, one in the middle) and 1 has 6: 2 × 4 / 27.
    (trend,) = trends([of(0, 1, 2)])

    assert trend.p_value == pytest.approx(8 / 27)
    assert trend.verdict is Verdict.PERHAPS_CHANCE


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([1.0, 2.0, 31.0])), min_size=2, max_size=3))
def test_the_chance_is_that_of_all_ways_to_deal_the_facts(periods):
    series = [Observed(count, exposure) for count, exposure in periods]
    total = sum(one.count for one in series)
    shares = [one.exposure / sum(other.exposure for other in series) for one in series]
    lean = sum(rank * one.count for rank, one in enumerate(series))
    ways = [
        (sum(places), math.prod(shares[place] for place in places))
        for places in itertools.product(range(len(series)), repeat=total)
    ]
    (trend,) = trends([series])

    low = sum(chance for way, chance in ways if way <= lean)
    high = sum(chance for way, chance in ways if way >= lean)
    assert trend.p_value == pytest.approx(min(1, 2 * min(low, high)), abs=1e-12)


@given(st.integers(0, 400), st.floats(0.5, 5), st.integers(0, 400), st.floats(0.5, 5))
def test_two_periods_are_a_comparison(first, upon, second, against):
    before, now = Observed(first, upon), Observed(second, against)
    (trend,) = trends([[before, now]])

    assert trend.p_value == pytest.approx(compare(now, before).p_value, abs=1e-10)
    assert trend.verdict is compare(now, before).verdict or abs(trend.p_value - 0.05) < 1e-9


def test_steady_growth_is_told_and_its_mirror_is_a_fall():
    rising, falling, level = trends([of(2, 5, 9, 14, 20), of(20, 14, 9, 5, 2), of(9, 11, 10, 9, 11)])

    assert [one.verdict for one in (rising, falling, level)] == [
        Verdict.MORE,
        Verdict.LESS,
        Verdict.PERHAPS_CHANCE,
    ]
    assert rising.p_value == pytest.approx(falling.p_value)
    assert (rising.describe(), falling.describe()) == (
        "en hausse, plus que le hasard ne l'explique",
        "en baisse, plus que le hasard ne l'explique",
    )
    assert level.describe() == "sans tendance sûre : le hasard suffit à expliquer les écarts"


def test_growth_of_what_is_counted_upon_is_no_trend():
    # Ten times the facts on ten times the homes.
    (trend,) = trends([[Observed(10, 1_000), Observed(50, 5_000), Observed(100, 10_000)]])

    assert trend.verdict is Verdict.PERHAPS_CHANCE


def test_sixteen_sectors_are_read_together():
    # 9 after 1: 2 × 11 / 2¹⁰ = 0.0215 alone; among sixteen that is chance. Sectors without facts are none of them.
    one, sixteen = trends([of(1, 9)]), trends([of(1, 9)] + [of(5, 5)] * 15)

    assert one[0].verdict is Verdict.MORE
    assert sixteen[0].verdict is Verdict.PERHAPS_CHANCE
    with_empty = trends([of(1, 9)] + [of(0, 0)] * 15)
    assert [trend.verdict for trend in with_empty] == [Verdict.MORE] + [Verdict.NOTHING] * 15
    assert with_empty[1].describe() == "aucun fait sur ces périodes"


def test_a_hundred_thousand_facts_are_no_burden():
    (trend,) = trends([of(*([4_200] * 23), 4_900)])

    assert trend.verdict is Verdict.MORE


def test_one_period_has_no_trend():
    with pytest.raises(TooFewPeriods, match="au moins deux périodes"):
        trends([of(3)])


def test_hot_spots_appear_last_and_fade():
    # Of 30 days each: 2 → 20 and 20 → 2 are 4 × 10⁻⁵ and beyond chance among five; 18 → 20, 9 → 12, 3 → 3 are not.
    before = found_hot([2, 20, 18, 9, 3], [False, True, True, False, False])
    now = found_hot([20, 2, 20, 12, 3], [True, False, True, True, False])

    labels = label_changes(before, now, days_before=30, days_now=30)
    assert labels.tolist() == [Change.APPEARS, Change.FADES, Change.LASTS, Change.UNSURE, Change.NONE]


def test_a_shorter_period_is_no_fading():
    before, now = found_hot([300], [True]), found_hot([100], [True])

    assert label_changes(before, now, days_before=90, days_now=30).tolist() == [Change.LASTS]
    assert label_changes(before, now, days_before=30, days_now=30).tolist() == [Change.FADES]


def test_places_that_were_chosen_for_being_high_do_not_all_rise():
    # Pure chance twice: windows that seem hot the second time are no rise, though each has more than before.
    random = np.random.default_rng(3)
    before, now = random.poisson(3, 2_000), random.poisson(3, 2_000)
    labels = label_changes(found_hot(before, before > 7), found_hot(now, now > 7), days_before=30, days_now=30)

    assert set(labels) <= {Change.UNSURE, Change.LASTS, Change.NONE}
    assert (labels == Change.UNSURE).sum() > 10


def test_other_places_or_no_time_are_refused():
    two, one = found_hot([1, 2], [False, False]), found_hot([1], [False])

    with pytest.raises(CountsRefused, match="pas les mêmes lieux"):
        label_changes(two, one, days_before=30, days_now=30)
    with pytest.raises(CountsRefused, match="plus de 0 jour"):
        label_changes(one, one, days_before=0, days_now=30)
