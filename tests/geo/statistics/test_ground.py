import math

import numpy as np
import pytest
from shapely import Point, Polygon, box

from geo.statistics.errors import InvalidPoints, NoGround, TooManyCells
from geo.statistics.ground import Grid, Ground, Points


def test_cells_begin_at_whole_numbers_of_cells():
    # 120 / 50 = 2.4 and 260 / 50 = 5.2: columns 2 to 5; 40 / 50 and 100 / 50: rows 0 and 1.
    grid = Grid.over((120.0, 40.0, 260.0, 100.0), 50.0)

    assert (grid.west_m, grid.south_m, grid.columns, grid.rows) == (100.0, 0.0, 4, 2)
    assert grid.centres_m()[0].tolist() == [125.0, 175.0, 225.0, 275.0]
    assert grid.cell_km2 == 0.0025


def test_each_cell_that_the_ground_reaches_into_is_ground():
    # A triangle under the diagonal: the cells along it are ground, those above are not.
    ground = Ground.of(Polygon([(0, 0), (300, 0), (0, 300)]), 100.0)

    assert ground.inside.astype(int).tolist() == [[1, 1, 1], [1, 1, 0], [1, 0, 0]]
    assert ground.area_km2 == pytest.approx(0.06)


def test_a_cell_that_the_border_only_touches_is_not_ground():
    assert Ground.of(box(0, 0, 200, 100), 100.0).inside.tolist() == [[True, True]]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"y_m": np.zeros(3)}, "pas la même longueur"),
        ({"x_m": np.array([0.0, math.nan])}, "Il manque des valeurs"),
        ({"y_m": np.array([0.0, math.inf])}, "Il manque des valeurs"),
        ({"weights": np.array([1.0, -1.0])}, "Un poids est négatif"),
    ],
)
def test_points_that_are_none_are_refused(changed, said):
    with pytest.raises(InvalidPoints, match=said):
        Points(**{"x_m": np.zeros(2), "y_m": np.zeros(2)} | changed)


def test_a_ground_without_any_cell_is_refused():
    with pytest.raises(NoGround, match="dont le contour est connu"):
        Ground.of(Point(0, 0).buffer(0), 50.0)


def test_cells_too_fine_to_be_drawn_are_refused():
    with pytest.raises(TooManyCells, match="Des cases de 1 m en feraient 4\u00a0000\u00a0000"):
        Ground.of(box(0, 0, 2_000, 2_000), 1.0)
