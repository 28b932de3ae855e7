"""Files of polygons that someone hands over, read by a process of its own with limited means.

The file is recognised by its content and read without GDAL, whose guessing opens other files than the one given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import shapely
from shapely.geometry import MultiPolygon

from geo.errors import InvalidFile
from geo.importers.limited_process import Means, Refusal, ask

# The communes of a department, uncompressed, are 20 MB or so.
MAX_FILE_BYTES = 256 << 20
FILE_MEANS = Means(memory_bytes=2 << 30, answer_bytes=512 << 20, processor_s=60, elapsed_s=90)


@dataclass(frozen=True, kw_only=True)
class PolygonFeature:
    """One polygon of a file, in WGS 84 and valid; ``mended_near`` is (lon, lat) where it crossed itself."""

    number: int
    properties: Mapping[str, str]
    area: MultiPolygon
    mended_near: tuple[float, float] | None

    def find_property(self, names: Sequence[str]) -> str:
        """Return the value of the first of the named columns that exists, or the empty text."""
        return next((self.properties[name] for name in names if name in self.properties), "")


@dataclass(frozen=True, kw_only=True)
class Contours:
    """The polygons of a file in its order, column names in lower case, and what was supposed, in French."""

    features: tuple[PolygonFeature, ...]
    remarks: tuple[str, ...]

    def tell(self, name_columns: Sequence[str]) -> list[str]:
        """Return the remarks, and where a contour that crossed itself was mended; entities by name or number."""
        mended = [
            tell_mended(feature.find_property(name_columns) or f"Entité {feature.number}", feature.mended_near)
            for feature in self.features
            if feature.mended_near
        ]
        return [*self.remarks, *mended]


def tell_mended(name: str, place: tuple[float, float]) -> str:
    """Say where a contour crossed itself."""
    return (
        f"{name} : le contour se croisait près de {place[0]:.5f}, {place[1]:.5f} ; il a été réparé, vérifiez-le."
    )


def parse_polygons(
    content: bytes | BinaryIO,
    means: Means,
    *,
    most_unpacked_bytes: int,
    expected: Sequence[tuple[float, float, float, float]] = (),
) -> Contours:
    """Read a GeoJSON, a GeoPackage, a zipped Shapefile, a GPX or a KML within the given means.

    Parameters
    ----------
    most_unpacked_bytes
        What a zip may hold once unpacked.
    expected
        Boxes in degrees (west, south, east, north) where the contours should lie; France if there is none.

    Raises
    ------
    Refusal
        Not such a file, unknown projection, a shape that is not a polygon, more than 10,000 vertices a ring,
        coordinates that are not finite or that lie off the Earth, or means exceeded.
    """
    told = ask(
        "geo.importers.polygon_worker",
        content,
        means,
        most_unpacked_bytes=most_unpacked_bytes,
        expected=list(expected),
    )
    return Contours(
        features=tuple(
            PolygonFeature(
                number=feature["number"],
                properties=feature["properties"],
                area=cast(MultiPolygon, shapely.from_wkb(bytes.fromhex(feature["wkb"]))),
                mended_near=tuple(feature["mended_near"]) if feature["mended_near"] else None,
            )
            for feature in told["features"]
        ),
        remarks=tuple(told["remarks"]),
    )


def read_polygons(file: Path) -> Contours:
    """Read a file of polygons that stands on the machine.

    Raises
    ------
    InvalidFile
        For what ``parse_polygons`` refuses, or larger than 256 MiB; it names the file.
    """
    if file.stat().st_size > MAX_FILE_BYTES:
        raise InvalidFile(
            file, f"le fichier dépasse {MAX_FILE_BYTES >> 20} Mio.", remedy="Gardez seulement la commune voulue."
        )
    try:
        with file.open("rb") as content:
            return parse_polygons(content, FILE_MEANS, most_unpacked_bytes=MAX_FILE_BYTES)
    except Refusal as refusal:
        raise InvalidFile(file, refusal.problem, where=refusal.where, remedy=refusal.remedy) from refusal
