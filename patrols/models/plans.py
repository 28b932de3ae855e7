"""The plans made for a day: each crew's round, stop by stop, the passages left out, and what people changed."""

import datetime as dt

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Q

from absences.models import Absence
from accounts.models import Account
from accounts.roles import POLICE
from geo.models import WGS84, Commune
from patrols import declarations
from patrols.models.crews import Crew, Shift

VISITS_A_DAY = 2


class PlanQuerySet(models.QuerySet["Plan"]):
    def of_day(self, commune: Commune, day: dt.date) -> "PlanQuerySet":
        """Plans of that day, the latest first."""
        return self.filter(commune=commune, day=day).order_by("-number")

    def published(self) -> "PlanQuerySet":
        """Plans that are the crews' orders: frozen, each a version of its day."""
        return self.filter(published_at__isnull=False)

    def drafts(self) -> "PlanQuerySet":
        """Plans that may still be changed, and that no crew sees."""
        return self.filter(published_at__isnull=True)

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
            "routes__stays",
            models.Prefetch("omissions", Omission.objects.select_related("absence__address")),
            "omissions__absence__allowed_hours",
        )


class Plan(models.Model):
    """One plan of a day, numbered from 1 within it: a draft that may be changed, or a published version, frozen.

    A search stopped by iterations gives the same plan again from ``iterations``, ``seed`` and the same problem
    (``problem_sha256``); one stopped by time cools by the clock and does not. ``revision`` counts the states of
    a draft, so that of two people who change it at once the second is told. ``service`` is empty where the plan is
    of the crews of both; ``base`` is the version that a draft was begun from.
    """

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="plans")
    day = models.DateField()
    number = models.PositiveSmallIntegerField()
    service = models.CharField(max_length=10, choices=Crew.Service, blank=True, default="")
    made_at = models.DateTimeField()
    seed = models.BigIntegerField()
    iterations = models.BigIntegerField()
    runtime_s = models.FloatField()
    problem_sha256 = models.CharField(max_length=64)
    prize = models.FloatField()
    revision = models.PositiveIntegerField(default=1)
    base = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="drafts")
    version = models.PositiveSmallIntegerField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    retention = declarations.PLAN

    class Meta:
        ordering = ["-day", "-number"]
        get_latest_by = ["day", "number"]
        constraints = [
            models.UniqueConstraint(name="plan_number_is_unique_in_day", fields=["commune", "day", "number"]),
            models.UniqueConstraint(name="plan_version_is_unique_in_day", fields=["commune", "day", "version"]),
            models.CheckConstraint(
                name="plan_has_a_version_once_published",
                condition=Q(version__isnull=True, published_at__isnull=True)
                | Q(version__isnull=False, published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} n° {self.number}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


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
    """One home at its place in a route, with the planned times of the passage.

    ``is_locked``: a correspondent wants this crew to make it, whatever is computed next. ``is_done``: it was
    behind the crew when the plan was made, during the shift; its times stay those that were planned.
    """

    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="stops")
    order = models.PositiveSmallIntegerField()
    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, related_name="stops")
    visit_number = models.PositiveSmallIntegerField(default=1)
    arrives_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    leaves_at = models.DateTimeField()
    prize = models.FloatField()
    is_locked = models.BooleanField(default=False)
    is_done = models.BooleanField(default=False)

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


class RouteStay(models.Model):
    """A stay where break-ins were reported, in time that a round leaves, after stop ``after_stop`` (0: none).

    ``point`` is on the street, the middle of a stretch of it. A stay that the crew does not make is no passage
    missed.
    """

    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="stays")
    after_stop = models.PositiveSmallIntegerField()
    arrives_at = models.DateTimeField()
    leaves_at = models.DateTimeField()
    point = models.PointField(srid=WGS84)
    street_name = models.CharField(max_length=200, blank=True)

    retention = declarations.ROUTE_STAY

    class Meta:
        ordering = ["arrives_at"]
        constraints = [
            models.CheckConstraint(
                name="route_stay_ends_after_it_starts", condition=Q(leaves_at__gt=F("arrives_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.arrives_at:%H:%M}"

    @property
    def duration_s(self) -> int:
        return round((self.leaves_at - self.arrives_at).total_seconds())


class RiskSurface(models.Model):
    """What the recent break-ins weighed in a plan that was asked to count them (`patrols.services.risk`).

    ``factors`` multiplies the priority of homes, by key; ``spots`` are the places for which a stay was sought.
    ``brought_in`` and ``left_out`` are the homes that have a passage more, or one less, than in a plan that was
    looked for as long without them; both are empty where everything due has its passage either way
    (``is_compared`` says that the comparison was made).
    """

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="risk")
    facts = models.PositiveIntegerField()
    factors = models.JSONField(default=dict)
    spots = models.JSONField(default=list)
    is_compared = models.BooleanField(default=False)
    brought_in = ArrayField(models.BigIntegerField(), default=list)
    left_out = ArrayField(models.BigIntegerField(), default=list)

    retention = declarations.RISK_SURFACE

    def __str__(self) -> str:
        return f"{self.plan} · {self.facts}"


class Omission(models.Model):
    """A due visit that the plan leaves out, the reason that binds, and what would bring it in."""

    class Reason(models.TextChoices):
        NOTHING = "nothing", "Pas encore placé"
        NO_TIME_LEFT = "no_time_left", "Plus de temps disponible"
        WINDOW = "window", "Horaires incompatibles"
        UNREACHABLE = "unreachable", "Inaccessible par la route"
        EXCLUDED = "excluded", "Exclue pour les équipages du jour"
        BY_HAND = "by_hand", "Écarté à la main"

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


class PlanEdit(models.Model):
    """One change that a person made to a draft: which, when, and how the draft stood before it.

    ``before`` is an arrangement (`patrols.services.arrangement`): keys of shifts and homes in their order.
    """

    class Kind(models.TextChoices):
        MOVE = "move", "Arrêt déplacé"
        LOCK = "lock", "Arrêt verrouillé"
        UNLOCK = "unlock", "Arrêt déverrouillé"
        EXCLUDE = "exclude", "Passage écarté"
        READMIT = "readmit", "Passage réadmis"
        FORCE = "force", "Passage ajouté"
        WITHDRAW = "withdraw", "Arrêts retirés"
        UNDO = "undo", "Changement annulé"

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="edits")
    revision = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    made_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    # Told to the others in the place of the name; kept here, for nobody reads what a colleague holds.
    by_role = models.CharField(
        max_length=20, choices=[(role.value, role.label) for role in sorted(POLICE)], blank=True
    )
    made_at = models.DateTimeField()
    sentence = models.CharField(max_length=400)
    before = models.JSONField()
    undone_in = models.PositiveIntegerField(null=True, blank=True)

    retention = declarations.PLAN_EDIT

    class Meta:
        ordering = ["revision"]
        constraints = [
            models.UniqueConstraint(name="plan_edit_makes_one_revision", fields=["plan", "revision"]),
        ]

    def __str__(self) -> str:
        return f"{self.plan} r{self.revision} {self.kind}"
