"""The map of a measure by sector, and that of a cut."""

import shapely
from django.utils.translation import gettext as _

from geo.models import Commune
from maps.charts import Area, Point, SectorMap
from maps.review.grounds import AGGREGATES, CutCoverage, NamedCut, shapes_in_degrees
from maps.review.periods import Period
from maps.review.reading import Figure, MeasureTable, State
from sectors.models import Perimeter


def map_measure(commune: Commune, period: Period, table: MeasureTable) -> SectorMap:
    """Draw a measure on the perimeters in force on the last day of a period."""
    in_force = Perimeter.objects.using(AGGREGATES).in_force_on(period.last_day).filter(sector__commune=commune.pk)
    figures = {row.place.sector: row.now for row in table.sectors}
    return SectorMap(
        title=_("%(measure)s, %(period)s") % {"measure": table.measure.label, "period": period},
        measure=str(table.measure.label),
        insee_code=commune.pk,
        outline=shapely.from_wkb(bytes(commune.outline.wkb)),
        areas=tuple(
            Area(
                number=version.sector.number,
                name=version.sector.name,
                ground=shapely.from_wkb(bytes(version.area.wkb)),
                point=_as_point(figures.get(version.sector_id)),
            )
            for version in in_force.select_related("sector").order_by("sector__number")
        ),
        places=table.measure.places,
    )


def map_cut(commune: Commune, named: NamedCut, coverage: CutCoverage) -> SectorMap:
    """Draw the areas of a cut, and its gaps by their rank."""
    shapes = shapes_in_degrees(commune, named)
    return SectorMap(
        title=_("Périmètres et plus grands trous"),
        measure=_("Adresses"),
        insee_code=commune.pk,
        outline=shapely.from_wkb(bytes(commune.outline.wkb)),
        areas=tuple(
            Area(number=rank, name=area.name, ground=shapes[area.name], point=None)
            for rank, area in enumerate(coverage.areas, start=1)
        ),
        gaps=tuple((gap.rank, gap.ground) for gap in coverage.gaps),
    )


def _as_point(figure: Figure | None) -> Point | None:
    if figure is None or figure.state is State.UNKNOWN:
        return None
    return Point(value=figure.value)
