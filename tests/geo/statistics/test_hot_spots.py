import math

import numpy as np
import pytest
from scipy import stats
from shapely import box

from geo.statistics.errors import CountsRefused, TooFewForGiStar, WindowsTooLarge
from geo.statistics.ground import Grid, Ground, Points
from geo.statistics.hot_spots import Windows, count_by_cell, gi_star, gi_star_of_counts, hot_spots
from geo.statistics.rates import Observed, compare

TOWN = Ground.of(box(0, 0, 3_000, 3_000), 50.0)
AROUND_100_M = Windows.within(TOWN, 100.0)


def alone(places):
    """Windows that hold their own place only."""
    return Windows.joining(np.arange(places), np.arange(places), places=places)


def test_a_window_holds_the_cells_whose_centre_is_within_its_radius():
    # A ground of 3 × 3 cells without its north-east corner; one cell around: itself and its four neighbours.
    inside = np.array([[1, 1, 1], [1, 1, 1], [1, 1, 0]], dtype=bool)
    ground = Ground(grid=Grid(west_m=0.0, south_m=0.0, cell_m=50.0, columns=3, rows=3), inside=inside)
    around = Windows.within(ground, 50.0).around.toarray()

    assert around.sum(axis=1).tolist() == [3, 4, 3, 4, 5, 3, 3, 3]
    assert around[5].tolist() == [0, 0, 1, 0, 1, 1, 0, 0]
    assert (around == around.T).all()


def test_windows_that_memory_would_not_hold_are_refused():
    # 250,000 cells of 2 m, each with 31,000 others within 200 m.
    with pytest.raises(WindowsTooLarge, match="rayon de 200 m et des cases de 2 m"):
        Windows.within(Ground.of(box(0, 0, 1_000, 1_000), 2.0), 200.0)


def test_points_are_counted_by_cell_of_the_ground():
    ground = Ground(
        grid=Grid(west_m=0.0, south_m=0.0, cell_m=50.0, columns=2, rows=2),
        inside=np.array([[1, 0], [1, 1]], dtype=bool),
    )
    points = Points(x_m=np.array([10.0, 60, 60, 49]), y_m=np.array([10.0, 10, 60, 99]))

    assert count_by_cell(points, ground).tolist() == [1, 1, 1]


def test_a_place_is_set_against_all_others_by_hand():
    # 3 of 4 reports on 1 home of 4: P(3 or 4 of 4 at 1/4) = (4 × 3 + 1) / 256. The others have 1 in 3 homes.
    found = hot_spots(np.array([3.0, 1, 0, 0]), np.ones(4), alone(4))

    assert found.p_value[0] == pytest.approx(13 / 256)
    assert found.p_value[1] == pytest.approx(1 - (3 / 4) ** 4)
    assert found.p_value[2] == pytest.approx(1)
    assert found.expected.tolist() == [1, 1, 1, 1]
    assert found.adjusted[0] == pytest.approx(4 * 13 / 256)


def test_homes_are_the_exposure():
    # The same 30 reports on 300 homes of 1,000 are what is expected; on 30 homes they are a hot spot.
    reports = np.array([30.0, 70])

    assert not hot_spots(reports, np.array([300.0, 700]), alone(2)).is_hot.any()
    assert hot_spots(reports, np.array([30.0, 970]), alone(2)).is_hot.tolist() == [True, False]


def test_reports_without_homes_are_in_no_rate():
    found = hot_spots(np.array([5.0, 4, 1]), np.array([0.0, 50, 50]), alone(3))

    assert found.without_homes == 5
    assert math.isnan(found.p_value[0])
    assert found.is_hot.tolist() == [False, False, False]
    assert found.expected.tolist() == [0, 2.5, 2.5]


def test_a_ground_without_homes_has_no_hot_spot():
    found = hot_spots(np.array([5.0, 4]), np.zeros(2), alone(2))

    assert not found.is_hot.any()
    assert found.without_homes == 9


def test_a_window_of_all_homes_has_nothing_to_be_set_against():
    assert hot_spots(np.array([5.0]), np.array([9.0]), alone(1)).p_value.tolist() == [1]


def test_the_upper_tail_is_half_of_what_compare_says():
    found = hot_spots(np.array([9.0, 4]), np.array([20.0, 30]), alone(2))

    assert 2 * found.p_value[0] == pytest.approx(compare(Observed(9, 20), Observed(4, 30)).p_value)


def test_pure_chance_has_seldom_a_hot_spot_and_gi_star_takes_it_for_many():
    # One report for 20 cells of even homes: 60 maps. One in twenty may have a false one; that 8 or more of 60
    # have some would happen once in a hundred.
    random = np.random.default_rng(11)
    homes = np.full(3_600, 4.0)
    maps = [random.poisson(0.05, 3_600).astype(float) for _ in range(60)]

    by_exact_test = [hot_spots(reports, homes, AROUND_100_M).is_hot.sum() for reports in maps]
    by_gi_star = [gi_star(reports, AROUND_100_M).is_hot.sum() for reports in maps[:10]]

    assert stats.binom.sf(7, 60, 0.05) < 0.01
    assert np.count_nonzero(by_exact_test) < 8
    assert np.mean(by_gi_star) > 5


