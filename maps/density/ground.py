"""The ground of the maps of density: a commune in cells, its homes, and the names of its streets."""

from collections.abc import Sequence
from functools import lru_cache
from typing import cast

import numpy as np
import shapely
from django.db import connection
from shapely.geometry.base import BaseGeometry

from geo.models import Address, Commune
from geo.point_arrays import read_points
from geo.projections import metric_srid, shapes_to_metres, to_wgs84
from geo.statistics.ground import FloatArray, Ground, Points
from geo.statistics.hot_spots import Windows

CELL_M = 50.0
# Beyond, cells are twice as wide: a commune of a hundred square kilometres need not wait for a finer map.
MOST_FINE_KM2 = 150.0
KM2 = 1_000_000.0
# What is around a cell in the test of hot spots.
WINDOW_M = 200.0
NEAREST_STREETS = """
SELECT coalesce(near.street_name, '')
  FROM unnest(%(lon)s::float8[], %(lat)s::float8[]) WITH ORDINALITY AS given (lon, lat, rank)
  LEFT JOIN LATERAL (
    SELECT street_name
      FROM geo_address
     WHERE commune_id = %(commune)s AND street_name <> ''
     ORDER BY point <-> ST_SetSRID(ST_MakePoint(given.lon, given.lat), 4326)
     LIMIT 1
  ) AS near ON true
 ORDER BY given.rank
"""
# Of streets and not of addresses: what is published names no address, not even as the nearest one.
NEAREST_WAYS = """
SELECT coalesce(near.name, '')
  FROM unnest(%(lon)s::float8[], %(lat)s::float8[]) WITH ORDINALITY AS given (lon, lat, rank)
  LEFT JOIN LATERAL (
    SELECT name
      FROM geo_street
     WHERE commune_id = %(commune)s AND name <> ''
     ORDER BY course <-> ST_SetSRID(ST_MakePoint(given.lon, given.lat), 4326)
     LIMIT 1
  ) AS near ON true
 ORDER BY given.rank
"""
STREETS_WITHIN = """
SELECT ARRAY(
    SELECT street_name
      FROM geo_address
     WHERE commune_id = %(commune)s AND street_name <> ''
       AND ST_Intersects(point, ST_GeomFromWKB(given.shape, 4326))
     GROUP BY street_name
     ORDER BY count(*) DESC, street_name
     LIMIT 3
  )
  FROM unnest(%(shapes)s::bytea[]) WITH ORDINALITY AS given (shape, rank)
 ORDER BY given.rank
"""


def read_ground(commune: Commune) -> Ground:
    """Cut a commune in cells."""
    shape = _measure(bytes(commune.outline.wkb), metric_srid(commune.pk))
    return cut_ground(commune, CELL_M if shape.area <= MOST_FINE_KM2 * KM2 else 2 * CELL_M)


def cut_ground(commune: Commune, cell_m: float) -> Ground:
    """Cut a commune in cells of a given side."""
    return _cut(bytes(commune.outline.wkb), metric_srid(commune.pk), cell_m)


@lru_cache(maxsize=8)
def _cut(outline: bytes, srid: int, cell_m: float) -> Ground:
    return Ground.of(_measure(outline, srid), cell_m)


def _measure(outline: bytes, srid: int) -> BaseGeometry:
    (shape,) = shapes_to_metres(np.array([shapely.from_wkb(outline)], dtype=object), srid)
    return cast(BaseGeometry, shape)


@lru_cache(maxsize=4)
def windows_of(ground: Ground) -> Windows:
    """What is around each cell of a ground in the test of hot spots."""
    return Windows.within(ground, WINDOW_M)


def read_homes(commune: Commune) -> Points:
    """Read where homes are: the addresses of the commune, each taken for one."""
    return read_points(Address.objects.filter(commune=commune), "point", srid=metric_srid(commune.pk))


def name_streets(commune: Commune, x_m: FloatArray, y_m: FloatArray) -> list[str]:
    """Name the street of the address that is nearest to each place; empty where no address has one."""
    return _name(NEAREST_STREETS, commune, x_m, y_m)


def name_ways(commune: Commune, x_m: FloatArray, y_m: FloatArray) -> list[str]:
    """Name the street that is nearest to each place; empty where the commune has none with a name."""
    return _name(NEAREST_WAYS, commune, x_m, y_m)


def _name(nearest: str, commune: Commune, x_m: FloatArray, y_m: FloatArray) -> list[str]:
    lon, lat = to_wgs84(x_m, y_m, metric_srid(commune.pk))
    with connection.cursor() as cursor:
        cursor.execute(nearest, {"commune": commune.pk, "lon": lon.tolist(), "lat": lat.tolist()})
        return [street for (street,) in cursor.fetchall()]


def name_streets_within(commune: Commune, shapes: Sequence[BaseGeometry]) -> list[tuple[str, ...]]:
    """Name the streets with the most addresses within each shape, three at most, in degrees."""
    given = [shapely.to_wkb(shape) for shape in shapes]
    with connection.cursor() as cursor:
        cursor.execute(STREETS_WITHIN, {"commune": commune.pk, "shapes": given})
        return [tuple(streets) for (streets,) in cursor.fetchall()]
