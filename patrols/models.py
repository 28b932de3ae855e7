"""Crews and their shifts, the plans made for a day, and the passages that were done."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db.models import F, Func, Q

from absences.models import Absence
from geo.models import WGS84, Commune
from patrols import declarations

VISITS_A_DAY = 2


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
    name = models.CharField(max_length=80)
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


class ShiftQuerySet(models.QuerySet["Shift"]):
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
