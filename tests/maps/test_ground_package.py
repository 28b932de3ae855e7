import gzip
import json

import pytest
from django.test import Client
from shapely.geometry import box

from accounts.roles import Role
from maps.ground_package import build_package, read_package, tiles_of
from maps.tiles import TileAddress, draw_ground_tile
from tests.access.people import build_place, let_in
from tests.builders import EAST, NORTH, SOUTH, WEST, build_ground

pytestmark = pytest.mark.django_db


def read(package: bytes) -> tuple[dict, bytes]:
    length = int.from_bytes(package[8:12])
    return json.loads(package[12 : 12 + length]), package[12 + length :]


def test_each_tile_of_the_package_is_the_one_that_the_site_draws():
    commune = build_ground()

    package = build_package(commune, "etat")
    index, tiles = read(package)

    assert package[:8] == b"RONDEMAP"
    assert (index["stamp"], index["minzoom"], index["maxzoom"]) == ("etat", 12, 16)
    for name, (offset, length) in index["tiles"].items():
        z, x, y = map(int, name.split("/"))
        assert tiles[offset : offset + length] == draw_ground_tile(TileAddress(z=z, x=x, y=y))
    assert sum(length for _, length in index["tiles"].values()) == len(tiles) > 0


def test_the_tiles_cover_the_commune_and_little_else():
    found = {(tile.z, tile.x, tile.y) for tile in tiles_of(box(WEST, SOUTH, EAST, NORTH))}

    # A tile of zoom 12 spans 0.088 degrees: 4.88 and 4.90 are both in column floor((4.88 + 180) / 0.08789) = 2103.
    assert {(x, y) for z, x, y in found if z == 12} == {(2103, 1474)}
    assert {z for z, _, _ in found} == {12, 13, 14, 15, 16}
    # At zoom 16 a tile spans 0.0055 degrees: 0.028 with the surroundings are 6 or 7 columns.
    assert 5 <= len({x for z, x, _ in found if z == 16}) <= 8


def test_the_package_is_made_once_and_anew_when_the_ground_changes(settings, tmp_path):
    settings.PACKAGE_DIR = tmp_path
    commune = build_ground()
    stamp, first = read_package(commune)
    (tmp_path / f"26999-{stamp}.map.gz").write_bytes(b"kept")

    assert read_package(commune) == (stamp, b"kept")
    build_ground("38001", "Ailleurs")
    assert read_package(commune)[0] != stamp
    assert len(list(tmp_path.iterdir())) == 1
    assert read(gzip.decompress(first))[0]["stamp"] == stamp


def test_a_crew_is_given_the_package_and_asks_again_only_for_a_new_one(settings, tmp_path):
    settings.PACKAGE_DIR, settings.COMMUNE_INSEE = tmp_path, "26999"
    place = build_place()
    crew = let_in(Client(), place.accounts[Role.CREW], device_of=place.insee)

    answer = crew.get("/tuiles/fond/commune.map")

    assert (answer.status_code, answer["Content-Encoding"]) == (200, "gzip")
    assert answer["Cache-Control"] == "private, no-cache"
    assert crew.get("/tuiles/fond/commune.map", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert (
        let_in(Client(), place.accounts[Role.MUNICIPAL_POLICE]).get("/tuiles/fond/commune.map").status_code == 404
    )
