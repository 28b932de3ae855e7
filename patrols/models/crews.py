"""Crews, where they start from, and their hours of work."""

import datetime as dt
from typing import Any

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db.models import F, Func, Q

from absences.models import Absence
from geo.models import WGS84, Commune
from patrols import declarations

# É stands with E, and not after Z.
FRENCH = "fr-x-icu"


class Depot(models.Model):
    """Where a shift begins or ends: a police station, a garage."""

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="depots")
    name = models.CharField(max_length=120)
    point = models.PointField(srid=WGS84)

    retention = declarations.DEPOT

    class Meta:
        constraints = [models.UniqueConstraint(name="depot_name_is_unique_in_commune", fields=["commune", "name"])]

    def __str__(self) -> str:
        return self.name


class Crew(models.Model):
    """A crew that patrols together, and how it moves."""

    class Mode(models.TextChoices):
        CAR = "car", "Voiture"
        BICYCLE = "bicycle", "Vélo"
        FOOT = "foot", "À pied"

    class Service(models.TextChoices):
        MUNICIPAL = "municipal", "Police municipale"
        NATIONAL = "national", "Police nationale"

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="crews")
    name = models.CharField(max_length=80, db_collation=FRENCH)
    mode = models.CharField(max_length=10, choices=Mode)
    service = models.CharField(max_length=10, choices=Service)
    excluded_absences: "models.ManyToManyField[Absence, Any]" = models.ManyToManyField(
        Absence, blank=True, related_name="excluded_crews"
    )

    retention = declarations.CREW

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(name="crew_name_is_unique_in_commune", fields=["commune", "name"])]

    def __str__(self) -> str:
        return self.name


# From this long before its shift a crew sees its round; the walls of the database hold it.
OPENS_BEFORE = dt.timedelta(hours=2)
# A crew that comes home late still did its last passages.
LATEST_AFTER_SHIFT = dt.timedelta(hours=3)


class ShiftQuerySet(models.QuerySet["Shift"]):
    def out_at(self, moment: dt.datetime) -> "ShiftQuerySet":
        """Shifts whose crew is out at a moment, or not long home: a passage of then may be of theirs."""
        return self.filter(starts_at__lte=moment, ends_at__gte=moment - LATEST_AFTER_SHIFT)

    def of_day(self, commune: Commune, day: dt.date) -> "ShiftQuerySet":
        """Shifts of the commune's crews that are counted to ``day``, by the date on which they begin."""
        return self.filter(crew__commune=commune, day=day)


class Shift(models.Model):
    """One crew at work on one day, from a depot to a depot; it may end after midnight."""

    crew = models.ForeignKey(Crew, on_delete=models.PROTECT, related_name="shifts")
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    start_depot = models.ForeignKey(Depot, on_delete=models.PROTECT, related_name="shifts_begun")
    end_depot = models.ForeignKey(Depot, on_delete=models.PROTECT, related_name="shifts_ended")

    objects = ShiftQuerySet.as_manager()

    retention = declarations.SHIFT

    class Meta:
        ordering = ["starts_at", "crew__name"]
        constraints = [
            models.CheckConstraint(name="shift_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="shift_lasts_at_most_sixteen_hours",
                condition=Q(ends_at__lte=F("starts_at") + dt.timedelta(hours=16)),
            ),
            ExclusionConstraint(
                name="crew_works_one_shift_at_a_time",
                expressions=[
                    ("crew", RangeOperators.EQUAL),
                    (
                        Func("starts_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.crew} {self.starts_at:%Y-%m-%d %H:%M}"


class ShiftBreak(models.Model):
    """A pause of ``duration_s`` seconds that must begin between two moments of the shift."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="breaks")
    earliest_at = models.DateTimeField()
    latest_at = models.DateTimeField()
    duration_s = models.PositiveIntegerField()

    retention = declarations.SHIFT_BREAK

    class Meta:
        ordering = ["earliest_at"]
        constraints = [
            models.CheckConstraint(
                name="break_moments_are_in_order", condition=Q(latest_at__gte=F("earliest_at"))
            ),
            models.CheckConstraint(name="break_has_a_length", condition=Q(duration_s__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.duration_s // 60} min"
