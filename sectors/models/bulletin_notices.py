"""Notices by e-mail that a prevention message waits on the site; never what it says, nor for which sector."""

from django.conf import settings
from django.db import models

from accounts.retention import Holder, Retention
from sectors.declarations import MESSAGES
from sectors.models.bulletins import Bulletin
from sectors.models.perimeters import Sector


class BulletinNotice(models.Model):
    """The one notice of a message to a référent, counted in the first of their sectors that the message is for.

    A notice that was being sent when the worker died is ``doubtful``: it may have left, and is not sent again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        SENDING = "sending", "en cours d'envoi"
        SENT = "sent", "envoyé"
        NO_ADDRESS = "no_address", "sans adresse électronique"
        FAILED = "failed", "échec de l'envoi"
        DOUBTFUL = "doubtful", "envoi incertain"
        NO_SERVER = "no_server", "non envoyé (aucun serveur réglé)"

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="notices")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()

    retention = Retention(
        processing=MESSAGES,
        title="Avis d'un message",
        data="Compte d'un référent, secteur, état et heure de l'avis envoyé par e-mail ; pas l'adresse",
        leaves_with="sectors.Bulletin",
        holder=Holder(
            path="account",
            columns={
                "id": "Numéro",
                "bulletin": "Message",
                "sector": "Secteur",
                "state": "Avis par e-mail",
                "attempts": "Essais",
                "changed_at": "Depuis le",
            },
        ),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="referent_is_told_once_of_a_bulletin", fields=["bulletin", "account"])
        ]

    def __str__(self) -> str:
        return f"{self.bulletin} {self.state}"
