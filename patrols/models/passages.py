"""The passages that were done at vacant homes: what was looked at, what was found, and what police corrected."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils import timezone

from absences.models import Absence
from accounts.models import Account, Device
from accounts.models.sealed import SealedModel, SealedText
from patrols import declarations
from patrols.models.crews import Crew, Shift
from patrols.models.plans import Stop

LONGEST_NOTE = 280
SHA256_HEX_LENGTH = 64


class Check(models.TextChoices):
    """What a crew looks at; in the order in which one walks around a home."""

    GATE = "gate", "Portail"
    LETTER_BOX = "letter_box", "Boîte aux lettres"
    BINS = "bins", "Poubelles"
    VEHICLE = "vehicle", "Véhicule"
    DOOR = "door", "Porte"
    HANDLE = "handle", "Poignée"
    LEVERING = "levering", "Traces de pesée"
    SHUTTERS = "shutters", "Volets"
    WINDOWS = "windows", "Fenêtres"

    @classmethod
    def tell(cls, checks: Iterable[str]) -> list[str]:
        """Return some of them in words."""
        return [str(cls(check).label) for check in checks]


# ``patrols/sql/passages_alike.sql``
ALIKE = Func(
    F("pk"),
    template="ARRAY(SELECT walls.passages_alike(%(expressions)s))",
    output_field=ArrayField(models.BigIntegerField()),
)


class PassageQuerySet(models.QuerySet["Passage"]):
    def counted(self) -> "PassageQuerySet":
        """Passages that count: of two that tell one visit, the one of them that does."""
        return self.filter(Q(joined__isnull=True) | Q(joined__is_parted=True))

    def beneath(self, passage: int) -> "Passage | None":
        """Return the passage that tells the same visit as another, which counts; None where none does."""
        return self.filter(joined__counts_as=passage, joined__is_parted=False).first()

    def with_alike(self) -> "PassageQuerySet":
        """Annotate ``alike``: the keys of those that may tell the same visit, which nobody has joined."""
        return self.annotate(alike=ALIKE)

    def alike_to(self, passage: int) -> "PassageQuerySet":
        """Passages that may tell the same visit as another, which nobody has joined."""
        alike = Passage.objects.filter(pk=passage).values_list(ALIKE, flat=True).first()
        return self.filter(pk__in=alike or ())

    def latest_by_absence(self, absences: Iterable[Absence], *, before: dt.datetime) -> dict[int, dt.datetime]:
        """Return the moment of each absence's last passage before a moment, by its primary key."""
        rows = self.counted().filter(absence__in=absences, done_at__lt=before).values_list("absence").order_by()
        return dict(rows.annotate(models.Max("done_at")))

    def count_by_absence(
        self, absences: Iterable[Absence], *, since: dt.datetime, before: dt.datetime
    ) -> dict[int, int]:
        """Return how many passages each absence had in [since, before), by primary key, where there were any."""
        rows = self.counted().filter(absence__in=absences, done_at__gte=since, done_at__lt=before)
        return dict(rows.values_list("absence").order_by().annotate(models.Count("pk")))

    def ever_an_anomaly(self) -> "PassageQuerySet":
        """Passages that tell an anomaly, or told one before they were corrected."""
        told_before = PassageAmendment.objects.filter(passage=OuterRef("pk"), former_result=Passage.Result.ANOMALY)
        return self.filter(Q(result=Passage.Result.ANOMALY) | Exists(told_before))

    def recorded_after(self, moment: dt.datetime) -> "PassageQuerySet":
        """Passages that came in, or were amended, after a moment, in that order: what a page has not shown yet."""
        return self.filter(Q(recorded_at__gt=moment) | Q(amended_at__gt=moment)).order_by("recorded_at", "pk")


