"""The pages of OGC API Features, asked as a tool asks them, over two sectors side by side and their past."""

import datetime as dt
import itertools
import json

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from pyproj import Transformer
from shapely.geometry import shape

from maps.ogc.reference_systems import EPSG
from sectors.models import Perimeter, Sector
from tests.access.people import PoliceClient
from tests.builders import EAST, MIDDLE, NORTH, SOUTH, WEST, build_town, rectangle

ROOT = "http://testserver/ogc"
SECTORS = "/ogc/collections/secteurs/items"
VERSIONS = "/ogc/collections/perimetres/items"
FIRST_DAY = dt.date(2015, 7, 8)
MOVED_ON = dt.date(2020, 1, 1)


@pytest.fixture
def town(db):
    """« Les Lilas » was a narrower strip until the end of 2019; « Le Moulin » has been the same since 2015."""
    town = build_town()
    lilas = Perimeter.objects.get(sector=town.sectors[0])
    lilas.valid = DateRange(MOVED_ON, None)
    lilas.save()
    Perimeter.objects.create(
        sector=town.sectors[0], area=rectangle(4.885, SOUTH, MIDDLE, NORTH), valid=DateRange(FIRST_DAY, MOVED_ON)
    )
    Sector.objects.create(commune=town.commune, number=3, name="Sans périmètre")
    return town


@pytest.fixture
def tool(town) -> Client:
    return PoliceClient()


def ask(tool: Client, url: str, **asked: object) -> dict:
    answer = tool.get(url, {name.replace("_", "-"): value for name, value in asked.items()})
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def names_in(document: dict) -> list[tuple[int, str]]:
    return [(each["properties"]["numero"], each["properties"]["en_vigueur_du"]) for each in document["features"]]


def test_each_sector_has_its_perimeter_of_today(tool):
    document = ask(tool, SECTORS)

    assert names_in(document) == [(1, "2020-01-01"), (2, "2015-07-08")]
    assert (document["numberMatched"], document["numberReturned"]) == (2, 2)
    first = document["features"][0]
    assert (first["id"], first["properties"]["nom"]) == (1, "Les Lilas")
    assert first["properties"]["en_vigueur_au"] is None
    assert shape(first["geometry"]).bounds == pytest.approx((WEST, SOUTH, MIDDLE, NORTH), abs=1e-7)
    # 0.010° of longitude at 44.93° N by 0.015° of latitude: 789 m by 1,667 m.
    assert first["properties"]["superficie_m2"] == pytest.approx(789 * 1667, rel=0.01)


def test_outer_rings_turn_counterclockwise(tool):
    ring = ask(tool, SECTORS)["features"][0]["geometry"]["coordinates"][0][0]
    turned = sum((x2 - x1) * (y2 + y1) for (x1, y1), (x2, y2) in itertools.pairwise(ring))
    assert turned < 0


def test_every_version_is_there_with_its_days(tool):
    versions = ask(tool, VERSIONS)

    assert names_in(versions) == [(1, "2015-07-08"), (1, "2020-01-01"), (2, "2015-07-08")]
    assert versions["features"][0]["properties"]["en_vigueur_au"] == "2019-12-31"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2019-12-31", [(1, "2015-07-08"), (2, "2015-07-08")]),
        ("2020-01-01T00:00:00Z", [(1, "2020-01-01"), (2, "2015-07-08")]),
        ("2015-07-07", []),
        ("../2015-07-08", [(1, "2015-07-08"), (2, "2015-07-08")]),
        ("2020-01-01/..", [(1, "2020-01-01"), (2, "2015-07-08")]),
        ("2019-01-01/2021-01-01", [(1, "2015-07-08"), (1, "2020-01-01"), (2, "2015-07-08")]),
    ],
)
def test_a_day_finds_what_was_in_force(tool, asked, found):
    assert names_in(ask(tool, VERSIONS, datetime=asked)) == found


def test_a_box_finds_what_it_touches_in_each_system(tool):
    west_of_the_middle = (WEST, SOUTH, MIDDLE - 0.001, NORTH)
    assert [number for number, _ in names_in(ask(tool, SECTORS, bbox=joined(west_of_the_middle)))] == [1]
    turned = (SOUTH, WEST, NORTH, MIDDLE - 0.001)
    asked = {"bbox": joined(turned), "bbox_crs": f"{EPSG}4326"}
    assert [number for number, _ in names_in(ask(tool, SECTORS, **asked))] == [1]
    x, y = to_lambert_93(EAST - 0.001, NORTH - 0.001)
    asked = {"bbox": joined((x - 1, y - 1, x + 1, y + 1)), "bbox_crs": f"{EPSG}2154"}
    assert [number for number, _ in names_in(ask(tool, SECTORS, **asked))] == [2]
    assert ask(tool, SECTORS, bbox="-1e30,-1e30,1e30,1e30", bbox_crs=f"{EPSG}2154")["numberMatched"] == 2
    assert ask(tool, SECTORS, bbox="0,0,1,1")["numberMatched"] == 0


