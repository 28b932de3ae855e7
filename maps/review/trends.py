"""A measure over the same months of the last years: of the commune, and of each sector."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from maps.charts import LineChart, Series, SmallMultiples
from maps.review.course import Course
from maps.review.measures import Measure
from maps.review.periods import Kind, Period
from maps.review.reading import Place
from sectors.models import ReviewFigure

YEARS_COMPARED = 5


def same_months(period: Period) -> tuple[Period, ...]:
    """Return the same months of the last years, those of the period last."""
    periods = [period]
    while len(periods) < YEARS_COMPARED:
        periods.append(periods[-1].year_before)
    return tuple(reversed(periods))


def draw_commune(course: Course, measure: Measure, periods: Sequence[Period]) -> LineChart:
    """The commune over the years, with what chance allows of events."""
    words = {"measure": _(measure.label), "period": periods[-1]}
    return LineChart(
        title=(
            _("%(measure)s par an, commune entière") % words
            if _are_years(periods)
            else _("%(measure)s, commune entière : %(period)s et mêmes mois des années d'avant") % words
        ),
        columns=_columns(periods),
        main=Series(name=_("total"), points=course.points(measure.key, ReviewFigure.Place.COMMUNE, periods)),
        places=measure.places,
    )


def draw_sectors(
    course: Course, measure: Measure, sectors: Sequence[Place], periods: Sequence[Period]
) -> SmallMultiples:
    """Each sector over the years, all to one scale."""
    words = {"measure": _(measure.label), "period": periods[-1]}
    return SmallMultiples(
        title=(
            _("%(measure)s par secteur et par an") % words
            if _are_years(periods)
            else _("%(measure)s par secteur : %(period)s et mêmes mois des années d'avant") % words
        ),
        columns=_columns(periods),
        series=tuple(
            Series(name=sector.name, points=course.points(measure.key, sector.key, periods)) for sector in sectors
        ),
        places=measure.places,
    )


def _are_years(periods: Sequence[Period]) -> bool:
    return all(period.kind is Kind.YEAR for period in periods)


def _columns(periods: Sequence[Period]) -> tuple[str, ...]:
    """The years in which the periods end: winter is that of its last months."""
    return tuple(f"{period.last_day.year}" for period in periods)
