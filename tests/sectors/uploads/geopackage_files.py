"""GeoPackages, broken or made to harm, with what is said of each."""

import sqlite3
import struct
from contextlib import closing

import shapely

from tests.sectors.uploads.ground import SQUARE, in_projection

LAMBERT = in_projection(SQUARE, 2154)
GPKG = 0x47504B47
LAYER = "CREATE TABLE secteurs (fid INTEGER PRIMARY KEY, geom BLOB, nom TEXT)"
ENDLESS = "WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more)"


def geometry(ring=SQUARE):
    return b"GP\0\1" + struct.pack("<i", 4326) + shapely.Polygon(ring).wkb


def package(
    *more,
    layer=LAYER,
    blob=None,
    epsg=4326,
    organization="EPSG",
    kinds=("secteurs",),
    application_id=GPKG,
    without="",
):
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute(f"PRAGMA application_id = {application_id}")
        base.execute(
            "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER, organization TEXT, "
            "organization_coordsys_id INTEGER, definition TEXT)"
        )
        base.execute(
            "INSERT INTO gpkg_spatial_ref_sys VALUES ('', ?, ?, ?, 'undefined')", [epsg, organization, epsg]
        )
        base.execute("CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER)")
        for kind in kinds:
            base.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?)", [kind, epsg])
        base.execute(layer)
        if layer.startswith("CREATE TABLE secteurs"):
            base.execute("INSERT INTO secteurs (geom, nom) VALUES (?, 'Laprat')", [blob or geometry()])
        for statement in more:
            base.execute(statement)
        if without:
            base.execute(f"DROP TABLE {without}")
        base.commit()
        return base.serialize()


def write_ahead(content):
    return content[:18] + b"\2\2" + content[20:]


NO_TABLE = "une vue ou un calcul à la place d'une table"
DAMAGED = "le GeoPackage est abîmé ou tronqué"

REFUSED = {
    "SQLite of another kind": (
        lambda: package(application_id=0),
        "en-tête du fichier : c'est une base SQLite, pas un GeoPackage",
    ),
    "MBTiles": (lambda: package(application_id=0x4D504258), "en-tête du fichier : c'est une base SQLite"),
    "GeoPackage truncated": (lambda: package()[:5000], DAMAGED),
    "GeoPackage of a header": (lambda: package()[:100], DAMAGED),
    "GeoPackage overwritten": (lambda: package()[:4096] + b"\xff" * (len(package()) - 4096), DAMAGED),
    "without list of layers": (lambda: package(without="gpkg_geometry_columns"), DAMAGED),
    "without its table": (lambda: package(without="secteurs"), DAMAGED),
    "without projections": (lambda: package(without="gpkg_spatial_ref_sys"), DAMAGED),
    "two layers": (lambda: package(kinds=("secteurs", "autres")), "2 couches au lieu d'une seule"),
    "no layer": (lambda: package(kinds=()), "0 couches au lieu d'une seule"),
    "layer is a view": (
        lambda: package(
            layer="CREATE VIEW secteurs AS SELECT definition AS nom, x'00' AS geom FROM gpkg_spatial_ref_sys"
        ),
        NO_TABLE,
    ),
    "layer is an endless view": (
        lambda: package(layer=f"CREATE VIEW secteurs AS {ENDLESS} SELECT n AS nom, x'00' AS geom FROM more"),
        NO_TABLE,
    ),
    "list of layers is a view": (
        lambda: package(
            "DROP TABLE gpkg_geometry_columns",
            f"CREATE VIEW gpkg_geometry_columns AS {ENDLESS} "
            "SELECT 'a' AS table_name, 'b' AS column_name, n AS srs_id FROM more",
        ),
        NO_TABLE,
    ),
    "column is computed": (
        lambda: package(layer=LAYER.replace("nom TEXT", "nom TEXT, b BLOB AS (zeroblob(100000000))")),
        DAMAGED,
    ),
    "projection undefined": (lambda: package(organization="NONE", epsg=-1), "la projection n'est pas reconnue"),
    "projection not known": (lambda: package(epsg=3035), "la projection n'est pas reconnue"),
    "Lambert-93 called WGS 84": (
        lambda: package(blob=geometry(LAMBERT)),
        r"semblent être en Lambert-93 \(EPSG:2154\), alors que le fichier les dit en WGS 84",
    ),
    "geometry of zeros": (lambda: package(blob=bytes(100)), "une géométrie du GeoPackage est illisible"),
    "geometry cut": (lambda: package(blob=geometry()[:50]), DAMAGED),
    "geometry is a text": (
        lambda: package("UPDATE secteurs SET geom = 'POLYGON'"),
        "une géométrie du GeoPackage est illisible",
    ),
    "geometry of many vertices": (
        lambda: package(blob=b"GP\0\1" + bytes(4) + struct.pack("<BIII", 1, 3, 1, 100_000_000)),
        DAMAGED,
    ),
    "null geometry": (lambda: package("UPDATE secteurs SET geom = NULL"), "entité 1 : le contour est vide"),
    "empty layer": (lambda: package("DELETE FROM secteurs"), "ne contient aucun contour"),
}

TAKEN = {
    "GeoPackage": (package, ["Laprat"], None),
    "GeoPackage 1.0": (lambda: package(application_id=0x47503130), ["Laprat"], None),
    "GeoPackage in Lambert-93": (lambda: package(blob=geometry(LAMBERT), epsg=2154), ["Laprat"], None),
    "GeoPackage left open": (lambda: write_ahead(package()), ["Laprat"], None),
    "GeoPackage with a trigger": (
        lambda: package("CREATE TRIGGER t AFTER UPDATE ON secteurs BEGIN DELETE FROM secteurs; END"),
        ["Laprat"],
        None,
    ),
}
