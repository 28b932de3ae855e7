import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from shapely import Point, box

from geo.statistics.density import EXACT_UP_TO, Kernel, density, dual_density
from geo.statistics.errors import NotTheSameMap, RadiusTooSmall
from geo.statistics.ground import Grid, Ground, Points

SQUARE = Ground.of(box(0, 0, 1_000, 1_000), 100.0)
SQUARE_WITHOUT_A_CORNER = box(0, 0, 1_000, 1_000) - box(800, 800, 1_000, 1_000)
KM2_PER_M2 = 1e-6
QUARTER_METRES = st.integers(-200, 1_800).map(lambda quarters: quarters / 4)


def one_point(x_m, y_m):
    return Points(x_m=np.array([x_m]), y_m=np.array([y_m]))


def gaussian_at(x_m, y_m, points, deviation_m):
    """Sum exact Gaussians around points at places, by m²."""
    squared = (np.subtract.outer(x_m, points.x_m)) ** 2 + (np.subtract.outer(y_m, points.y_m)) ** 2
    return np.exp(-squared / (2 * deviation_m**2)).sum(axis=1) / (2 * math.pi * deviation_m**2)


def quartic_at(x_m, y_m, points, radius_m):
    """Sum exact quartic kernels around points at places, by m²."""
    squared = (np.subtract.outer(x_m, points.x_m)) ** 2 + (np.subtract.outer(y_m, points.y_m)) ** 2
    return 3 * (np.maximum(0, 1 - squared / radius_m**2) ** 2).sum(axis=1) / (math.pi * radius_m**2)


def test_one_report_is_shared_by_hand():
    # At the centre of a cell of 100 m, radius 200 m. (1 − d²/r²)²: own cell 1; the four at 100 m (3/4)² = 9/16;
    # the four at 141 m (1/2)² = 1/4; those at 200 m nothing. 1 + 4 × 9/16 + 4 × 1/4 = 17/4, cells of 1/100 km².
    drawn = density(one_point(450.0, 450.0), SQUARE, radius_m=200.0)

    assert drawn.per_km2[4, 4] == pytest.approx(100 * 4 / 17)
    assert drawn.per_km2[4, 5] == pytest.approx(100 * 4 / 17 * 9 / 16)
    assert drawn.per_km2[3, 5] == pytest.approx(100 * 4 / 17 / 4)
    assert drawn.per_km2[4, 6] == 0


def test_in_a_corner_the_ground_keeps_what_would_be_lost():
    # Of the nine cells only four are ground: 1 + 2 × 9/16 + 1/4 = 19/8.
    drawn = density(one_point(50.0, 50.0), SQUARE, radius_m=200.0)

    assert drawn.per_km2[0, 0] == pytest.approx(100 * 8 / 19)
    assert drawn.total == pytest.approx(1)


