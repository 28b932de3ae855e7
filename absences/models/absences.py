"""Homes left vacant for a while, and what each is owed.

Nothing here says who lives there: household data is sealed in tables of its own. A row still tells that a home is
empty, and is treated as nominative.
"""

import datetime as dt
import uuid

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils import timezone

from absences import choices
from absences.counts import ABOUT_HOMES, ABSENCES_AND_PATROLS, count_absences
from accounts.retention import Retention, days_kept, first_day_kept
from geo.models import WGS84, Address, Commune

MAX_PASSAGES_PER_WEEK = 14  # two a day, the most a town was seen to offer
MAX_VEHICLES = 9
# « 10 », « 10 bis », « 27 29 »: nothing else is kept of what was typed for an address.
HOUSE_NUMBER = r"^[0-9]{1,5}( [a-z0-9]{1,9})?$"


def ended_before(day: dt.date, *, prefix: str = "") -> Q:
    """Condition on absences whose home was lived in again, or that were cancelled, before ``day``.

    ``prefix`` leads to the absence from another table, as in ``"absence__"``. An early return is always before the
    last day, so that the last day of all bounds it too.
    """
    return (
        Q(**{f"{prefix}last_day__lt": day})
        | Q(**{f"{prefix}returned_on__lt": day})
        | Q(**{f"{prefix}cancelled_at__lt": _start_of(day)})
    )


def is_over(today: dt.date, *, prefix: str = "") -> Q:
    """Condition on absences that are past their retention, or whose erasure was asked for before today."""
    return ended_before(first_day_kept("absence", today), prefix=prefix) | Q(
        **{f"{prefix}erasure_asked_at__lt": _start_of(today)}
    )


def _start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def vacant_on(self, day: dt.date) -> "AbsenceQuerySet":
        """Absences whose home stands empty on ``day``: begun, not ended, neither cancelled nor returned early."""
        return self.filter(first_day__lte=day, last_day__gte=day, cancelled_at__isnull=True).filter(
            Q(returned_on__isnull=True) | Q(returned_on__gt=day)
        )

    def vacant_through(self, day: dt.date, until: dt.date) -> "AbsenceQuerySet":
        """Absences whose home stands empty on ``day``, and where nobody came back up to ``until``, later."""
        return self.vacant_on(day).exclude(returned_on__lte=until)

    def overlapping(self, first_day: dt.date, last_day: dt.date) -> "AbsenceQuerySet":
        """Absences of which at least one day is among these: neither cancelled, nor ended by a return before."""
        return self.filter(first_day__lte=last_day, last_day__gte=first_day, cancelled_at__isnull=True).filter(
            Q(returned_on__isnull=True) | Q(returned_on__gt=first_day)
        )

    def lived_in_again_on(self, day: dt.date) -> "AbsenceQuerySet":
        """Absences that were to last on ``day`` and no longer do: what a plan made before may still visit."""
        return self.filter(first_day__lte=day, last_day__gte=day).filter(
            Q(returned_on__lte=day) | Q(cancelled_at__isnull=False)
        )

    def listed(self) -> "AbsenceQuerySet":
        """Absences that the registry shows: all but those whose erasure was asked for."""
        return self.filter(erasure_asked_at__isnull=True)


