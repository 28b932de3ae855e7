import numpy as np
import pytest

from geo.models import WGS84, LandFeature, Street
from maps.ground import (
    buildings_near,
    frame_around,
    ground_paths,
    ground_shapes,
    mercator,
    street_lines,
    street_names,
)
from tests.builders import EAST, NORTH, SOUTH, STATION, WEST, build_ground, build_plan, build_town

CORNERS = ((WEST, SOUTH), (EAST, NORTH))


@pytest.fixture
def frame():
    return frame_around(CORNERS, width=2000, height=2000, margin=100, least_width_m=100)


def test_the_projection_is_the_one_of_the_reference_points():
    # EPSG Guidance Note 7-2, Popular Visualisation Pseudo Mercator: 24°22'54.433"N 100°20'00.000"W.
    assert mercator(-100.33333333, 24.38178694) == pytest.approx((-11169055.58, 2800000.00), abs=0.5)


def test_the_frame_keeps_its_margin_free_of_points(frame):
    for longitude, latitude in CORNERS:
        x, y = frame.place(longitude, latitude)
        assert 100 - 1e-6 <= x <= 1900 + 1e-6
        assert 100 - 1e-6 <= y <= 1900 + 1e-6


def test_north_is_up_and_east_is_right(frame):
    (left, low), (right, high) = (frame.place(*corner) for corner in CORNERS)
    assert left < right
    assert high < low


def test_a_single_point_is_shown_with_its_surroundings():
    frame = frame_around([STATION], width=1000, height=500, margin=50, least_width_m=800)
    assert frame.place(*STATION) == pytest.approx((500, 250))
    assert frame.east - frame.west == pytest.approx(800)


# At 45° north one Web Mercator metre is cos 45° = 0.7071 m on the ground; two units a metre halve it.
def test_a_drawn_unit_is_worth_true_metres():
    frame = frame_around([(4.9, 45.0)], width=200, height=200, margin=0, least_width_m=100)
    assert frame.metres_per_unit == pytest.approx(0.7071 / 2, abs=1e-4)


def test_unplacing_undoes_placing(frame):
    drawn = np.array([frame.place(*STATION), frame.place(*CORNERS[0])])
    assert frame.unplace(drawn) == pytest.approx(np.array([STATION, CORNERS[0]]), abs=1e-9)


def test_each_layer_is_one_path_inside_the_frame(db, frame):
    build_ground()
    paths = ground_paths("26999", frame, least_building=1)
    assert set(paths) == {"minor", "middle", "water", "building"}
    assert paths["minor"].startswith("M ")
    assert paths["middle"].count("M") == 1


def test_a_street_is_cut_at_the_edge_of_the_frame(db):
    build_ground()
    frame = frame_around([STATION], width=1000, height=1000, margin=0, least_width_m=500)
    # Avenue de la Gare runs north and south through the middle, 500 units in, beyond both edges: 1 000 units.
    path = ground_paths("26999", frame, least_building=1)["middle"]
    assert path.replace(" l ", " ").split() in (["M", "500", "1000", "0", "-1000"], ["M", "500", "0", "0", "1000"])


def test_a_building_too_small_to_be_seen_is_left_out(db, frame):
    build_ground()
    assert "building" not in ground_paths("26999", frame, least_building=1e6)


def test_another_commune_has_no_ground_here(db, frame):
    build_ground()
    assert ground_paths("26001", frame, least_building=1) == {}


def test_names_come_by_weight_of_street_then_by_length(db, frame):
    build_ground()
    assert street_names("26999", frame)[0].name == "Avenue de la Gare"
    assert {street.name for street in street_names("26999", frame)} == {
        "Avenue de la Gare",
        "Rue des Lilas",
        "Rue du Moulin",
    }


def test_the_pieces_of_a_street_become_one_line(db, frame):
    commune = build_ground()
    Street.objects.bulk_create(
        Street(commune=commune, osm_way=way, name="Rue Longue", highway="residential", course=course)
        for way, course in (
            (1, f"SRID={WGS84};MULTILINESTRING((4.882 44.927, 4.884 44.927))"),
            (2, f"SRID={WGS84};MULTILINESTRING((4.884 44.927, 4.888 44.927))"),
        )
    )
    (longest,) = [street for street in street_names("26999", frame) if street.name == "Rue Longue"]
    ends = sorted(x for x, _ in (longest.line.coords[0], longest.line.coords[-1]))
    assert ends == pytest.approx([frame.place(4.882, 44.927)[0], frame.place(4.888, 44.927)[0]], abs=1)


def test_street_lines_are_in_degrees(db):
    build_ground()
    gare = street_lines("26999")[0]
    assert {round(longitude, 5) for longitude, _ in gare.line.coords} == {4.89}
    assert sorted(round(latitude, 5) for _, latitude in gare.line.coords) == [SOUTH, NORTH]


def test_only_buildings_near_the_plan_are_listed(db):
    plan = build_plan(build_town())
    near = buildings_near("26999", plan.pk, within_m=50)
    plan.routes.all().delete()
    plan.omissions.all().delete()
    without = buildings_near("26999", plan.pk, within_m=50)
    assert len(near) == 1
    assert without == []


def test_a_stream_and_a_lake_are_two_layers(db):
    commune = build_ground()
    LandFeature.objects.create(
        commune=commune, osm_id="way/9", kind="water", shape=f"SRID={WGS84};LINESTRING(4.885 44.93, 4.887 44.931)"
    )
    shapes = ground_shapes("26999")
    assert len(shapes["water"]) == 1
    assert len(shapes["water_line"]) == 1
