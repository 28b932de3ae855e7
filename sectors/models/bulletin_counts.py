"""What remains of prevention messages once they are erased: how many were sent, read and relayed, by sector."""

from collections.abc import Sequence

from django.db import connection, models
from django.db.models import F, Q

from accounts.retention import Retention
from geo.models import Commune
from sectors.declarations import MESSAGES
from sectors.models.perimeters import Sector

# A message counts in the month in which it was sent: once for each of its sectors, as read where a référent has
# opened it, as relayed where one has said so. The same is counted of what is kept: sql/count_bulletins.sql.
OF_BULLETINS = """
SELECT gone.commune_id, addressed.sector_id,
       date_trunc('month', gone.sent_at AT TIME ZONE 'Europe/Paris')::date AS month,
       count(*) AS sent,
       count(*) FILTER (WHERE EXISTS (
           SELECT FROM sectors_bulletinreading reading
            WHERE reading.bulletin_id = gone.id AND reading.sector_id = addressed.sector_id)) AS read,
       count(*) FILTER (WHERE EXISTS (
           SELECT FROM sectors_bulletinrelay relay
            WHERE relay.bulletin_id = gone.id AND relay.sector_id = addressed.sector_id)) AS relayed
  FROM sectors_bulletin gone
  JOIN sectors_bulletinsector addressed ON addressed.bulletin_id = gone.id
 WHERE {which} AND gone.sent_at IS NOT NULL
 GROUP BY 1, 2, 3
"""
COUNT_BULLETINS = f"""
INSERT INTO sectors_bulletincount AS kept (commune_id, sector_id, month, sent, read, relayed)
{OF_BULLETINS.format(which="gone.id = ANY (%s)")}
    ON CONFLICT (sector_id, month) DO UPDATE
   SET sent = kept.sent + excluded.sent, read = kept.read + excluded.read,
       relayed = kept.relayed + excluded.relayed
"""  # noqa: S608 (pieces of our own)
# What is kept and what was erased, together; for a job, to whom the function of count_bulletins.sql tells nothing.
READ_BULLETINS = f"""
SELECT sector_id, month, sum(sent)::integer, sum(read)::integer, sum(relayed)::integer
  FROM (
    ({OF_BULLETINS.format(which="gone.commune_id = %(commune)s")})
     UNION ALL
    SELECT commune_id, sector_id, month, sent, read, relayed
      FROM sectors_bulletincount
     WHERE commune_id = %(commune)s
  ) AS told
 WHERE month BETWEEN %(first)s AND %(last)s
 GROUP BY 1, 2
 ORDER BY 2, 1
"""  # noqa: S608 (pieces of our own)


class BulletinCount(models.Model):
    """Messages that were erased, counted: one row per sector and month of sending."""

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    sent = models.PositiveIntegerField()
    read = models.PositiveIntegerField()
    relayed = models.PositiveIntegerField()

    retention = Retention(
        processing=MESSAGES,
        title="Nombres de messages",
        data="Messages envoyés, lus et relayés par secteur et par mois ; ni texte, ni personne",
        apart="sans limite",
        remains="sans objet",
        holder="Des nombres : ni texte, ni personne.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="bulletins_are_counted_once", fields=["sector", "month"]),
            models.CheckConstraint(name="bulletins_are_counted_by_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="no_more_bulletins_are_read_or_relayed_than_sent",
                condition=Q(read__lte=F("sent"), relayed__lte=F("sent")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.sent}"


def count_bulletins(keys: Sequence[int]) -> None:
    """Add the messages of these keys to what is counted; within the transaction that erases them."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_BULLETINS, [list(keys)])
