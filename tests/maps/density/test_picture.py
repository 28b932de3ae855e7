import io

import numpy as np
import pytest
from PIL import Image

from geo.projections import LAMBERT_93, to_metres
from geo.statistics.ground import Grid
from maps.density.picture import canvas_of, paint
from maps.density.scale import Scale
from maps.ground import EARTH_RADIUS_M, mercator

GRID = Grid(west_m=850_000.0, south_m=6_425_000.0, cell_m=50.0, columns=6, rows=4)
TEAL, AMBER = (10, 82, 84), (168, 91, 0)


def read(picture):
    return np.array(Image.open(io.BytesIO(picture)).convert("RGBA"))


def place_of(bounds, row, column, height, width):
    """Degrees of the centre of a pixel."""
    west, south, east, north = bounds
    (left, bottom), (right, top) = mercator(west, south), mercator(east, north)
    x = left + (column + 0.5) / width * (right - left)
    y = top + (row + 0.5) / height * (bottom - top)
    return np.degrees(x / EARTH_RADIUS_M), np.degrees(2 * np.arctan(np.exp(y / EARTH_RADIUS_M)) - np.pi / 2)


def test_each_pixel_shows_the_cell_on_which_it_lies():
    classes = np.zeros(GRID.shape, dtype=np.int8)
    classes[1, 4], classes[3, 0] = 1, -1
    canvas = canvas_of(GRID, LAMBERT_93)
    pixels = read(paint(canvas, classes, {1: TEAL, -1: AMBER}))
    height, width, _ = pixels.shape

    for row, column in np.ndindex(height, width):
        lon, lat = place_of(canvas.bounds, row, column, height, width)
        x_m, y_m = to_metres(np.array([lon]), np.array([lat]), LAMBERT_93)
        at = int((y_m[0] - GRID.south_m) // GRID.cell_m), int((x_m[0] - GRID.west_m) // GRID.cell_m)
        is_within = 0 <= at[0] < GRID.rows and 0 <= at[1] < GRID.columns
        expected = {1: TEAL, -1: AMBER}.get(int(classes[at]) if is_within else 0)
        assert (pixels[row, column, 3] > 0, tuple(pixels[row, column, :3]) if expected else None) == (
            expected is not None,
            expected,
        )


@pytest.mark.parametrize(
    ("highest", "told"),
    [
        (87.0, ("2", "5", "10", "20", "50")),
        (100.0, ("5", "10", "20", "50", "100")),
        (0.9, ("0,02", "0,05", "0,1", "0,2", "0,5")),
    ],
)
def test_limits_are_easy_to_say_and_the_last_is_reached(highest, told):
    assert Scale.of(np.array([[0.0, highest, np.nan]])).told == told


def test_classes_begin_at_their_limit_and_unknown_has_none():
    scale = Scale.of(np.array([87.0]))

    assert scale.place(np.array([1.9, 2.0, 49.9, 50.0, np.nan, 0.0])).tolist() == [0, 1, 4, 5, 0, 0]


def test_less_has_classes_of_its_own():
    scale = Scale.of(np.array([-87.0, 3.0]), is_signed=True)

    assert scale.place(np.array([-87.0, -2.0, 1.0, 5.0])).tolist() == [-5, -1, 0, 2]


def test_an_empty_map_has_no_class():
    scale = Scale.of(np.zeros((2, 2)))

    assert (scale.labels, scale.place(np.zeros(2)).tolist()) == ((), [0, 0])
