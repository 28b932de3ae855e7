"""GeoJSON, GeoPackage and zipped Shapefile read in pure Python, recognised by their content.

Everything here runs in the limited process; shapes leave as shapely geometries in the file's own projection.
"""

import io
import json
import re
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapefile
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

SQLITE_MAGIC = b"SQLite format 3\0"
ZIP_MAGIC = b"PK\x03\x04"
MAX_FILE_BYTES = 256 << 20
MAX_UNPACKED_BYTES = 256 << 20
WGS84 = 4326
# RFC 7946 has longitude first in WGS 84; the 2008 draft named the projection, as IGN and QGIS still do.
GEOJSON_WGS84_NAMES = ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "EPSG:4326")
GPKG_ENVELOPE_DOUBLES = {0: 0, 1: 4, 2: 6, 3: 6, 4: 8}
# What no database can store as text: control characters, halves of surrogate pairs.
NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
ACCEPTED = "Donnez un GeoJSON, un GeoPackage ou un Shapefile dans un zip."


class Refusal(Exception):
    """Le fichier de contours ne peut pas être lu."""

    def __init__(self, problem: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(problem)
        self.problem, self.where, self.remedy = problem, where, remedy


@dataclass(frozen=True, kw_only=True)
class Layer:
    """Shapes and their columns, with the projection they are in (an EPSG number or a WKT text)."""

    projection: int | str
    rows: list[tuple[dict[str, str], BaseGeometry | None]]


def read_layer(file: Path) -> Layer:
    """Read the only layer of shapes of a file, by the format that its first bytes show."""
    if file.stat().st_size > MAX_FILE_BYTES:
        raise Refusal(
            f"le fichier dépasse {MAX_FILE_BYTES >> 20} Mio.", remedy="Gardez seulement la commune voulue."
        )
    with file.open("rb") as stream:
        head = stream.read(512)
    if head.startswith(SQLITE_MAGIC):
        return _read_geopackage(file)
    if head.startswith(ZIP_MAGIC):
        return _read_zipped_shapefile(file)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _read_geojson(file)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Refusal(
            "c'est du XML ou une page web, pas un fichier de contours.", where="octet 0", remedy=ACCEPTED
        )
    raise Refusal("le format n'est pas reconnu.", where="octet 0", remedy=ACCEPTED)


def _as_text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _columns(properties: object) -> dict[str, str]:
    if not isinstance(properties, dict):
        return {}
    columns = {str(name).strip().casefold(): _as_text(value) for name, value in properties.items()}
    for name, text in columns.items():
        if NOT_TEXT.search(text):
            raise Refusal(f"la colonne « {name} » contient un caractère interdit.", remedy="Corrigez ce nom.")
    return columns


def _read_geojson(file: Path) -> Layer:
    try:
        document = json.loads(file.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Refusal(
            "le texte n'est pas en UTF-8.", where=f"octet {error.start}", remedy="Enregistrez-le en UTF-8."
        ) from error
    except json.JSONDecodeError as error:
        raise Refusal(
            "le GeoJSON est abîmé ou tronqué.",
            where=f"ligne {error.lineno}, caractère {error.pos}",
            remedy="Téléchargez-le à nouveau.",
        ) from error
    except RecursionError as error:
        raise Refusal("le GeoJSON est imbriqué sans fin.", remedy=ACCEPTED) from error
    if not isinstance(document, dict):
        raise Refusal("ce n'est pas un GeoJSON.", remedy=ACCEPTED)
    features = [document] if document.get("type") == "Feature" else document.get("features")
    if not isinstance(features, list):
        raise Refusal("le GeoJSON n'a pas de liste « features ».", remedy=ACCEPTED)
    return Layer(
        projection=_geojson_projection(document),
        rows=[_geojson_row(number, feature) for number, feature in enumerate(features, start=1)],
    )


def _geojson_row(number: int, feature: object) -> tuple[dict[str, str], BaseGeometry | None]:
    if not isinstance(feature, dict):
        raise Refusal("l'entité n'est pas un objet GeoJSON.", where=f"entité {number}")
    geometry = feature.get("geometry")
    if geometry is None:
        return _columns(feature.get("properties")), None
    try:
        return _columns(feature.get("properties")), shapely.from_geojson(json.dumps(geometry))
    except (shapely.errors.GEOSException, ValueError, TypeError, RecursionError) as error:
        raise Refusal(
            "le tracé est illisible (anneau ouvert, trop peu de points, ou coordonnée qui n'est pas un nombre).",
            where=f"entité {number}",
            remedy="Corrigez ce tracé.",
        ) from error


def _geojson_projection(document: dict[str, Any]) -> int | str:
    crs = document.get("crs")
    if crs is None:
        return WGS84
    name = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
    if name in GEOJSON_WGS84_NAMES:
        return WGS84
    return _known_projection(name if isinstance(name, str) else "")


def _known_projection(text: str) -> int | str:
    try:
        crs = CRS.from_user_input(text)
    except CRSError as error:
        raise Refusal(
            "la projection n'est pas reconnue.",
            remedy="Réexportez le fichier en WGS 84 (EPSG:4326) ou en Lambert-93 (EPSG:2154).",
        ) from error
    return crs.to_epsg() or crs.to_wkt()


def _read_zipped_shapefile(file: Path) -> Layer:
    parts = _unzip_shapefile(file)
    if "prj" not in parts:
        raise Refusal(
            "le Shapefile n'a pas de fichier .prj : sa projection est inconnue.", remedy="Joignez le .prj."
        )
    encoding = parts.get("cpg", b"utf-8").decode("ascii", "ignore").strip() or "utf-8"
    try:
        reader = shapefile.Reader(
            shp=io.BytesIO(parts["shp"]), dbf=io.BytesIO(parts["dbf"]), encoding=encoding, encodingErrors="strict"
        )
        rows = [(_columns(each.record.as_dict()), _shape(each.shape)) for each in reader.iterShapeRecords()]
    except (shapefile.ShapefileException, struct.error, ValueError, LookupError, IndexError, OSError) as error:
        raise Refusal(
            f"le Shapefile est abîmé ou tronqué ({type(error).__name__}).", remedy="Réexportez-le en UTF-8."
        ) from error
    return Layer(projection=_known_projection(parts["prj"].decode("utf-8", "replace")), rows=rows)


def _shape(shape: Any) -> BaseGeometry | None:
    return None if shape.shapeType == shapefile.NULL else shapely.from_geojson(json.dumps(shape.__geo_interface__))


def _unzip_shapefile(file: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(file) as archive:
            names = [name for name in archive.namelist() if not name.startswith("__MACOSX/")]
            layers = [name for name in names if name.casefold().endswith(".shp")]
            if len(layers) != 1:
                raise Refusal(f"le zip contient {len(layers)} fichiers .shp au lieu d'un seul.", remedy=ACCEPTED)
            stem = layers[0][: -len(".shp")]
            parts: dict[str, bytes] = {}
            for name in names:
                base, _, extension = name.rpartition(".")
                if base == stem and extension.casefold() in ("shp", "dbf", "prj", "cpg"):
                    parts[extension.casefold()] = _read_counted(archive, name, sum(map(len, parts.values())))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
        raise Refusal("le zip est abîmé, tronqué ou chiffré.", remedy="Téléchargez-le à nouveau.") from error
    if "dbf" not in parts:
        raise Refusal("le Shapefile n'a pas de fichier .dbf : les noms manquent.", remedy="Joignez le .dbf.")
    return parts


def _read_counted(archive: zipfile.ZipFile, name: str, already: int) -> bytes:
    with archive.open(name) as stream:
        data = stream.read(MAX_UNPACKED_BYTES - already + 1)
    if already + len(data) > MAX_UNPACKED_BYTES:
        raise Refusal(f"le zip décompressé dépasse {MAX_UNPACKED_BYTES >> 20} Mio.", where=name, remedy=ACCEPTED)
    return data


def _read_geopackage(file: Path) -> Layer:
    try:
        # immutable: no lock, no journal, nothing beside the file is looked at.
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            base.row_factory = sqlite3.Row
            layers = base.execute("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns").fetchall()
            if len(layers) != 1:
                raise Refusal(
                    f"le GeoPackage contient {len(layers)} couches au lieu d'une seule.", remedy=ACCEPTED
                )
            table, column, srs_id = layers[0]
            projection = _geopackage_projection(base, srs_id)
            return Layer(projection=projection, rows=list(_geopackage_rows(base, table, column)))
    except (sqlite3.Error, struct.error, shapely.errors.GEOSException, UnicodeDecodeError) as error:
        raise Refusal(f"le GeoPackage est abîmé ou tronqué ({error}).", remedy="Réexportez-le.") from error


def _geopackage_projection(base: sqlite3.Connection, srs_id: int) -> int | str:
    found = base.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
        [srs_id],
    ).fetchone()
    if found is None:
        return _known_projection("")
    if found["organization"].casefold() == "epsg":
        return _known_projection(f"EPSG:{int(found['organization_coordsys_id'])}")
    return _known_projection(found["definition"])


def _geopackage_rows(
    base: sqlite3.Connection, table: str, column: str
) -> Iterator[tuple[dict[str, str], BaseGeometry | None]]:
    quoted = table.replace('"', '""')
    for row in base.execute(f'SELECT * FROM "{quoted}"'):  # noqa: S608 - the file's own table name, quoted
        values = dict(row)
        blob = values.pop(column, None)
        yield _columns(values), None if blob is None else shapely.from_wkb(_geopackage_wkb(blob))


def _geopackage_wkb(blob: bytes) -> bytes:
    """Strip the header of a GeoPackage geometry: magic, version, flags, SRS id, then an optional envelope."""
    magic, flags = blob[:2], struct.unpack_from("B", blob, 3)[0]
    doubles = GPKG_ENVELOPE_DOUBLES.get((flags >> 1) & 0b111)
    if magic != b"GP" or doubles is None:
        raise Refusal("une géométrie du GeoPackage est illisible.", remedy="Réexportez-le.")
    return blob[8 + 8 * doubles :]
