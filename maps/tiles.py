"""Vector tiles of the public basemap and of the sectors, straight from PostGIS.

Homes are never in these: they may be kept by the browser, and a map of vacant homes may not. Those of homes are
in ``maps/homes_of_day.py``.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Max, TextField
from django.db.models.functions import MD5, Cast

from geo.models import Commune, ImportRun
from sectors.models import Perimeter, Sector

SQL_FOLDER = Path(__file__).parent / "sql"
CONTENT_TYPE = "application/vnd.mapbox-vector-tile"
# House numbers begin at 17; the map stretches those tiles for the zooms beyond, so that 20 is never exceeded.
DEEPEST_ZOOM = 20


@dataclass(frozen=True, kw_only=True)
class TileAddress:
    """Zoom, column and row of one tile in the Web Mercator scheme (XYZ, row 0 to the north).

    Raises
    ------
    ValueError
        When there is no such tile.
    """

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if self.z > DEEPEST_ZOOM or not (0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z):
            raise ValueError(f"no tile {self.z}/{self.x}/{self.y}")


def draw_ground_tile(tile: TileAddress) -> bytes:
    """Draw a tile of the basemap.

    Returns
    -------
    bytes
        Mapbox Vector Tile with the layers ``land``, ``commune``, ``building`` (zoom 15 on), ``street`` and
        ``house_number`` (zoom 17 on); empty where there is nothing.
    """
    return _draw("ground_tile.sql", {"z": tile.z, "x": tile.x, "y": tile.y})


def draw_sector_tile(tile: TileAddress, *, day: dt.date, commune: str) -> bytes:
    """Draw a tile of the sectors of a commune (by its INSEE code) whose perimeter is in force on ``day``.

    Returns
    -------
    bytes
        Mapbox Vector Tile with the layers ``sector``, ``sector_border`` and ``sector_label``; empty where there is
        nothing.
    """
    return _draw("sector_tile.sql", {"z": tile.z, "x": tile.x, "y": tile.y, "day": day, "commune": commune})


def stamp_of_ground() -> str:
    """Name the present state of the basemap: it changes with every import."""
    newest = ImportRun.objects.aggregate(run=Max("pk"))["run"]
    return _fingerprint(newest, *Commune.objects.order_by("pk").values_list("pk", flat=True))


def stamp_of_sectors() -> str:
    """Name the present state of the sectors and their perimeters: it changes with each of them."""
    perimeters = Perimeter.objects.order_by("pk").values_list("valid", MD5(Cast("area", TextField())))
    return _fingerprint(*perimeters, *Sector.objects.order_by("pk").values_list("pk", "number", "name"))


def _fingerprint(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _draw(sql_file: str, parameters: dict[str, Any]) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(read_sql(sql_file), parameters)
        (tile,) = cursor.fetchone()
    return bytes(tile)


@cache
def read_sql(name: str) -> str:
    """Read one of the named queries of ``maps/sql``."""
    return (SQL_FOLDER / name).read_text(encoding="utf-8")
