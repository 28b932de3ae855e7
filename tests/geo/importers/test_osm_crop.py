import hashlib

import osmium
import pytest
import shapely

from geo.importers import osm_crop
from geo.importers.osm import import_osm
from geo.importers.osm_crop import bounds_around, crop_osm, cropped_if_large
from geo.models import Address, Street
from tests.geo.importers.rows import node, osm_document, relation, way

# Nodes 1 to 3 are in the box; 4 is west of it, 5 and 6 are far east.
REGION = [
    node(1, 4.890, 44.930, addr_housenumber="1"),
    node(2, 4.891, 44.930),
    node(3, 4.891, 44.931),
    node(4, 4.860, 44.930),
    node(5, 5.500, 44.930),
    node(6, 5.501, 44.930, addr_housenumber="6"),
    way(10, 1, 2, highway="residential", name="Rue des Lilas"),
    way(11, 4, 1, highway="primary", name="Route de l'Ouest"),
    way(12, 5, 6, highway="primary", name="Route de l'Est"),
    way(13, 1, 2, 3),
    way(14, 3, 4, 5, 1),
    relation(20, ("way", 13, "outer"), ("way", 14, "outer"), type="multipolygon", natural="wood"),
    relation(21, ("way", 10, "from"), ("node", 1, "via"), ("way", 11, "to"), type="restriction"),
    relation(22, ("way", 12, "from"), type="restriction"),
    relation(23, ("way", 10, ""), ("way", 12, ""), type="route"),
]
BOX = (4.88, 44.92, 4.90, 44.94)


@pytest.fixture
def region(write):
    return write("region.osm", osm_document(*REGION))


def objects(file):
    return {f"{thing.type_str()}{thing.id}" for thing in osmium.FileProcessor(str(file))}


def test_a_crop_keeps_whole_what_touches_the_box_and_nothing_else(region, tmp_path):
    crop_osm(region, BOX, tmp_path / "town.osm.pbf")
    # Way 14 leaves the box to 4 and 5, and comes whole; way 12, its restriction and the route stay out.
    assert objects(tmp_path / "town.osm.pbf") == {
        *("n1", "n2", "n3", "n4", "n5"),
        *("w10", "w11", "w13", "w14"),
        *("r20", "r21"),
    }


def test_the_same_region_and_box_give_the_same_bytes(region, tmp_path):
    digests = set()
    for name in ("a.osm.pbf", "b.osm.pbf"):
        crop_osm(region, BOX, tmp_path / name)
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_the_box_is_three_kilometres_wider_than_the_commune():
    west, south, east, north = bounds_around(shapely.box(*BOX), 2154)
    # 3 km are 0.0380° of longitude and 0.0270° of latitude at 44.93° north (78.9 and 111.1 km a degree); the box
    # of Lambert-93 leans by 1.4° there, which adds up to 2.2 km * sin(1.4°) = 54 m, twice.
    assert (4.88 - west, east - 4.90) == pytest.approx((0.039, 0.039), abs=0.0015)
    assert (44.92 - south, north - 44.94) == pytest.approx((0.028, 0.028), abs=0.0015)


def test_a_town_s_own_extract_is_used_as_it_is(region):
    with cropped_if_large(region, shapely.box(*BOX), 2154) as extract:
        assert extract == region


def test_a_region_is_imported_and_routed_from_the_town_s_part_only(commune, region, monkeypatch):
    monkeypatch.setattr(osm_crop, "CROP_FROM_BYTES", 1)
    routed = []
    report = import_osm(region, commune, before_commit=lambda extract: routed.append((extract, objects(extract))))
    ((extract, kept),) = routed
    assert extract != region
    assert "w12" not in kept
    assert not extract.exists()
    assert "Fichier d'une région" in report.remarks[-1]
    assert set(Street.objects.values_list("name", flat=True)) == {"Rue des Lilas", "Route de l'Ouest"}
    assert Address.objects.get().house_number == "1"
