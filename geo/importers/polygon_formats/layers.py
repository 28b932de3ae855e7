"""What every format of contours becomes: shapes with their columns, in a projection that is named."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from geo.importers.limited_process import Refusal

MAX_VERTICES_A_RING = 10_000
WGS84 = 4326
# The projections in use for French boundary files, by EPSG number; any other may hide a datum shift of its own.
PROJECTIONS: Mapping[int, str] = {
    4326: "WGS 84",
    4171: "RGF93",
    4258: "ETRS89",
    2154: "Lambert-93",
    9794: "Lambert-93",
    **{3900 + zone: f"RGF93 / CC{zone}" for zone in range(42, 51)},
    27572: "Lambert II étendu",
    3857: "Web Mercator",
    32630: "UTM 30N",
    32631: "UTM 31N",
    32632: "UTM 32N",
    32620: "UTM 20N",
    5490: "RGAF09 / UTM 20N",
    32622: "UTM 22N",
    2972: "RGFG95 / UTM 22N",
    32740: "UTM 40S",
    2975: "RGR92 / UTM 40S",
    32738: "UTM 38S",
    4471: "RGM04 / UTM 38S",
}
# A .prj takes less than a kilobyte.
MAX_WKT_CHARACTERS = 20_000
# What no database can store as text: control characters, halves of surrogate pairs.
NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
MAX_TEXT_CHARACTERS = 1_000
ACCEPTED = "Donnez un GeoJSON, un GeoPackage, un Shapefile dans un zip, un GPX ou un KML."

type Row = tuple[dict[str, str], BaseGeometry | None]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """Shapes and their columns, the EPSG number of their projection, and what had to be supposed, in French."""

    projection: int
    rows: list[Row]
    remarks: list[str] = field(default_factory=list)


def as_columns(properties: object) -> dict[str, str]:
    """Return the columns of an entity as texts, their names in lower case."""
    if not isinstance(properties, Mapping):
        return {}
    columns = {str(name).strip().casefold(): _as_text(value) for name, value in properties.items()}
    for name, text in columns.items():
        if NOT_TEXT.search(text) or NOT_TEXT.search(name):
            raise Refusal(
                f"la colonne « {NOT_TEXT.sub('�', name)[:40]} » contient un caractère interdit.",
                remedy="Corrigez ce nom.",
            )
    return columns


def _as_text(value: object) -> str:
    return "" if value is None else str(value).strip()[:MAX_TEXT_CHARACTERS]


def known_projection(name: str) -> int:
    """Return the EPSG number that a name stands for: ``EPSG:2154`` or an OGC urn, else the text of a definition.

    Raises
    ------
    Refusal
        When it names none of ``PROJECTIONS``; a definition is never used itself, for it may name files.
    """
    found = re.fullmatch(r"(?:urn:ogc:def:crs:)?EPSG:(?:[\d.]*:)?(\d{1,6})", name.strip(), re.IGNORECASE)
    number = int(found[1]) if found else _number_of(name)
    if number is None or number not in PROJECTIONS:
        raise Refusal(
            "la projection n'est pas reconnue.",
            remedy="Réexportez le fichier en WGS 84 (EPSG:4326) ou en Lambert-93 (EPSG:2154).",
        )
    return number


def _number_of(definition: str) -> int | None:
    if "[" not in definition or len(definition) > MAX_WKT_CHARACTERS:
        return None
    try:
        return CRS.from_wkt(definition).to_epsg()
    except CRSError:
        return None


def check_ring_length(number: int, vertices: int) -> None:
    """Refuse a ring of too many vertices, before anything is made of it."""
    if vertices > MAX_VERTICES_A_RING:
        raise Refusal(
            f"un anneau a {vertices} sommets (au plus {MAX_VERTICES_A_RING}).",
            where=f"entité {number}",
            remedy="Simplifiez le tracé.",
        )
