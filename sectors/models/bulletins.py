"""Prevention messages: what police write for sectors, and what référents do with it, each step dated."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.retention import Holder, Retention, first_moment_kept
from geo.models import Commune
from sectors.declarations import MESSAGES
from sectors.models.bulletin_counts import count_bulletins
from sectors.models.perimeters import Sector

LONGEST_SUBJECT, LONGEST_TEXT = 120, 4000


def _is_over(today: dt.date) -> Q:
    limit = first_moment_kept("bulletin", today)
    return Q(sent_at__lt=limit) | Q(sent_at__isnull=True, saved_at__lt=limit)


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def sent(self) -> "BulletinQuerySet":
        return self.filter(sent_at__isnull=False)

    def drafts(self) -> "BulletinQuerySet":
        return self.filter(sent_at__isnull=True)

    def standing(self) -> "BulletinQuerySet":
        """Sent, and not replaced by a correction since."""
        return self.sent().exclude(corrections__sent_at__isnull=False)


class Bulletin(models.Model):
    """A prevention message: a draft of its author's until it is sent, then frozen for everybody.

    What was sent is corrected by a message that ``replaces`` it and goes at least to the same sectors.
    """

    class Service(models.TextChoices):
        MUNICIPAL = "municipal", "Police municipale"
        NATIONAL = "national", "Police nationale"

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=10, choices=Service)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    subject = models.CharField(max_length=LONGEST_SUBJECT, blank=True)
    text = models.TextField(max_length=LONGEST_TEXT, blank=True)
    sectors = models.ManyToManyField(Sector, through="BulletinSector", related_name="+")
    replaces = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="corrections"
    )
    saved_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = BulletinQuerySet.as_manager()

    retention = Retention(
        processing=MESSAGES,
        title="Messages de prévention",
        data="Objet et texte d'un message sans donnée nominative, service et compte qui l'a écrit, dates",
        duration="bulletin",
        since="l'envoi, ou le dernier enregistrement d'un brouillon",
        remains="messages envoyés, lus et relayés par secteur et par mois",
        over=_is_over,
        count_first=count_bulletins,
        holder=Holder(
            path="written_by",
            columns={
                "id": "Numéro",
                "commune": "Commune",
                "service": "Au nom de",
                "subject": "Objet",
                "text": "Texte",
                "replaces": "Remplace",
                "saved_at": "Enregistré le",
                "sent_at": "Envoyé le",
            },
        ),
    )

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="bulletin_says_something_once_sent",
                condition=Q(sent_at__isnull=True) | (~Q(subject="") & ~Q(text="")),
            ),
            models.UniqueConstraint(
                name="bulletin_is_replaced_once", fields=["replaces"], condition=Q(sent_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["commune", "-sent_at"], name="bulletin_by_commune_and_moment")]

    def __str__(self) -> str:
        return f"n°\u00a0{self.pk}"

    @property
    def is_sent(self) -> bool:
        return self.sent_at is not None

    @property
    def documents(self) -> models.QuerySet[Any]:
        """What goes with it, without the contents."""
        return self.attachments.defer("content")


class BulletinSector(models.Model):
    """A sector that a message is for; ``referents`` is how many there were to read it when it was sent."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="addressed")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="+")
    referents = models.PositiveSmallIntegerField(null=True, blank=True)

    retention = Retention(
        processing=MESSAGES,
        title="Secteurs d'un message",
        data="Secteur choisi, nombre de référents à l'envoi",
        leaves_with="sectors.Bulletin",
        holder="Un secteur et un nombre : rien n'y mène à un compte.",
    )

    class Meta:
        ordering = ["sector__number"]
        constraints = [
            models.UniqueConstraint(name="bulletin_is_for_a_sector_once", fields=["bulletin", "sector"])
        ]

    def __str__(self) -> str:
        return f"{self.bulletin} {self.sector}"


class BulletinReading(models.Model):
    """A référent of a sector has opened a message for the first time."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="readings")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    read_at = models.DateTimeField()

    retention = Retention(
        processing=MESSAGES,
        title="Lectures d'un message",
        data="Compte d'un référent, secteur, heure de la première ouverture",
        leaves_with="sectors.Bulletin",
        holder=Holder(
            path="account",
            columns={"id": "Numéro", "bulletin": "Message", "sector": "Secteur", "read_at": "Lu le"},
        ),
    )

    class Meta:
        ordering = ["read_at"]
        constraints = [
            models.UniqueConstraint(name="bulletin_is_read_once", fields=["bulletin", "sector", "account"])
        ]

    def __str__(self) -> str:
        return f"{self.bulletin} {self.read_at:%Y-%m-%d}"


class BulletinRelay(models.Model):
    """A référent has passed a message on to the residents of a sector, by one means."""

    class Means(models.TextChoices):
        POSTER = "poster", "Affiche"
        DOOR_TO_DOOR = "door_to_door", "Porte à porte"
        LETTER_BOXES = "letter_boxes", "Boîtes aux lettres"
        GROUP = "group", "Groupe de messagerie"
        MEETING = "meeting", "Réunion"

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="relays")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    means = models.CharField(max_length=12, choices=Means)
    relayed_at = models.DateTimeField()

    retention = Retention(
        processing=MESSAGES,
        title="Relais d'un message",
        data="Compte d'un référent, secteur, moyen et heure du relais",
        leaves_with="sectors.Bulletin",
        holder=Holder(
            path="account",
            columns={
                "id": "Numéro",
                "bulletin": "Message",
                "sector": "Secteur",
                "means": "Moyen",
                "relayed_at": "Relayé le",
            },
        ),
    )

    class Meta:
        ordering = ["relayed_at"]
        constraints = [
            models.UniqueConstraint(
                name="bulletin_is_relayed_once_by_each_means", fields=["bulletin", "sector", "account", "means"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.bulletin} {self.means}"
