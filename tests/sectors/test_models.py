import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from sectors.models import Perimeter, Sector
from tests.builders import EAST, MIDDLE, NORTH, SOUTH, WEST, build_ground, rectangle

pytestmark = pytest.mark.django_db

FROM_2015 = DateRange(dt.date(2015, 7, 8), None)
# At 44.93° N one degree of longitude is 111 320 m × cos(44.93°) ≈ 78 810 m and of latitude 111 130 m, so the
# 0.015° high test town is 1 667 m high: a strip 0.0000001° wide covers 13 m², one 0.000001° wide 131 m².
SLIVER, STRIP = 0.0000001, 0.000001


@pytest.fixture
def sectors():
    commune = build_ground()
    return tuple(Sector.objects.create(commune=commune, number=n, name=f"Secteur {n}") for n in (1, 2))


def add_perimeter(sector, west, east, valid=FROM_2015):
    return Perimeter.objects.create(sector=sector, area=rectangle(west, SOUTH, east, NORTH), valid=valid)


def check_at_commit():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_neighbours_share_a_border(sectors):
    add_perimeter(sectors[0], WEST, MIDDLE)
    add_perimeter(sectors[1], MIDDLE, EAST)

    check_at_commit()

    assert Perimeter.objects.in_force_on(dt.date(2026, 1, 1)).count() == 2


def test_neighbours_may_overlap_by_a_sliver(sectors):
    add_perimeter(sectors[0], WEST, MIDDLE + SLIVER)
    add_perimeter(sectors[1], MIDDLE, EAST)

    check_at_commit()


def test_neighbours_overlapping_by_a_strip_are_refused(sectors):
    add_perimeter(sectors[0], WEST, MIDDLE + STRIP)
    add_perimeter(sectors[1], MIDDLE, EAST)

    with pytest.raises(IntegrityError, match="overlaps perimeter"):
        check_at_commit()


def test_same_ground_at_different_times_is_accepted(sectors):
    day = dt.date(2020, 1, 1)
    add_perimeter(sectors[0], WEST, EAST, DateRange(dt.date(2015, 7, 8), day))
    add_perimeter(sectors[1], WEST, EAST, DateRange(day, None))

    check_at_commit()

    assert Perimeter.objects.in_force_on(day).get().sector == sectors[1]


def test_two_perimeters_may_swap_ground_within_a_transaction(sectors):
    west = add_perimeter(sectors[0], WEST, MIDDLE)
    east = add_perimeter(sectors[1], MIDDLE, EAST)
    check_at_commit()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    west.area, east.area = east.area, west.area
    west.save()
    east.save()

    check_at_commit()


def test_a_sector_has_one_perimeter_a_day(sectors):
    add_perimeter(sectors[0], WEST, MIDDLE)

    with pytest.raises(IntegrityError, match="sector_has_one_perimeter_a_day"), transaction.atomic():
        add_perimeter(sectors[0], MIDDLE, EAST, DateRange(dt.date(2020, 1, 1), None))


@pytest.mark.parametrize("valid", [DateRange(None, dt.date(2020, 1, 1)), DateRange(empty=True)])
def test_a_perimeter_without_a_first_day_is_refused(sectors, valid):
    with pytest.raises(IntegrityError, match="perimeter_validity_has_a_first_day"), transaction.atomic():
        add_perimeter(sectors[0], WEST, MIDDLE, valid)


def test_a_self_crossing_perimeter_is_refused(sectors):
    bow_tie = rectangle(WEST, SOUTH, EAST, NORTH)
    bow_tie = type(bow_tie).from_ewkt(
        f"SRID=4326;MULTIPOLYGON((({WEST} {SOUTH},{EAST} {NORTH},{EAST} {SOUTH},{WEST} {NORTH},{WEST} {SOUTH})))"
    )

    with pytest.raises(IntegrityError, match="perimeter_area_is_valid"), transaction.atomic():
        Perimeter.objects.create(sector=sectors[0], area=bow_tie, valid=FROM_2015)


def test_a_point_is_covered_by_its_sector_alone(sectors):
    add_perimeter(sectors[0], WEST, MIDDLE)
    add_perimeter(sectors[1], MIDDLE, EAST)
    inside_east = rectangle(MIDDLE, SOUTH, EAST, NORTH).centroid

    covering = Perimeter.objects.covering(inside_east)

    assert [perimeter.sector for perimeter in covering] == [sectors[1]]
