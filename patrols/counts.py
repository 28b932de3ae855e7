"""What remains of passages once they are erased: how many, when in the day and with what result, by sector."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, models
from django.db.models import Q

from absences.counts import ABSENCES_AND_PATROLS, COUNTED
from accounts.retention import Retention
from geo.models import Commune
from sectors.models import Sector

# A passage counts in the sector whose perimeter was in force that day and holds the home, on a shared border the
# one of the lower number. Perimeters are looked up once a home.
OF_PASSAGES = """
WITH done AS (
    SELECT p.id, p.absence_id, a.commune_id, p.result, p.done_at AT TIME ZONE 'Europe/Paris' AS at
      FROM patrols_passage p JOIN absences_absence a ON a.id = p.absence_id
     WHERE {which}
       AND NOT EXISTS (SELECT FROM patrols_joinedpassage joined
                        WHERE joined.passage_id = p.id AND NOT joined.is_parted)
), places AS MATERIALIZED (
    SELECT a.id AS absence_id, s.id AS sector_id, s.number, perimeter.valid
      FROM absences_absence a
      JOIN sectors_sector s ON s.commune_id = a.commune_id
      JOIN sectors_perimeter perimeter ON perimeter.sector_id = s.id AND ST_Covers(perimeter.area, a.point)
     WHERE a.id IN (SELECT absence_id FROM done)
), placed AS (
    SELECT DISTINCT ON (done.id) done.*, places.sector_id
      FROM done LEFT JOIN places ON places.absence_id = done.absence_id AND places.valid @> done.at::date
     ORDER BY done.id, places.number
)
SELECT commune_id, sector_id, date_trunc('month', at)::date AS month, extract(hour FROM at)::smallint AS hour,
       result, count(*) AS passages
  FROM placed
 GROUP BY 1, 2, 3, 4, 5
"""
COUNT_PASSAGES = f"""
INSERT INTO patrols_passagecount AS kept (commune_id, sector_id, month, hour, result, passages)
{OF_PASSAGES.format(which="p.id = ANY (%s)")}
    ON CONFLICT (commune_id, sector_id, month, hour, result) DO UPDATE
   SET passages = kept.passages + excluded.passages
"""  # noqa: S608 (pieces of our own)
# What is kept and what was erased, together.
READ_PASSAGES = f"""
SELECT sector_id, month, hour, result, sum(passages)::integer
  FROM (
    ({OF_PASSAGES.format(which="a.commune_id = %(commune)s")})
     UNION ALL
    SELECT commune_id, sector_id, month, hour, result, passages
      FROM patrols_passagecount
     WHERE commune_id = %(commune)s
  ) AS told
 WHERE month BETWEEN %(first)s AND %(last)s
 GROUP BY 1, 2, 3, 4
 ORDER BY 2, 1, 3, 4
"""  # noqa: S608 (pieces of our own)


class PassageCount(models.Model):
    """Passages that were erased, counted: by sector (none: outside all), month, hour of the day and result."""

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, related_name="+")
    month = models.DateField()
    hour = models.PositiveSmallIntegerField()
    result = models.CharField(max_length=10)
    passages = models.PositiveIntegerField()

    retention = Retention(
        processing=ABSENCES_AND_PATROLS,
        title="Nombres de passages",
        data="Passages par secteur, mois, heure du jour et résultat ; ni logement, ni équipage, ni date",
        apart="sans limite",
        remains="sans objet",
        holder=COUNTED,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="passages_are_counted_once",
                fields=["commune", "sector", "month", "hour", "result"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="passages_are_counted_by_month", condition=Q(month__day=1)),
            models.CheckConstraint(name="passage_count_hour_exists", condition=Q(hour__lte=23)),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.hour} h {self.result} {self.passages}"


def count_passages(keys: Sequence[int]) -> None:
    """Add the passages of these keys to what is counted; within the transaction that erases them."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_PASSAGES, [list(keys)])


@dataclass(frozen=True, kw_only=True)
class PassagesOfHour:
    """Passages of a month in a sector (None: outside all) in one hour of the day with one result."""

    sector_id: int | None
    month: dt.date
    hour: int
    result: str
    passages: int


def read_passages(commune: str, first: dt.date, last: dt.date) -> list[PassagesOfHour]:
    """Count the passages of a commune by sector, month, hour and result, those that were erased included.

    Parameters
    ----------
    first, last
        The first day of the first month, the last day of the last one.

    Returns
    -------
    list of PassagesOfHour
        By month, without what was not. As a declared job: the walls hide homes.
    """
    with connection.cursor() as cursor:
        cursor.execute(READ_PASSAGES, {"commune": commune, "first": first, "last": last})
        return [
            PassagesOfHour(sector_id=sector, month=month, hour=hour, result=result, passages=passages)
            for sector, month, hour, result, passages in cursor.fetchall()
        ]
