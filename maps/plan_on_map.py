"""The GeoJSON that the page's map draws: a plan, or the homes vacant on a day that has none yet."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db import connection

from absences.models import Absence
from geo.models import Commune
from maps.tiles import read_sql
from patrols.models import Plan

CONTENT_TYPE = "application/geo+json"
COORDINATE_PLACES = 6


def draw_plan(plan: Plan, newcomers: Sequence[int] = ()) -> str:
    """Draw courses, stops, stays, depots and omissions of a plan as one GeoJSON text, made by the database.

    Parameters
    ----------
    newcomers
        Homes of which the plan knows nothing, by the keys of their absences.
    """
    with connection.cursor() as cursor:
        cursor.execute(read_sql("plan_on_map.sql"), {"plan": plan.pk, "newcomers": list(newcomers)})
        (text,) = cursor.fetchone()
    return str(text)


def read_vacant_homes(commune: Commune, day: dt.date) -> dict[int, str]:
    """Read the points of the homes of a commune that are vacant on a day, as GeoJSON, by absence."""
    vacant = Absence.objects.filter(commune=commune).vacant_on(day).order_by("pk")
    return dict(vacant.values_list("pk", AsGeoJSON("point", precision=COORDINATE_PLACES)))


def draw_vacant_homes(homes: Mapping[int, str]) -> str:
    """Draw homes as one GeoJSON text."""
    features = [
        {"type": "Feature", "geometry": json.loads(shape), "properties": {"kind": "home", "id": pk, "home": pk}}
        for pk, shape in homes.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
