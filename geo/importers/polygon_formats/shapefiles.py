"""Shapefiles, out of the zip that holds their parts."""

import codecs
import io
import itertools
import json
import struct
from collections.abc import Mapping
from typing import Any

import shapefile
import shapely
from shapely.geometry.base import BaseGeometry

from geo.importers.limited_process import Refusal
from geo.importers.polygon_formats.layers import Layer, as_columns, check_ring_length, known_projection

PARTS = ("shp", "dbf", "prj", "cpg")
# Stands where bytes are no text of the encoding.
NOT_DECODED = "�"
# Without a .cpg, older programs say in this byte of the .dbf that they wrote as Windows does.
LANGUAGE_BYTE, WINDOWS_LANGUAGES = slice(29, 30), (b"\x03", b"\x57")
# What programs write in a .cpg beside the names of encodings.
CODE_PAGES = {"65001": "utf-8", "1252": "cp1252", "ansi 1252": "cp1252", "88591": "latin-1", "8859-1": "latin-1"}


def read_shapefile(files: Mapping[str, bytes], layer: str) -> Layer:
    """Read the Shapefile whose .shp has the name ``layer`` among the files of a zip."""
    stem = layer.rpartition(".")[0]
    parts = {
        extension.casefold(): data
        for name, data in files.items()
        for base, _, extension in (name.rpartition("."),)
        if base == stem and extension.casefold() in PARTS
    }
    if "dbf" not in parts:
        raise Refusal("le Shapefile n'a pas de fichier .dbf : les noms manquent.", remedy="Joignez le .dbf.")
    if "prj" not in parts:
        raise Refusal(
            "le Shapefile n'a pas de fichier .prj : sa projection est inconnue.", remedy="Joignez le .prj."
        )
    return Layer(
        projection=known_projection(parts["prj"].decode("utf-8", "replace")), rows=_rows(parts, _encoding(parts))
    )


def _encoding(parts: Mapping[str, bytes]) -> str:
    if "cpg" not in parts:
        return "cp1252" if parts["dbf"][LANGUAGE_BYTE] in WINDOWS_LANGUAGES else "utf-8"
    said = parts["cpg"].decode("ascii", "replace").strip().casefold()
    try:
        return codecs.lookup(CODE_PAGES.get(said, said)).name
    except LookupError as error:
        raise Refusal(
            "le fichier .cpg annonce un encodage inconnu.", remedy="Réexportez le Shapefile en UTF-8."
        ) from error


def _rows(parts: Mapping[str, bytes], encoding: str) -> list[tuple[dict[str, str], BaseGeometry | None]]:
    try:
        reader = shapefile.Reader(
            shp=io.BytesIO(parts["shp"]), dbf=io.BytesIO(parts["dbf"]), encoding=encoding, encodingErrors="replace"
        )
        shapes = [_shape(number, shape) for number, shape in enumerate(reader.iterShapes(), start=1)]
        columns = [as_columns(record.as_dict()) for record in reader.iterRecords()]
    except (shapefile.ShapefileException, struct.error, ValueError, LookupError, OSError) as error:
        raise Refusal("le Shapefile est abîmé ou tronqué.", remedy="Réexportez-le en UTF-8.") from error
    for number, texts in enumerate(columns, start=1):
        if any(NOT_DECODED in text for text in (*texts, *texts.values())):
            raise Refusal(
                f"les noms du fichier .dbf ne sont pas dans l'encodage annoncé ({encoding}).",
                where=f"entité {number}",
                remedy="Réexportez le Shapefile en UTF-8, ou joignez le .cpg qui dit son encodage.",
            )
    if len(shapes) != len(columns):
        raise Refusal(
            f"le Shapefile a {len(shapes)} tracés et {len(columns)} lignes de noms.", remedy="Réexportez-le."
        )
    return list(zip(columns, shapes, strict=True))


def _shape(number: int, shape: Any) -> BaseGeometry | None:
    if shape.shapeType == shapefile.NULL:
        return None
    starts = [*getattr(shape, "parts", ()), len(shape.points)]
    for start, end in itertools.pairwise(starts):
        check_ring_length(number, end - start)
    return shapely.from_geojson(json.dumps(shape.__geo_interface__))
