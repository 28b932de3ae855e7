import pytest

from geo.errors import InvalidFile
from geo.importers import osm_reader
from geo.importers.osm_reader import read_osm
from geo.importers.tally import Tally
from tests.geo.importers.rows import node, osm_document, relation, way

SQUARE = [node(1, 4.890, 44.930), node(2, 4.891, 44.930), node(3, 4.891, 44.931), node(4, 4.890, 44.931)]


def read(write, *elements, name="town.osm"):
    tally = Tally()
    return read_osm(write(name, osm_document(*elements)), tally), tally


def test_a_way_with_a_highway_is_a_street_with_its_name_class_and_course(write):
    extract, _ = read(write, *SQUARE, way(10, 1, 2, 3, highway="residential", name="Rue des Lilas"))
    (street,) = extract.streets
    assert (street.way, street.name, street.highway, street.is_oneway) == (
        10,
        "Rue des Lilas",
        "residential",
        False,
    )
    assert list(street.course.coords) == [(4.89, 44.93), (4.891, 44.93), (4.891, 44.931)]


@pytest.mark.parametrize(
    ("tags", "is_oneway"),
    [
        ({"highway": "residential", "oneway": "yes"}, True),
        ({"highway": "residential", "oneway": "no"}, False),
        ({"highway": "residential", "junction": "roundabout"}, True),
        ({"highway": "motorway"}, True),
        ({"highway": "motorway", "oneway": "no"}, False),
        ({"highway": "residential", "oneway": "reversible"}, False),
    ],
)
def test_one_way_is_what_the_tags_say_or_imply(write, tags, is_oneway):
    extract, _ = read(write, *SQUARE, way(10, 1, 2, **tags))
    assert extract.streets[0].is_oneway is is_oneway


def test_a_street_one_way_against_its_drawing_is_turned_round(write):
    extract, _ = read(write, *SQUARE, way(10, 1, 2, highway="residential", oneway="-1"))
    assert extract.streets[0].is_oneway
    assert list(extract.streets[0].course.coords) == [(4.891, 44.93), (4.89, 44.93)]


def test_a_proposed_street_is_none(write):
    extract, _ = read(write, *SQUARE, way(10, 1, 2, highway="proposed"))
    assert extract.streets == []


def test_a_street_lacking_points_in_the_middle_is_in_pieces(write):
    # Node 9 is not in the extract: 1-2 and 3-4 are left, and no line is drawn across the gap.
    extract, _ = read(write, *SQUARE, way(10, 1, 2, 9, 3, 4, highway="residential"))
    assert [list(piece.coords) for piece in extract.streets[0].course.geoms] == [
        [(4.89, 44.93), (4.891, 44.93)],
        [(4.891, 44.931), (4.89, 44.931)],
    ]


def test_a_street_of_which_one_point_is_left_keeps_its_name_and_place(write):
    extract, _ = read(write, *SQUARE, way(10, 1, 8, 9, highway="residential", name="Pont Neuf"))
    (street,) = extract.streets
    assert (street.name, street.course.length) == ("Pont Neuf", 0)
    assert street.course.centroid.coords[0] == (4.89, 44.93)


def test_a_street_of_which_no_point_is_left_is_refused_by_its_number(write):
    extract, tally = read(write, *SQUARE, way(10, 8, 9, highway="path"), way(11, 1, 2, highway="path"))
    assert [street.way for street in extract.streets] == [11]
    assert tally.examples == {osm_reader.NO_COURSE: ["way/10"]}


def test_a_closed_building_way_is_an_outline(write):
    extract, tally = read(write, *SQUARE, way(10, 1, 2, 3, 4, 1, building="yes"))
    (building,) = extract.shapes
    assert (building.osm_id, building.kind, building.shape.bounds) == (
        "way/10",
        "building",
        (4.89, 44.93, 4.891, 44.931),
    )
    assert not tally.refused


def test_a_building_relation_with_a_courtyard_keeps_its_hole(write):
    courtyard = [
        node(5, 4.8904, 44.9304),
        node(6, 4.8906, 44.9304),
        node(7, 4.8906, 44.9306),
        node(8, 4.8904, 44.9306),
    ]
    extract, _ = read(
        write,
        *SQUARE,
        *courtyard,
        way(10, 1, 2, 3, 4, 1),
        way(11, 5, 6, 7, 8, 5),
        relation(20, ("way", 10, "outer"), ("way", 11, "inner"), type="multipolygon", building="yes"),
    )
    (building,) = extract.shapes
    assert building.osm_id == "relation/20"
    assert len(building.shape.geoms[0].interiors) == 1


def test_a_building_that_crosses_itself_is_mended(write):
    extract, tally = read(write, *SQUARE, way(10, 1, 3, 2, 4, 1, building="yes"))
    (building,) = extract.shapes
    assert building.shape.is_valid
    # The bow-tie 1-3-2-4 is two triangles, each half of half the square of 0.001° by 0.001°.
    assert building.shape.area == pytest.approx(0.5e-6, rel=1e-6)
    assert not tally.refused


