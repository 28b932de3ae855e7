import numpy as np
import pytest
from django.contrib.gis.geos import Point
from pyproj import Transformer

from geo.models import Address, Commune
from geo.point_arrays import read_points
from geo.projections import LAMBERT_93
from tests.builders import EAST, NORTH, SOUTH, WEST, rectangle

PLACES = ((4.884, 44.930), (4.886, 44.936), (4.8975, 44.928125))


@pytest.fixture
def addresses(db):
    commune = Commune.objects.create(
        insee_code="26362", name="Essai", outline=rectangle(WEST, SOUTH, EAST, NORTH), source="essai"
    )
    Address.objects.bulk_create(
        Address(
            commune=commune,
            official_id=f"26362_{number}",
            source=Address.Source.BAN,
            house_number=str(number),
            point=Point(*place, srid=4326) if place else None,
        )
        for number, place in enumerate([*PLACES, None])
    )
    return Address.objects.all()


def rounded(points):
    return sorted(zip(np.round(points.x_m, 6), np.round(points.y_m, 6), strict=True))


def test_points_come_in_metres_and_rows_without_one_are_left_out(addresses):
    x_m, y_m = Transformer.from_crs(4326, 2154, always_xy=True).transform(*zip(*PLACES, strict=True))
    found = read_points(addresses, "point", srid=LAMBERT_93)

    assert rounded(found) == sorted(zip(np.round(x_m, 6), np.round(y_m, 6), strict=True))
    assert found.weights.tolist() == [1, 1, 1]


def test_filters_and_orders_hold_as_elsewhere(addresses):
    second = read_points(addresses.filter(house_number="1").order_by("house_number"), "point", srid=LAMBERT_93)

    assert len(second) == 1
    assert rounded(second)[0] in rounded(read_points(addresses, "point", srid=LAMBERT_93))


def test_the_points_of_another_row_are_reached_by_its_name(addresses):
    found = read_points(Commune.objects.filter(insee_code="26362"), "addresses__point", srid=LAMBERT_93)

    assert rounded(found) == rounded(read_points(addresses, "point", srid=LAMBERT_93))


@pytest.mark.parametrize("kept", [{"house_number": "none"}, {"point": None}])
def test_no_row_is_no_point(addresses, kept):
    assert len(read_points(addresses.filter(**kept), "point", srid=LAMBERT_93)) == 0


def test_all_points_are_one_row(addresses, django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        read_points(addresses, "point", srid=LAMBERT_93)

    assert "SELECT string_agg(" in asked.captured_queries[0]["sql"]
