"""Sectors and their perimeters in time."""

import datetime as dt

from django.contrib.gis.db import models
from django.contrib.gis.geos import Point
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import Q

from geo.models import WGS84, Commune


class Sector(models.Model):
    """A neighbourhood of the scheme, numbered within its commune."""

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="sectors")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(name="sector_number_is_unique_in_commune", fields=["commune", "number"]),
            models.UniqueConstraint(name="sector_name_is_unique_in_commune", fields=["commune", "name"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.name}"


class PerimeterQuerySet(models.QuerySet["Perimeter"]):
    def in_force_on(self, day: dt.date) -> "PerimeterQuerySet":
        return self.filter(valid__contains=day)

    def covering(self, point: Point) -> "PerimeterQuerySet":
        return self.filter(area__covers=point)


class Perimeter(models.Model):
    """One version of a sector's area and the days it is in force, first day included, last excluded.

    The database holds two promises: a sector has one perimeter a day (exclusion constraint), and the perimeters
    of two sectors in force on a same day do not overlap by more than ``perimeter_geometry.OVERLAP_TOLERANCE_M2``
    (constraint trigger ``perimeters_do_not_overlap``, checked at commit).
    """

    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="perimeters")
    area = models.MultiPolygonField(srid=WGS84)
    valid = DateRangeField()
    source = models.CharField(max_length=200, blank=True)

    objects = PerimeterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="perimeter_area_is_valid", condition=Q(area__isvalid=True)),
            models.CheckConstraint(
                name="perimeter_validity_has_a_first_day",
                condition=Q(valid__isempty=False, valid__startswith__isnull=False),
            ),
            ExclusionConstraint(
                name="sector_has_one_perimeter_a_day",
                expressions=[("sector", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sector} {self.valid}"
