"""Homes left vacant for a while, and what each is owed.

Nothing here says who lives there: household data is sealed in tables of its own. A row still tells that a home is
empty, and is treated as nominative.
"""

import datetime as dt
import uuid

from django.contrib.gis.db import models
from django.db.models import F, Q

from geo.models import WGS84, Address, Commune

MAX_PASSAGES_PER_WEEK = 14  # two a day, the most a town was seen to offer


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def vacant_on(self, day: dt.date) -> "AbsenceQuerySet":
        """Absences whose home stands empty on ``day``: begun, not ended, neither cancelled nor returned early."""
        return self.filter(first_day__lte=day, last_day__gte=day, cancelled_at__isnull=True).filter(
            Q(returned_on__isnull=True) | Q(returned_on__gt=day)
        )


class Absence(models.Model):
    """A declared absence: the home's BAN address and point, its days and the passages it is owed."""

    class Dwelling(models.TextChoices):
        HOUSE = "house", "Maison"
        FLAT = "flat", "Appartement"
        OTHER = "other", "Autre"

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="absences")
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="absences")
    point = models.PointField(srid=WGS84)
    dwelling = models.CharField(max_length=10, choices=Dwelling, default=Dwelling.HOUSE)
    first_day = models.DateField()
    last_day = models.DateField()
    returned_on = models.DateField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    passages_per_week = models.PositiveSmallIntegerField(default=7)
    service_time_s = models.PositiveIntegerField(default=300)
    is_invented = models.BooleanField(default=False)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="absence_days_are_in_order", condition=Q(last_day__gte=F("first_day"))),
            models.CheckConstraint(
                name="absence_return_is_within_its_days",
                condition=Q(returned_on__isnull=True)
                | Q(returned_on__gte=F("first_day"), returned_on__lte=F("last_day")),
            ),
            models.CheckConstraint(
                name="absence_passages_per_week_are_plausible",
                condition=Q(passages_per_week__gte=1, passages_per_week__lte=MAX_PASSAGES_PER_WEEK),
            ),
            models.CheckConstraint(
                name="absence_service_time_is_plausible",
                condition=Q(service_time_s__gte=30, service_time_s__lte=7200),
            ),
        ]
        indexes = [models.Index(name="absence_by_days", fields=["commune", "first_day", "last_day"])]

    def __str__(self) -> str:
        return str(self.reference)


class AllowedHours(models.Model):
    """Hours within which a passage may begin; a home without any may be visited at any time.

    ``closes`` at or before ``opens`` means on the following day. ``weekday`` (0 is Monday) is null for every day.
    """

    absence = models.ForeignKey(Absence, on_delete=models.CASCADE, related_name="allowed_hours")
    weekday = models.PositiveSmallIntegerField(null=True, blank=True)
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        verbose_name_plural = "allowed hours"
        constraints = [
            models.CheckConstraint(
                name="allowed_hours_weekday_exists",
                condition=Q(weekday__isnull=True) | Q(weekday__lte=6),
            ),
            models.UniqueConstraint(
                name="allowed_hours_are_said_once",
                fields=["absence", "weekday", "opens", "closes"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"
