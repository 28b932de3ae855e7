import csv
import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.importers import osm_addresses
from geo.importers.address_matching import KnownAddress
from geo.importers.osm_addresses import make_addresses
from geo.importers.osm_reader import OsmNumber, OsmStreet, read_osm
from geo.importers.street_names import comparable_street, listed_house_numbers, split_house_number
from geo.importers.tally import Tally

OUTLINE = shapely.box(4.88, 44.92, 4.90, 44.94)
LAMBERT_93 = 2154
# 0.0005° of latitude are 55.6 m, 0.001° are 111 m.
LILAS = OsmStreet(
    way=1,
    name="Rue des Lilas",
    highway="residential",
    is_oneway=False,
    course=shapely.LineString([(4.881, 44.93), (4.899, 44.93)]),
)


def number(osm_id="node/1", text="5", street="Rue des Lilas", lon=4.89, lat=44.93, shape="point", **changes):
    values = {
        "osm_id": osm_id,
        "text": text,
        "street": street,
        "postcode": "",
        "city": "",
        "is_node": osm_id.startswith("node"),
        "is_building": False,
        "is_poi": False,
        "is_entrance": False,
        "shape": shapely.Point(lon, lat) if shape == "point" else shape,
    }
    return OsmNumber(**values | changes)


def make(*numbers, streets=(LILAS,), members=None, officials=(), known_ids=()):
    return make_addresses(numbers, streets, members or {}, OUTLINE, officials, known_ids, LAMBERT_93)


def test_a_number_on_a_node_is_an_address():
    made = make(number(text="16 Bis"))
    (address,) = made.addresses
    assert (address.official_id, address.house_number, address.suffix) == ("osm:node/1", "16", "bis")
    assert (address.street_name, address.point) == ("Rue des Lilas", (4.89, 44.93))
    assert made.treated == {osm_addresses.ON_NODE: 1}


def test_a_number_on_a_building_stands_inside_it():
    hollow = shapely.box(4.889, 44.929, 4.891, 44.931).difference(shapely.box(4.8892, 44.9292, 4.8908, 44.9308))
    made = make(number("way/1", shape=hollow, is_building=True))
    assert hollow.covers(shapely.Point(made.addresses[0].point))
    assert made.treated == {osm_addresses.ON_BUILDING: 1}


def test_a_number_on_a_line_stands_halfway():
    made = make(number("way/1", shape=shapely.LineString([(4.889, 44.93), (4.891, 44.93)])))
    assert made.addresses[0].point == pytest.approx((4.890, 44.93))
    assert made.treated == {osm_addresses.ON_OTHER: 1}


def test_the_door_is_kept_of_a_door_a_building_and_a_shop_that_repeat_an_address():
    building = shapely.box(4.8899, 44.9299, 4.8901, 44.9301)
    made = make(
        number("node/9", is_poi=True),
        number("way/1", "05", "rue des lilas", shape=building, is_building=True),
        number("node/3"),
    )
    assert [address.official_id for address in made.addresses] == ["osm:node/3"]
    assert made.treated == {osm_addresses.ON_NODE: 1, osm_addresses.REPEATED: 2}


def test_an_object_already_in_the_database_is_kept_among_repetitions():
    made = make(number("node/3"), number("node/9", is_poi=True), known_ids={"osm:node/9"})
    assert [address.official_id for address in made.addresses] == ["osm:node/9"]


def test_the_same_address_farther_than_a_plot_is_another_place():
    made = make(number("node/1"), number("node/2", lat=44.9315))  # 167 m
    assert made.treated == {osm_addresses.ON_NODE: 2}


def test_each_number_of_a_list_is_an_address_and_the_object_counts_once():
    made = make(number("way/7", text="31;33", shape=shapely.Point(4.89, 44.93), is_building=True))
    assert [(address.official_id, address.house_number) for address in made.addresses] == [
        ("osm:way/7#31", "31"),
        ("osm:way/7#33", "33"),
    ]
    assert made.treated == {osm_addresses.ON_BUILDING: 1}


def test_a_street_comes_from_the_relation_before_the_nearest_way():
    made = make(number(street=""), members={"node/1": "Rue du Moulin"})
    assert made.addresses[0].street_name == "Rue du Moulin"
    assert made.streets_from == {osm_addresses.FROM_RELATION: 1}


