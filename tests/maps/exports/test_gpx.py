from pathlib import Path

import gpxpy
import pytest
import xmlschema

from maps.exports import gpx
from tests.builders import CORNER, HOMES, STATION, at, build_stay

SCHEMA = xmlschema.XMLSchema11(Path(__file__).parent / "gpx_1_1_as_we_write_it.xsd")


def points_of(places):
    return [(place.longitude, place.latitude) for place in places]


def test_a_round_is_valid_gpx(alpha):
    SCHEMA.validate(gpx.render_route(alpha))


def test_the_round_of_a_crew_that_stays_is_valid_gpx(bravo):
    document = gpx.render_route(bravo)
    SCHEMA.validate(document)
    assert points_of(gpxpy.parse(document).routes[0].points) == [STATION, STATION]


def test_the_route_goes_from_the_depot_through_the_stops_and_back(alpha):
    route = gpxpy.parse(gpx.render_route(alpha)).routes[0]
    assert points_of(route.points) == [STATION, *HOMES[:3], STATION]
    assert [point.name for point in route.points] == [
        "Départ · 18 h",
        "1 · 18 h 05",
        "2 · 18 h 20",
        "3 · 18 h 35",
        "Retour · 19 h 05",
    ]


def test_a_stay_is_a_waypoint_beside_the_stops(alpha):
    build_stay(alpha, after_stop=2, arrives_at=at(18, 26))

    document = gpx.render_route(alpha)

    SCHEMA.validate(document)
    read = gpxpy.parse(document)
    (waypoint,) = read.waypoints
    assert points_of([waypoint]) == [CORNER]
    assert (waypoint.name, waypoint.description) == ("Présence · 18 h 26", "Rue du Moulin, jusqu'à 18 h 36")
    assert waypoint.time.isoformat() == "2026-08-12T16:26:00+00:00"
    assert len(read.routes[0].points) == 5


def test_planned_times_are_in_utc(alpha):
    first_stop = gpxpy.parse(gpx.render_route(alpha)).routes[0].points[1]
    assert first_stop.time.isoformat() == "2026-08-12T16:05:00+00:00"


def test_the_track_follows_the_course_and_has_no_time(alpha):
    (segment,) = gpxpy.parse(gpx.render_route(alpha)).tracks[0].segments
    assert points_of(segment.points) == [STATION, *HOMES[:3], STATION]
    assert {point.time for point in segment.points} == {None}


def test_a_stop_says_its_address_and_allowed_hours(alpha):
    second_stop = gpxpy.parse(gpx.render_route(alpha)).routes[0].points[2]
    assert second_stop.description == (
        "12 Rue du Moulin, 26000 Valmont-sur-Rhône. Heures permises : 18 h – 21 h. Sur place : 5 min"
    )


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "A & B", "]]>", "Rue \"des\" 'Lilas'"])
def test_a_hostile_street_name_is_text(alpha, town, name):
    town.addresses[0].street_name = name
    town.addresses[0].save()
    document = gpx.render_route(alpha)
    SCHEMA.validate(document)
    assert f"11 {name}, 26000" in gpxpy.parse(document).routes[0].points[1].description


@pytest.mark.parametrize("character", ["\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_a_character_that_xml_cannot_hold_is_replaced(alpha, town, character):
    town.addresses[0].street_name = f"Rue{character}basse"
    town.addresses[0].save()
    document = gpx.render_route(alpha)
    SCHEMA.validate(document)
    assert "11 Rue\N{REPLACEMENT CHARACTER}basse" in gpxpy.parse(document).routes[0].points[1].description
