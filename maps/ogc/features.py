"""Sectors and perimeters as GeoJSON features, straight from PostGIS."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Max, Min
from django.db.models.functions import Lower, Upper

from geo.projections import WGS84
from maps.ogc.queries import FeatureQuery
from maps.tiles import read_sql
from sectors.models import Perimeter

JsonObject = dict[str, Any]
# A centimetre, in degrees and in metres.
DIGITS_OF_DEGREES, DIGITS_OF_METRES = 7, 2


@dataclass(frozen=True, kw_only=True)
class Collection:
    """One collection of features.

    ``is_of_today`` narrows it to what is in force on the day of the request, and names its features by the number
    of their sector; else each version is a feature, named by its key.
    """

    name: str
    title: str
    description: str
    is_of_today: bool


COLLECTIONS: Mapping[str, Collection] = {
    collection.name: collection
    for collection in (
        Collection(
            name="secteurs",
            title="Secteurs",
            description="Les secteurs et leur périmètre en vigueur le jour de la demande.",
            is_of_today=True,
        ),
        Collection(
            name="perimetres",
            title="Périmètres",
            description="Toutes les versions des périmètres, passées, présentes et à venir, avec leurs jours.",
            is_of_today=False,
        ),
    )
}


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some features of a collection, and how many match the query in all."""

    features: list[JsonObject]
    number_matched: int


def read_page(collection: Collection, query: FeatureQuery, *, commune: str, today: dt.date) -> Page:
    """Read the features of a commune (by its INSEE code) that a query asks for, by sector and first day."""
    return _read(collection, query, commune=commune, today=today, key=None)


def read_feature(
    collection: Collection, key: int, query: FeatureQuery, *, commune: str, today: dt.date
) -> JsonObject | None:
    """Read one feature, in the system of ``query``; None where there is none of this key."""
    page = _read(collection, query, commune=commune, today=today, key=key)
    return page.features[0] if page.features else None


def days_of(commune: str) -> tuple[dt.date | None, dt.date | None]:
    """The first day of the oldest perimeter of a commune, and the last of all; None while it has no end."""
    perimeters = Perimeter.objects.filter(sector__commune=commune)
    ends = perimeters.aggregate(first=Min(Lower("valid")), after_last=Max(Upper("valid")))
    is_open = perimeters.filter(valid__upper_inf=True).exists()
    last = None if is_open or ends["after_last"] is None else ends["after_last"] - dt.timedelta(days=1)
    return ends["first"], last


def _read(collection: Collection, query: FeatureQuery, *, commune: str, today: dt.date, key: int | None) -> Page:
    west, south, east, north = query.box.xy if query.box else (None,) * 4
    parameters = {
        "commune": commune,
        "today": today if collection.is_of_today else None,
        "first_day": query.first_day,
        "last_day": query.last_day,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "box_srid": query.box.system.srid if query.box else None,
        "number": query.number,
        "key": key,
        "srid": query.system.srid,
        "digits": DIGITS_OF_DEGREES if query.system.srid == WGS84 else DIGITS_OF_METRES,
        "is_latitude_first": query.system.is_latitude_first,
        "limit": query.limit,
        "offset": query.offset,
    }
    with connection.cursor() as cursor:
        cursor.execute(read_sql("perimeters_as_features.sql"), parameters)
        number_matched, features = cursor.fetchone()
    return Page(features=json.loads(features), number_matched=number_matched)
