"""A declaration that was begun and not sent yet: sealed, its author's alone, and gone after some days."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from absences.counts import ABSENCES_AND_PATROLS
from accounts.models.sealed import SealedModel, SealedText
from accounts.retention import OTHERS, SEAL, Holder, Retention, first_moment_kept


def _is_over(today: dt.date) -> Q:
    return Q(saved_at__lt=first_moment_kept("draft", today))


class Draft(SealedModel):
    """What somebody had typed of a declaration: one a person, sealed whole, because its address is a home's."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    saved_at = models.DateTimeField()
    content = SealedText(max_length=8000)

    retention = Retention(
        processing=ABSENCES_AND_PATROLS,
        title="Brouillons de déclaration",
        data="Saisie inachevée d'une déclaration (scellée), pour son auteur seul",
        duration="draft",
        since="le dernier enregistrement",
        over=_is_over,
        holder=Holder(
            path="account",
            columns={"id": "Référence", "saved_at": "Gardé le", "dies_in": "Semaine d'effacement"},
            withheld={**SEAL, "content": OTHERS},
        ),
    )
