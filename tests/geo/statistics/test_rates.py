import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from geo.statistics.rates import (
    Comparison,
    Interval,
    InvalidRate,
    Observed,
    Verdict,
    compare,
    compare_all,
    count_interval,
)


# Garwood, Biometrika 28 (1936), 437–442, as tabled by Ulm, Am. J. Epidemiol. 131 (1990), 373–375; 25 by GraphPad's
# page on the interval of a count.
@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (25, 16.18, 36.90)],
)
def test_an_interval_is_that_of_the_tables(count, low, high):
    found = count_interval(count)

    assert found.low == pytest.approx(low, rel=1e-3)
    assert found.high == pytest.approx(high, rel=1e-3)


@given(st.integers(1, 400), st.floats(0.5, 0.999))
def test_each_end_leaves_half_of_the_rest_to_chance(count, confidence):
    found = count_interval(count, confidence=confidence)
    tail = (1 - confidence) / 2

    assert stats.poisson.sf(count - 1, found.low) == pytest.approx(tail, rel=1e-6)
    assert stats.poisson.cdf(count, found.high) == pytest.approx(tail, rel=1e-6)


def test_breast_cancer_after_fluoroscopy_is_as_rothman_has_it():
    # Rothman & Greenland, Modern Epidemiology, 2nd ed., p. 238; exact limits as Stata's « iri 41 15 28010 19017 »:
    # (41 / 28,010) / (15 / 19,017) = 1.8558
    found = compare(Observed(41, 28_010), Observed(15, 19_017))

    assert found.ratio == pytest.approx(1.855759, abs=1e-6)
    assert found.ratio_interval().low == pytest.approx(1.005684, abs=1e-6)
    assert found.ratio_interval().high == pytest.approx(3.6093, abs=1e-4)
    assert found.verdict is Verdict.MORE


def test_two_rates_are_as_r_has_them():
    # help(poisson.test) of R: 11 in 800 and 6 + 8 + 7 in 1,083 + 1,050 + 878, from Fay (2010).
    found = compare(Observed(11, 800), Observed(21, 3_011))

    assert found.ratio_interval().low == pytest.approx(0.8584264, abs=1e-6)
    assert found.ratio_interval().high == pytest.approx(4.2772, abs=1e-3)
    assert found.verdict is Verdict.PERHAPS_CHANCE


def test_the_dodder_seeds_of_1940_may_be_chance():
    # No seed in 100 g against three in 100 g: all three fall on one side, 2 × (1/2)³ = 0.25.
    assert compare(Observed(0, 100), Observed(3, 100)).p_value == pytest.approx(0.25)


@given(st.integers(0, 60), st.floats(0.5, 5), st.integers(0, 60), st.floats(0.5, 5))
def test_the_test_and_the_interval_never_contradict_each_other(first, upon, second, against):
    found = compare(Observed(first, upon), Observed(second, against))

    if abs(found.p_value - 0.05) > 1e-9:
        assert (found.p_value <= 0.05) == (1 not in found.ratio_interval())


@given(st.integers(0, 25), st.integers(0, 25))
def test_the_e_test_is_never_much_more_cautious(first, second):
    exact = compare(Observed(first), Observed(second)).p_value

    assert stats.poisson_means_test(first, 1, second, 1).pvalue <= exact + 0.02


def test_among_fifteen_comparisons_benjamini_and_hochberg_keep_four(monkeypatch):
    # J. R. Stat. Soc. B 57 (1995): 0.0095 × 15 / 4 = 0.0356 is kept, 0.0201 × 15 / 5 = 0.0603 is not.
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p_values += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    pairs = [(Observed(number + 2), Observed(1)) for number in range(15)]
    by_count = {now.count: p_value for (now, _), p_value in zip(pairs, p_values, strict=True)}

    def known(now, before):
        return Comparison(now=now, before=before, p_value=by_count[now.count])

    monkeypatch.setattr("geo.statistics.rates.compare", known)
    found = compare_all(pairs)

    assert [one.verdict for one in found] == [Verdict.MORE] * 4 + [Verdict.PERHAPS_CHANCE] * 11
    assert found[3].adjusted == pytest.approx(0.035625)


