"""A report: what kind of fact, where and in which hour, and where it stands. Its texts are sealed apart."""

import datetime as dt
import uuid

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import Case, F, Min, Q, When
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.retention import Holder, Retention, days_kept
from accounts.roles import POLICE, Role
from geo.french import NO_BREAK
from geo.models import WGS84, Commune
from reports import choices
from reports.declarations import REPORTS, AuthorsHolder, report_is_over, tell_point
from reports.models.places import leave_behind
from sectors.models import Sector

NUMBER_DIGITS = 8
TO_REFERENT = choices.Audience.REFERENT
ROLES = [(role.value, role.label) for role in (Role.REFERENT, *sorted(POLICE))]


def on_the_hour(field: str) -> Q:
    """Condition that a moment is a whole hour."""
    return Q(**{f"{field}__minute": 0, f"{field}__second": 0})


class ReportQuerySet(models.QuerySet["Report"]):
    def waiting(self) -> "ReportQuerySet":
        """Reports that no référent has dealt with."""
        return self.filter(state=choices.State.TOLD)

    def waiting_first(self) -> "ReportQuerySet":
        """Those that wait, the longest first; then the others, the latest first."""
        waits_since = Case(When(state=choices.State.TOLD, then=F("told_at")))
        return self.order_by(waits_since.asc(nulls_last=True), "-told_at", "pk")

    def relayed(self) -> "ReportQuerySet":
        """Reports that the police were given, whatever became of them."""
        return self.filter(relayed_at__isnull=False)

    def standing(self) -> "ReportQuerySet":
        """Reports that count as facts: relayed, and not rejected; `ReportPlace` keeps the places of the same."""
        return self.relayed().exclude(state=choices.State.REJECTED)

    def open_to_police(self) -> "ReportQuerySet":
        """Reports that the police have and have not ended."""
        return self.filter(state__in=choices.OPEN_TO_POLICE)

    def wishing_patrol(self) -> "ReportQuerySet":
        """Open reports for which a crew is asked to pass by."""
        return self.open_to_police().filter(patrol_asked_at__isnull=False)

    def without_answer_since(self, moment: dt.datetime) -> "ReportQuerySet":
        """Open reports that were relayed by a moment, and of which the police have answered nothing."""
        return self.open_to_police().filter(relayed_at__lte=moment).exclude(answers__audience=TO_REFERENT)

    def near(self, point: Point, within_m: float, moment: dt.datetime, within: dt.timedelta) -> "ReportQuerySet":
        """Reports of facts so near to a place and a moment, with how far ``away`` each is."""
        then = self.filter(happened_at__gte=moment - within, happened_at__lte=moment + within)
        return then.annotate(away=Distance("point", point)).filter(away__lte=D(m=within_m))

    def with_first_answer(self) -> "ReportQuerySet":
        """With ``first_answer_at``, when the police first answered or ended it, and ``waits_since`` until then."""
        answered_at = Min("answers__written_at", filter=Q(answers__audience=TO_REFERENT))
        ended_at = Case(When(relayed_at__isnull=False, then=F("ended_at")))
        read = self.annotate(first_answer_at=Least(answered_at, ended_at))
        return read.annotate(waits_since=Case(When(first_answer_at__isnull=True, then=F("relayed_at"))))


