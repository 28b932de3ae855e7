"""How a resident joins the network: the registration that a référent hands out, and the pseudonym chosen then."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.retention import PROTECTS_ACCESS, Holder, Retention, first_moment_kept
from sectors.declarations import NETWORK
from sectors.models.perimeters import Sector

MOST_LETTERS = 30


def _registration_is_over(today: dt.date) -> Q:
    return Q(expires_at__lt=first_moment_kept("invitation", today))


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def open_at(self, moment: dt.datetime) -> "RegistrationQuerySet":
        """Registrations that a resident may still follow."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=moment)


class Registration(models.Model):
    """A one-time link that a référent hands to a resident of the sector; only its fingerprint is kept.

    Nothing leads from it to the account that it opened: the référent knows to whom they gave a paper, and is not
    told which pseudonym came of it. ``last_day`` is the last one of the role, where the référent has said so.
    """

    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    token_sha256 = models.CharField(max_length=64, unique=True)
    last_day = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()

    retention = Retention(
        processing=NETWORK,
        title="Inscriptions remises",
        data="Secteur, référent qui l'a remise, dates, empreinte du lien ; jamais qui l'a suivie",
        duration="invitation",
        since="l'expiration du lien",
        over=_registration_is_over,
        holder=Holder(
            path="made_by",
            columns={
                "id": "Numéro",
                "sector": "Secteur",
                "made_at": "Remise le",
                "expires_at": "Valable jusqu'au",
                "last_day": "Dernier jour du rôle",
                "used_at": "Suivie le",
                "revoked_at": "Annulée le",
            },
            withheld={"token_sha256": PROTECTS_ACCESS},
        ),
    )

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="registration_is_used_or_revoked",
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sector_id} {self.expires_at:%Y-%m-%d}"


class Pseudonym(models.Model):
    """The name by which the référents of a sector know a vigilant; whoever bears it chose it."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=MOST_LETTERS)
    chosen_at = models.DateTimeField(auto_now=True)

    retention = Retention(
        processing=NETWORK,
        title="Pseudonymes",
        data="Compte, secteur et pseudonyme choisi",
        leaves_with="accounts.Account",
        holder=Holder(
            path="account",
            columns={"id": "Numéro", "sector": "Secteur", "text": "Pseudonyme", "chosen_at": "Choisi le"},
        ),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="vigilant_has_one_pseudonym_a_sector", fields=["account", "sector"]),
            models.UniqueConstraint(Lower("text"), "sector", name="pseudonym_is_one_persons_in_a_sector"),
        ]

    def __str__(self) -> str:
        return self.text
