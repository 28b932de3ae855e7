"""One visit that was told twice: as a rule by radio to the desk, and by the phone of the crew that made it."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Account
from patrols import declarations
from patrols.models.passages import Passage


class JoinedPassageQuerySet(models.QuerySet["JoinedPassage"]):
    def of_visit(self, passage: int) -> "JoinedPassageQuerySet":
        """The pair that a passage is in, by its key, joined or parted: one at most."""
        return self.filter(Q(passage=passage) | Q(counts_as=passage))


class JoinedPassage(models.Model):
    """A passage that tells the same visit as another, which counts in its stead.

    They were joined as a phone sent one of them (`services.phone.joining`), or by the desk
    (`services.desk.parting`). Both stay as they were told. The desk may part them, and join them again:
    ``decided_at`` and ``decided_by`` are of its last word, none where it has said nothing; the audit chain has
    them all. Where the passage that counts was erased first, ``counts_as`` is empty and the visit stays counted.
    """

    passage = models.OneToOneField(Passage, on_delete=models.CASCADE, primary_key=True, related_name="joined")
    counts_as = models.OneToOneField(Passage, on_delete=models.SET_NULL, null=True, related_name="told_beside")
    joined_at = models.DateTimeField(default=timezone.now)
    is_parted = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = JoinedPassageQuerySet.as_manager()

    retention = declarations.JOINED_PASSAGE

    class Meta:
        constraints = [
            models.CheckConstraint(name="passage_counts_as_another", condition=~Q(passage=F("counts_as"))),
            models.CheckConstraint(
                name="passages_are_parted_at_a_moment", condition=Q(is_parted=False) | Q(decided_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.passage_id} {'beside' if self.is_parted else 'beneath'} {self.counts_as_id}"

    @property
    def is_by_hand(self) -> bool:
        """Whether the desk has joined them, and said nothing else since."""
        return not self.is_parted and self.decided_at == self.joined_at

    @property
    def is_of_one_stop(self) -> bool:
        """Whether both tell of a stop: the same, since by that a phone's is joined."""
        return bool(self.passage.stop_id and self.counts_as and self.counts_as.stop_id)
