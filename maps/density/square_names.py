"""How a map calls its squares: by letters from west to east and numbers from north to south, as in an atlas."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np
import shapely

from geo.models import Commune
from geo.projections import metric_srid, shapes_to_metres, shapes_to_wgs84

Square = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class SquareNames:
    """Names of the squares of a commune; « A1 » holds its north-western corner, whichever squares there are.

    ``edges`` are the letters and numbers with the places at which they stand around the squares, in degrees.
    """

    names: tuple[str, ...]
    edges: tuple[tuple[str, shapely.Point], ...]


def name_squares(commune: Commune, squares: Sequence[Square], side_m: int) -> SquareNames:
    """Name squares of a metric grid, by column from the west and row from the south, counted from its origin."""
    if not squares:
        return SquareNames(names=(), edges=())
    outline = shapes_to_metres(
        np.array([shapely.from_wkb(bytes(commune.outline.wkb))], dtype=object), metric_srid(commune.pk)
    )[0]
    west_m, _, _, north_m = outline.bounds
    columns, rows = ({place[axis] for place in squares} for axis in (0, 1))
    west = min(int(west_m // side_m), *columns)
    north = max(int(north_m // side_m), *rows)
    placed = [
        *((_letter(column - west), (column + 0.5, max(rows) + 1.5)) for column in sorted(columns)),
        *((str(north - row + 1), (min(columns) - 0.5, row + 0.5)) for row in sorted(rows, reverse=True)),
    ]
    points = shapely.points(side_m * np.array([place for _, place in placed]))
    degrees = shapes_to_wgs84(np.asarray(points, dtype=object), metric_srid(commune.pk))
    return SquareNames(
        names=tuple(f"{_letter(column - west)}{north - row + 1}" for column, row in squares),
        edges=tuple((word, point) for (word, _), point in zip(placed, degrees, strict=True)),
    )


def _letter(place: int) -> str:
    """Return A to Z for 0 to 25, then AA, AB…"""
    before, letter = divmod(place, len(ascii_uppercase))
    return (_letter(before - 1) if before else "") + ascii_uppercase[letter]
