"""What remains of reports once they are erased: how many, and how soon the first answer came."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection, models
from django.db.models import Q

from accounts.retention import Retention
from geo.models import Commune
from reports import choices
from reports.declarations import REPORTS
from sectors.models import Sector

COUNTED = "Des nombres : ni texte, ni lieu, ni personne."
# The first answer is the first thing that a référent did with it.
COUNT_REPORTS = """
WITH gone AS (
    SELECT report.*, least(relayed_at, ended_at) AS first_answer_at
      FROM reports_report report
     WHERE id = ANY (%s)
)
INSERT INTO reports_reportcount AS kept (commune_id, sector_id, month, kind, told, relayed, answered, answer_hours)
SELECT commune_id, sector_id, date_trunc('month', told_at AT TIME ZONE 'Europe/Paris')::date, kind,
       count(*), count(relayed_at), count(first_answer_at),
       coalesce(sum(extract(epoch FROM first_answer_at - told_at) / 3600), 0)
  FROM gone
 GROUP BY 1, 2, 3, 4
    ON CONFLICT (commune_id, sector_id, month, kind) DO UPDATE
   SET told = kept.told + excluded.told, relayed = kept.relayed + excluded.relayed,
       answered = kept.answered + excluded.answered, answer_hours = kept.answer_hours + excluded.answer_hours
"""


class ReportCount(models.Model):
    """Reports that were erased, counted; ``answer_hours`` is the sum over those that were ``answered``."""

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    kind = models.CharField(max_length=12, choices=choices.Kind)
    told = models.PositiveIntegerField()
    relayed = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    answer_hours = models.DecimalField(max_digits=12, decimal_places=2)

    retention = Retention(
        processing=REPORTS,
        title="Nombres de signalements",
        data="Nombre par secteur, mois et nature, délai de première réponse ; ni texte, ni lieu, ni personne",
        apart="sans limite",
        remains="sans objet",
        holder=COUNTED,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="reports_are_counted_once", fields=["commune", "sector", "month", "kind"]
            ),
            models.CheckConstraint(name="reports_are_counted_by_month", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.kind} {self.told}"


def count_reports(keys: Sequence[UUID]) -> None:
    """Add the reports of these keys to what is counted; within the transaction that erases them."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_REPORTS, [list(keys)])