class Passage(models.Model):
    """A visit to a vacant home: when, what was looked at, and whether all was well; `PassageOrigin` says by whom.

    ``done_at`` is when we take it to have been done; ``clock`` says whether the phone's hour was to be trusted, or
    that the desk noted it: told by radio, or from what a phone sent and could not be taken in.
    ``presence`` is all that is kept of where the phone was: within reach of the home, not within it, or not
    measured. A foreign key of the database, from here to the origin and checked when a transaction ends, keeps a
    passage from having none.
    """

    class Result(models.TextChoices):
        NOTHING_TO_REPORT = "ras", "RAS"
        ANOMALY = "anomaly", "Anomalie"

    class Anomaly(models.TextChoices):
        BROKEN_IN = "broken_in", "Effraction constatée"
        ATTEMPT = "attempt", "Traces de tentative"
        OPENING = "opening", "Porte ou fenêtre ouverte"
        PRESENCE = "presence", "Présence inattendue"
        DAMAGE = "damage", "Dégradation"
        HAZARD = "hazard", "Fuite, fumée ou danger"
        VEHICLE = "vehicle", "Véhicule absent ou abîmé"
        ANIMAL = "animal", "Animal en difficulté"
        FULL_BOX = "full_box", "Courrier ou poubelles à relever"
        OTHER = "other", "Autre anomalie"

    class Presence(models.TextChoices):
        WITHIN = "within", "Au logement"
        AWAY = "away", "Hors du rayon du logement"
        NOT_MEASURED = "not_measured", "Non mesurée"

    class Clock(models.TextChoices):
        TRUSTED = "trusted", "Heure du téléphone"
        CORRECTED = "corrected", "Heure corrigée : l'horloge du téléphone était fausse"
        IMPLAUSIBLE = "implausible", "Heure estimée : celle du téléphone est impossible"
        TOLD = "told", "Heure notée au poste"

    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, related_name="passages")
    stop = models.ForeignKey(Stop, on_delete=models.SET_NULL, null=True, blank=True, related_name="passages")
    done_at = models.DateTimeField()
    clock = models.CharField(max_length=12, choices=Clock, default=Clock.TRUSTED)
    recorded_at = models.DateTimeField(default=timezone.now)
    amended_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=10, choices=Result, default=Result.NOTHING_TO_REPORT)
    anomaly = models.CharField(max_length=12, choices=Anomaly, blank=True, default="")
    checked = ArrayField(models.CharField(max_length=12, choices=Check), default=list, blank=True)
    wrong = ArrayField(models.CharField(max_length=12, choices=Check), default=list, blank=True)
    presence = models.CharField(max_length=12, choices=Presence, default=Presence.NOT_MEASURED)

    objects = PassageQuerySet.as_manager()

    retention = declarations.PASSAGE

    class Meta:
        ordering = ["done_at"]
        indexes = [
            models.Index(name="passage_by_home", fields=["absence", "-done_at"]),
            models.Index(name="passage_by_arrival", fields=["recorded_at"]),
        ]
        constraints = [
            models.CheckConstraint(name="passage_result_exists", condition=Q(result__in=["ras", "anomaly"])),
            models.CheckConstraint(
                name="passage_without_anomaly_names_none",
                condition=Q(result="anomaly") | Q(result="ras", anomaly="", wrong=[]),
            ),
            models.CheckConstraint(
                name="passage_checks_exist", condition=Q(checked__contained_by=[check.value for check in Check])
            ),
            models.CheckConstraint(
                name="passage_finds_wrong_what_it_checked", condition=Q(wrong__contained_by=F("checked"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.done_at:%Y-%m-%d %H:%M} {self.result}"

    @property
    def is_anomaly(self) -> bool:
        return self.result == self.Result.ANOMALY

    @property
    def is_amended(self) -> bool:
        return self.amended_at is not None

    @property
    def counts_as_another(self) -> bool:
        """Whether another that tells the same visit counts in its stead (`PassageQuerySet.counted` in Python)."""
        return hasattr(self, "joined") and not self.joined.is_parted

    @property
    def is_parted(self) -> bool:
        """Whether it was joined with another, and the desk has parted them."""
        return any(getattr(self, side).is_parted for side in ("joined", "told_beside") if hasattr(self, side))

    @property
    def is_told(self) -> bool:
        """Whether the desk noted it."""
        return self.clock == self.Clock.TOLD

    @property
    def told_checked(self) -> list[str]:
        """What was looked at, in words; of a passage noted at the desk, nobody knows what else was."""
        return [] if self.is_told else Check.tell(self.checked)

    @property
    def told_wrong(self) -> list[str]:
        """What was not as it should be, in words."""
        return Check.tell(self.wrong)

    @property
    def is_anomaly_no_more(self) -> bool:
        """Whether it was corrected from an anomaly; for those who may read corrections, fetched with it."""
        told_before = {each.former_result for each in self.amendments.all()}
        return not self.is_anomaly and self.Result.ANOMALY in told_before


class PassageOrigin(models.Model):
    """Who did a passage, and what the phone said of itself that sent it; apart, because fewer may read it.

    Whoever may not is shown none: ``select_related("origin")`` then gives a passage that has no origin.
    ``phone_said_at`` is what the phone's clock said when the passage was done, ``clock_off_s`` what to add to it
    to have ours, as measured when it sent: seconds by which one phone could be told from another.
    """

    passage = models.OneToOneField(Passage, on_delete=models.CASCADE, primary_key=True, related_name="origin")
    crew = models.ForeignKey(Crew, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reference = models.UUIDField(default=uuid.uuid4, editable=False)
    content_sha256 = models.CharField(max_length=SHA256_HEX_LENGTH, blank=True, default="", editable=False)
    phone_said_at = models.DateTimeField(null=True, blank=True)
    clock_off_s = models.IntegerField(null=True, blank=True)

    retention = declarations.PASSAGE_ORIGIN

    class Meta:
        constraints = [models.UniqueConstraint(name="passage_is_recorded_once", fields=["crew", "reference"])]

    def __str__(self) -> str:
        return f"{self.crew_id} {self.reference}"


class PassageNote(SealedModel):
    """The short text that a crew wrote at a home: sealed, because whoever types may write a name."""

    passage = models.OneToOneField(Passage, on_delete=models.CASCADE, related_name="note")
    text = SealedText(max_length=LONGEST_NOTE)

    retention = declarations.PASSAGE_NOTE


class PassageAmendment(models.Model):
    """A correction of a passage by municipal police: when, by whom, why, and what stood before."""

    class Why(models.TextChoices):
        MISTYPED = "mistyped", "Erreur de saisie de l'équipage"
        CHECKED_AGAIN = "checked_again", "Vérification sur place"
        OWNER_EXPLAINED = "owner_explained", "Explication du propriétaire"

    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="amendments")
    amended_at = models.DateTimeField(default=timezone.now)
    amended_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    why = models.CharField(max_length=16, choices=Why)
    former_result = models.CharField(max_length=10, choices=Passage.Result)
    former_anomaly = models.CharField(max_length=12, choices=Passage.Anomaly, blank=True, default="")
    former_wrong = ArrayField(models.CharField(max_length=12, choices=Check), default=list, blank=True)

    retention = declarations.PASSAGE_AMENDMENT

    class Meta:
        ordering = ["amended_at"]

    def __str__(self) -> str:
        return f"{self.amended_at:%Y-%m-%d %H:%M} {self.why}"

    @property
    def told_wrong(self) -> list[str]:
        """What was not as it should be before, in words."""
        return Check.tell(self.former_wrong)


class MissedStop(models.Model):
    """A stop that a plan took for made, of which the desk says that nobody passed: when, by whom, why.

    It stands by the crew's shift, the home and the hour that the stop had, which every later version of the plan
    keeps; a new try of the same shift has another hour. A passage that comes in after all counts more.
    """

    class Why(models.TextChoices):
        CALLED_AWAY = "called_away", "Équipage appelé ailleurs"
        NO_TIME = "no_time", "Plus de temps"
        NO_ACCESS = "no_access", "Logement inaccessible"
        FORGOTTEN = "forgotten", "Oublié"

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="missed_stops")
    absence = models.ForeignKey(Absence, on_delete=models.CASCADE, related_name="missed_stops")
    planned_at = models.DateTimeField()
    why = models.CharField(max_length=16, choices=Why)
    told_at = models.DateTimeField(default=timezone.now)
    told_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")

    retention = declarations.MISSED_STOP

    class Meta:
        ordering = ["planned_at"]
        constraints = [
            models.UniqueConstraint(name="stop_is_missed_once", fields=["shift", "absence", "planned_at"])
        ]

    def __str__(self) -> str:
        return f"{self.planned_at:%Y-%m-%d %H:%M} {self.why}"
