"""Perimeters in metres: from what the database keeps to what the kernel measures, and back."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import cast

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.geos import MultiPolygon as GeosMultiPolygon
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo.models import WGS84, Commune
from geo.projections import metric_srid, shapes_to_metres, shapes_to_wgs84
from sectors.models import Perimeter, Sector
from sectors.perimeter_geometry.errors import ShapeRefused


def in_force_on(commune: Commune, day: dt.date, *, but: Iterable[int] = ()) -> dict[Sector, GeosMultiPolygon]:
    """Return the perimeters in force in a commune on a day, past or to come, by sector in the order of numbers.

    Parameters
    ----------
    but
        Keys of sectors to leave out.
    """
    versions = Perimeter.objects.in_force_on(day).filter(sector__commune=commune).exclude(sector__in=list(but))
    return {
        version.sector: version.area for version in versions.select_related("sector").order_by("sector__number")
    }


def to_metres(areas: Iterable[GEOSGeometry], commune: Commune) -> list[BaseGeometry]:
    """Bring areas kept in degrees to the commune's projection in metres."""
    shapes = np.array([shapely.from_wkb(bytes(area.wkb)) for area in areas], dtype=object)
    return list(shapes_to_metres(shapes, metric_srid(commune.pk))) if len(shapes) else []


def to_degrees(ground: BaseGeometry, commune: Commune) -> GeosMultiPolygon:
    """Bring an area in metres back to what the database keeps."""
    (shape,) = shapes_to_wgs84(np.array([ground], dtype=object), metric_srid(commune.pk))
    area = shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])
    return cast(GeosMultiPolygon, GEOSGeometry(memoryview(area.wkb), srid=WGS84))


def town_of(commune: Commune, in_force: Mapping[Sector, GEOSGeometry]) -> BaseGeometry:
    """Return the ground on which perimeters are drawn, in metres: the commune, and what some in force hold beyond.

    Notes
    -----
    Free outlines are simplified by up to some hundreds of metres; what was let in beside one stays drawable.
    """
    outline, *held = to_metres([commune.outline, *in_force.values()], commune)
    beyond = [area for area in held if not shapely.covers(outline, area)]
    return shapely.union_all([outline, *beyond]) if beyond else outline


@contextmanager
def told_in_degrees(commune: Commune) -> Iterator[None]:
    """Let a refusal say its places as (lon, lat)."""
    try:
        yield
    except ShapeRefused as refused:
        refused.places = tuple(place_of(shapely.Point(place), commune) for place in refused.places)
        raise


def place_of(ground: BaseGeometry, commune: Commune) -> tuple[float, float]:
    """Return a place on some ground in metres, as (lon, lat)."""
    within = np.array([shapely.point_on_surface(ground)], dtype=object)
    (place,) = shapes_to_wgs84(within, metric_srid(commune.pk))
    return float(place.x), float(place.y)
