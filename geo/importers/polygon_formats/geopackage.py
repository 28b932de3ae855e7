"""GeoPackages: read by SQLite from memory, one plain table, and no view, trigger or function of the file's own."""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing

import shapely

from geo.importers.limited_process import Refusal
from geo.importers.polygon_formats.layers import Layer, Row, as_columns, known_projection

SQLITE_MAGIC = b"SQLite format 3\0"
# Bytes 68 to 71 of the file: GeoPackage 1.2 and later, 1.0, 1.1.
APPLICATION_IDS = (b"GPKG", b"GP10", b"GP11")
# A file left in write-ahead mode cannot be opened from memory: these bytes say how it is journaled.
JOURNAL_BYTES, ROLLBACK_JOURNAL = slice(18, 20), b"\x01\x01"
MAX_VALUE_BYTES = 16 << 20
MAX_QUERY_STEPS = 50_000_000
STEPS_BETWEEN_LOOKS = 1_000_000
ENVELOPE_DOUBLES = {0: 0, 1: 4, 2: 6, 3: 6, 4: 8}


def read_geopackage(content: bytes) -> Layer:
    """Read the only layer of shapes of a GeoPackage."""
    if content[68:72] not in APPLICATION_IDS:
        raise Refusal(
            "c'est une base SQLite, pas un GeoPackage.", where="en-tête du fichier", remedy="Réexportez-le."
        )
    image = bytearray(content)
    image[JOURNAL_BYTES] = ROLLBACK_JOURNAL
    try:
        with closing(sqlite3.connect(":memory:")) as base:
            base.deserialize(bytes(image))
            _shut(base)
            return _read(base)
    except (sqlite3.Error, struct.error, shapely.errors.GEOSException, UnicodeDecodeError, OverflowError) as error:
        if "prohibited" in str(error) or "not authorized" in str(error):
            raise Refusal(
                "le GeoPackage contient une vue ou un calcul à la place d'une table.",
                remedy="Réexportez la couche dans un GeoPackage neuf.",
            ) from error
        raise Refusal("le GeoPackage est abîmé ou tronqué.", remedy="Réexportez-le.") from error


def _shut(base: sqlite3.Connection) -> None:
    base.execute("PRAGMA trusted_schema = OFF")
    base.execute("PRAGMA cell_size_check = ON")
    base.execute("PRAGMA temp_store = MEMORY")
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
    base.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    looks = iter(range(MAX_QUERY_STEPS // STEPS_BETWEEN_LOOKS))
    base.set_progress_handler(lambda: next(looks, None) is None, STEPS_BETWEEN_LOOKS)
    base.set_authorizer(_may_only_read_tables)
    base.row_factory = sqlite3.Row


def _may_only_read_tables(
    action: int, first: str | None, second: str | None, database: str | None, through: str | None
) -> int:
    """Refuse all but the reading of columns, and that too when it goes through a view or a trigger."""
    is_plain = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ) and through is None
    return sqlite3.SQLITE_OK if is_plain else sqlite3.SQLITE_DENY


def _read(base: sqlite3.Connection) -> Layer:
    kinds = base.execute("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns").fetchall()
    if len(kinds) != 1:
        raise Refusal(
            f"le GeoPackage contient {len(kinds)} couches au lieu d'une seule.",
            remedy="Gardez-y la seule couche des contours.",
        )
    table, column, srs_id = kinds[0]
    return Layer(projection=_projection(base, srs_id), rows=list(_rows(base, table, column)))


def _projection(base: sqlite3.Connection, srs_id: int) -> int:
    found = base.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
        [srs_id],
    ).fetchone()
    if found is None:
        return known_projection("")
    if found["organization"].casefold() == "epsg":
        return known_projection(f"EPSG:{int(found['organization_coordsys_id'])}")
    return known_projection(found["definition"])


def _rows(base: sqlite3.Connection, table: str, column: str) -> Iterator[Row]:
    quoted = table.replace('"', '""')
    for row in base.execute(f'SELECT * FROM "{quoted}"'):  # noqa: S608 - the file's own table name, quoted
        values = dict(row)
        blob = values.pop(column, None)
        yield as_columns(values), None if blob is None else shapely.from_wkb(_wkb(blob))


def _wkb(blob: object) -> bytes:
    """Strip the header of a GeoPackage geometry: magic, version, flags, SRS id, then an optional envelope."""
    if isinstance(blob, bytes) and blob[:2] == b"GP":
        doubles = ENVELOPE_DOUBLES.get((struct.unpack_from("B", blob, 3)[0] >> 1) & 0b111)
        if doubles is not None:
            return blob[8 + 8 * doubles :]
    raise Refusal("une géométrie du GeoPackage est illisible.", remedy="Réexportez-le.")