def test_a_sector_that_alone_would_differ_does_not_among_sixteen():
    # 9 against 1: 2 × (1 + 10) / 2¹⁰ = 0.0215; sixteen times that is 0.34.
    pair = (Observed(9), Observed(1))

    assert compare(*pair).verdict is Verdict.MORE
    among = compare_all([pair] + [(Observed(5), Observed(5))] * 15)
    assert among[0].verdict is Verdict.PERHAPS_CHANCE
    assert among[0].adjusted == pytest.approx(16 * 22 / 1024)


def test_sectors_without_events_are_no_comparisons():
    # Were they counted, 9 against 1 would be one of sixteen.
    found = compare_all([(Observed(9), Observed(1))] + [(Observed(0), Observed(0))] * 15)

    assert [one.verdict for one in found] == [Verdict.MORE] + [Verdict.NOTHING] * 15
    assert compare_all([]) == ()


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (Observed(12), Observed(15), "12 contre 15 : le hasard suffit à expliquer l'écart"),
        (Observed(30), Observed(10), "30 contre 10 : davantage, plus que le hasard ne l'explique"),
        (Observed(150), Observed(300), "150 contre 300 : moins, plus que le hasard ne l'explique (−50\u00a0%)"),
        (Observed(1200), Observed(1190), "1\u00a0200 contre 1\u00a0190 : le hasard suffit à expliquer l'écart"),
        (
            Observed(12, 31),
            Observed(10, 28),
            # 10 / 28 × 31 = 11.07
            "12 contre 10 (soit 11,1 à durée égale) : le hasard suffit à expliquer l'écart",
        ),
        (Observed(0), Observed(0), "0 contre 0 : rien à comparer"),
    ],
)
def test_a_comparison_says_both_counts_and_no_bare_percentage(now, before, said):
    assert compare(now, before).describe() == said


def test_a_rate_is_said_with_its_interval():
    # 7 of 3,300: 2.12 for 1,000; Garwood's 2.814 and 14.423 for 7.
    said = Observed(7, 3_300).describe(per=1_000, of="logements")

    assert said == "2,1 pour 1\u00a0000 logements (entre 0,9 et 4,4)"


def test_from_nothing_to_something_the_ratio_has_no_upper_end():
    found = compare(Observed(8), Observed(0))

    assert found.ratio == math.inf
    # 2 × (1/2)⁸ = 0.0078
    assert found.p_value == pytest.approx(2 / 256)
    # Clopper–Pearson of 8 of 8: low = 0.025^(1/8) = 0.6306; 0.6306 / 0.3694 = 1.707
    assert found.ratio_interval() == Interval(pytest.approx(1.707, abs=1e-3), math.inf)
    assert math.isnan(compare(Observed(0), Observed(0)).ratio)


@pytest.mark.parametrize(("count", "exposure"), [(-1, 1), (1.5, 1), (1, 0), (1, -2), (1, math.inf), (1, math.nan)])
def test_what_is_no_count_or_no_exposure_is_refused(count, exposure):
    with pytest.raises(InvalidRate):
        Observed(count, exposure)


@pytest.mark.real_data
def test_two_rates_are_as_r_has_them_over_a_grid(real_data):
    # poisson.test of R: with equal exposures its two-sided chance is twice the smaller tail too.
    table = np.genfromtxt(real_data / "reference" / "poisson_test_grid.csv", delimiter=",", names=True)
    for row in table[table["a"] + table["b"] > 0]:
        now, before = int(row["a"]), int(row["b"])
        found = compare(Observed(now), Observed(before))
        assert found.p_value == pytest.approx(row["p_equal_exposure"], rel=1e-9)
        assert found.ratio_interval().low == pytest.approx(row["ratio_lo"], rel=1e-6)
        assert found.ratio_interval().high == pytest.approx(row["ratio_hi"], rel=1e-6)


@pytest.mark.real_data
def test_intervals_are_as_r_has_them(real_data):
    for count, low, high in np.loadtxt(
        real_data / "reference" / "poisson_exact_ci95.csv", delimiter=",", skiprows=1
    ):
        assert count_interval(int(count)).low == pytest.approx(low, rel=1e-9)
        assert count_interval(int(count)).high == pytest.approx(high, rel=1e-9)
