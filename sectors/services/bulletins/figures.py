"""How many messages were sent, read and relayed, by sector and month: what the review of the network reads."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from sectors.models import Bulletin
from sectors.models.bulletin_counts import READ_BULLETINS

COUNTS = "SELECT sector_id, month, sent, read, relayed FROM walls.bulletins_by_sector_month(%s, %s)"


@dataclass(frozen=True, kw_only=True)
class SectorMonth:
    """The messages that were sent to one sector in one month, however long ago they were read and relayed."""

    sector_id: int
    month: dt.date
    sent: int
    read: int
    relayed: int


def count_by_sector_month(first: dt.date, last: dt.date) -> list[SectorMonth]:
    """Count messages by sector and month of sending, those that were erased since included.

    Parameters
    ----------
    first, last
        First days of the first and of the last month, both included.

    Returns
    -------
    list of SectorMonth
        By month, then by sector; a sector to which nothing was sent in a month has no row. For police of the
        commune, for its CLSPD without the month under way, and empty for everybody else.

    Notes
    -----
    A message counts once for each sector that it was sent to, as read there once one référent has opened it, as
    relayed there once one has said so. A correction is a message of its own, and what it replaces still counts.
    """
    return _count(COUNTS, [first, last])


def count_for_job(commune: str, first: dt.date, last: dt.date) -> list[SectorMonth]:
    """Count the same of one commune as a declared job, for which nobody asks."""
    return _count(READ_BULLETINS, {"commune": commune, "first": first, "last": last})


def count_messages(commune: str, first: dt.date, last: dt.date) -> int:
    """Count the messages of a commune that were sent from one day to another and are still kept, each once."""
    sent = Bulletin.objects.sent().filter(commune=commune, addressed__isnull=False)
    return sent.filter(sent_at__date__range=(first, last)).distinct().count()


def _count(sql: str, asked: Sequence[dt.date] | Mapping[str, dt.date | str]) -> list[SectorMonth]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return [
            SectorMonth(sector_id=sector, month=month, sent=int(sent), read=int(read), relayed=int(relayed))
            for sector, month, sent, read, relayed in cursor.fetchall()
        ]