def test_a_street_that_nothing_names_is_the_nearest_one_within_fifty_metres():
    near, far = make(number(street="", lat=44.9304)), make(number(street="", lat=44.9305))  # 44 m, 56 m
    assert near.addresses[0].street_name == "Rue des Lilas"
    assert near.streets_from == {osm_addresses.FROM_NEAREST: 1}
    assert far.addresses[0].street_name == ""
    assert far.streets_from == {osm_addresses.FROM_NOTHING: 1}


def test_a_platform_names_no_address():
    platform = OsmStreet(
        way=2, name="Gare", highway="platform", is_oneway=False, course=shapely.LineString([(4.89, 44.93)] * 2)
    )
    assert make(number(street=""), streets=[platform]).addresses[0].street_name == ""


def test_what_cannot_be_an_address_is_counted_by_reason():
    made = make(
        number("node/1", lon=4.95),
        number("relation/2", shape=None),
        number("node/3", text=" ; "),
        number("node/4", text="x" * 21),
    )
    assert made.addresses == []
    assert made.treated == {
        osm_addresses.OUTSIDE: 1,
        osm_addresses.NO_POSITION: 1,
        osm_addresses.BAD_NUMBER: 2,
    }


def test_a_house_that_the_official_file_has_is_not_taken_again():
    official = KnownAddress(house_number="5", suffix="", street_name="RUE DES LILAS", point=(4.89, 44.93))
    made = make(number("node/1"), number("node/2", text="7"), officials=[official])
    assert [address.house_number for address in made.addresses] == ["7"]
    assert made.treated == {osm_addresses.OFFICIAL: 1, osm_addresses.ON_NODE: 1}


def test_a_house_that_a_neighbour_commune_holds_is_left_to_it():
    made = make_addresses([number()], [], {}, OUTLINE, [], [], LAMBERT_93, {"osm:node/1"})
    assert (made.addresses, made.treated) == ([], {osm_addresses.ELSEWHERE: 1})


numbers = st.builds(
    number,
    osm_id=st.sampled_from([f"{kind}/{i}" for kind in ("node", "way", "relation") for i in range(30)]),
    text=st.sampled_from(["1", "1 bis", "1;3", "", "2", "x" * 30]),
    street=st.sampled_from(["", "Rue des Lilas", "rue des lilas"]),
    lon=st.floats(4.87, 4.91),
    lat=st.floats(44.929, 44.932),
    is_building=st.booleans(),
    is_poi=st.booleans(),
)


@given(st.lists(numbers, max_size=25, unique_by=lambda each: each.osm_id))
def test_every_object_is_treated_in_exactly_one_way(objects):
    made = make(*objects)
    assert made.treated.total() == len(objects)
    identifiers = [address.official_id for address in made.addresses]
    assert len(set(identifiers)) == len(identifiers)


@given(st.lists(numbers, max_size=25, unique_by=lambda each: each.osm_id))
def test_making_addresses_again_with_what_is_known_gives_the_same(objects):
    first = make(*objects)
    again = make(*objects, known_ids={address.official_id for address in first.addresses})
    assert again == first


def haversine_m(first, second):
    lon_1, lat_1, lon_2, lat_2 = map(math.radians, (*first, *second))
    half = math.sin((lat_2 - lat_1) / 2) ** 2
    half += math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    return 2 * 6_371_000 * math.asin(math.sqrt(half))


@pytest.mark.real_data
def test_every_address_listed_by_another_reader_arrives_in_its_street_and_close_by(real_data):
    # The list was made by another program from the same extract: one row per object, 9,173 of them with a place.
    extract = read_osm(real_data / "osm" / "geneva_nw.osm.pbf", Tally())
    town = shapely.box(6, 46, 7, 47)
    numbers = list(extract.numbers.values())
    assert all(number.shape is not None for number in numbers)
    made = make_addresses(numbers, extract.streets, extract.street_of_member, town, [], [], LAMBERT_93)
    places = {}
    for address in made.addresses:
        words = (address.house_number, address.suffix, comparable_street(address.street_name))
        places.setdefault(words, []).append(address.point)
    with (real_data / "addresses" / "geneva_osm_addresses.csv").open(encoding="utf-8", newline="") as listed:
        wanted = [
            ((*split_house_number(text), comparable_street(row["street"])), (float(row["lon"]), float(row["lat"])))
            for row in csv.DictReader(listed)
            for text in listed_house_numbers(row["housenumber"])
            if row["street"]
        ]
    apart_m = [min(haversine_m(place, lon_lat) for place in places[words]) for words, lon_lat in wanted]
    assert len(wanted) > 9_100
    # 100 m to the object that was kept, and the difference between two ways to find the middle of a building.
    assert max(apart_m) < 150
