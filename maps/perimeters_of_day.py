"""The perimeters in force on a day, on a map: all of them, or one sector among its neighbours."""

import datetime as dt

import shapely
from django.utils.translation import gettext as _

from geo import french
from geo.models import Commune
from maps.charts import Area, SectorMap
from sectors.services.grounds import in_force_on


def map_perimeters(commune: Commune, day: dt.date, *, about: int | None = None) -> SectorMap | None:
    """Map what is in force on a day, framed on the sector of a number if one is given; None of nothing."""
    areas = tuple(
        Area(number=sector.number, name=sector.name, ground=shapely.from_wkb(bytes(area.wkb)), point=None)
        for sector, area in in_force_on(commune, day).items()
    )
    if about is not None and about not in {area.number for area in areas}:
        return None
    return SectorMap(
        title=_("Périmètres en vigueur le %(day)s") % {"day": french.day(day)},
        measure=_("Périmètre"),
        insee_code=commune.insee_code,
        outline=shapely.from_wkb(bytes(commune.outline.wkb)),
        areas=areas,
        about=about,
    )
