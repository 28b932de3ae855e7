"""The sectors of the tiny town with figures of a test's own."""

import shapely

from maps.charts import Area, Point, SectorMap
from sectors.models import Perimeter
from tests.builders import Town


def map_of_sectors(town: Town, *values: float | None, title: str = "Absences déclarées") -> SectorMap:
    perimeters = Perimeter.objects.filter(sector__commune=town.commune).order_by("sector__number")
    areas = tuple(
        Area(
            number=perimeter.sector.number,
            name=perimeter.sector.name,
            ground=shapely.from_wkb(bytes(perimeter.area.wkb)),
            point=Point(value=value),
        )
        for perimeter, value in zip(perimeters.select_related("sector"), values, strict=True)
    )
    outline = shapely.from_wkb(bytes(town.commune.outline.wkb))
    return SectorMap(
        title=title, measure="Absences", insee_code=town.commune.insee_code, outline=outline, areas=areas
    )
