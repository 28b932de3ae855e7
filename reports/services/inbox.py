"""The reports of a référent's sectors: which wait, which look alike, and which come from one source."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from reports.models import Report

# Facts of one kind, this near and within so many days, may be one fact told twice.
ALIKE_WITHIN_M, ALIKE_WITHIN = 100, dt.timedelta(days=3)
# What one source tells of one place over a month may be a quarrel of neighbours.
SOURCE_WITHIN_M, SOURCE_WITHIN = 100, dt.timedelta(days=30)
KNOWN_AS = "SELECT report, source, pseudonym FROM authors.known_as()"


@dataclass(frozen=True, kw_only=True)
class Source:
    """Who told a report, as a référent knows them: a key that leads to no account, and a pseudonym if any."""

    key: UUID
    pseudonym: str


def read_sources() -> dict[UUID, Source]:
    """Return the source of each report of one's sectors that has one, by key of the report."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_AS)
        return {
            report: Source(key=source, pseudonym=pseudonym or "")
            for report, source, pseudonym in cursor.fetchall()
        }


def find_alike(report: Report) -> QuerySet[Report]:
    """Return other reports of the same kind, near in place and time, the latest first."""
    return _near(report, ALIKE_WITHIN_M, ALIKE_WITHIN).filter(kind=report.kind)


def find_of_one_source(report: Report, sources: dict[UUID, Source]) -> QuerySet[Report]:
    """Return what the same source told of the same place within a month; nothing where no source is known."""
    source = sources.get(report.pk)
    of_source = [key for key, other in sources.items() if source is not None and other.key == source.key]
    return _near(report, SOURCE_WITHIN_M, SOURCE_WITHIN).filter(pk__in=of_source)


def _near(report: Report, within_m: float, within: dt.timedelta) -> QuerySet[Report]:
    others = Report.objects.exclude(pk=report.pk).filter(sector_id=report.sector_id)
    return others.near(report.point, within_m, report.happened_at, within)
