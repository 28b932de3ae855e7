"""Relayed reports near a place and a moment: what a fact that somebody else found may be."""

import datetime as dt

from django.contrib.gis.geos import Point
from django.db.models import QuerySet

from geo.models import Commune
from reports.models import Report

NEAR_WITHIN_M, NEAR_WITHIN = 200, dt.timedelta(days=7)


def find_relayed_near(commune: Commune, point: Point, moment: dt.datetime) -> QuerySet[Report]:
    """Return relayed reports of about that place and time, the nearest first; no key is kept of the question.

    Parameters
    ----------
    point
        Longitude and latitude, degrees.
    moment
        When the fact was found; a report counts seven days before and after.
    """
    relayed = Report.objects.relayed().filter(commune=commune).select_related("sector")
    return relayed.near(point, NEAR_WITHIN_M, moment, NEAR_WITHIN).order_by("away", "pk")  # type: ignore[misc]
