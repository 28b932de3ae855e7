"""The passages that were done at vacant homes."""

import datetime as dt
from collections.abc import Iterable

from django.db import models

from absences.models import Absence
from patrols import declarations
from patrols.models.crews import Crew


class PassageQuerySet(models.QuerySet["Passage"]):
    def latest_by_absence(self, absences: Iterable[Absence], *, before: dt.datetime) -> dict[int, dt.datetime]:
        """Return the moment of each absence's last passage before a moment, by its primary key."""
        rows = self.filter(absence__in=absences, done_at__lt=before).values_list("absence").order_by()
        return dict(rows.annotate(models.Max("done_at")))

    def count_by_absence(
        self, absences: Iterable[Absence], *, since: dt.datetime, before: dt.datetime
    ) -> dict[int, int]:
        """Return how many passages each absence had in [since, before), by primary key, where there were any."""
        rows = self.filter(absence__in=absences, done_at__gte=since, done_at__lt=before)
        return dict(rows.values_list("absence").order_by().annotate(models.Count("pk")))


class Passage(models.Model):
    """A visit that a crew did: when, and whether all was well."""

    class Result(models.TextChoices):
        NOTHING_TO_REPORT = "ras", "RAS"
        ANOMALY = "anomaly", "Anomalie"

    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, related_name="passages")
    crew = models.ForeignKey(Crew, on_delete=models.PROTECT, related_name="passages")
    done_at = models.DateTimeField()
    result = models.CharField(max_length=10, choices=Result, default=Result.NOTHING_TO_REPORT)

    objects = PassageQuerySet.as_manager()

    retention = declarations.PASSAGE

    class Meta:
        ordering = ["done_at"]
        indexes = [models.Index(name="passage_by_home", fields=["absence", "-done_at"])]
        constraints = [
            models.UniqueConstraint(name="passage_is_recorded_once", fields=["absence", "crew", "done_at"])
        ]

    def __str__(self) -> str:
        return f"{self.done_at:%Y-%m-%d %H:%M} {self.result}"