class Report(models.Model):
    """One fact that was told, in a sector; who told it is not here, and no key leads to it (``AuthorSeal``).

    ``number`` is said aloud and leads a référent to the report of somebody who has no account (``is_spoken``).
    ``point`` and ``place_name`` are the exact place; ``street_point`` and ``street_name`` the middle and the name
    of the stretch of street to which it is rounded for whoever is shown less. ``told_at`` and ``happened_at`` are
    whole hours, and no other moment of the author is kept.
    """

    Kind = choices.Kind
    PlaceKind = choices.PlaceKind
    State = choices.State
    Rejection = choices.Rejection
    Category = choices.Category

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=NUMBER_DIGITS)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    happened_at = models.DateTimeField()
    told_at = models.DateTimeField()
    is_spoken = models.BooleanField(default=False)
    place_kind = models.CharField(max_length=8, choices=PlaceKind)
    place_name = models.CharField(max_length=240, blank=True)
    point = models.PointField(srid=WGS84)
    street_name = models.CharField(max_length=200, blank=True)
    street_point = models.PointField(srid=WGS84)
    state = models.CharField(max_length=10, choices=State, default=State.TOLD)
    relayed_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    rejection = models.CharField(max_length=16, choices=Rejection, blank=True, default="")
    category = models.CharField(max_length=16, choices=Category, blank=True, default="")
    patrol_asked_at = models.DateTimeField(null=True, blank=True)
    is_invented = models.BooleanField(default=False)

    objects = ReportQuerySet.as_manager()

    retention = Retention(
        processing=REPORTS,
        title="Signalements",
        data="Nature, heure arrondie, lieu et secteur d'un fait, suites et leurs dates ; jamais l'auteur",
        duration="report",
        since="l'envoi",
        remains="nombre de signalements par secteur, mois et nature, et délai de première réponse ; "
        "de ceux qui furent relayés, la rue, l'heure et la nature du fait",
        over=report_is_over,
        count_first=leave_behind,
        holder=AuthorsHolder(
            path="id",
            columns={
                "id": "Référence",
                "number": "Numéro",
                "sector": "Secteur",
                "commune": "Commune",
                "kind": "Nature",
                "happened_at": "Heure du fait",
                "told_at": "Envoyé dans l'heure du",
                "is_spoken": "Recueilli de vive voix",
                "place_kind": "Lieu donné par",
                "place_name": "Lieu",
                "point": "Position",
                "street_name": "Rue",
                "street_point": "Position arrondie à la rue",
                "state": "État",
                "relayed_at": "Relayé le",
                "taken_at": "Pris en charge le",
                "ended_at": "Terminé le",
                "rejection": "Écarté parce que",
                "category": "Qualification",
                "patrol_asked_at": "Passage demandé le",
                "is_invented": "Inventé pour la démonstration",
            },
            tell={"point": tell_point, "street_point": tell_point},
        ),
    )

    class Meta:
        ordering = ["-told_at", "pk"]
        constraints = [
            models.UniqueConstraint(name="report_number_is_one_reports", fields=["commune", "number"]),
            models.CheckConstraint(
                name="report_number_is_said_in_digits", condition=Q(number__regex=r"^[0-9]{8}$")
            ),
            models.CheckConstraint(
                name="report_hours_are_whole", condition=on_the_hour("happened_at") & on_the_hour("told_at")
            ),
            models.CheckConstraint(
                name="report_happened_before_it_was_told", condition=Q(happened_at__lte=F("told_at"))
            ),
            models.CheckConstraint(
                name="report_is_with_police_once_relayed",
                condition=Q(state__in=choices.WITH_POLICE, relayed_at__isnull=False)
                | Q(state__in=(choices.State.TOLD, choices.State.ANSWERED), relayed_at__isnull=True)
                | Q(state=choices.State.REJECTED),
            ),
            models.CheckConstraint(
                name="report_has_ended_at_a_moment",
                condition=Q(state__in=choices.ENDED, ended_at__isnull=False)
                | ~Q(state__in=choices.ENDED) & Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="report_rejection_says_why",
                condition=Q(state=choices.State.REJECTED) & ~Q(rejection="")
                | ~Q(state=choices.State.REJECTED) & Q(rejection=""),
            ),
            models.CheckConstraint(
                name="report_words_are_of_the_closed_lists",
                condition=Q(
                    kind__in=choices.Kind.values,
                    place_kind__in=choices.PlaceKind.values,
                    state__in=choices.State.values,
                    rejection__in=["", *choices.Rejection.values],
                    category__in=["", *choices.Category.values],
                ),
            ),
        ]
        indexes = [
            models.Index(name="report_by_sector_and_state", fields=["sector", "state", "told_at"]),
            models.Index(name="report_by_commune_and_hour", fields=["commune", "happened_at"]),
        ]

    def __str__(self) -> str:
        return self.spoken_number

    @property
    def spoken_number(self) -> str:
        """The number as it is said, two digits at a time: « 48 29 13 07 »."""
        return NO_BREAK.join(self.number[at : at + 2] for at in range(0, NUMBER_DIGITS, 2))

    @property
    def place_told(self) -> str:
        """The place as it was given; of a spot, the street that is nearest."""
        return self.place_name or _("un point près de : %(street)s") % {"street": self.street_name}

    @property
    def wishes_patrol(self) -> bool:
        """Whether a crew is asked to pass by."""
        return self.patrol_asked_at is not None and self.state in choices.OPEN_TO_POLICE

    @property
    def answered_s(self) -> float | None:
        """Seconds from the relay to the first answer of the police, of a report read ``with_first_answer``."""
        answered_at: dt.datetime | None = self.first_answer_at  # type: ignore[attr-defined]
        return (answered_at - self.relayed_at).total_seconds() if answered_at and self.relayed_at else None

    @property
    def kept_until(self) -> dt.date:
        """The last day on which the report and its texts may be read."""
        return timezone.localdate(self.told_at) + dt.timedelta(days=days_kept("report"))


class ReportStep(models.Model):
    """What a référent or the police did with a report, and when; what its author did is not here."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="steps")
    act = models.CharField(max_length=12, choices=choices.Act)
    taken_at = models.DateTimeField()
    by_role = models.CharField(max_length=20, choices=ROLES)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    retention = Retention(
        processing=REPORTS,
        title="Suites des signalements",
        data="Compte et rôle de qui a recueilli, relayé, répondu, écarté ou traité, heure",
        leaves_with="reports.Report",
        holder=Holder(
            path="taken_by",
            columns={
                "id": "Numéro",
                "report": "Signalement",
                "act": "Acte",
                "taken_at": "Fait le",
                "by_role": "Rôle",
            },
        ),
    )

    class Meta:
        ordering = ["taken_at", "pk"]

    def __str__(self) -> str:
        return f"{self.report_id} {self.act}"
