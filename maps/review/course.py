"""Published figures over many periods, as the points of charts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Q

from geo.models import Commune
from geo.statistics.rates import count_interval
from maps.charts import Point
from maps.review.measures import MEASURES, Measure
from maps.review.periods import Kind, Period
from sectors.models import ReviewFigure

AGGREGATES = "aggregates"


@dataclass(frozen=True, kw_only=True)
class Course:
    """What was published of some periods.

    Attributes
    ----------
    published
        Values by measure, place and period; None where one is left out, no entry where there is none.
    """

    published: Mapping[tuple[str, str, Period], float | None] = field(repr=False)

    def point(self, measure: str, place: str, period: Period) -> Point | None:
        """Return a figure as a point, with its exact interval where it counts events; None where there is none."""
        if (measure, place, period) not in self.published:
            return None
        value = self.published[measure, place, period]
        if value is None or not MEASURES[measure].is_event:
            return Point(value=value)
        around = count_interval(int(value))
        return Point(value=value, low=around.low, high=around.high)

    def points(self, measure: str, place: str, periods: Iterable[Period]) -> tuple[Point | None, ...]:
        """Return the figures of a place, period by period."""
        return tuple(self.point(measure, place, period) for period in periods)

    def known(self, measure: str, periods: Iterable[Period]) -> tuple[Period, ...]:
        """Return the periods of which something of a measure is told or left out."""
        known = {period for key, _place, period in self.published if key == measure}
        return tuple(period for period in periods if period in known)


def read_course(commune: Commune, periods: Iterable[Period], *, measure: Measure | None = None) -> Course:
    """Read what was published of some periods, of one measure or of all, in one query."""
    by_kind = groupby(sorted(periods, key=lambda period: (period.kind, period.first_day)), lambda one: one.kind)
    wanted = Q(pk__in=())
    for kind, same in by_kind:
        wanted |= Q(kind=kind, first_day__in=[period.first_day for period in same])
    rows = ReviewFigure.objects.using(AGGREGATES).filter(wanted, commune=commune.pk)
    if measure is not None:
        rows = rows.filter(measure=measure.key)
    return Course(
        published={
            (
                measure,
                place if sector is None else str(sector),
                Period(kind=Kind(kind), first_day=first_day),
            ): value
            for measure, place, sector, kind, first_day, value in rows.values_list(
                "measure", "place", "sector", "kind", "first_day", "value"
            )
        }
    )
