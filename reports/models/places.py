"""What remains of the places of relayed reports once these are erased: where and when, and of what kind."""

import datetime as dt
import uuid
from collections.abc import Sequence
from uuid import UUID

from django.contrib.gis.db import models
from django.db import connection
from django.db.models import Q

from accounts.retention import Retention, first_moment_kept
from geo.models import WGS84, Commune
from reports import choices
from reports.declarations import REPORTS
from reports.models.counts import count_reports
from sectors.models import Sector

PLACED = "Une rue, une heure et la nature d'un fait : ni texte, ni adresse, ni personne, ni signalement."
# What the police were never told, or was rejected, leaves no place: there was no fact for them.
KEEP_PLACES = """
INSERT INTO reports_reportplace (id, commune_id, sector_id, kind, happened_at, point)
SELECT gen_random_uuid(), commune_id, sector_id, kind, happened_at, street_point
  FROM reports_report
 WHERE id = ANY (%s) AND relayed_at IS NOT NULL AND state <> 'rejected'
"""


def _is_over(today: dt.date) -> Q:
    return Q(happened_at__lt=first_moment_kept("report_place", today))


class ReportPlace(models.Model):
    """Where and in which hour a fact was seen whose report was erased (decision 48).

    ``point`` is the middle of the stretch of street to which the report was rounded, never the place as it was
    told. The key is random: neither it nor an order leads back to the report.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=choices.Kind)
    happened_at = models.DateTimeField()
    point = models.PointField(srid=WGS84)

    retention = Retention(
        processing=REPORTS,
        title="Lieux des faits signalés",
        data="Nature, heure et tronçon de rue d'un fait relayé ; ni texte, ni adresse, ni auteur, ni signalement",
        duration="report_place",
        since="le fait",
        over=_is_over,
        holder=PLACED,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="report_place_has_a_whole_hour",
                condition=Q(happened_at__minute=0, happened_at__second=0),
            ),
            models.CheckConstraint(name="report_place_kind_exists", condition=Q(kind__in=choices.Kind.values)),
        ]
        indexes = [models.Index(name="report_place_by_hour", fields=["commune", "happened_at"])]

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d %H} h {self.kind}"


def leave_behind(keys: Sequence[UUID]) -> None:
    """Keep of the reports of these keys what may remain; within the transaction that erases them."""
    count_reports(keys)
    with connection.cursor() as cursor:
        cursor.execute(KEEP_PLACES, [list(keys)])
