import numpy as np
import pytest
from shapely import LineString, MultiPolygon, Point, Polygon, box, from_wkt

from sectors.perimeter_geometry import MAX_VERTICES, check_drawn
from sectors.perimeter_geometry.errors import (
    CrossesItself,
    NotAnArea,
    OutsideCommune,
    ShapeRefused,
    TooManyVertices,
)
from tests.sectors.perimeter_geometry.drawings import TOWN, WEST

with np.errstate(invalid="ignore"):
    NOT_A_NUMBER = from_wkt("POLYGON ((0 0, nan 200, 200 0, 0 0))")


def test_an_area_of_the_commune_is_taken_as_it_is():
    assert check_drawn(WEST, TOWN).equals(WEST)


def test_several_areas_make_one_perimeter():
    two = MultiPolygon([box(0, 0, 100, 100), box(500, 0, 600, 100)])

    assert check_drawn(two, TOWN).equals(two)


@pytest.mark.parametrize(
    ("drawn", "error", "place"),
    [
        # The diagonals of a square of 200 m cross in its middle.
        (Polygon([(0, 0), (200, 200), (200, 0), (0, 200)]), CrossesItself, (100, 100)),
        (Polygon(box(0, 0, 200, 200).exterior, [box(300, 10, 400, 90).exterior]), CrossesItself, None),
        (MultiPolygon([box(0, 0, 200, 200), box(100, 100, 300, 300)]), CrossesItself, None),
        (box(0, 0, 31, 32), NotAnArea, (15.5, 16)),  # 992 m²
        (LineString([(5, 6), (200, 200)]), NotAnArea, (5, 6)),
        (Point(5, 6), NotAnArea, (5, 6)),
        (Polygon(), NotAnArea, None),
        (NOT_A_NUMBER, NotAnArea, None),
        (from_wkt("POLYGON ((0 0, inf 200, 200 0, 0 0))"), NotAnArea, None),
    ],
)
def test_what_is_no_area_is_refused_with_its_place(drawn, error, place):
    with pytest.raises(error) as refused:
        check_drawn(drawn, TOWN)

    assert place is None or refused.value.place == pytest.approx(place)
    assert "{}" not in str(refused.value)


def test_ground_outside_the_commune_is_refused_and_measured():
    # 10 m × 200 m lie west of the town.
    with pytest.raises(OutsideCommune, match="2\u00a0000 m²") as refused:
        check_drawn(box(-10, 100, 200, 300), TOWN)

    assert refused.value.place == pytest.approx((-5, 200))


def test_a_border_of_the_commune_drawn_twice_is_cut_off():
    # 0.1 m × 200 m = 20 m² outside.
    assert check_drawn(box(-0.1, 100, 200, 300), TOWN).equals(box(0, 100, 200, 300))


def test_a_ring_may_have_so_many_vertices_and_no_more():
    def comb(vertices: int) -> Polygon:
        return Polygon([(1000 + 800 * x / vertices, 100 + x % 2) for x in range(vertices - 2)] + [(1800, 0)])

    assert check_drawn(comb(MAX_VERTICES), TOWN).area > 0
    with pytest.raises(TooManyVertices, match="10\u00a0001 sommets"):
        check_drawn(comb(MAX_VERTICES + 1), TOWN)


def test_every_refusal_is_one_kind():
    assert all(issubclass(error, ShapeRefused) for error in (CrossesItself, NotAnArea, OutsideCommune))
