"""The counts of a commune by sector and month, as a job reads them: nothing here is published as it is."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from absences.counts import AbsenceCount, first_month_of_looks, read_absences, read_looks
from absences.models import Absence
from geo.models import Commune
from maps.review.measures import ANOMALIES, BEGUN, DONE, LOOKS, NIGHTS, OWED, REPORTS
from maps.review.periods import Period
from patrols.counts import PassageCount, read_passages
from patrols.models import Passage
from reports.models.counts import first_month_of_reports, read_reports
from sectors.models import Sector

# Where a count belongs: the key of a sector as text, or what lies in none.
Leaf = str
OUTSIDE: Leaf = "outside"
Cell = tuple[Leaf, dt.date]


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What was counted by place and first day of month.

    Attributes
    ----------
    by_measure
        For each counted measure, units by cell, without zeros.
    hours
        Passages by cell and hour of the day.
    since
        The first month of what a commune may have begun to count later than the rest; None before it has.
    """

    by_measure: Mapping[str, Counter[Cell]] = field(repr=False)
    hours: Mapping[Cell, Counter[int]] = field(repr=False)
    since: Mapping[str, dt.date | None]

    def has(self, measure: str, period: Period) -> bool:
        """Whether a measure was counted in the whole of a period: a year that it was not would seem a poor one."""
        since = self.since.get(measure, period.first_day)
        return since is not None and since <= period.first_day


def read_counts(commune: Commune, first: dt.date, last: dt.date) -> Counts:
    """Read what was counted from the first day of a month to the last day of another."""
    counted: dict[str, Counter[Cell]] = {
        key: Counter() for key in (BEGUN, NIGHTS, LOOKS, OWED, DONE, ANOMALIES, REPORTS)
    }
    hours: dict[Cell, Counter[int]] = {}
    for row in read_absences(commune.pk, first, last):
        cell = _leaf(row.sector_id), row.month
        counted[BEGUN][cell] += row.begun
        counted[NIGHTS][cell] += row.nights
        counted[OWED][cell] += round(row.passages_owed)
    for told in read_passages(commune.pk, first, last):
        cell = _leaf(told.sector_id), told.month
        counted[DONE][cell] += told.passages
        hours.setdefault(cell, Counter())[told.hour] += told.passages
        if told.result == Passage.Result.ANOMALY:
            counted[ANOMALIES][cell] += told.passages
    for watched in read_looks(commune.pk, first, last):
        counted[LOOKS][_leaf(watched.sector_id), watched.month] += watched.looked
    for month in read_reports(commune.pk, first, last):
        counted[REPORTS][_leaf(month.sector_id), month.month] += month.told
    return Counts(
        by_measure={key: +cells for key, cells in counted.items()},
        hours=hours,
        since={REPORTS: first_month_of_reports(commune.pk), LOOKS: first_month_of_looks(commune.pk, last)},
    )


def first_month(commune: Commune) -> dt.date | None:
    """The first month of which anything was counted; None before there is anything."""
    days = [
        AbsenceCount.objects.filter(commune=commune).order_by("month").values_list("month", flat=True).first(),
        PassageCount.objects.filter(commune=commune).order_by("month").values_list("month", flat=True).first(),
        first_month_of_reports(commune.pk),
        Absence.objects.filter(commune=commune).order_by("first_day").values_list("first_day", flat=True).first(),
    ]
    known = [day for day in days if day is not None]
    return min(known).replace(day=1) if known else None


def leaves_of(commune: Commune) -> tuple[Leaf, ...]:
    """Where a count of the commune may belong: each of its sectors, by number, and outside all."""
    sectors = Sector.objects.filter(commune=commune).order_by("number").values_list("pk", flat=True)
    return (*map(str, sectors), OUTSIDE)


def _leaf(sector: int | None) -> Leaf:
    return OUTSIDE if sector is None else str(sector)