def to_lambert_93(longitude: float, latitude: float) -> tuple[float, float]:
    return Transformer.from_crs(4326, 2154, always_xy=True).transform(longitude, latitude)


def joined(numbers: tuple[float, ...]) -> str:
    return ",".join(map(str, numbers))


def test_features_come_in_the_system_asked_and_say_so(tool):
    answer = tool.get(SECTORS, {"crs": f"{EPSG}2154", "numero": 1})
    ground = shape(json.loads(answer.content)["features"][0]["geometry"])

    assert answer["Content-Crs"] == f"<{EPSG}2154>"
    assert ground.bounds[:2] == pytest.approx(
        (to_lambert_93(WEST, NORTH)[0], to_lambert_93(MIDDLE, SOUTH)[1]), abs=20
    )
    turned = shape(ask(tool, SECTORS, crs=f"{EPSG}4326", numero=1)["features"][0]["geometry"])
    assert turned.bounds == pytest.approx((SOUTH, WEST, NORTH, MIDDLE), abs=1e-7)


def test_pages_follow_each_other_without_loss_or_double(tool):
    url, seen = f"{VERSIONS}?limit=2", []
    while url:
        document = ask(tool, url)
        assert document["numberMatched"] == 3
        seen += names_in(document)
        links = {link["rel"]: link["href"] for link in document["links"]}
        url = links.get("next", "")

    assert seen == [(1, "2015-07-08"), (1, "2020-01-01"), (2, "2015-07-08")]
    assert links["prev"] == f"{ROOT}/collections/perimetres/items?limit=2"
    assert ask(tool, VERSIONS, offset=50)["features"] == []


def test_one_feature_is_found_by_its_name(tool):
    document = ask(tool, f"{SECTORS}/2")

    assert document["properties"]["nom"] == "Le Moulin"
    assert {link["rel"] for link in document["links"]} == {"self", "collection"}
    version = Perimeter.objects.get(sector__number=1, valid__upper_inf=False)
    assert ask(tool, f"{VERSIONS}/{version.pk}")["properties"]["en_vigueur_au"] == "2019-12-31"


@pytest.mark.parametrize(
    "url",
    [
        *(f"{SECTORS}/{key}" for key in ("3", "99", "lilas", "-1", "1.5", "é", "9" * 30)),
        "/ogc/collections/logements/items",
        "/ogc/collections/a.b/items",
        "/ogc/collections/a.b",
    ],
)
def test_what_is_not_there_is_not_found(tool, url):
    answer = tool.get(url)
    assert answer.status_code == 404
    assert json.loads(answer.content)["code"] == "NotFound"


@pytest.mark.parametrize(
    "url", [f"{SECTORS}?limite=3", f"{SECTORS}?limit=1&limit=2", f"{SECTORS}/1?bbox=1,2,3,4", "/ogc/?limit=1"]
)
def test_what_is_not_understood_is_refused_in_json(tool, url):
    answer = tool.get(url)

    assert answer.status_code == 400
    assert json.loads(answer.content)["description"].startswith("Paramètre «")


def test_another_commune_is_in_no_page(tool, settings):
    settings.COMMUNE_INSEE = "26999"
    build_town("38001", "Ailleurs", perimeters_east_by=1.0)

    assert ask(tool, VERSIONS)["numberMatched"] == 3


def test_the_way_in_leads_everywhere_and_is_open(town):
    visitor = Client()
    landing = ask(visitor, "/ogc")
    assert ask(visitor, "/ogc/") == landing
    links = {link["rel"]: link["href"] for link in landing["links"]}
    assert set(links) == {"self", "service-desc", "conformance", "data"}

    api = ask(visitor, links["service-desc"])
    collections = ask(visitor, links["data"])["collections"]
    assert (
        "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs"
        in ask(visitor, links["conformance"])["conformsTo"]
    )
    assert [each["id"] for each in collections] == ["secteurs", "perimetres"]
    interval = collections[0]["extent"]["temporal"]["interval"]
    assert interval == [["2015-07-08T00:00:00Z", None]]
    assert f"{EPSG}2154" in collections[0]["crs"]
    assert set(api["paths"]) == {"/", "/conformance", "/collections"} | {
        path
        for each in ("secteurs", "perimetres")
        for path in (
            f"/collections/{each}",
            f"/collections/{each}/items",
            f"/collections/{each}/items/{{featureId}}",
        )
    }
    for each in collections:
        own = {link["rel"]: link["href"] for link in each["links"]}
        assert ask(visitor, own["self"])["id"] == each["id"]
        assert visitor.get(own["items"]).status_code == 401


def test_a_commune_without_perimeters_has_empty_collections(tool):
    Perimeter.objects.all().delete()

    assert ask(tool, SECTORS)["features"] == []
    assert ask(tool, "/ogc/collections/secteurs")["extent"]["temporal"]["interval"] == [[None, None]]
