"""Points laid down on cells."""

import math

import numpy as np
from numpy.typing import NDArray

from geo.statistics.kernel.jit import compiled

FloatArray = NDArray[np.float64]


@compiled
def count_in_cells(
    x_m: FloatArray,
    y_m: FloatArray,
    weights: FloatArray,
    west_m: float,
    south_m: float,
    cell_m: float,
    inside: NDArray[np.bool_],
) -> tuple[FloatArray, float]:
    """Return the weight of the points of each cell, and of those that are in none that is ground."""
    rows, columns = inside.shape
    counts = np.zeros((rows, columns))
    outside = 0.0
    for point in range(len(x_m)):
        column = math.floor((x_m[point] - west_m) / cell_m)
        row = math.floor((y_m[point] - south_m) / cell_m)
        if 0 <= column < columns and 0 <= row < rows and inside[row, column]:
            counts[row, column] += weights[point]
        else:
            outside += weights[point]
    return counts, outside


@compiled
def spread_quartic(
    x_m: FloatArray,
    y_m: FloatArray,
    weights: FloatArray,
    west_m: float,
    south_m: float,
    cell_m: float,
    inside: NDArray[np.bool_],
    radius_m: float,
) -> tuple[FloatArray, float]:
    """Share the weight of each point among the cells around it; return the sums, and the weight off the ground.

    A point is shared by ``(1 − d²/r²)²`` among the cells that are ground and whose centre is nearer than the
    radius, and its shares add up to its weight. The radius is at least a cell: its own cell has a part.
    """
    rows, columns = inside.shape
    sums = np.zeros((rows, columns))
    outside = 0.0
    reach = math.ceil(radius_m / cell_m) + 1
    east = np.empty(2 * reach + 1)
    shares = np.empty((2 * reach + 1, 2 * reach + 1))
    for point in range(len(x_m)):
        x, y = (x_m[point] - west_m) / cell_m, (y_m[point] - south_m) / cell_m
        column, row = math.floor(x), math.floor(y)
        if not (0 <= column < columns and 0 <= row < rows and inside[row, column]):
            outside += weights[point]
            continue
        first_column, last_column = max(0, column - reach), min(columns, column + reach + 1)
        first_row, last_row = max(0, row - reach), min(rows, row + reach + 1)
        squared = (cell_m / radius_m) ** 2
        for c in range(first_column, last_column):
            east[c - first_column] = 1 - squared * (c + 0.5 - x) ** 2
        total = 0.0
        for r in range(first_row, last_row):
            north = squared * (r + 0.5 - y) ** 2
            for c in range(first_column, last_column):
                nearness = max(0.0, east[c - first_column] - north)
                share = nearness * nearness * inside[r, c]
                shares[r - first_row, c - first_column] = share
                total += share
        scale = weights[point] / total
        for r in range(first_row, last_row):
            for c in range(first_column, last_column):
                sums[r, c] += scale * shares[r - first_row, c - first_column]
    return sums, outside


@compiled
def sum_quartic_at(
    place_x_m: FloatArray,
    place_y_m: FloatArray,
    x_m: FloatArray,
    y_m: FloatArray,
    weights: FloatArray,
    radius_m: float,
) -> FloatArray:
    """Return at each place the sum of ``weight × (1 − d²/r²)²`` of the points that are nearer than the radius."""
    sums = np.zeros(len(place_x_m))
    squared = 1 / radius_m**2
    for place in range(len(place_x_m)):
        total = 0.0
        for point in range(len(x_m)):
            east, north = x_m[point] - place_x_m[place], y_m[point] - place_y_m[place]
            nearness = max(0.0, 1 - squared * (east * east + north * north))
            total += weights[point] * nearness * nearness
        sums[place] = total
    return sums
