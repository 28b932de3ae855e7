"""Homes left vacant for a while, and what each is owed.

Nothing here says who lives there: household data is sealed in tables of its own. A row still tells that a home is
empty, and is treated as nominative.
"""

import datetime as dt
import uuid

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils import timezone

from absences.counts import ABSENCES_AND_PATROLS, count_absences
from accounts.retention import Retention, first_day_kept
from geo.models import WGS84, Address, Commune

MAX_PASSAGES_PER_WEEK = 14  # two a day, the most a town was seen to offer


def ended_before(day: dt.date, *, prefix: str = "") -> Q:
    """Condition on absences whose home was lived in again, or that were cancelled, before ``day``.

    ``prefix`` leads to the absence from another table, as in ``"absence__"``. An early return is always before the
    last day, so that the last day of all bounds it too.
    """
    start = timezone.make_aware(dt.datetime.combine(day, dt.time.min))
    return (
        Q(**{f"{prefix}last_day__lt": day})
        | Q(**{f"{prefix}returned_on__lt": day})
        | Q(**{f"{prefix}cancelled_at__lt": start})
    )


def is_over(today: dt.date, *, prefix: str = "") -> Q:
    """Condition on absences that are past their retention."""
    return ended_before(first_day_kept("absence", today), prefix=prefix)


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

    retention = Retention(
        processing=ABSENCES_AND_PATROLS,
        title="Absences",
        data="Adresse et point du logement, jours d'absence, passages attendus",
        duration="absence",
        since="le retour, ou l'annulation",
        remains="nombre d'absences et de nuits par secteur et par mois",
        over=is_over,
        count_first=count_absences,
    )

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

    retention = Retention(
        processing=ABSENCES_AND_PATROLS,
        title="Heures de passage autorisées",
        data="Heures auxquelles un logement peut être visité",
        leaves_with="absences.Absence",
    )

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
