import datetime as dt
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from django.contrib.gis.geos import LineString, MultiLineString
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from pyproj import Transformer

from absences.models import Absence
from geo.models import WGS84, Commune, ImportRun, Street
from maps.tiles import TileAddress, draw_ground_tile, draw_sector_tile, stamp_of_ground, stamp_of_sectors
from sectors.models import Perimeter
from tests.builders import DAY, HOMES, build_ground, build_town

pytestmark = pytest.mark.django_db

# The tile of the first home, (4.884, 44.930): column = (4.884 + 180) / 360 * 2^z = 0.513567 * 2^z,
# row = (1 - asinh(tan 44.930°) / pi) / 2 * 2^z = 0.359999 * 2^z.
AT_11 = TileAddress(z=11, x=1051, y=737)
INSEE = "26999"
AT_14 = TileAddress(z=14, x=8414, y=5898)
AT_15 = TileAddress(z=15, x=16828, y=11796)
AT_17 = TileAddress(z=17, x=67314, y=47185)
IN_THE_OCEAN = TileAddress(z=14, x=0, y=5898)
METRES_PER_UNIT_AT_14 = 40_075_017 / 2**14 / 4096


def layers_of(tile: bytes, folder: Path) -> set[str]:
    file = folder / "tile.mvt"
    file.write_bytes(tile)
    return set(pyogrio.list_layers(file)[:, 0])


def read_layer(tile: bytes, layer: str, address: TileAddress, folder: Path) -> Any:
    file = folder / "tile.mvt"
    file.write_bytes(tile)
    return pyogrio.read_dataframe(file, layer=layer, Z=address.z, X=address.x, Y=address.y)


def mercator(longitude: float, latitude: float) -> tuple[float, float]:
    return Transformer.from_crs(4326, 3857, always_xy=True).transform(longitude, latitude)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (AT_14, {"land", "land_label", "commune", "street"}),
        (AT_15, {"land", "land_label", "commune", "building", "street"}),
        (AT_17, {"building", "street", "house_number"}),
    ],
)
def test_buildings_come_at_zoom_15_and_house_numbers_at_zoom_17(address, shown, tmp_path):
    build_town()

    assert layers_of(draw_ground_tile(address), tmp_path) == shown


def test_a_street_is_where_it_runs(tmp_path):
    build_ground()

    streets = read_layer(draw_ground_tile(AT_14), "street", AT_14, tmp_path)

    lilas = streets[streets["name"] == "Rue des Lilas"].geometry.iloc[0]
    _, north = mercator(4.884, 44.930)
    assert lilas.bounds[1] == pytest.approx(north, abs=METRES_PER_UNIT_AT_14)
    assert lilas.bounds[3] == pytest.approx(north, abs=METRES_PER_UNIT_AT_14)


def test_a_house_number_stands_at_its_address(tmp_path):
    build_town()

    numbers = read_layer(draw_ground_tile(AT_17), "house_number", AT_17, tmp_path)

    assert list(numbers["number"]) == ["11"]
    point = numbers.geometry.iloc[0]
    assert (point.x, point.y) == pytest.approx(mercator(*HOMES[0]), abs=0.1)


def test_the_ways_of_one_street_are_one_line_that_can_carry_its_name(tmp_path):
    commune = build_ground()
    Street.objects.filter(name="Rue des Lilas").update(
        course=MultiLineString(LineString((4.880, 44.930), (4.890, 44.930)), srid=WGS84)
    )
    Street.objects.create(
        commune=commune,
        osm_way=2000,
        name="Rue des Lilas",
        highway="residential",
        course=MultiLineString(LineString((4.890, 44.930), (4.900, 44.930)), srid=WGS84),
    )

    streets = read_layer(draw_ground_tile(AT_14), "street", AT_14, tmp_path)

    lilas = streets[streets["name"] == "Rue des Lilas"]
    assert len(lilas) == 1
    assert lilas.geometry.iloc[0].geom_type == "LineString"


def test_far_out_only_the_streets_that_matter_are_drawn_and_without_their_names(tmp_path):
    build_ground()

    streets = read_layer(draw_ground_tile(AT_11), "street", AT_11, tmp_path)

    assert list(streets["class"]) == ["secondary"]
    assert "name" not in streets.columns


def test_a_street_of_a_kind_that_the_map_does_not_draw_is_left_out(tmp_path):
    build_ground()
    Street.objects.update(highway="proposed")

    assert "street" not in layers_of(draw_ground_tile(AT_14), tmp_path)


