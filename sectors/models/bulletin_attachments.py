"""Documents that go with a prevention message: a poster, a leaflet; PDF by their content, kept in the database."""

from django.db import models
from django.db.models import Q

from accounts.retention import Retention
from sectors.declarations import MESSAGES
from sectors.models.bulletins import Bulletin

LONGEST_TITLE = 80
MOST_ATTACHED = 3


class BulletinAttachment(models.Model):
    """One document of a message, under the title by which its readers choose it; its file's name is not kept."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="attachments")
    title = models.CharField(max_length=LONGEST_TITLE)
    content = models.BinaryField()
    content_sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()

    retention = Retention(
        processing=MESSAGES,
        title="Pièces jointes d'un message",
        data="Titre et document PDF, tel qu'il a été joint, et son empreinte",
        leaves_with="sectors.Bulletin",
        holder="Un document pour les habitants : rien n'y mène à un compte.",
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="attachment_is_told_by_its_sha256", condition=Q(content_sha256__regex=r"^[0-9a-f]{64}$")
            )
        ]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.pk}"
