"""The charts and maps of a year."""

from django.utils.translation import gettext as _

from geo import french
from geo.statistics.rates import Observed
from maps.charts import Area, BarChart, LineChart, Point, SectorMap, Series, SmallMultiples
from maps.review import trends
from maps.review.measures import COVERED, MEASURES
from maps.review.report.year import SectorGround, YearTold, months_of
from sectors.models import ReviewFigure

SHORT_MONTHS = ("jan.", "fév.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
COMMUNE = ReviewFigure.Place.COMMUNE
PER_ADDRESSES = 1000


def draw_months(told: YearTold, measure: str) -> LineChart:
    """The commune by month, with the two years before behind."""
    years = [told.year - back for back in range(3)]
    series = [
        Series(name=f"{year}", points=told.course.points(measure, COMMUNE, months_of(year))) for year in years
    ]
    return LineChart(
        title=_("%(measure)s par mois, commune entière") % {"measure": _label(measure)},
        columns=SHORT_MONTHS,
        main=series[0],
        others=tuple(one for one in series[1:] if any(one.points)),
        places=MEASURES[measure].places,
    )


def draw_sectors(told: YearTold, measure: str) -> BarChart:
    """The year by sector, as bars."""
    table = told.review.figures.table(measure)
    return BarChart(
        title=_("%(measure)s par secteur, %(year)d") % {"measure": _label(measure), "year": told.year},
        head=(_("Secteur"), _label(measure)),
        rows=tuple(
            (row.place.name, told.course.point(measure, row.place.key, told.period)) for row in table.sectors
        ),
        places=MEASURES[measure].places,
    )


def draw_years(told: YearTold, measure: str) -> SmallMultiples:
    """Each sector over the last years."""
    table = told.review.figures.table(measure)
    return trends.draw_sectors(told.course, table.measure, [row.place for row in table.sectors], told.years)


def map_rate(told: YearTold, measure: str) -> SectorMap:
    """The year by sector upon its addresses: a sector that is larger is not darker for it."""
    words = {"measure": _label(measure), "per": french.whole(PER_ADDRESSES), "year": told.year}
    return SectorMap(
        title=_("%(measure)s pour %(per)s adresses, %(year)d") % words,
        measure=_("Pour %(per)s adresses") % words,
        insee_code=told.commune.pk,
        outline=told.outline,
        areas=tuple(_area(sector, _rate(told, measure, sector)) for sector in told.sectors),
        places=1,
    )


def map_coverage(told: YearTold) -> SectorMap:
    """The perimeters of the last day, and where the most residents live in none."""
    return SectorMap(
        title=_("Périmètres en vigueur le 31 décembre %(year)d et trous") % {"year": told.year},
        measure=_("Adresses"),
        insee_code=told.commune.pk,
        outline=told.outline,
        areas=tuple(_area(sector, None) for sector in told.sectors),
        gaps=tuple((gap.rank, gap.ground) for gap in told.review.coverage.gaps),
    )


def _area(sector: SectorGround, point: Point | None) -> Area:
    return Area(number=sector.number, name=sector.name, ground=sector.area, point=point)


def _rate(told: YearTold, measure: str, sector: SectorGround) -> Point | None:
    counted = told.course.point(measure, sector.key, told.period)
    addresses = told.course.point(COVERED, sector.key, told.period)
    if counted is None or addresses is None or not addresses.value:
        return None
    if counted.value is None:
        return counted
    scale = PER_ADDRESSES / addresses.value
    if not MEASURES[measure].is_event:
        return Point(value=counted.value * scale)
    observed = Observed(int(counted.value), addresses.value)
    around = observed.rate_interval()
    return Point(
        value=observed.rate * PER_ADDRESSES, low=around.low * PER_ADDRESSES, high=around.high * PER_ADDRESSES
    )


def _label(measure: str) -> str:
    return _(MEASURES[measure].label)
