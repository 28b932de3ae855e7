import io
import json
import re
import sqlite3
import zipfile
from contextlib import closing

import geopandas
import pytest
import shapefile
import shapely
from pyproj import CRS

from geo.errors import InvalidFile
from geo.importers.limited_process import told_of
from geo.importers.polygon_worker import read_contours
from geo.importers.polygons import read_polygons
from geo.projections import to_metres

SQUARE = [[4.88, 44.92], [4.90, 44.92], [4.90, 44.94], [4.88, 44.94], [4.88, 44.92]]
LAMBERT_93_SQUARE = [list(map(float, to_metres(*place, 2154))) for place in SQUARE]


def feature(ring=None, kind="Polygon", **properties):
    coordinates = [ring or SQUARE]
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def geojson(*features, **members):
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members})


def named_crs(name):
    return {"type": "name", "properties": {"name": name}}


def zipped_shapefile(write, ring=LAMBERT_93_SQUARE, epsg=2154, without=(), encoding="utf-8"):
    shp, shx, dbf = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with shapefile.Writer(shp=shp, shx=shx, dbf=dbf, shapeType=shapefile.POLYGON, encoding=encoding) as writer:
        writer.field("NOM", "C", 60)
        writer.poly([ring[::-1]])
        writer.record("Châteauneuf")
    parts = {
        "shp": shp.getvalue(),
        "shx": shx.getvalue(),
        "dbf": dbf.getvalue(),
        "prj": CRS.from_epsg(epsg).to_wkt("WKT1_ESRI").encode(),
        "cpg": b"UTF-8",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for extension, data in parts.items():
            if extension not in without:
                archive.writestr(f"dossier/communes.{extension}", data)
    return write("communes.zip", packed.getvalue())


def refusal(file) -> str:
    """Return what the limited process would answer, without the second it takes to start one."""
    found = told_of(read_contours, file.read_bytes(), most_unpacked_bytes=16 << 20)
    return f"{found['where']} : {found['problem']}"


def test_what_the_process_refuses_comes_back_as_a_sentence(write):
    file = write("a.geojson", geojson(feature(), {"type": "Feature", "geometry": None}))
    with pytest.raises(InvalidFile, match=r"« a.geojson », entité 2 : le contour est vide\. Retirez cette entité"):
        read_polygons(file)


def test_geojson_gives_areas_and_lower_case_columns(write):
    (found,) = read_polygons(write("a.geojson", geojson(feature(INSEE_COM="26999", Nom="Valmont")))).features
    assert found.properties == {"insee_com": "26999", "nom": "Valmont"}
    assert found.area.equals(shapely.box(4.88, 44.92, 4.90, 44.94))
    assert (found.number, found.mended_near) == (1, None)


def test_a_single_feature_is_a_file_too(write):
    assert len(read_polygons(write("a.json", json.dumps(feature()))).features) == 1


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::2154", "EPSG:2154"])
def test_a_named_projection_is_brought_to_degrees(write, name):
    ring = SQUARE if "CRS84" in name else LAMBERT_93_SQUARE
    (found,) = read_polygons(write("a.geojson", geojson(feature(ring), crs=named_crs(name)))).features
    assert found.area.bounds == pytest.approx((4.88, 44.92, 4.90, 44.94), abs=1e-9)


def test_heights_are_left_out(write):
    (found,) = read_polygons(write("a.geojson", geojson(feature([[*place, 120.0] for place in SQUARE])))).features
    assert not found.area.has_z


def test_a_zipped_shapefile_in_lambert_93_is_brought_to_degrees(write):
    (found,) = read_polygons(zipped_shapefile(write)).features
    assert found.properties == {"nom": "Châteauneuf"}
    assert found.area.bounds == pytest.approx((4.88, 44.92, 4.90, 44.94), abs=1e-8)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_geopackage_written_by_gdal_is_read_without_gdal(tmp_path):
    frame = geopandas.GeoDataFrame(
        {"code": ["26999"], "nom": ["Châteauneuf"]}, geometry=[shapely.Polygon(LAMBERT_93_SQUARE)], crs=2154
    )
    frame.to_file(tmp_path / "communes.gpkg", driver="GPKG")
    (found,) = read_polygons(tmp_path / "communes.gpkg").features
    assert (found.properties["code"], found.properties["nom"]) == ("26999", "Châteauneuf")
    assert found.area.bounds == pytest.approx((4.88, 44.92, 4.90, 44.94), abs=1e-8)


def test_the_name_of_a_file_does_not_decide_its_format(write):
    assert len(read_polygons(write("communes.zip", geojson(feature()))).features) == 1


def test_a_bow_tie_is_mended_and_its_place_is_told(write):
    bow_tie = [[4.88, 44.92], [4.90, 44.94], [4.90, 44.92], [4.88, 44.94], [4.88, 44.92]]
    (found,) = read_polygons(write("a.geojson", geojson(feature(bow_tie)))).features
    assert found.area.is_valid
    assert found.mended_near == pytest.approx((4.89, 44.93))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (geojson(), "aucun contour"),
        (
            geojson(feature(), {"type": "Feature", "geometry": None}),
            "entité 2 : le contour est vide",
        ),
        (
            geojson({"type": "Feature", "geometry": {"type": "Point", "coordinates": [4, 44]}}),
            "c'est un point, pas un polygone",
        ),
        (geojson(feature([[4.88, float("nan")], *SQUARE[1:4], [4.88, float("nan")]])), "nombre"),
        (geojson(feature([["x", 44.92], *SQUARE[1:4], ["x", 44.92]])), "entité 1 : le tracé est illisible"),
        (geojson(feature(SQUARE[:4])), "entité 1 : le tracé est illisible"),
        (
            geojson(feature([place[::-1] for place in SQUARE])),
            r"44.9\d+, 4.8\d+ : .* semblent inversées",
        ),
        (
            geojson(feature(LAMBERT_93_SQUARE)),
            r"en Lambert-93 \(EPSG:2154\), alors .* en WGS 84",
        ),
        (geojson(feature([[4.88, 44.92], [4.90, 44.94], [4.88, 44.92], [4.88, 44.92]])), "près de 4.8"),
        (geojson(feature(), crs=named_crs("EPSG:999999")), "la projection n'est pas reconnue"),
        (geojson(feature(), crs={"type": "link"}), "la projection n'est pas reconnue"),
        (geojson(feature())[:-40], r"ligne 1, caractère \d+ : le GeoJSON est abîmé ou tronqué"),
        (geojson(feature(nom="Val\0mont")), "la colonne « nom » contient un caractère interdit"),
        (geojson(feature(nom="\ud800")), "la colonne « nom » contient un caractère interdit"),
        (geojson(feature(), crs={"properties": [1]}), "la projection n'est pas reconnue"),
        ('{"features": ' + "[" * 100_000, "imbriqué|abîmé"),
        ('{"type": "Topology"}', "pas de liste"),
        ("[1, 2]", "n'est pas reconnu"),
        (geojson(feature(nom="Châteauneuf")).replace("\\u00e2", "â").encode("latin-1"), r"octet \d+ : .*UTF-8"),
        (
            "<OGRVRTDataset><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTDataset>",
            "début du fichier : c'est un .* VRT",
        ),
        ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><kml>&a;</kml>', "déclaration DOCTYPE"),
        ("bonjour", "début du fichier : le format n'est pas reconnu"),
        (b"\0" * 100, "début du fichier : le format n'est pas reconnu"),
    ],
)
def test_a_wrong_or_hostile_geojson_is_refused_with_its_place(write, content, message):
    assert re.search(message, refusal(write("contours.geojson", content)))