@given(
    kernel=st.sampled_from(Kernel),
    radius_m=st.floats(100, 900),
    holes=st.integers(0, 2**16 - 1),
    places=st.lists(st.tuples(QUARTER_METRES, QUARTER_METRES, st.floats(0, 20)), max_size=30),
)
def test_the_map_adds_up_to_the_reports_on_its_ground(kernel, radius_m, holes, places):
    grid = Grid(west_m=0.0, south_m=0.0, cell_m=50.0, columns=8, rows=8)
    inside = np.ones(grid.shape, dtype=bool)
    inside[:4, :4] = np.array([holes >> bit & 1 for bit in range(16)]).reshape(4, 4)
    x_m, y_m, weights = np.array(places).reshape(-1, 3).T
    points = Points(x_m=x_m, y_m=y_m, weights=weights)

    drawn = density(points, Ground(grid=grid, inside=inside), radius_m=radius_m, kernel=kernel)

    shown = sum(
        weight for x, y, weight in places if 0 <= x < 400 and 0 <= y < 400 and inside[int(y // 50), int(x // 50)]
    )
    assert drawn.on_ground == pytest.approx(shown, abs=1e-9)
    assert drawn.total == pytest.approx(shown, rel=1e-9, abs=1e-9)
    assert drawn.on_ground + drawn.off_ground == pytest.approx(sum(weights), abs=1e-9)
    assert (np.isnan(drawn.per_km2) == ~inside).all()
    assert (drawn.per_km2[inside] >= 0).all()


def test_far_from_the_border_the_quartic_map_is_the_kernel_itself():
    # Cells of 10 m in a radius of 300 m: their sum is the integral but for 1 / 10,000.
    ground = Ground.of(box(0, 0, 1_000, 1_000), 10.0)
    drawn = density(one_point(503.0, 498.0), ground, radius_m=300.0)

    east_m, north_m = (axis.ravel() for axis in np.meshgrid(*ground.grid.centres_m()))
    exact = quartic_at(east_m, north_m, one_point(503.0, 498.0), 300.0)
    assert drawn.per_km2.ravel() * KM2_PER_M2 == pytest.approx(exact, rel=1e-4, abs=exact.max() * 1e-4)


def test_the_binned_gaussian_needs_its_correction():
    # Points in a Gaussian of 200 m spread by one of 106 m: one of √(200² + 106²), or wider
    # by 100² / 12 along each axis if the cells were forgotten. 0.3 % and 1.7 % of the highest value were measured.
    quantiles_m = 200 * stats.norm.ppf((np.arange(400) + 0.5) / 400)
    east_m, north_m = (axis.ravel() for axis in np.meshgrid(quantiles_m + 13, quantiles_m + 7))
    ground = Ground.of(box(-1_500, -1_500, 1_500, 1_500), 100.0)
    drawn = density(Points(x_m=east_m, y_m=north_m), ground, radius_m=300.0).per_km2 * KM2_PER_M2 / len(east_m)

    columns_m, rows_m = ground.grid.centres_m()
    smoothed, too_wide = (
        np.outer(stats.norm.pdf(rows_m, 7, deviation_m), stats.norm.pdf(columns_m, 13, deviation_m))
        for deviation_m in (math.sqrt(200**2 + 300**2 / 8), math.sqrt(200**2 + 300**2 / 8 + 100**2 / 12))
    )
    assert np.abs(drawn - smoothed).max() < 0.005 * smoothed.max()
    assert np.abs(drawn - too_wide).max() > 0.01 * smoothed.max()


def test_both_kernels_spread_as_widely():
    ground = Ground.of(Point(0, 0).buffer(2_000), 20.0)
    east_m = ground.grid.centres_m()[0]
    variances = []
    for kernel in Kernel:
        shares = np.nan_to_num(density(one_point(0.0, 0.0), ground, radius_m=400.0, kernel=kernel).per_km2).sum(
            axis=0
        )
        variances.append(float((shares * east_m**2).sum() / shares.sum()))

    # r² / 8 = 20,000 m², and for the quartic what its point within the cell adds: (20 / 2)² along each axis.
    assert variances == pytest.approx([20_000, 20_000], rel=0.02)


def test_the_kernel_follows_the_number_of_reports():
    few, many = (
        Points(x_m=np.full(count, 500.0), y_m=np.full(count, 500.0)) for count in (EXACT_UP_TO, EXACT_UP_TO + 1)
    )

    assert (
        density(few, SQUARE, radius_m=300.0).describe() == "noyau quartique, rayon 300\u00a0m, cases de 100\u00a0m"
    )
    assert density(many, SQUARE, radius_m=300.0).describe() == (
        "noyau gaussien, rayon 300\u00a0m (écart-type 106\u00a0m), cases de 100\u00a0m"
    )


def test_no_report_is_a_map_of_zeros():
    nothing = Points(x_m=np.empty(0), y_m=np.empty(0))

    for kernel in Kernel:
        assert density(nothing, SQUARE, radius_m=300.0, kernel=kernel).total == 0


@pytest.mark.parametrize("radius_m", [199.0, math.nan, math.inf, -5.0])
def test_a_radius_that_the_cells_cannot_show_is_refused(radius_m):
    with pytest.raises(RadiusTooSmall, match="choisissez au moins 200 m"):
        density(one_point(5.0, 5.0), SQUARE, radius_m=radius_m)


def test_rates_are_of_the_homes_around():
    # Where the homes are, 3 reports against 60 homes at one place are 50 by 1,000, whatever the distance.
    reports = density(Points(x_m=np.full(3, 520.0), y_m=np.full(3, 480.0)), SQUARE, radius_m=250.0)
    homes = density(Points(x_m=np.full(60, 520.0), y_m=np.full(60, 480.0)), SQUARE, radius_m=250.0)
    rates = dual_density(reports, homes, least_homes=1).per_1000_homes

    assert rates[4, 5] == pytest.approx(50)
    assert np.nanmin(rates) == pytest.approx(50)
    assert math.isnan(rates[0, 0])


def test_a_ground_cut_twice_is_the_same():
    again = Ground.of(box(0, 0, 1_000, 1_000), 100.0)
    maps = [density(one_point(450.0, 450.0), ground, radius_m=250.0) for ground in (SQUARE, again)]

    assert dual_density(*maps, least_homes=0).per_1000_homes[4, 4] == pytest.approx(1_000)


def test_few_homes_bear_no_rate():
    # 11 homes by 1/100 km² everywhere are 1,100 by km²: 215 within 250 m.
    east_m, north_m = (axis.ravel() for axis in np.meshgrid(*SQUARE.grid.centres_m()))
    homes = density(Points(x_m=east_m, y_m=north_m, weights=np.full(100, 11.0)), SQUARE, radius_m=250.0)
    reports = density(one_point(500.0, 500.0), SQUARE, radius_m=250.0)

    assert not np.isnan(dual_density(reports, homes).per_1000_homes).any()
    assert np.isnan(dual_density(reports, homes, least_homes=400).per_1000_homes).all()


def test_maps_made_otherwise_bear_no_rate():
    reports = density(one_point(500.0, 500.0), SQUARE, radius_m=250.0)

    for homes in (
        density(one_point(500.0, 500.0), SQUARE, radius_m=300.0),
        density(one_point(500.0, 500.0), SQUARE, radius_m=250.0, kernel=Kernel.GAUSSIAN),
        density(one_point(500.0, 500.0), Ground.of(box(0, 0, 900, 1_000), 100.0), radius_m=250.0),
        density(one_point(500.0, 500.0), Ground.of(SQUARE_WITHOUT_A_CORNER, 100.0), radius_m=250.0),
    ):
        with pytest.raises(NotTheSameMap, match="même périmètre"):
            dual_density(reports, homes)
