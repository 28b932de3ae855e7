"""The texts of a report, each sealed in a table of its own, because each has readers of its own."""

from django.db import models

from accounts.models.sealed import SealedModel, SealedText
from accounts.retention import SEAL, Retention
from reports import choices
from reports.declarations import REPORTS, AuthorsHolder
from reports.guard import MAX_CHARACTERS
from reports.models.reports import Report


class Telling(SealedModel):
    """The words of whoever told it, for themselves and the référents of the sector."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="telling")
    text = SealedText(max_length=MAX_CHARACTERS)

    audit_actions = {"text": "report.original_text"}
    retention = Retention(
        processing=REPORTS,
        title="Textes d'origine des signalements",
        data="Texte de l'habitant (scellé), pour son auteur et le référent du secteur",
        leaves_with="reports.Report",
        holder=AuthorsHolder(
            path="report",
            columns={"id": "Référence", "text": "Texte", "dies_in": "Semaine d'effacement"},
            withheld=SEAL,
        ),
    )

    @property
    def audit_subject(self) -> models.Model:
        return self.report


class Relay(SealedModel):
    """What the référent wrote of it for the police."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="relay")
    text = SealedText(max_length=MAX_CHARACTERS)

    audit_actions = {"text": "report.relayed_text"}
    retention = Retention(
        processing=REPORTS,
        title="Textes relayés des signalements",
        data="Texte du référent (scellé), pour l'auteur, le secteur et la police",
        leaves_with="reports.Report",
        holder=AuthorsHolder(
            path="report",
            columns={"id": "Référence", "text": "Texte", "dies_in": "Semaine d'effacement"},
            withheld=SEAL,
        ),
    )

    @property
    def audit_subject(self) -> models.Model:
        return self.report


class Answer(SealedModel):
    """A sentence in answer: of a référent to the author, or of the police to the référent."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="answers")
    audience = models.CharField(max_length=8, choices=choices.Audience)
    written_at = models.DateTimeField()
    text = SealedText(max_length=MAX_CHARACTERS)

    retention = Retention(
        processing=REPORTS,
        title="Réponses aux signalements",
        data="Réponse du référent à l'auteur, ou de la police au référent (scellée)",
        leaves_with="reports.Report",
        holder=AuthorsHolder(
            path="report",
            columns={
                "id": "Référence",
                "audience": "Adressée",
                "written_at": "Écrite le",
                "text": "Texte",
                "dies_in": "Semaine d'effacement",
            },
            withheld=SEAL,
        ),
    )

    class Meta(SealedModel.Meta):
        ordering = ["written_at", "pk"]

    @property
    def audit_subject(self) -> models.Model:
        return self.report
