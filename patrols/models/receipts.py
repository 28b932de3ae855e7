"""What came in from the crews' phones: a receipt for each entry, and the entries that could not be taken in."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Account, Device
from accounts.models.sealed import SealedModel, SealedQuerySet, SealedText
from patrols import declarations
from patrols.models.crews import Crew
from patrols.models.passages import SHA256_HEX_LENGTH, Passage

LONGEST_CONTENT = 4_000


class Receipt(models.Model):
    """An entry of a crew's phone that the server has taken in, once: by its identifier and its content's hash.

    A phone that did not get the answer sends again, and is acknowledged from here; the row says nothing of a home
    and outlives the hours in which the crew may see its round.
    """

    class Outcome(models.TextChoices):
        RECORDED = "recorded", "Enregistré"
        REFUSED = "refused", "Mis de côté"

    crew = models.ForeignKey(Crew, on_delete=models.CASCADE, related_name="+")
    reference = models.UUIDField()
    content_sha256 = models.CharField(max_length=SHA256_HEX_LENGTH)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RECORDED)
    reason = models.CharField(max_length=20, blank=True, default="")
    received_at = models.DateTimeField(default=timezone.now)
    passage = models.ForeignKey(Passage, on_delete=models.SET_NULL, null=True, related_name="+")

    retention = declarations.RECEIPT

    class Meta:
        constraints = [models.UniqueConstraint(name="entry_is_taken_in_once", fields=["crew", "reference"])]

    def __str__(self) -> str:
        return f"{self.reference} {self.outcome}"


class RefusedEntryQuerySet(SealedQuerySet["RefusedEntry"]):
    def waiting(self) -> "RefusedEntryQuerySet":
        """Entries of which the desk has not said what became."""
        return self.filter(settlement="")


class RefusedEntry(SealedModel):
    """An entry that could not become a passage or a call, kept sealed as it came so that police can look at it.

    The phone is told, and forgets it: nothing that a crew noted is lost because a server did not understand it.
    It waits until the desk says what became of it (``settlement``), once and signed.
    """

    class Reason(models.TextChoices):
        UNREADABLE = "unreadable", "L'envoi n'a pas la forme attendue"
        CHANGED = "changed", "Déjà reçu avec un autre contenu"
        NOT_ON_ROUND = "not_on_round", "Le logement n'est sur aucune tournée récente de l'équipage"
        NO_PASSAGE = "no_passage", "L'appel ne suit aucun passage connu de l'équipage"

    class Settlement(models.TextChoices):
        RECORDED = "recorded", "Passage noté à la main"
        ALREADY_THERE = "already_there", "Déjà noté par ailleurs"
        NOTHING_TO_KEEP = "nothing_to_keep", "Équipage interrogé, rien à garder"
        UNREADABLE = "unreadable", "Illisible, et l'équipage n'en sait plus rien"

    crew = models.ForeignKey(Crew, on_delete=models.CASCADE, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason)
    received_at = models.DateTimeField(default=timezone.now)
    content = SealedText(max_length=LONGEST_CONTENT)
    settlement = models.CharField(max_length=16, choices=Settlement, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = RefusedEntryQuerySet.as_manager()  # type: ignore[misc]

    retention = declarations.REFUSED_ENTRY

    class Meta(SealedModel.Meta):
        verbose_name_plural = "refused entries"
        constraints = [
            *SealedModel.Meta.constraints,
            models.CheckConstraint(
                name="refused_entry_is_settled_at_a_moment",
                condition=Q(settlement="", settled_at__isnull=True)
                | ~Q(settlement="") & Q(settled_at__isnull=False),
            ),
        ]
