"""The sectors in force on a day as a file for a tool of cartography."""

import datetime as dt
import io
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import shapely

from geo.models import WGS84, Commune
from geo.projections import metric_srid
from sectors.models import Perimeter

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

NAME = "secteurs"
# As the open service names them; Shapefiles cut what is longer than ten letters.
COLUMNS = ("numero", "nom", "en_vigueur_du", "en_vigueur_au")
SHORTENED = {"en_vigueur_du": "en_vig_du", "en_vigueur_au": "en_vig_au"}
ZIPPED = "zip"
# Nothing in a copy tells when it was made: the same perimeters give the same file.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class SectorFormat:
    """One format: GDAL's driver and its options, and whether it is in the metres that are legal there."""

    driver: str
    suffix: str
    content_type: str
    is_metric: bool = False
    options: Mapping[str, str] = field(default_factory=dict)


SECTOR_FORMATS: Mapping[str, SectorFormat] = {
    "geojson": SectorFormat(
        driver="GeoJSON",
        suffix="geojson",
        content_type="application/geo+json",
        options={"RFC7946": "YES", "COORDINATE_PRECISION": "7"},
    ),
    "gpkg": SectorFormat(
        driver="GPKG", suffix="gpkg", content_type="application/geopackage+sqlite3", is_metric=True
    ),
    "kml": SectorFormat(driver="KML", suffix="kml", content_type="application/vnd.google-earth.kml+xml"),
    ZIPPED: SectorFormat(
        driver="ESRI Shapefile",
        suffix="shp",
        content_type="application/zip",
        is_metric=True,
        options={"ENCODING": "UTF-8"},
    ),
}


def render_sectors(commune: Commune, day: dt.date, extension: str) -> bytes:
    """Write the sectors of a commune whose perimeter is in force on ``day``, as one of ``SECTOR_FORMATS``.

    Returns
    -------
    bytes
        The file: WGS 84 as GeoJSON (RFC 7946) and KML, else in metres of the legal projection; the Shapefile is
        zipped with its companions.
    """
    form = SECTOR_FORMATS[extension]
    sectors = _read_sectors(commune, day)
    if form.is_metric:
        sectors = sectors.to_crs(metric_srid(commune.pk))
    if extension == ZIPPED:
        sectors = sectors.rename(columns=SHORTENED)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{NAME}.{form.suffix}"
        sectors.to_file(path, driver=form.driver, engine="pyogrio", **form.options)
        return _zip(Path(folder)) if extension == ZIPPED else path.read_bytes()


def _read_sectors(commune: Commune, day: dt.date) -> "GeoDataFrame":
    # It takes a second to import: only who asks for a file waits for it.
    from geopandas import GeoDataFrame

    in_force = Perimeter.objects.in_force_on(day).filter(sector__commune=commune)
    rows = list(in_force.select_related("sector").order_by("sector__number"))
    areas = [shapely.from_wkb(bytes(row.area.wkb)) for row in rows]
    return GeoDataFrame([_tell(row) for row in rows], columns=list(COLUMNS), geometry=areas, crs=WGS84)


def _tell(perimeter: Perimeter) -> tuple[int, str, dt.date, dt.date | None]:
    first, after = perimeter.valid.lower, perimeter.valid.upper
    last = after - dt.timedelta(days=1) if after else None
    return perimeter.sector.number, perimeter.sector.name, first, last


def _zip(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(path.name, ZIP_EPOCH), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return content.getvalue()