@pytest.mark.parametrize("address", [AT_14, AT_15, AT_17])
def test_a_tile_does_not_tell_that_a_home_is_vacant(address):
    town = build_town()
    with_absences = draw_ground_tile(address), draw_sector_tile(address, day=DAY, commune=INSEE)
    Absence.objects.filter(pk__in=[absence.pk for absence in town.absences]).delete()

    assert (draw_ground_tile(address), draw_sector_tile(address, day=DAY, commune=INSEE)) == with_absences


def test_sectors_of_the_day_have_a_tint_a_border_and_a_name(tmp_path):
    build_town()

    tile = draw_sector_tile(AT_14, day=DAY, commune=INSEE)

    assert layers_of(tile, tmp_path) == {"sector", "sector_border", "sector_label"}
    assert set(read_layer(tile, "sector_label", AT_14, tmp_path)["name"]) == {"Les Lilas", "Le Moulin"}


def test_a_sector_is_not_drawn_before_its_perimeter_is_in_force():
    build_town()

    assert draw_sector_tile(AT_14, day=dt.date(2015, 7, 7), commune=INSEE) == b""
    assert draw_sector_tile(AT_14, day=dt.date(2015, 7, 8), commune=INSEE) != b""


def test_an_empty_tile_has_no_content(client: Client):
    build_town()

    ground = client.get("/tuiles/fond/14/0/5898.mvt")
    sectors = client.get("/tuiles/secteurs/2026-08-12/14/0/5898.mvt")

    assert draw_ground_tile(IN_THE_OCEAN) == b""
    assert (ground.status_code, ground.content) == (204, b"")
    assert (sectors.status_code, sectors.content) == (204, b"")


@pytest.mark.parametrize(
    "place",
    ["14/16384/5898", "14/8414/16384", "21/0/0", "3/8/1", "0/0/1", "99999/0/0", "14/-1/0", "14/a/0", "14/0"],
)
def test_a_tile_that_cannot_exist_is_not_found(client: Client, place: str):
    assert client.get(f"/tuiles/fond/{place}.mvt").status_code == 404
    assert client.get(f"/tuiles/secteurs/2026-08-12/{place}.mvt").status_code == 404


def test_sectors_of_a_day_that_is_not_in_the_calendar_are_not_found(client: Client):
    assert client.get("/tuiles/secteurs/2026-02-30/14/8414/5898.mvt").status_code == 404


def test_the_browser_keeps_a_tile_that_names_the_state_of_the_ground(client: Client):
    build_town()

    stamped = client.get(f"/tuiles/fond/14/8414/5898.mvt?etat={stamp_of_ground()}")
    bare = client.get("/tuiles/fond/14/8414/5898.mvt")

    assert stamped.headers["Cache-Control"] == "private, max-age=604800, immutable"
    assert bare.headers["Cache-Control"] == "private, no-cache"
    assert stamped.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"


def test_a_tile_that_has_not_changed_is_not_sent_again(client: Client):
    build_town()
    etag = client.get("/tuiles/fond/14/8414/5898.mvt").headers["ETag"]

    again = client.get("/tuiles/fond/14/8414/5898.mvt", headers={"if-none-match": etag})

    assert (again.status_code, again.content) == (304, b"")


def test_an_import_changes_the_state_of_the_ground():
    commune = build_ground()
    before = stamp_of_ground()
    ImportRun.objects.create(
        commune=commune, kind="osm", file_name="a.pbf", file_sha256="0" * 64, added=1, changed=0, removed=0
    )

    assert stamp_of_ground() != before


def test_the_end_of_a_perimeter_changes_the_state_of_the_sectors():
    build_town()
    before = stamp_of_sectors()
    perimeter = Perimeter.objects.get(sector__number=1)
    perimeter.valid = DateRange(dt.date(2015, 7, 8), dt.date(2026, 1, 1))
    perimeter.save()

    assert stamp_of_sectors() != before


def test_the_outline_of_a_second_commune_is_drawn_too(tmp_path):
    build_ground()
    Commune.objects.create(
        insee_code="26998",
        name="Voisine",
        outline=Commune.objects.get(pk="26999").outline,
        source="essai",
    )

    communes = read_layer(draw_ground_tile(AT_14), "commune", AT_14, tmp_path)

    assert set(communes["name"]) == {"Valmont-sur-Rhône", "Voisine"}
