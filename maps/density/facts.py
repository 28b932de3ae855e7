"""The three surfaces, never added up: what residents report, what crews find, the minutes that crews spend."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from geo import french
from geo.models import Commune
from geo.point_arrays import DatedPoints, read_dated_points, read_points
from geo.projections import metric_srid
from geo.statistics.ground import FloatArray, Points
from patrols.models import Passage
from reports.models import Report, ReportPlace

SECONDS_PER_HOUR, SECONDS_PER_DAY = 3_600, 86_400
SECONDS_PER_MINUTE = 60
# 1 January 1970 was a Thursday.
FIRST_WEEKDAY = 3
DAYS_A_WEEK, MONTHS_A_YEAR = 7, 12

UNITS = {
    "signalements": (_("signalement"), _("signalements")),
    "constats": (_("constat"), _("constats")),
    "minutes": (_("minute"), _("minutes")),
}


class Surface(models.TextChoices):
    """What a map shows: one of the three, never two together."""

    REPORTS = "signalements", _("Signalements des habitants")
    FOUND = "constats", _("Faits constatés par les équipages")
    MINUTES = "minutes", _("Minutes passées par les équipages")

    @property
    def unit(self) -> str:
        """What is counted, in the plural."""
        _one, many = UNITS[self.value]
        return str(many)

    def tell(self, value: float) -> str:
        """Write « 1 signalement », « 12 signalements »."""
        return french.counted(round(value), *map(str, UNITS[self.value]))

    @property
    def is_of_crews(self) -> bool:
        return self is not Surface.REPORTS


@dataclass(frozen=True, kw_only=True, eq=False)
class Facts:
    """Where and when: places in metres, and what a clock on the wall said, in seconds since 1970."""

    points: Points
    clock_s: FloatArray

    def __len__(self) -> int:
        return len(self.points)

    @property
    def hours(self) -> NDArray[np.int64]:
        """From 0 to 23."""
        return (self.clock_s % SECONDS_PER_DAY // SECONDS_PER_HOUR).astype(np.int64)

    @property
    def days(self) -> NDArray[np.int64]:
        """Since 1 January 1970."""
        return (self.clock_s // SECONDS_PER_DAY).astype(np.int64)

    @property
    def weekdays(self) -> NDArray[np.int64]:
        """From 0, Monday, to 6."""
        return (self.days + FIRST_WEEKDAY) % DAYS_A_WEEK

    @property
    def months(self) -> NDArray[np.int64]:
        """From 1 to 12."""
        return self.days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % MONTHS_A_YEAR + 1

    def where(self, kept: NDArray[np.bool_]) -> Self:
        """Return those that are kept."""
        points = self.points
        chosen = Points(x_m=points.x_m[kept], y_m=points.y_m[kept], weights=points.weights[kept])
        return type(self)(points=chosen, clock_s=self.clock_s[kept])

    def between(self, first: dt.date, last: dt.date) -> Self:
        """Return those of some days, both included."""
        epoch = dt.date(1970, 1, 1)
        days = self.days
        return self.where((days >= (first - epoch).days) & (days <= (last - epoch).days))


def read_facts(commune: Commune, surface: Surface, first: dt.date, last: dt.date, *, kind: str = "") -> Facts:
    """Read the facts of a surface from a first day to a last, both included, as far as the walls show them.

    Parameters
    ----------
    kind
        The kind of the reports; all when empty.
    """
    srid = metric_srid(commune.pk)
    since, until = _begin(first), _begin(last + dt.timedelta(days=1))
    if surface is Surface.REPORTS:
        within = {"commune": commune.pk, "happened_at__gte": since, "happened_at__lt": until}
        within |= {"kind": kind} if kind else {}
        living = read_dated_points(Report.objects.standing().filter(**within), "point", "happened_at", srid=srid)
        kept = read_dated_points(ReportPlace.objects.filter(**within), "point", "happened_at", srid=srid)
        return _facts(living, kept)
    passages = Passage.objects.counted().filter(absence__commune=commune.pk, done_at__gte=since, done_at__lt=until)
    if surface is Surface.FOUND:
        found = passages.filter(result=Passage.Result.ANOMALY)
        return _facts(read_dated_points(found, "absence__point", "done_at", srid=srid))
    stays = read_dated_points(passages, "absence__point", "done_at", srid=srid, weight="absence__service_time_s")
    minutes = Points(x_m=stays.points.x_m, y_m=stays.points.y_m, weights=stays.points.weights / SECONDS_PER_MINUTE)
    return Facts(points=minutes, clock_s=stays.clock_s)


def read_rounded_places(commune: Commune, first: dt.date, last: dt.date) -> Points:
    """Read where reports of some days were, rounded to its stretch of street, whole or erased."""
    within: dict[str, Any] = {
        "commune": commune.pk,
        "happened_at__gte": _begin(first),
        "happened_at__lt": _begin(last + dt.timedelta(days=1)),
    }
    srid = metric_srid(commune.pk)
    living = read_points(Report.objects.standing().filter(**within), "street_point", srid=srid)
    kept = read_points(ReportPlace.objects.filter(**within), "point", srid=srid)
    return Points(x_m=np.append(living.x_m, kept.x_m), y_m=np.append(living.y_m, kept.y_m))


def count_by_sector(commune: Commune, first: dt.date, last: dt.date, *, kind: str = "") -> dict[int, int]:
    """Count the reports of some days by the sector whose référent relayed them."""
    within: dict[str, Any] = {
        "commune": commune.pk,
        "happened_at__gte": _begin(first),
        "happened_at__lt": _begin(last + dt.timedelta(days=1)),
    }
    within |= {"kind": kind} if kind else {}
    counts: dict[int, int] = {}
    for rows in (Report.objects.standing().filter(**within), ReportPlace.objects.filter(**within)):
        for sector, count in rows.order_by().values_list("sector").annotate(models.Count("pk")):
            counts[sector] = counts.get(sector, 0) + count
    return counts


def _begin(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _facts(*parts: DatedPoints) -> Facts:
    return Facts(
        points=Points(
            x_m=np.concatenate([part.points.x_m for part in parts]),
            y_m=np.concatenate([part.points.y_m for part in parts]),
        ),
        clock_s=np.concatenate([part.clock_s for part in parts]),
    )
