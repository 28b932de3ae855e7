"""Each end of retention: asked for or daily, and what left, in counts."""

import datetime as dt

from django.db import models
from django.db.models import Q

from accounts.models.people import Account
from accounts.retention import TRACES, Holder, Retention, first_moment_kept

RESULT = "résultat de la tâche, où personne n'est nommé"


def _run_is_over(today: dt.date) -> Q:
    return Q(asked_at__lt=first_moment_kept("purge_run", today))


class PurgeRunQuerySet(models.QuerySet["PurgeRun"]):
    def waiting(self) -> "PurgeRunQuerySet":
        """Runs that were asked for and not begun, the oldest first."""
        return self.filter(begun_at__isnull=True).order_by("asked_at", "pk")

    def done(self) -> "PurgeRunQuerySet":
        """Runs that went to their end and removed what was over, the latest first."""
        return self.filter(is_rehearsal=False, ended_at__isnull=False, problem="").order_by("-ended_at")


class PurgeRun(models.Model):
    """One end of retention, or its rehearsal, which only counts; the worker carries it out.

    ``tables`` lists how many rows left (or would) by table, in the words of the register; ``asked_by`` is None for
    the daily run and for whoever types the command.
    """

    asked_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    is_rehearsal = models.BooleanField(default=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    tables = models.JSONField(default=list, blank=True)
    weeks_destroyed = models.PositiveSmallIntegerField(default=0)
    weeks_held_back = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)

    objects = PurgeRunQuerySet.as_manager()

    retention = Retention(
        processing=TRACES,
        title="Effacements",
        data="Compte qui l'a demandé, heures, nombres de lignes",
        duration="purge_run",
        since="la demande",
        over=_run_is_over,
        holder=Holder(
            path="asked_by",
            columns={
                "id": "Numéro",
                "asked_at": "Demandé le",
                "is_rehearsal": "Simple compte",
                "begun_at": "Commencé le",
                "ended_at": "Fini le",
            },
            withheld=dict.fromkeys(("tables", "weeks_destroyed", "weeks_held_back", "problem"), RESULT),
        ),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="purge_run_begins_before_it_ends",
                condition=Q(ended_at__isnull=True) | Q(begun_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def rows(self) -> int:
        """How many rows left, or would, all tables together."""
        return sum(table["rows"] for table in self.tables)
