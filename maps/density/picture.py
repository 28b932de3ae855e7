"""A map of density as a picture: one tint by class, in Web Mercator, so that it lies on any map as it is."""

import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from geo.projections import to_metres, to_wgs84
from geo.statistics.ground import FloatArray, Grid
from maps.ground import EARTH_RADIUS_M, mercator

PIXELS_BY_CELL = 2
# Between points so far apart the two projections differ by less than a centimetre from a bilinear one.
MESH = 33
OPACITY = 0.72
OPAQUE = 255
SIGNATURE = b"\x89PNG\r\n\x1a\n"
INDEXED, BITS = 3, 8
COMPRESSION = 6
OFF_GRID = -1
Bounds = tuple[float, float, float, float]
Tint = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class Canvas:
    """Where each pixel of a picture looks up its cell.

    Attributes
    ----------
    bounds
        West, south, east, north, in degrees.
    cells
        By row from the north and column, the number of the cell in row order, ``OFF_GRID`` beyond the grid.
    """

    bounds: Bounds
    cells: NDArray[np.int32]


@lru_cache(maxsize=4)
def canvas_of(grid: Grid, srid: int) -> Canvas:
    """Lay a picture over a grid: as many pixels as ``PIXELS_BY_CELL`` each way, north upwards."""
    west, south, east, north = _bounds(grid, srid)
    (left, bottom), (right, top) = mercator(west, south), mercator(east, north)
    columns, rows = PIXELS_BY_CELL * grid.columns, PIXELS_BY_CELL * grid.rows
    x = np.linspace(left, right, MESH)
    y = np.linspace(top, bottom, MESH)
    lon = np.degrees(x / EARTH_RADIUS_M)
    lat = np.degrees(2 * np.arctan(np.exp(y / EARTH_RADIUS_M)) - np.pi / 2)
    east_m, north_m = to_metres(*np.meshgrid(lon, lat), srid)
    column = _widen((east_m - grid.west_m) / grid.cell_m, rows, columns)
    row = _widen((north_m - grid.south_m) / grid.cell_m, rows, columns)
    within = (column >= 0) & (column < grid.columns) & (row >= 0) & (row < grid.rows)
    cells = np.where(within, np.floor(row) * grid.columns + np.floor(column), OFF_GRID).astype(np.int32)
    return Canvas(bounds=(west, south, east, north), cells=cells)


def paint(canvas: Canvas, classes: NDArray[np.int8], tints: dict[int, Tint]) -> bytes:
    """Paint the classes of the cells, by row and column of the grid, as a PNG of few colours.

    Parameters
    ----------
    classes
        0 stays clear.
    tints
        Red, green and blue of each other class.
    """
    order = [0, *sorted(tints)]
    index = {number: place for place, number in enumerate(order)}
    lookup = np.zeros(OPAQUE + 1, dtype=np.uint8)
    for number, place in index.items():
        lookup[number % (OPAQUE + 1)] = place
    flat = np.append(lookup[classes.astype(np.uint8).ravel()], np.uint8(0))
    pixels = flat[canvas.cells]
    height, width = pixels.shape
    lines = np.zeros((height, width + 1), dtype=np.uint8)
    lines[:, 1:] = pixels
    palette = bytes([255, 255, 255, *(part for number in order[1:] for part in tints[number])])
    alpha = bytes([0, *[round(OPACITY * OPAQUE)] * len(tints)])
    header = struct.pack(">IIBBBBB", width, height, BITS, INDEXED, 0, 0, 0)
    return SIGNATURE + b"".join(
        _chunk(kind, data)
        for kind, data in (
            (b"IHDR", header),
            (b"PLTE", palette),
            (b"tRNS", alpha),
            (b"IDAT", zlib.compress(lines.tobytes(), COMPRESSION)),
            (b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _bounds(grid: Grid, srid: int) -> Bounds:
    """Degrees that hold the whole grid, whose sides are slightly bent in them."""
    along = np.linspace(0, 1, MESH)
    x = grid.west_m + along * grid.columns * grid.cell_m
    y = grid.south_m + along * grid.rows * grid.cell_m
    edge_x = np.concatenate([x, x, np.full(MESH, x[0]), np.full(MESH, x[-1])])
    edge_y = np.concatenate([np.full(MESH, y[0]), np.full(MESH, y[-1]), y, y])
    lon, lat = to_wgs84(edge_x, edge_y, srid)
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _widen(mesh: FloatArray, rows: int, columns: int) -> FloatArray:
    """Read a mesh at the centres of pixels, between its points bilinearly."""
    at_columns = (np.arange(columns) + 0.5) / columns * (MESH - 1)
    at_rows = (np.arange(rows) + 0.5) / rows * (MESH - 1)
    points = np.arange(MESH)
    across = np.array([np.interp(at_columns, points, line) for line in mesh])
    return np.array([np.interp(at_rows, points, line) for line in across.T]).T
