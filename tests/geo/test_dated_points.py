import datetime as dt

import numpy as np
import pytest
from django.contrib.gis.geos import Point

from geo.point_arrays import read_dated_points, read_points
from geo.projections import LAMBERT_93
from reports.models import Report
from tests.builders import PARIS, build_town
from tests.reports.telling import build_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_keys")]

SUMMER, WINTER = dt.datetime(2026, 7, 4, 23, tzinfo=PARIS), dt.datetime(2026, 1, 9, 6, tzinfo=PARIS)


@pytest.fixture
def reports():
    sector = build_town().sectors[0]
    for moment, lon in ((SUMMER, 4.884), (WINTER, 4.886)):
        build_report(sector, happened_at=moment, told_at=moment, point=Point(lon, 44.93, srid=4326))
    return Report.objects.all()


def test_each_point_keeps_its_own_moment_by_the_clock_on_the_wall(reports):
    read = read_dated_points(reports, "point", "happened_at", srid=LAMBERT_93)
    clocks = {
        round(x_m): str(np.datetime64(int(clock_s), "s").astype("datetime64[h]"))
        for x_m, clock_s in zip(read.points.x_m, read.clock_s, strict=True)
    }
    east, west = max(clocks), min(clocks)

    assert clocks[west] == "2026-07-04T23"
    assert clocks[east] == "2026-01-09T06"


def test_arrays_hold_what_the_rows_do(reports):
    read = read_dated_points(reports, "point", "happened_at", srid=LAMBERT_93)
    by_row = [read_points(reports.filter(pk=row.pk), "point", srid=LAMBERT_93) for row in reports]

    assert sorted(read.points.x_m) == sorted(float(one.x_m[0]) for one in by_row)
    assert sorted(read.points.y_m) == sorted(float(one.y_m[0]) for one in by_row)
    assert read.points.weights.tolist() == [1, 1]


def test_a_number_of_the_row_is_its_weight(reports):
    read = read_dated_points(reports, "point", "happened_at", srid=LAMBERT_93, weight="sector__number")

    assert read.points.weights.tolist() == [1, 1]


def test_no_row_is_no_point(reports):
    read = read_dated_points(reports.none(), "point", "happened_at", srid=LAMBERT_93, weight="sector__number")

    assert (len(read.points), len(read.clock_s)) == (0, 0)
