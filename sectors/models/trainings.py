"""The trainings of référents: when, about what, how many came; who came, by their mandate."""

import datetime as dt

from django.db import models
from django.db.models import Q

from accounts.retention import Holder, Retention, first_day_kept
from sectors.declarations import NETWORK

LONGEST_TITLE = 80


def _training_is_over(today: dt.date) -> Q:
    return Q(held_on__lt=first_day_kept("training", today))


class Training(models.Model):
    """A training of the référents of a commune; ``attended`` stays once their mandates are gone."""

    commune = models.ForeignKey("geo.Commune", on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField()
    title = models.CharField(max_length=LONGEST_TITLE)
    attended = models.PositiveSmallIntegerField()

    retention = Retention(
        processing=NETWORK,
        title="Formations des référents",
        data="Jour, intitulé et nombre de référents présents",
        duration="training",
        since="la formation",
        over=_training_is_over,
        holder="un jour, un intitulé et un nombre : rien n'y mène à un compte",
    )

    class Meta:
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.title} {self.held_on}"


class Attendance(models.Model):
    """That whoever held a mandate came to a training."""

    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="attendances")
    mandate = models.ForeignKey("accounts.Grant", on_delete=models.CASCADE, related_name="+")

    retention = Retention(
        processing=NETWORK,
        title="Présences aux formations",
        data="Formation et mandat de qui est venu",
        leaves_with="sectors.Training",
        holder=Holder(
            path="mandate__account", columns={"id": "Numéro", "training": "Formation", "mandate": "Mandat"}
        ),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_attends_a_training_once", fields=["training", "mandate"]),
        ]

    def __str__(self) -> str:
        return f"{self.training_id} {self.mandate_id}"
