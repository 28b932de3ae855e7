import datetime as dt

import pytest

from maps.errors import QueryRefused
from maps.ogc.queries import FeatureQuery, read_query, refuse_parameters
from maps.ogc.reference_systems import CRS84, EPSG, systems_of

SYSTEMS = systems_of("26362")
DAY = dt.date(2026, 8, 12)


def read(**asked: str) -> FeatureQuery:
    return read_query({name.replace("_", "-"): value for name, value in asked.items()}, SYSTEMS)


def test_nothing_asked_is_the_first_page_of_all_in_degrees():
    query = read()

    assert (query.limit, query.offset, query.box, query.first_day, query.last_day) == (100, 0, None, None, None)
    assert query.system == CRS84


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-08-12", (DAY, DAY)),
        ("2026-08-12T23:59:59Z", (DAY, DAY)),
        ("2026-08-12T10:00:00+02:00", (DAY, DAY)),
        ("2026-08-12/..", (DAY, None)),
        ("2026-08-12/", (DAY, None)),
        ("../2026-08-12", (None, DAY)),
        ("/2026-08-12", (None, DAY)),
        ("2026-01-01/2026-08-12", (dt.date(2026, 1, 1), DAY)),
    ],
)
def test_a_day_a_moment_or_an_interval(text, days):
    query = read(datetime=text)

    assert (query.first_day, query.last_day) == days


def test_a_box_is_read_in_the_order_of_its_axes():
    assert read(bbox="4.8,44.9,5.0,45.0").box.xy == (4.8, 44.9, 5.0, 45.0)
    assert read(bbox="4.8,44.9,0,5.0,45.0,900").box.xy == (4.8, 44.9, 5.0, 45.0)
    turned = read(bbox="44.9,4.8,45.0,5.0", bbox_crs=f"{EPSG}4326")
    assert turned.box.xy == (4.8, 44.9, 5.0, 45.0)
    metres = read(bbox="840000,6420000,850000,6430000", bbox_crs=f"{EPSG}2154")
    assert (metres.box.xy[0], metres.box.system.srid) == (840000, 2154)


def test_more_than_the_most_is_the_most():
    assert read(limit="50000").limit == 1000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "dix"),
        ("limit", "٣"),
        ("limit", "9" * 30),
        ("offset", "-1"),
        ("offset", "1000001"),
        ("numero", "un"),
        ("bbox", ""),
        ("bbox", "1,2,3"),
        ("bbox", "1,2,3,4,5"),
        ("bbox", "1,2,nan,4"),
        ("bbox", "1,2,inf,4"),
        ("bbox", "5,44,4,45"),
        ("bbox", "4,45,5,44"),
        ("bbox-crs", "EPSG:2154"),
        ("crs", "http://www.opengis.net/def/crs/EPSG/0/27572"),
        ("crs", ""),
        ("datetime", ""),
        ("datetime", ".."),
        ("datetime", "../.."),
        ("datetime", "12/08/2026"),
        ("datetime", "2026-13-01"),
        ("datetime", "2026-08-12/2026-08-01"),
        ("datetime", "2026-08-12/2026-08-13/2026-08-14"),
        ("f", "html"),
        ("filter", "numero=1"),
    ],
)
def test_what_is_not_understood_is_refused_by_its_name(name, value):
    with pytest.raises(QueryRefused, match=f"« {name} »"):
        read_query({name: value}, SYSTEMS)


def test_a_document_takes_nothing_but_its_format():
    refuse_parameters({"f": "json"})
    with pytest.raises(QueryRefused, match="« limit »"):
        refuse_parameters({"limit": "1"})


def test_the_next_page_keeps_what_was_asked():
    query = read(bbox="4.8,44.9,5.0,45.0", limit="2", offset="2")

    assert query.at(4).as_parameters() == "bbox=4.8%2C44.9%2C5.0%2C45.0&limit=2&offset=4"
    assert query.at(0).as_parameters() == "bbox=4.8%2C44.9%2C5.0%2C45.0&limit=2"


def test_overseas_has_its_own_metres():
    assert f"{EPSG}2975" in systems_of("97411")
    assert f"{EPSG}2154" not in systems_of("97411")
