"""Whether more is reported in each sector from year to year, or less, beyond what chance explains."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.contrib.gis.geos import MultiPolygon
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.models import Commune
from geo.statistics.rates import Observed, Verdict
from geo.statistics.trends import Trend, trends
from maps.density.asked import Asked, year_before
from maps.density.facts import Surface, read_facts
from maps.review.grounds import Ground, count_covered, read_ground
from reports.models import Report, ReportPlace
from sectors.models import Sector
from sectors.services.grounds import in_force_on

# Places are kept for three years.
YEARS_COMPARED = 3
TOLD = {
    Verdict.MORE: _("en hausse"),
    Verdict.LESS: _("en baisse"),
    Verdict.PERHAPS_CHANCE: _("sans tendance sûre"),
    Verdict.NOTHING: _("aucun fait"),
}

Days = tuple[dt.date, dt.date]


@dataclass(frozen=True, kw_only=True)
class SectorTrend:
    """The reports that lie in one sector, in the same days of each year, the oldest first."""

    name: str
    trend: Trend

    @property
    def counts(self) -> list[int]:
        return [one.count for one in self.trend.periods]

    @property
    def told(self) -> str:
        """What the test says of it, in two words or three."""
        return str(TOLD[self.trend.verdict])


@dataclass(frozen=True, kw_only=True)
class SectorTrends:
    """Trends of sectors, read together.

    Attributes
    ----------
    years
        First and last day of each year's days, the oldest first; fewer than two where nothing can be compared.
    since
        The day of the first report that is known; None without one.
    sectors, together
        Each sector that had homes in all the years, and all of them as one.
    without_past
        Names of the other sectors of today.
    is_too_long
        Whether the days that are asked for are more than a year, and would be compared to themselves.
    """

    years: tuple[Days, ...]
    since: dt.date | None
    sectors: tuple[SectorTrend, ...] = ()
    together: SectorTrend | None = None
    without_past: tuple[str, ...] = ()
    is_too_long: bool = False

    @property
    def rows(self) -> tuple[SectorTrend, ...]:
        """Those of the table: all sectors as one, where there are several, then each."""
        return self.sectors if self.together is None else (self.together, *self.sectors)


def read_sector_trends(commune: Commune, asked: Asked) -> SectorTrends:
    """Test the same days of the last years, sector by sector, whatever the hour, the weekday and the month.

    Notes
    -----
    Days before the first report that is known would pass for days without reports: a year that holds some is left
    out. Exposure is homes × days, by the perimeter in force on the last of the days: a sector that grew does not
    rise by it. Reports count where they lie, not with the référent who relayed them: people tell their own.
    """
    since = _first_known(commune)
    years = _same_days(asked, since)
    if len(years) < 2:
        return SectorTrends(years=years, since=since, is_too_long=year_before(asked.last) >= asked.first)
    ground = read_ground(commune, using=DEFAULT_DB_ALIAS)
    areas = [in_force_on(commune, last) for _first, last in years]
    homes = [count_covered(ground, in_force) for in_force in areas]
    counts = [
        _count_within(commune, days, asked.kind, in_force) for days, in_force in zip(years, areas, strict=True)
    ]
    compared = [sector for sector in areas[-1] if all(each.get(sector.pk) for each in homes)]
    series = [
        [
            Observed(counted.get(sector.pk, 0), held[sector.pk] * ((last - first).days + 1))
            for counted, held, (first, last) in zip(counts, homes, years, strict=True)
        ]
        for sector in compared
    ]
    return SectorTrends(
        years=years,
        since=since,
        sectors=tuple(
            SectorTrend(name=sector.name, trend=trend)
            for sector, trend in zip(compared, trends(series), strict=True)
        ),
        together=_add(series) if len(compared) > 1 else None,
        without_past=tuple(sector.name for sector in areas[-1] if sector not in compared),
    )


def _count_within(
    commune: Commune, days: Days, kind: str, in_force: Mapping[Sector, MultiPolygon]
) -> dict[int | None, int]:
    """Count the reports of some days by the sector in whose perimeter they lie."""
    facts = read_facts(commune, Surface.REPORTS, *days, kind=kind)
    places = Ground(commune=commune, points_m=np.column_stack([facts.points.x_m, facts.points.y_m]))
    return count_covered(places, in_force)


def _add(series: list[list[Observed]]) -> SectorTrend:
    """Take sectors for one, with a test of its own."""
    (trend,) = trends(
        [
            [
                Observed(sum(one.count for one in year), sum(one.exposure for one in year))
                for year in zip(*series, strict=True)
            ]
        ]
    )
    return SectorTrend(name="", trend=trend)


def _first_known(commune: Commune) -> dt.date | None:
    known = [
        rows.filter(commune=commune.pk).aggregate(first=Min("happened_at"))["first"]
        for rows in (Report.objects.standing(), ReportPlace.objects.all())
    ]
    return min((timezone.localdate(at) for at in known if at), default=None)


def _same_days(asked: Asked, since: dt.date | None) -> tuple[Days, ...]:
    """The days that are asked for, and the same of the years before: none twice, all known."""
    years = [(asked.first, asked.last)]
    while len(years) < YEARS_COMPARED and year_before(years[-1][1]) < years[-1][0]:
        first, last = years[-1]
        years.append((year_before(first), year_before(last)))
    return tuple((first, last) for first, last in reversed(years) if since and first >= since)