def test_a_ring_of_too_many_vertices_is_refused(write):
    ring = [list(place) for place in shapely.Point(4.89, 44.93).buffer(0.01, quad_segs=2_501).exterior.coords]
    assert "un anneau a 10005 sommets (au plus 10000)" in refusal(write("a.geojson", geojson(feature(ring))))


def test_a_department_may_have_as_many_vertices_as_its_communes_take(write):
    ring = [list(place) for place in shapely.Point(4.89, 44.93).buffer(0.01, quad_segs=2_499).exterior.coords]
    file = write("a.geojson", geojson(*(feature(ring) for _ in range(21))))

    # 9,997 vertices each: 209,937 in all.
    assert len(read_polygons(file).features) == 21


@pytest.mark.parametrize(
    ("missing", "message"), [("prj", "sa projection est inconnue"), ("dbf", "les noms manquent")]
)
def test_a_shapefile_without_its_companions_is_refused(write, missing, message):
    assert message in refusal(zipped_shapefile(write, without=(missing,)))


def test_a_shapefile_whose_names_are_not_in_the_announced_encoding_is_refused(write):
    assert "ne sont pas dans l'encodage annoncé (utf-8)" in refusal(zipped_shapefile(write, encoding="latin-1"))


def test_a_truncated_zip_is_refused(write):
    file = zipped_shapefile(write)
    file.write_bytes(file.read_bytes()[:-30])
    assert "le zip est abîmé" in refusal(file)


def test_a_zip_without_shapefile_is_refused(write):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("lisez-moi.txt", "rien")
    assert "0 fichiers .shp" in refusal(write("a.zip", packed.getvalue()))


def test_a_zip_bomb_is_stopped_by_the_bytes_that_come_out(write):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("communes.shp", "w", force_zip64=True) as stream:
            for _ in range(32):
                stream.write(bytes(1 << 20))
        archive.writestr("communes.dbf", b"")
    assert "dépasse 16 Mio" in refusal(write("a.zip", packed.getvalue()))


def test_a_truncated_geopackage_is_refused(tmp_path):
    whole = tmp_path / "a.gpkg"
    with closing(sqlite3.connect(whole)) as base:
        base.execute("CREATE TABLE t (x)")
        base.execute(f"PRAGMA application_id = {0x47504B47}")
        base.commit()
    whole.write_bytes(whole.read_bytes()[:3000])
    assert "le GeoPackage est abîmé" in refusal(whole)


def test_a_database_that_is_no_geopackage_is_refused(tmp_path):
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as base:
        base.execute("CREATE TABLE t (x)")
        base.commit()
    assert "en-tête du fichier : c'est une base SQLite, pas un GeoPackage" in refusal(tmp_path / "a.gpkg")


@pytest.mark.real_data
def test_the_communes_of_a_department_are_read(real_data):
    found = read_polygons(real_data / "boundaries" / "communes-26-drome.geojson").features
    assert len(found) == 367
    valence = next(each for each in found if each.properties["code"] == "26362")
    assert valence.properties["nom"] == "Valence"
    assert valence.area.contains(shapely.Point(4.8924, 44.9334))  # the town hall
