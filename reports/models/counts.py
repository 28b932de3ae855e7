"""What remains of reports once they are erased: how many, and how soon the first answer came."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
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


# What is kept and what was erased, together; what an author took back before it was relayed was never told.
READ_REPORTS = """
SELECT sector_id, month, kind, sum(told)::integer
  FROM (
    SELECT sector_id, date_trunc('month', told_at AT TIME ZONE 'Europe/Paris')::date AS month, kind,
           count(*) AS told
      FROM reports_report
     WHERE commune_id = %(commune)s
     GROUP BY 1, 2, 3
     UNION ALL
    SELECT sector_id, month, kind, told
      FROM reports_reportcount
     WHERE commune_id = %(commune)s
  ) AS every
 WHERE month BETWEEN coalesce(%(first)s, month) AND coalesce(%(last)s, month)
 GROUP BY 1, 2, 3
 ORDER BY 2, 1, 3
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


@dataclass(frozen=True, kw_only=True)
class ReportsOfMonth:
    """Reports of one kind that were told in a sector in a month."""

    sector_id: int
    month: dt.date
    kind: str
    told: int


def read_reports(commune: str, first: dt.date | None, last: dt.date | None) -> list[ReportsOfMonth]:
    """Count the reports of a commune by sector, month and kind, those that were erased included.

    Parameters
    ----------
    first, last
        The first day of the first month, a day of the last one; None for all there are.

    Returns
    -------
    list of ReportsOfMonth
        By month. As a declared job: the walls hide reports.
    """
    with connection.cursor() as cursor:
        cursor.execute(READ_REPORTS, {"commune": commune, "first": first, "last": last})
        return [
            ReportsOfMonth(sector_id=sector, month=month, kind=kind, told=told)
            for sector, month, kind, told in cursor.fetchall()
        ]


def first_month_of_reports(commune: str) -> dt.date | None:
    """Return the first month in which a report was told; None before there is any."""
    return next((told.month for told in read_reports(commune, None, None)), None)
