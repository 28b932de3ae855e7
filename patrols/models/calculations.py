"""What was asked of the planner: by whom, for which crews, how far it has come, and the best plan so far."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q

from accounts.models import Account
from geo.models import Commune
from patrols import declarations
from patrols.models.crews import Crew
from patrols.models.plans import Plan


class CalculationQuerySet(models.QuerySet["Calculation"]):
    def underway(self) -> "CalculationQuerySet":
        """Calculations that wait for a worker or that one carries out."""
        return self.filter(state__in=(Calculation.State.WAITING, Calculation.State.WORKING))


class Calculation(models.Model):
    """One calculation that a person asked for; a worker carries it out, another one if the first is killed.

    ``best`` is the best plan so far, to be drawn while it is looked for: for each shift the keys of its homes in
    their order. It is emptied once that is found; ``plan`` holds it at the end. ``weighs_facts``: recent break-ins
    are to count.
    """

    class Kind(models.TextChoices):
        DAY = "day", "La journée, autour de ce qui est décidé"
        AFRESH = "afresh", "La journée, à partir de zéro"
        REST = "rest", "Le reste de la vacation"

    class State(models.TextChoices):
        WAITING = "waiting", "En attente"
        WORKING = "working", "En cours"
        DONE = "done", "Terminé"
        CANCELLED = "cancelled", "Arrêté"
        FAILED = "failed", "Impossible"

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="calculations")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.DAY)
    service = models.CharField(max_length=10, choices=Crew.Service, blank=True, default="")
    shifts = ArrayField(models.BigIntegerField(), default=list, blank=True)
    base = models.ForeignKey(Plan, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    base_revision = models.PositiveIntegerField(null=True, blank=True)
    delays_s = models.JSONField(default=dict, blank=True)
    publishes = models.BooleanField(default=False)
    weighs_facts = models.BooleanField(default=False)
    seconds = models.FloatField()
    seed = models.BigIntegerField()
    asked_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    iterations = models.BigIntegerField(default=0)
    prize = models.FloatField(default=0.0)
    stops = models.PositiveIntegerField(default=0)
    seconds_left = models.FloatField(null=True, blank=True)
    best = models.JSONField(default=dict, blank=True)
    problem = models.TextField(blank=True)
    plan = models.OneToOneField(Plan, on_delete=models.SET_NULL, null=True, blank=True, related_name="calculation")

    objects = CalculationQuerySet.as_manager()

    retention = declarations.CALCULATION

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(name="calculation_by_day", fields=["commune", "day", "-asked_at"])]
        constraints = [
            models.CheckConstraint(name="calculation_has_a_length", condition=Q(seconds__gt=0, seconds__lte=600)),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.state}"

    @property
    def is_underway(self) -> bool:
        return self.state in (self.State.WAITING, self.State.WORKING)

    @property
    def is_comparing(self) -> bool:
        """Whether its plan is found, and is being compared with one that does not count recent facts."""
        return self.state == self.State.WORKING and self.seconds_left is not None and not self.best
