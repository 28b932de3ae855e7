"""The sectors of a day as files, read back with the field's own reader."""

import datetime as dt
import io
import itertools
import json
import zipfile

import geopandas
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from sectors.models import Perimeter
from tests.builders import DAY, EAST, NORTH, SOUTH, WEST, build_town

MOVED_ON = dt.date(2020, 1, 1)


@pytest.fixture
def town(db):
    town = build_town()
    Perimeter.objects.filter(sector=town.sectors[0]).update(valid=DateRange(MOVED_ON, None))
    return town


def ask(client, extension: str, day: dt.date = DAY) -> bytes:
    answer = client.get(f"/secteurs/{day}/secteurs.{extension}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="secteurs-{day}.{extension}"'
    return answer.content


@pytest.mark.parametrize(("extension", "srid"), [("geojson", 4326), ("kml", 4326), ("gpkg", 2154), ("zip", 2154)])
def test_each_format_is_read_back_whole_and_in_place(town, client, tmp_path, extension, srid):
    file = tmp_path / f"secteurs.{extension}"
    file.write_bytes(ask(client, extension))

    sectors = geopandas.read_file(file)

    assert sectors.crs.to_epsg() == srid
    assert tuple(sectors.to_crs(4326).total_bounds) == pytest.approx((WEST, SOUTH, EAST, NORTH), abs=2e-6)
    assert [str(number) for number in sectors["numero"]] == ["1", "2"]
    assert list(sectors["nom"]) == ["Les Lilas", "Le Moulin"]
    first, last = (f"en_vig_{end}" if extension == "zip" else f"en_vigueur_{end}" for end in ("du", "au"))
    assert [f"{day}"[:10] for day in sectors[first]] == ["2020-01-01", "2015-07-08"]
    assert sectors[last].isna().all()


def test_a_past_day_has_its_own(town, client):
    document = json.loads(ask(client, "geojson", MOVED_ON - dt.timedelta(days=1)))

    assert [each["properties"]["numero"] for each in document["features"]] == [2]


def test_geojson_is_that_of_the_standard(town, client):
    document = json.loads(ask(client, "geojson"))
    ring = document["features"][0]["geometry"]["coordinates"][0]
    ring = ring[0] if isinstance(ring[0][0], list) else ring

    assert "crs" not in document
    assert sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in itertools.pairwise(ring)) < 0


def test_the_shapefile_says_how_it_is_written(town, client):
    with zipfile.ZipFile(io.BytesIO(ask(client, "zip"))) as archive:
        names = archive.namelist()
        assert archive.read("secteurs.cpg") == b"UTF-8"
    assert names == [f"secteurs.{part}" for part in ("cpg", "dbf", "prj", "shp", "shx")]


@pytest.mark.parametrize("extension", ["geojson", "kml", "gpkg", "zip"])
def test_a_day_before_any_sector_gives_an_empty_file(town, client, tmp_path, extension):
    file = tmp_path / f"secteurs.{extension}"
    file.write_bytes(ask(client, extension, dt.date(2014, 1, 1)))

    assert len(geopandas.read_file(file)) == 0


@pytest.mark.parametrize("url", ["/secteurs/2026-02-30/secteurs.gpkg", "/secteurs/2026-08-12/secteurs.dxf"])
def test_what_is_not_there_is_not_found(town, client, url):
    assert client.get(url).status_code == 404