def test_a_planted_hot_spot_is_found_where_it_is():
    # 20 reports more around one corner of four cells, among 200 on 3,600 cells.
    random = np.random.default_rng(12)
    x_m, y_m = random.uniform(0, 3_000, 200), random.uniform(0, 3_000, 200)
    x_m[:20], y_m[:20] = random.uniform(1_180, 1_220, 20), random.uniform(780, 820, 20)
    reports = count_by_cell(Points(x_m=x_m, y_m=y_m), TOWN)
    found = hot_spots(reports, np.ones(3_600), AROUND_100_M)

    rows, columns = np.divmod(np.flatnonzero(found.is_hot), 60)
    assert found.is_hot[16 * 60 + 24]
    # Of what is told, one in twenty may be chance, here one cell.
    assert (np.hypot(columns * 50 + 25 - 1_200, rows * 50 + 25 - 800) < 200).mean() > 0.9


def test_gi_star_is_refused_where_counts_are_low():
    # 13 cells in a window but at the border; 5 a cell are 64 in the mean.
    few, enough = (np.full(3_600, each) for each in (5.0, 9.0))

    with pytest.raises(TooFewForGiStar, match="63,3 en moyenne autour de chaque case, pour 100 au moins"):
        gi_star_of_counts(few, AROUND_100_M)
    assert np.isnan(gi_star_of_counts(enough, AROUND_100_M).score).all()


@pytest.mark.parametrize(
    ("reports", "homes", "said"),
    [
        (np.zeros(2), np.ones(3), "un par lieu"),
        (np.zeros(3), np.ones(2), "un par lieu"),
        (np.array([0.5, 0, 0]), np.ones(3), "nombres entiers"),
        (np.array([-1.0, 0, 0]), np.ones(3), "nombres entiers"),
        (np.array([math.nan, 0, 0]), np.ones(3), "nombres entiers"),
        (np.zeros(3), np.array([-1.0, 1, 1]), "positifs ou nuls"),
    ],
)
def test_what_cannot_be_counted_is_refused(reports, homes, said):
    with pytest.raises(CountsRefused, match=said):
        hot_spots(reports, homes, alone(3))


@pytest.mark.real_data
def test_the_chance_of_a_window_is_that_of_r(real_data):
    # poisson.test of R with 1 home within and 12 beyond, two-sided: the upper tail alone wherever no report at all
    # is likelier than what was found.
    table = np.genfromtxt(real_data / "reference" / "poisson_test_grid.csv", delimiter=",", names=True)
    within, total = table["a"], table["a"] + table["b"]
    is_upper = (within > total / 13) & (stats.binom.pmf(0, total, 1 / 13) > stats.binom.pmf(within, total, 1 / 13))

    assert is_upper.sum() > 40
    for row in table[is_upper]:
        found = hot_spots(np.array([row["a"], row["b"]]), np.array([1.0, 12]), alone(2))
        assert found.p_value[0] == pytest.approx(row["p_exposure_1_12"], rel=1e-9)


@pytest.mark.real_data
@pytest.mark.parametrize("radius", [30, 60, 90, 120])
def test_gi_star_on_a_grid_is_as_spdep_has_it(real_data, radius):
    table = np.genfromtxt(real_data / "reference" / "getisord_gstar.csv", delimiter=",", names=True)
    grid = Grid(west_m=-15.0, south_m=-15.0, cell_m=30.0, columns=16, rows=16)
    windows = Windows.within(Ground(grid=grid, inside=np.ones(grid.shape, dtype=bool)), float(radius))
    order = np.lexsort([table["x"], table["y"]])
    found = gi_star(table["val"][order], windows)

    assert found.score == pytest.approx(table[f"Gstar{radius}"][order], rel=1e-9)
    assert found.p_value == pytest.approx(table[f"pstar{radius}"][order], rel=1e-8)
    assert found.adjusted == pytest.approx(table[f"pBH{radius}"][order], rel=1e-8)


@pytest.mark.real_data
def test_gi_star_of_neighbourhoods_is_as_spdep_has_it(real_data):
    table = np.genfromtxt(real_data / "reference" / "columbus_gstar.csv", delimiter=",", names=True)
    edges = np.loadtxt(
        real_data / "reference" / "columbus_queen_edges_1based.csv", delimiter=",", skiprows=1, dtype=int
    )
    itself = np.arange(len(table))
    windows = Windows.joining(
        np.concatenate([edges[:, 0] - 1, itself]), np.concatenate([edges[:, 1] - 1, itself]), places=len(table)
    )
    found = gi_star(table["CRIME"], windows)

    assert found.score == pytest.approx(table["Gstar"], rel=1e-9)
    assert found.p_value == pytest.approx(table["p"], rel=1e-8)
    assert found.adjusted == pytest.approx(table["pBH"], rel=1e-8)
    assert (found.adjusted <= 0.05).sum() == 9
