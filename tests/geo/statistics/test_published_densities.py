"""Densities as Insee's btb and spatstat have them."""

import math

import numpy as np
import pytest

from geo.statistics.density import density
from geo.statistics.ground import Grid, Ground, Points
from tests.geo.statistics.test_density import KM2_PER_M2, gaussian_at, quartic_at

pytestmark = pytest.mark.real_data

SPATSTAT_DEVIATION_FT = 150.0
# spatstat's sigma is the standard deviation of the quartic kernel too.
SPATSTAT_RADIUS_FT = SPATSTAT_DEVIATION_FT * math.sqrt(8)


@pytest.fixture(scope="module")
def reference(real_data):
    return lambda name, **columns: (
        np.loadtxt(real_data / "reference" / f"{name}.csv", delimiter=",", skiprows=1, **columns).T
    )


@pytest.fixture(scope="module")
def figures(real_data):
    lines = (real_data / "reference" / "figures.csv").read_text(encoding="utf-8").splitlines()[1:]
    return dict(line.replace('"', "").split(",") for line in lines)


def binned(x, y, places_x, places_y):
    """Move points to the middle of the pixels that spatstat counts them in."""
    moved = []
    for values, places in ((x, places_x), (y, places_y)):
        middles = np.unique(places)
        moved.append(middles[np.abs(np.subtract.outer(values, middles)).argmin(axis=1)])
    return Points(x_m=moved[0], y_m=moved[1])


def test_two_points_are_smoothed_as_insee_does(reference):
    x, y, expected = reference("btb_insee_2points_expected")
    points = Points(x_m=np.array([22.0, 35.0]), y_m=np.array([70.0, 55.0]), weights=np.array([10.0, 13.0]))
    grid = Grid.over((x.min() - 10, y.min() - 10, x.max() + 10, y.max() + 10), 20.0)
    drawn = density(points, Ground(grid=grid, inside=np.ones(grid.shape, dtype=bool)), radius_m=41.0)

    by_place = {(e, n): value for e, n, value in zip(x, y, expected, strict=True)}
    east, north = grid.centres_m()
    for row, column in np.ndindex(grid.shape):
        counted = drawn.per_km2[row, column] * grid.cell_km2
        assert counted == pytest.approx(by_place[east[column], north[row]], rel=1e-12)


def test_chicago_is_as_spatstat_draws_it(reference, figures):
    # The quartic of spatstat is scaled by a standard deviation found by numerical integration: 2 in a million.
    for name, tolerance, at in (
        ("gaussian", 1e-12, lambda *places: gaussian_at(*places, SPATSTAT_DEVIATION_FT)),
        ("quartic", 3e-6, lambda *places: quartic_at(*places, SPATSTAT_RADIUS_FT)),
    ):
        x, y, expected = reference(f"chicago_density64_{name}_noedge")
        points = binned(*reference("chicago_points", usecols=(0, 1)), x, y)
        found = at(x, y, points)

        assert np.abs(found - expected).max() < tolerance * expected.max()
        assert found.max() == pytest.approx(float(figures[f"chicago.{name}.max"]), rel=3e-6)
        pixel = (np.ptp(x) / 63) * (np.ptp(y) / 63)
        assert found.sum() * pixel == pytest.approx(float(figures[f"chicago.{name}.integral"]), rel=3e-6)


def test_the_conservative_correction_is_diggles(reference):
    # spatstat divides each point by what the window holds of its kernel, taken at the middle of a pixel of
    # 20 × 18 ft (0.7 % off); ours is read at the middle of a cell of 5 ft.
    x, y, _, _, diggle = reference("chicago_density_at_points_sigma150ft", usecols=(0, 1, 6, 7, 8))
    pixels_x, pixels_y, _ = reference("chicago_density64_quartic_noedge")
    half = [np.ptp(places) / 63 / 2 for places in (pixels_x, pixels_y)]
    window = (
        pixels_x.min() - half[0],
        pixels_y.min() - half[1],
        pixels_x.max() + half[0],
        pixels_y.max() + half[1],
    )
    grid = Grid.over(window, 5.0)
    ground = Ground(grid=grid, inside=np.ones(grid.shape, dtype=bool))
    drawn = density(Points(x_m=x, y_m=y), ground, radius_m=SPATSTAT_RADIUS_FT)

    rows = ((y - grid.south_m) // 5).astype(int)
    columns = ((x - grid.west_m) // 5).astype(int)
    assert drawn.per_km2[rows, columns] * KM2_PER_M2 == pytest.approx(diggle, rel=0.025)
