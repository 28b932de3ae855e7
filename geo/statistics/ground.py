"""The ground that a map shows, cut in square cells, and the points that fall on it."""

import math
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.statistics.errors import InvalidPoints, NoGround, TooManyCells

FloatArray = NDArray[np.float64]
# Cells of 10 m on a commune of 100 km²; a screen has not many more points.
MOST_CELLS = 1_000_000
M2_PER_KM2 = 1_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Points:
    """Places in metres of one projection, each counted as often as its weight says.

    Attributes
    ----------
    x_m, y_m
        Easting and northing, of equal length; none at all is allowed.
    weights
        What each counts for, 0 or more; 1 each when left out.

    Raises
    ------
    InvalidPoints
        If lengths differ, or a number is not finite, or a weight negative.
    """

    x_m: FloatArray
    y_m: FloatArray
    weights: FloatArray = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        if not len(self.weights):
            object.__setattr__(self, "weights", np.ones(len(self.x_m)))
        for name in ("x_m", "y_m", "weights"):
            # Compiled loops know one layout only: contiguous, native, writeable.
            values = np.require(getattr(self, name), np.float64, ["C", "W", "A"])
            if values.ndim != 1 or len(values) != len(self.x_m):
                raise InvalidPoints("Leurs listes n'ont pas la même longueur.")
            if not np.isfinite(values).all():
                raise InvalidPoints("Il manque des valeurs.")
            object.__setattr__(self, name, values)
        if (self.weights < 0).any():
            raise InvalidPoints("Un poids est négatif.")

    def __len__(self) -> int:
        return len(self.x_m)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Square cells; rows go northwards and columns eastwards from the south-west corner.

    Raises
    ------
    TooManyCells
        If it has more than ``MOST_CELLS``.
    """

    west_m: float
    south_m: float
    cell_m: float
    columns: int
    rows: int

    def __post_init__(self) -> None:
        if self.columns * self.rows > MOST_CELLS:
            raise TooManyCells(self.columns * self.rows, MOST_CELLS, self.cell_m)

    @classmethod
    def over(cls, bounds_m: tuple[float, float, float, float], cell_m: float) -> Self:
        """Lay cells over west, south, east, north; their corners are whole numbers of cells from the origin.

        Two maps of neighbouring places then share their cells, as Insee's squares do.
        """
        west, south, east, north = (bound / cell_m for bound in bounds_m)
        return cls(
            west_m=math.floor(west) * cell_m,
            south_m=math.floor(south) * cell_m,
            cell_m=cell_m,
            columns=max(1, math.ceil(east) - math.floor(west)),
            rows=max(1, math.ceil(north) - math.floor(south)),
        )

    @property
    def cell_km2(self) -> float:
        """Area of a cell."""
        return self.cell_m**2 / M2_PER_KM2

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns."""
        return self.rows, self.columns

    def centres_m(self) -> tuple[FloatArray, FloatArray]:
        """Return the easting of each column and the northing of each row."""
        east_m: FloatArray = self.west_m + (np.arange(self.columns, dtype=np.float64) + 0.5) * self.cell_m
        north_m: FloatArray = self.south_m + (np.arange(self.rows, dtype=np.float64) + 0.5) * self.cell_m
        return east_m, north_m


@dataclass(frozen=True, kw_only=True, eq=False)
class Ground:
    """The cells of a grid where something can happen at all.

    Attributes
    ----------
    grid
        The cells.
    inside
        Which of them are ground, by row and column; one at least.

    Raises
    ------
    NoGround
        If there is none.
    """

    grid: Grid
    inside: NDArray[np.bool_]

    def __post_init__(self) -> None:
        object.__setattr__(self, "inside", np.require(self.inside, np.bool_, ["C", "W"]))
        if self.inside.shape != self.grid.shape or not self.inside.any():
            raise NoGround

    @classmethod
    def of(cls, shape: BaseGeometry, cell_m: float) -> Self:
        """Cut a shape, in metres, in cells; each one that it reaches into is ground, wholly.

        A report at the border is so never off the map; a cell that the border crosses counts as a whole one.
        """
        if shape.is_empty:
            raise NoGround
        grid = Grid.over(shape.bounds, cell_m)
        east_m, north_m = (
            centres.reshape(form) for centres, form in zip(grid.centres_m(), ((1, -1), (-1, 1)), strict=True)
        )
        half_m = cell_m / 2
        cells = shapely.box(east_m - half_m, north_m - half_m, east_m + half_m, north_m + half_m)
        shapely.prepare(shape)
        return cls(grid=grid, inside=shapely.intersects(shape, cells) & ~shapely.touches(shape, cells))

    def is_same_as(self, other: "Ground") -> bool:
        """Whether both are the same cells."""
        return self.grid == other.grid and bool((self.inside == other.inside).all())

    @property
    def area_km2(self) -> float:
        """Area of all cells that are ground."""
        return int(self.inside.sum()) * self.grid.cell_km2

    def middles_m(self) -> tuple[FloatArray, FloatArray]:
        """Return the easting and the northing of each cell that is ground, in row order."""
        east_m, north_m = np.meshgrid(*self.grid.centres_m())
        return east_m[self.inside], north_m[self.inside]
