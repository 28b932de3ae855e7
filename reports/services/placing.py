"""Where a fact was seen: the exact place, and the stretch of street to which it is rounded for most readers."""

from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db import connection

from geo.models import WGS84, Commune
from reports.choices import PlaceKind
from reports.errors import NoStreetNear

# The middle of the nearest stretch, along it: a way of OpenStreetMap between two crossings or so.
NEAREST_STRETCH = """
SELECT name, ST_X(middle), ST_Y(middle)
  FROM (
    SELECT near.name, piece.geom AS line, ST_LineInterpolatePoint(piece.geom, 0.5) AS middle
      FROM (
        SELECT name, course
          FROM geo_street
         WHERE commune_id = %(commune)s AND name <> ''
         ORDER BY course <-> ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)
         LIMIT 8
      ) AS near
      CROSS JOIN LATERAL ST_Dump(ST_LineMerge(near.course)) AS piece
  ) AS pieces
 ORDER BY line::geography <-> ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography
 LIMIT 1
"""
NEAREST_OF_A_STREET = NEAREST_STRETCH.replace("name <> ''", "name = %(street)s")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place as it was given, and its street; ``name`` is the address or the street, empty for a spot."""

    kind: PlaceKind
    name: str
    point: Point
    street_name: str
    street_point: Point


def place(commune: Commune, kind: PlaceKind, point: Point, name: str = "") -> Place:
    """Return a place with the named stretch of street that is nearest to it.

    Parameters
    ----------
    point
        Longitude and latitude, degrees.

    Raises
    ------
    NoStreetNear
        When the commune has no named street.
    """
    found = _find_stretch(NEAREST_STRETCH, commune, point)
    if found is None:
        raise NoStreetNear
    street, middle = found
    return Place(kind=kind, name=name, point=point, street_name=street, street_point=middle)


def place_street(commune: Commune, point: Point, name: str) -> Place:
    """Return a street as a place: its stretch that is nearest to a point, or any where the map lacks its name.

    Raises
    ------
    NoStreetNear
        When the commune has no named street.
    """
    found = _find_stretch(NEAREST_OF_A_STREET, commune, point, street=name)
    found = found or _find_stretch(NEAREST_STRETCH, commune, point)
    if found is None:
        raise NoStreetNear
    street, middle = found
    return Place(kind=PlaceKind.STREET, name=name, point=middle, street_name=street, street_point=middle)


def _find_stretch(asked: str, commune: Commune, point: Point, **said: str) -> tuple[str, Point] | None:
    with connection.cursor() as cursor:
        cursor.execute(asked, {"commune": commune.pk, "lon": point.x, "lat": point.y, **said})
        found = cursor.fetchone()
    return (found[0], Point(found[1], found[2], srid=WGS84)) if found else None
