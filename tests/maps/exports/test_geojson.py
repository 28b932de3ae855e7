import json

import geopandas
import pytest

from maps.exports import geojson
from tests.builders import CORNER, HOMES, STATION, at, build_stay


@pytest.fixture
def collection(plan):
    return json.loads(geojson.render_plan(plan))


def of_nature(collection, nature):
    return [feature for feature in collection["features"] if feature["properties"]["nature"] == nature]


def test_a_course_joins_its_legs_in_order(collection):
    course = of_nature(collection, "parcours")[0]["geometry"]
    assert course["type"] == "LineString"
    assert course["coordinates"] == [list(point) for point in (STATION, *HOMES[:3], STATION)]


def test_stops_carry_order_time_and_passage(collection):
    stops = of_nature(collection, "arrêt")
    assert [stop["geometry"]["coordinates"] for stop in stops] == [list(home) for home in HOMES[:3]]
    assert [stop["properties"]["ordre"] for stop in stops] == [1, 2, 3]
    assert stops[0]["properties"]["arrivee"] == "2026-08-12T18:05:00+02:00"
    assert stops[0]["properties"]["passage"] == 1


def test_a_stay_says_where_and_when(plan):
    build_stay(plan.routes.get(shift__crew__name="Alpha"), after_stop=2, arrives_at=at(18, 26))

    (stay,) = of_nature(json.loads(geojson.render_plan(plan)), "présence")

    assert stay["geometry"]["coordinates"] == list(CORNER)
    assert stay["properties"] == {
        "nature": "présence",
        "equipage": "Alpha",
        "lieu": "Rue du Moulin",
        "debut": "2026-08-12T18:26:00+02:00",
        "fin": "2026-08-12T18:36:00+02:00",
    }


def test_a_home_left_out_says_why(collection):
    (omission,) = of_nature(collection, "passage écarté")
    assert omission["geometry"]["coordinates"] == list(HOMES[3])
    assert omission["properties"]["motif"] == "Plus de temps disponible"


def test_the_box_holds_every_position(collection):
    longitudes, latitudes = zip(STATION, *HOMES, strict=True)
    assert collection["bbox"] == [min(longitudes), min(latitudes), max(longitudes), max(latitudes)]


def test_a_crew_that_stays_has_a_course_without_place(collection):
    stays = of_nature(collection, "parcours")[1]
    assert stays["properties"]["equipage"] == "Bravo"
    assert stays["geometry"] is None


def test_one_crew_alone_comes_without_the_homes_left_out(plan):
    collection = json.loads(geojson.render_plan(plan, ["Bravo"]))
    natures = [feature["properties"]["nature"] for feature in collection["features"]]
    assert natures == ["parcours", "dépôt", "dépôt"]


def test_a_plan_of_omissions_only_is_a_collection_of_them(plan):
    plan.routes.all().delete()
    collection = json.loads(geojson.render_plan(plan))
    assert [feature["properties"]["nature"] for feature in collection["features"]] == ["passage écarté"]


def test_a_plan_of_nothing_has_no_box(plan):
    plan.routes.all().delete()
    plan.omissions.all().delete()
    collection = json.loads(geojson.render_plan(plan))
    assert collection["features"] == []
    assert "bbox" not in collection


def test_positions_have_six_decimals_at_most(plan, town):
    town.absences[0].point.x = 4.88412345678
    town.absences[0].save()
    stop = of_nature(json.loads(geojson.render_plan(plan)), "arrêt")[0]
    assert stop["geometry"]["coordinates"][0] == 4.884123


def test_geopandas_reads_it_back(plan, tmp_path):
    path = tmp_path / "tournees.geojson"
    path.write_text(geojson.render_plan(plan), encoding="utf-8")
    frame = geopandas.read_file(path)
    assert frame.crs.to_epsg() == 4326
    stops = frame[frame["nature"] == "arrêt"]
    assert [(point.x, point.y) for point in stops.geometry] == list(HOMES[:3])
    assert list(stops["adresse"]) == ["11 Rue des Lilas", "12 Rue du Moulin", "13 Rue du Moulin"]


def test_a_pause_has_its_place_and_its_turn(plan, alpha):
    before = json.loads(geojson.render_plan(plan, ["Alpha"]))
    alpha.breaks.update(starts_at=at(18, 50))
    after = json.loads(geojson.render_plan(plan, ["Alpha"]))

    stops = ["parcours", "dépôt", "arrêt", "arrêt", "arrêt"]
    assert [feature["properties"]["nature"] for feature in before["features"]] == [*stops, "pause", "dépôt"]
    assert [feature["properties"]["nature"] for feature in after["features"]] == [*stops, "dépôt", "pause"]
    (pause,) = of_nature(after, "pause")
    assert pause["geometry"]["coordinates"] == list(STATION)
    assert pause["properties"]["fin"] == "2026-08-12T19:05:00+02:00"