class Absence(models.Model):
    """A declared absence: the home's BAN address and point, its days, what it is owed and what a crew should know.

    ``revision`` counts the changes: whoever saves says which one they have read. ``erasure_asked_at`` is when the
    record was deleted: its sealed texts went at once, this row leaves with the next purge, which counts it first.
    ``missing_number`` is the house number that was given (« 10 bis »), where the address file has none such in the
    street and a neighbour's stands for it.
    """

    Dwelling = choices.Dwelling
    Residence = choices.Residence
    Alarm = choices.Alarm
    Animals = choices.Animals
    VehiclesPlace = choices.VehiclesPlace
    Shutters = choices.Shutters
    Windows = choices.Windows
    PreferredTime = choices.PreferredTime
    SeenBy = choices.SeenBy

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="absences")
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="absences")
    point = models.PointField(srid=WGS84)
    missing_number = models.CharField(max_length=16, blank=True, default="")
    dwelling = models.CharField(max_length=10, choices=Dwelling, default=Dwelling.HOUSE)
    residence = models.CharField(max_length=10, choices=Residence, default=Residence.MAIN)
    declared_on = models.DateField(default=timezone.localdate)
    first_day = models.DateField()
    last_day = models.DateField()
    returned_on = models.DateField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    erasure_asked_at = models.DateTimeField(null=True, blank=True)
    passages_per_week = models.PositiveSmallIntegerField(default=7)
    preferred_time = models.CharField(max_length=10, choices=PreferredTime, default=PreferredTime.ANY)
    service_time_s = models.PositiveIntegerField(default=300)
    alarm = models.CharField(max_length=10, choices=Alarm, default=Alarm.UNKNOWN)
    has_lights_on_timers = models.BooleanField(default=False)
    animals = models.CharField(max_length=12, choices=Animals, default=Animals.UNKNOWN)
    vehicles_left = models.PositiveSmallIntegerField(default=0)
    vehicles_place = models.CharField(max_length=10, choices=VehiclesPlace, blank=True, default="")
    shutters = models.CharField(max_length=10, choices=Shutters, default=Shutters.UNKNOWN)
    windows = models.CharField(max_length=10, choices=Windows, default=Windows.UNKNOWN)
    may_enter_garden = models.BooleanField(default=False)
    may_be_watched = models.BooleanField(default=False)
    seen_by = models.CharField(max_length=20, choices=SeenBy, blank=True, default="")
    seen_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    is_invented = models.BooleanField(default=False)

    objects = AbsenceQuerySet.as_manager()

    retention = Retention(
        processing=ABSENCES_AND_PATROLS,
        title="Absences",
        data="Adresse et point du logement, numéro donné, jours d'absence, état au départ, passages attendus",
        duration="absence",
        since="le retour, ou l'annulation",
        remains="nombre d'absences et de nuits par secteur et par mois",
        over=is_over,
        count_first=count_absences,
        holder=ABOUT_HOMES,
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
            models.CheckConstraint(
                name="absence_vehicles_stand_somewhere",
                condition=Q(vehicles_left=0, vehicles_place="")
                | Q(vehicles_left__gte=1, vehicles_left__lte=MAX_VEHICLES) & ~Q(vehicles_place=""),
            ),
            models.CheckConstraint(
                name="absence_was_seen_by_somebody_on_a_day",
                condition=Q(seen_by="", seen_on__isnull=True) | ~Q(seen_by="") & Q(seen_on__isnull=False),
            ),
            models.CheckConstraint(
                name="absence_missing_number_is_a_house_number",
                condition=Q(missing_number="") | Q(missing_number__regex=HOUSE_NUMBER),
            ),
            models.CheckConstraint(
                name="absence_erasure_comes_with_a_cancellation",
                condition=Q(erasure_asked_at__isnull=True) | Q(cancelled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="absence_words_are_of_the_closed_lists",
                condition=Q(
                    dwelling__in=choices.Dwelling.values,
                    residence__in=choices.Residence.values,
                    alarm__in=choices.Alarm.values,
                    animals__in=choices.Animals.values,
                    vehicles_place__in=choices.VehiclesPlace.values,
                    shutters__in=choices.Shutters.values,
                    windows__in=choices.Windows.values,
                    preferred_time__in=choices.PreferredTime.values,
                    seen_by__in=choices.SeenBy.values,
                ),
            ),
        ]
        indexes = [
            models.Index(name="absence_by_days", fields=["commune", "first_day", "last_day"]),
        ]

    def __str__(self) -> str:
        return str(self.reference)

    @property
    def ended_on(self) -> dt.date:
        """The day from which retention counts: the last day, an earlier return or the cancellation."""
        ends = [self.last_day, self.returned_on, self.cancelled_at and timezone.localdate(self.cancelled_at)]
        return min(day for day in ends if day is not None)

    @property
    def kept_until(self) -> dt.date:
        """The last day on which what is known of the household may be read."""
        return self.ended_on + dt.timedelta(days=days_kept("absence"))

    @property
    def number_to_verify(self) -> str:
        """The number that was given, where the file has none such and nobody has seen the home since."""
        return self.missing_number if self.seen_on is None else ""

    def has_begun(self, day: dt.date) -> bool:
        """Whether the home has stood empty by ``day``: nobody passed there before, nor if it was called off."""
        return self.first_day <= min(day, self.ended_on)

    @property
    def is_passed_twice_a_day(self) -> bool:
        """Whether more than one passage a day is owed."""
        return self.passages_per_week > MAX_PASSAGES_PER_WEEK // 2


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
        title="Heures permises",
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
