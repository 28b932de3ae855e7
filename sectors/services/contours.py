"""Contours of a file as a drawing: each takes the place of the sector whose number it bears."""

from collections.abc import Sequence
from typing import cast

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon

from geo.models import WGS84, Commune
from sectors.errors import ContourWithoutSector
from sectors.models import Sector
from sectors.services.examination import Drawn

Contour = tuple[int | None, str, bytes]


def place_contours(commune: Commune, drawn: Sequence[Drawn], contours: Sequence[Contour]) -> list[Drawn]:
    """Put contours, each a number, a name and WKB in degrees, in the place of what a drawing has.

    A single contour takes the place of a single area, whatever it is called. Of several, each goes to the sector
    that has its number, or makes a new one of that number and name. What the file does not speak of stays.

    Raises
    ------
    ContourWithoutSector
        When a contour bears no number, or is new and bears no name.
    """
    if len(contours) == len(drawn) == 1:
        (only,), ((_, _, wkb),) = drawn, contours
        return [Drawn(area=_area(wkb), sector=only.sector, number=only.number, name=only.name)]
    sectors = {sector.number: sector for sector in Sector.objects.filter(commune=commune)}
    placed = {each.key: each for each in drawn}
    for place, (number, name, wkb) in enumerate(contours, start=1):
        sector = sectors.get(number) if number is not None else None
        if number is None or (sector is None and not name):
            raise ContourWithoutSector(place)
        made = (
            Drawn(area=_area(wkb), sector=sector) if sector else Drawn(area=_area(wkb), number=number, name=name)
        )
        placed[made.key] = made
    return list(placed.values())


def _area(wkb: bytes) -> MultiPolygon:
    return cast(MultiPolygon, GEOSGeometry(memoryview(wkb), srid=WGS84))
