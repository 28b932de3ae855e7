"""Tokens by which a tool reads what the commune lets tools read, without a person behind each request."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.people import Account
from accounts.retention import ACCESS, PROTECTS_ACCESS, Holder, Retention, first_day_kept


def _token_is_over(today: dt.date) -> Q:
    limit = first_day_kept("service_token", today)
    return Q(last_day__lt=limit) | Q(revoked_at__date__lt=limit)


class ServiceTokenQuerySet(models.QuerySet["ServiceToken"]):
    def in_use(self, today: dt.date) -> "ServiceTokenQuerySet":
        return self.filter(revoked_at__isnull=True, last_day__gte=today)


class ServiceToken(models.Model):
    """What a tool is let in with, until a day; only the fingerprint of its secret is kept.

    It opens the views that say so (``accounts.permissions.tools_too``), and nothing about anybody.
    """

    commune = models.ForeignKey("geo.Commune", on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=60)
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    last_day = models.DateField()
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ServiceTokenQuerySet.as_manager()

    retention = Retention(
        processing=ACCESS,
        title="Jetons des logiciels",
        data="Nom donné au logiciel, compte qui a fait le jeton, dates, empreinte de son secret",
        duration="service_token",
        since="la fin ou le retrait du jeton",
        over=_token_is_over,
        holder=Holder(
            path="made_by",
            columns={
                "id": "Numéro",
                "commune": "Commune",
                "label": "Nom du logiciel",
                "made_at": "Fait le",
                "last_day": "Valable jusqu'au",
                "last_used_on": "Servi pour la dernière fois le",
                "revoked_at": "Retiré le",
            },
            withheld={"token_sha256": PROTECTS_ACCESS},
        ),
    )

    class Meta:
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(
                name="token_label_is_unique", fields=["commune", "label"], condition=Q(revoked_at__isnull=True)
            ),
            models.CheckConstraint(
                name="token_is_kept_as_its_sha256", condition=Q(("token_sha256__regex", r"^[0-9a-f]{64}$"))
            ),
        ]

    def __str__(self) -> str:
        return self.label
