"""The calls that follow an anomaly: the owner, then the trusted person, then the national police."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from patrols import declarations
from patrols.models.passages import Passage


class CallAttemptQuerySet(models.QuerySet["CallAttempt"]):
    def of_visit(self, passage: Passage) -> "CallAttemptQuerySet":
        """Calls after a passage, and after the one that tells the same visit: nobody is called twice for one."""
        beneath = Q(passage__joined__counts_as=passage, passage__joined__is_parted=False)
        above = Q(passage__told_beside__passage=passage, passage__told_beside__is_parted=False)
        return self.filter(Q(passage=passage) | beneath | above)


class CallAttempt(models.Model):
    """One call of the chain that an anomaly opens, with its hours and how it ended; never a number or a name.

    Of a call that was left without a word nobody knows whether it reached anybody: the same step is still to call.
    """

    class Step(models.TextChoices):
        OWNER = "owner", "Propriétaire"
        TRUSTED_PERSON = "trusted_person", "Personne de confiance"
        NATIONAL_POLICE = "national_police", "Police nationale"

    class Outcome(models.TextChoices):
        REACHED = "reached", "Joint"
        NO_ANSWER = "no_answer", "Pas de réponse"
        VOICEMAIL = "voicemail", "Message laissé"
        WRONG_NUMBER = "wrong_number", "Numéro erroné"
        NOT_SAID = "not_said", "Issue non dite"

    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="calls")
    reference = models.UUIDField(default=uuid.uuid4, editable=False)
    step = models.CharField(max_length=16, choices=Step)
    outcome = models.CharField(max_length=12, choices=Outcome)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = CallAttemptQuerySet.as_manager()

    retention = declarations.CALL_ATTEMPT

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(name="call_is_recorded_once", fields=["passage", "reference"]),
            models.CheckConstraint(name="call_ends_after_it_starts", condition=Q(ended_at__gte=F("started_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.started_at:%H:%M} {self.outcome}"
