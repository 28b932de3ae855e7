"""Texts from which a prevention message may begin; the commune's own, which its police change as they like."""

from django.db import models

from accounts.retention import Retention
from geo.models import Commune
from sectors.declarations import MESSAGES
from sectors.models.bulletins import LONGEST_SUBJECT, LONGEST_TEXT

LONGEST_TITLE = 60


class BulletinTemplate(models.Model):
    """One text to begin from, under the title by which it is chosen."""

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("Titre du modèle", max_length=LONGEST_TITLE)
    subject = models.CharField("Objet", max_length=LONGEST_SUBJECT)
    text = models.TextField("Texte", max_length=LONGEST_TEXT)

    retention = Retention(
        processing=MESSAGES,
        title="Modèles de message",
        data="Titre, objet et texte d'un message type, sans donnée nominative",
        apart="tant que la police de la commune s'en sert",
        holder="Un texte type : rien n'y mène à un compte.",
    )

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(name="template_title_is_unique_in_commune", fields=["commune", "title"])
        ]

    def __str__(self) -> str:
        return self.title