def test_buildings_that_cannot_be_outlines_are_refused_by_their_number(write):
    _, tally = read(
        write,
        *SQUARE,
        way(10, 1, 2, 3, building="yes"),
        way(11, 1, 2, 1, building="yes"),
        relation(20, ("way", 99, "outer"), type="multipolygon", building="yes"),
    )
    assert tally.examples == {
        osm_reader.OPEN_BUILDING: ["way/10"],
        osm_reader.BROKEN_BUILDING: ["way/11", "relation/20"],
    }


def test_building_no_is_none(write):
    extract, _ = read(write, *SQUARE, way(10, 1, 2, 3, 4, 1, building="no"))
    assert extract.shapes == []


@pytest.mark.parametrize(
    ("tags", "kind", "dimension"),
    [
        ({"natural": "water"}, "water", "MultiPolygon"),
        ({"leisure": "park", "name": "Parc Jouvet"}, "green", "MultiPolygon"),
        ({"waterway": "river"}, "water", "LineString"),
        ({"railway": "rail"}, "rail", "LineString"),
    ],
)
def test_the_basemap_has_areas_and_lines(write, tags, kind, dimension):
    extract, _ = read(write, *SQUARE, way(10, 1, 2, 3, 4, 1, **tags))
    (feature,) = extract.shapes
    assert (feature.kind, feature.shape.geom_type, feature.name) == (kind, dimension, tags.get("name", ""))


def test_what_runs_underground_is_counted_and_left_out(write):
    extract, tally = read(write, *SQUARE, way(10, 1, 2, waterway="stream", tunnel="culvert"))
    assert (extract.shapes, tally.passed_over) == ([], {osm_reader.UNDERGROUND: 1})


def test_house_numbers_are_found_on_every_kind_of_object(write):
    extract, tally = read(
        write,
        node(5, 4.8905, 44.9305, addr_housenumber="1", addr_street="Rue des Lilas", entrance="main"),
        *SQUARE,
        way(10, 1, 2, 3, 4, 1, addr_housenumber="2", building="yes"),
        way(11, 1, 2, 3, 4, 1, addr_housenumber="3", amenity="school"),
        way(12, 1, 2, addr_housenumber="4"),
        way(13, 1, 2, addr_interpolation="odd"),
        relation(20, ("way", 11, "outer"), type="multipolygon", addr_housenumber="5", building="yes"),
        relation(21, ("node", 5, ""), type="site", addr_housenumber="6"),
    )
    found = {
        number.osm_id: (number.text, number.is_building, number.shape and number.shape.geom_type)
        for number in extract.numbers.values()
    }
    assert found == {
        "node/5": ("1", False, "Point"),
        "way/10": ("2", True, "MultiPolygon"),
        "way/11": ("3", False, "MultiPolygon"),
        "way/12": ("4", False, "LineString"),
        "relation/20": ("5", True, "MultiPolygon"),
        "relation/21": ("6", False, None),
    }
    assert tally.passed_over == {osm_reader.INTERPOLATION: 1}


def test_an_associated_street_names_its_houses_by_its_own_name_or_by_its_street(write):
    extract, _ = read(
        write,
        *SQUARE,
        way(10, 1, 2, highway="residential", name="Rue du Moulin"),
        relation(20, ("node", 3, "house"), type="associatedStreet", name="Rue des Lilas"),
        relation(21, ("way", 10, "street"), ("node", 4, "house"), type="associatedStreet"),
    )
    assert extract.street_of_member == {"node/3": "Rue des Lilas", "node/4": "Rue du Moulin"}


def test_gzip_is_read_like_plain_text(write):
    extract, _ = read(write, *SQUARE, way(10, 1, 2, highway="residential"), name="town.osm.gz")
    assert len(extract.streets) == 1


def test_a_file_without_streets_or_numbers_is_refused(write):
    with pytest.raises(InvalidFile, match="aucune rue ni adresse"):
        read(write, *SQUARE)


def test_a_river_drawn_as_a_line_and_an_area_is_the_area(write):
    extract, _ = read(write, *SQUARE, way(10, 1, 2, 3, 4, 1, waterway="river", natural="water"))
    assert [shape.shape.geom_type for shape in extract.shapes] == ["MultiPolygon"]


def test_an_object_that_comes_twice_is_refused(write):
    with pytest.raises(InvalidFile, match="un objet y est deux fois : c'est un fichier d'historique"):
        read(write, *SQUARE, *[way(10, 1, 2, highway="residential")] * 2)


def test_what_was_deleted_is_not_taken(write):
    deleted = way(10, 1, 2, highway="residential").replace("<way ", '<way visible="false" ')
    extract, _ = read(write, *SQUARE, deleted, way(11, 2, 3, highway="residential"))
    assert [street.way for street in extract.streets] == [11]


def test_streets_before_their_nodes_are_refused_with_the_reason(write):
    with pytest.raises(InvalidFile, match="way/10 : aucune rue n'a de points"):
        read(write, way(10, 1, 2, highway="residential"), *SQUARE)


@pytest.mark.real_data
def test_a_real_town_is_read_with_its_known_counts(real_data):
    # 204 highways and 334 house numbers, as the list of the data says; 29 names counted with another tool.
    tally = Tally()
    extract = read_osm(real_data / "osm" / "lemans_fr_small.osm.pbf", tally)
    assert (len(extract.streets), len(extract.numbers)) == (204, 334)
    assert len({street.name for street in extract.streets if street.name}) == 29
    assert not tally.refused
