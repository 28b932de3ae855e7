"""The plans made for a day: each crew's round, stop by stop, and the passages left out."""

import datetime as dt

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Q

from absences.models import Absence
from geo.models import WGS84, Commune
from patrols import declarations
from patrols.models.crews import Shift

VISITS_A_DAY = 2


class PlanQuerySet(models.QuerySet["Plan"]):
    def of_day(self, commune: Commune, day: dt.date) -> "PlanQuerySet":
        """Plans of that day, the latest first."""
        return self.filter(commune=commune, day=day).order_by("-number")

    def with_rounds(self) -> "PlanQuerySet":
        """Fetch all that a page, a sheet or a map of the plan shows, in a fixed number of queries."""
        return self.select_related("commune").prefetch_related(
            models.Prefetch(
                "routes", Route.objects.select_related("shift__crew", "shift__start_depot", "shift__end_depot")
            ),
            models.Prefetch("routes__stops", Stop.objects.select_related("absence__address")),
            "routes__stops__absence__allowed_hours",
            "routes__legs",
            "routes__breaks",
            models.Prefetch("omissions", Omission.objects.select_related("absence__address")),
            "omissions__absence__allowed_hours",
        )


class Plan(models.Model):
    """One computed plan of a day: never changed once saved, numbered from 1 within its day.

    A search stopped by iterations gives the same plan again from ``iterations``, ``seed`` and the same problem
    (``problem_sha256``); one stopped by time cools by the clock and does not.
    """

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="plans")
    day = models.DateField()
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    seed = models.BigIntegerField()
    iterations = models.BigIntegerField()
    runtime_s = models.FloatField()
    problem_sha256 = models.CharField(max_length=64)
    prize = models.FloatField()

    objects = PlanQuerySet.as_manager()

    retention = declarations.PLAN

    class Meta:
        ordering = ["-day", "-number"]
        get_latest_by = ["day", "number"]
        constraints = [
            models.UniqueConstraint(name="plan_number_is_unique_in_day", fields=["commune", "day", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.day} n° {self.number}"


class Route(models.Model):
    """The round of one shift in a plan."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="routes")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="routes")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    length_m = models.FloatField()
    travel_s = models.FloatField()
    prize = models.FloatField()

    retention = declarations.ROUTE

    class Meta:
        ordering = ["shift__crew__name", "starts_at"]
        constraints = [
            models.UniqueConstraint(name="route_is_one_shift_of_a_plan", fields=["plan", "shift"]),
            models.CheckConstraint(name="route_ends_after_it_starts", condition=Q(ends_at__gte=F("starts_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.shift.crew}"


class Stop(models.Model):
    """One home at its place in a route, with the planned times of the passage."""

    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="stops")
    order = models.PositiveSmallIntegerField()
    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, related_name="stops")
    visit_number = models.PositiveSmallIntegerField(default=1)
    arrives_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    leaves_at = models.DateTimeField()
    prize = models.FloatField()

    retention = declarations.STOP

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(name="stop_has_one_place_in_route", fields=["route", "order"]),
            models.CheckConstraint(
                name="stop_times_are_in_order",
                condition=Q(starts_at__gte=F("arrives_at"), leaves_at__gte=F("starts_at")),
            ),
            models.CheckConstraint(
                name="stop_visit_number_exists",
                condition=Q(visit_number__gte=1, visit_number__lte=VISITS_A_DAY),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}"


class Leg(models.Model):
    """The way from one stop to the next: leg 0 leaves the start depot, the last one reaches the end depot."""

    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="legs")
    order = models.PositiveSmallIntegerField()
    course = models.LineStringField(srid=WGS84)
    length_m = models.FloatField()
    duration_s = models.FloatField()
    streets = ArrayField(models.CharField(max_length=200), default=list)

    retention = declarations.LEG

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(name="leg_has_one_place_in_route", fields=["route", "order"])]

    def __str__(self) -> str:
        return " → ".join(self.streets)


class RouteBreak(models.Model):
    """A pause as planned: it is taken after stop ``after_stop`` (0 before the first one)."""

    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="breaks")
    after_stop = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    duration_s = models.PositiveIntegerField()

    retention = declarations.ROUTE_BREAK

    class Meta:
        ordering = ["starts_at"]

    def __str__(self) -> str:
        return f"{self.starts_at:%H:%M}"


class Omission(models.Model):
    """A due visit that the plan leaves out, the reason that binds, and what would bring it in."""

    class Reason(models.TextChoices):
        NO_TIME_LEFT = "no_time_left", "Plus de temps disponible"
        WINDOW = "window", "Horaires incompatibles"
        UNREACHABLE = "unreachable", "Inaccessible par la route"
        EXCLUDED = "excluded", "Exclue pour les équipages du jour"

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="omissions")
    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, related_name="omissions")
    visit_number = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(max_length=20, choices=Reason)
    remedy = models.JSONField(default=dict)
    sentence = models.CharField(max_length=400)
    prize = models.FloatField()

    retention = declarations.OMISSION

    class Meta:
        ordering = ["-prize", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="visit_is_left_out_once_in_a_plan", fields=["plan", "absence", "visit_number"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}"
