"""The daily watch: whose a home is, to which chain they entrust it, who watches, and that it was looked at.

A chain is the watchers of a sector. Nothing here says what was seen: an irregularity is a report, of another
processing, and no key leads there.
"""

import datetime as dt
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from absences.counts import WATCH
from absences.models.absences import Absence
from absences.models.households import EVERY_WEEKDAY
from accounts.models import Grant
from accounts.retention import OTHERS, Holder, Retention
from sectors.models import Sector


class HomeCode(models.Model):
    """The one-time code of a home's record, which its declarant types; its fingerprint is kept."""

    absence = models.OneToOneField(Absence, on_delete=models.CASCADE, related_name="+")
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    retention = Retention(
        processing=WATCH,
        title="Codes remis aux déclarants",
        data="Logement, dates, empreinte du code ; jamais qui l'a saisi",
        leaves_with="absences.Absence",
    )

    def __str__(self) -> str:
        return f"{self.absence_id} {self.expires_at:%Y-%m-%d}"


class HomeOwner(models.Model):
    """The account of whoever declared a home: it alone reads this row, and entrusts the home to a chain."""

    absence = models.ForeignKey(Absence, on_delete=models.CASCADE, related_name="owners")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    retention = Retention(
        processing=WATCH,
        title="Déclarants qui ont un compte",
        data="Compte et logement qu'il a déclaré ; lu par ce compte seul",
        leaves_with="absences.Absence",
        holder=Holder(path="account", columns={"id": "Numéro", "absence": "Fiche", "since": "Depuis le"}),
    )

    class Meta:
        constraints = [models.UniqueConstraint(name="home_is_ones_own_once", fields=["absence", "account"])]

    def __str__(self) -> str:
        return f"{self.absence_id} {self.account_id}"


class Watcher(models.Model):
    """That a vigilant watches in the chain of their sector, and on which weekdays it is their turn (0 is Monday).

    It hangs on the role: whoever is a vigilant no more watches no more.
    """

    role = models.OneToOneField(Grant, on_delete=models.CASCADE, related_name="+")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), size=len(EVERY_WEEKDAY), default=list, blank=True)
    joined_at = models.DateTimeField(default=timezone.now)
    reminded_on = models.DateField(null=True, blank=True)

    retention = Retention(
        processing=WATCH,
        title="Veilleurs",
        data="Rôle du citoyen vigilant, jours de son tour, dernier rappel",
        leaves_with="accounts.Grant",
        holder=Holder(
            path="role__account",
            columns={
                "id": "Numéro",
                "role": "Rôle",
                "weekdays": "Jours du tour (0 : lundi)",
                "joined_at": "Entré le",
                "reminded_on": "Dernier rappel le",
            },
        ),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="watcher_weekdays_exist", condition=Q(weekdays__contained_by=EVERY_WEEKDAY)
            )
        ]

    def __str__(self) -> str:
        return str(self.role_id)


class WatchConsentQuerySet(models.QuerySet["WatchConsent"]):
    def running_on(self, day: dt.date) -> "WatchConsentQuerySet":
        """Consents that cover a day, are not revoked, and whose home stands empty on it."""
        vacant = Absence.objects.vacant_on(day)
        return self.filter(first_day__lte=day, last_day__gte=day, revoked_at=None, absence__in=vacant)


class WatchConsent(models.Model):
    """That an owner entrusts a home to the chain of its sector from one day to another, until they revoke it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    absence = models.ForeignKey(Absence, on_delete=models.CASCADE, related_name="consents")
    owner = models.ForeignKey(HomeOwner, on_delete=models.CASCADE, related_name="consents")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    given_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = WatchConsentQuerySet.as_manager()

    retention = Retention(
        processing=WATCH,
        title="Logements confiés à la veille",
        data="Logement, secteur, jours de l'accord, retrait de l'accord",
        leaves_with="absences.Absence",
        remains="nombre de jours confiés et de regards par secteur et par mois",
        holder=Holder(
            path="owner__account",
            columns={
                "id": "Référence",
                "absence": "Fiche",
                "sector": "Secteur",
                "first_day": "Premier jour",
                "last_day": "Dernier jour",
                "given_at": "Accord donné le",
                "revoked_at": "Retiré le",
            },
            withheld={"owner": OTHERS},
        ),
    )

    class Meta:
        ordering = ["first_day", "given_at"]
        constraints = [
            models.CheckConstraint(
                name="watch_consent_days_are_in_order", condition=Q(last_day__gte=F("first_day"))
            ),
            models.UniqueConstraint(
                name="home_has_one_watch_consent_at_once",
                fields=["absence"],
                condition=Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Look(models.Model):
    """That an entrusted home was looked at on a day, by a neighbour: no passage, and not a word of what was seen.

    The key is drawn by the watcher's phone, which sends it until it is acknowledged.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    consent = models.ForeignKey(WatchConsent, on_delete=models.CASCADE, related_name="looks")
    day = models.DateField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)

    retention = Retention(
        processing=WATCH,
        title="Regards des veilleurs",
        data="Logement confié, jour, compte de qui a regardé ; jamais ce qui a été vu",
        leaves_with="absences.WatchConsent",
        remains="nombre de jours confiés et de regards par secteur et par mois",
        holder=Holder(
            path="noted_by",
            columns={"id": "Référence", "day": "Jour", "noted_at": "Noté le"},
            withheld={"consent": OTHERS},
        ),
    )

    class Meta:
        constraints = [models.UniqueConstraint(name="home_is_looked_at_once_a_day", fields=["consent", "day"])]

    def __str__(self) -> str:
        return f"{self.consent_id} {self.day}"
