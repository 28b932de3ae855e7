"""The published map: closed quarters alone, five reports and eleven homes a square, and nothing to be deduced."""

import datetime as dt
import re

import numpy as np
import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from accounts.roles import Role
from geo.models import Address
from geo.projections import LAMBERT_93, to_metres, to_wgs84
from maps.density.published import SQUARE_M, publish_density, read_published
from maps.density.square_names import name_squares
from maps.models import DensityFigure
from maps.review.periods import read_period
from reports.models import ReportPlace
from tests.access.people import build_account, let_in
from tests.builders import build_town
from tests.maps.reading import words

pytestmark = pytest.mark.django_db

# Five weeks after the end of the second quarter of 2026, and not yet of the third.
TODAY = dt.date(2026, 8, 20)
QUARTER = read_period("2026-t2")
MAY = dt.datetime(2026, 5, 12, 20, tzinfo=dt.UTC)
PAGE = "/densite/publiee/"


@pytest.fixture
def middle():
    """The middle of the square that holds the middle of the tiny town, in metres."""
    (x_m,), (y_m,) = to_metres(np.array([4.888]), np.array([44.931]), LAMBERT_93)
    return (x_m // SQUARE_M + 0.5) * SQUARE_M, (y_m // SQUARE_M + 0.5) * SQUARE_M


@pytest.fixture
def town(db):
    town = build_town()
    Address.objects.all().update(point=None)
    return town


def place(middle, east, north, offset_m=0.0):
    """A point in the square that is so many squares east and north of the middle one."""
    x_m, y_m = middle[0] + east * SQUARE_M + offset_m, middle[1] + north * SQUARE_M
    (lon,), (lat,) = to_wgs84(np.array([x_m]), np.array([y_m]), LAMBERT_93)
    return Point(float(lon), float(lat), srid=4326)


def fill(town, middle, east, north, *, homes, reports, at=MAY):
    for rank in range(homes):
        Address.objects.create(
            commune=town.commune,
            official_id=f"26999_{east}{north}_{rank}_{homes}",
            source="ban",
            point=place(middle, east, north, rank % 9),
        )
    for _ in range(reports):
        ReportPlace.objects.create(
            commune=town.commune,
            sector=town.sectors[0],
            kind="noise",
            happened_at=at,
            point=place(middle, east, north),
        )


def published():
    return sorted(value for value in DensityFigure.objects.values_list("value", flat=True) if value is not None)


def test_squares_with_enough_homes_and_reports_are_published(town, middle):
    fill(town, middle, 0, 0, homes=20, reports=12)
    fill(town, middle, 1, 0, homes=30, reports=9)

    assert publish_density(town.commune, TODAY) == 1
    assert published() == [9, 12, 21]
    assert set(DensityFigure.objects.values_list("first_day", flat=True)) == {dt.date(2026, 4, 1)}


@pytest.mark.parametrize(("homes", "reports"), [(30, 3), (30, 0), (4, 8)])
def test_what_stands_on_few_is_left_out_and_not_told_by_subtraction(town, middle, homes, reports):
    fill(town, middle, 0, 0, homes=20, reports=12)
    fill(town, middle, 1, 0, homes=homes, reports=reports)
    publish_density(town.commune, TODAY)

    assert reports not in published()
    assert len(published()) <= 1


def test_a_quarter_that_is_open_is_not_published(town, middle):
    fill(town, middle, 0, 0, homes=20, reports=12, at=dt.datetime(2026, 7, 3, 8, tzinfo=dt.UTC))

    assert publish_density(town.commune, TODAY) == 0
    assert publish_density(town.commune, dt.date(2026, 11, 10)) == 1


def test_what_is_published_stays_whatever_comes_later(town, middle):
    fill(town, middle, 0, 0, homes=20, reports=12)
    publish_density(town.commune, TODAY)
    before = published()
    fill(town, middle, 0, 0, homes=0, reports=1)

    assert publish_density(town.commune, TODAY) == 0
    assert published() == before


def test_a_square_belongs_to_the_sector_that_holds_its_middle(town, middle):
    fill(town, middle, 0, 0, homes=20, reports=12)
    publish_density(town.commune, TODAY)

    (square,) = DensityFigure.objects.exclude(column=None)
    assert square.sector in town.sectors
    assert square.sector.perimeters.get().area.contains(place(middle, 0, 0))


def test_the_map_hatches_what_is_left_out_and_says_the_rest_in_a_table(town, middle):
    fill(town, middle, 0, 0, homes=20, reports=12)
    fill(town, middle, 1, 0, homes=30, reports=9)
    fill(town, middle, 0, 1, homes=4, reports=1)
    publish_density(town.commune, TODAY)
    shown = read_published(town.commune, QUARTER)

    assert shown.left_out == sum(area.is_left_out for area in shown.drawn.areas) >= 1
    assert [square.reports for square in shown.squares] == sorted(
        (area.value for area in shown.drawn.areas if area.value is not None), reverse=True
    )


@pytest.mark.parametrize("role", [Role.CLSPD, Role.REFERENT, Role.DPO, Role.NATIONAL_POLICE])
def test_the_page_and_the_file_are_read_by_whom_the_policy_says(town, middle, role):
    fill(town, middle, 0, 0, homes=20, reports=12)
    publish_density(town.commune, TODAY)
    DensityFigure.objects.exclude(column=None).update(sector=town.sectors[0])
    client = let_in(Client(), build_account(town, role, login="26999-reader"))
    page, file = client.get(PAGE), client.get(f"{PAGE}2026-t2/carte.html")

    assert "2e trimestre 2026" in words(page)
    assert re.search(r"Rue [\w ]+ 12", words(page))
    assert re.findall(r'<(?:script|link|img)[^>]* (?:src|href)="(?!data:)', file.content.decode()) == []
    assert client.get(f"{PAGE}2025-t2/carte.html").status_code == 404


@pytest.mark.parametrize("role", [Role.VIGILANT, Role.CREW, Role.ADMINISTRATOR])
def test_others_find_no_page(town, role):
    client = let_in(Client(), build_account(town, role, login="26999-other"))

    assert client.get(PAGE).status_code == 404


def test_before_anything_is_published_the_page_says_when(town, client):
    assert "Aucun trimestre n'est encore publié" in words(client.get(PAGE))


def test_a_referent_sees_the_squares_of_the_sector_large_and_by_their_numbers(town, middle):
    """A drawing spans some 1,700 m for the whole commune, and some 700 m for one square of it."""
    fill(town, middle, 0, 0, homes=20, reports=12)
    publish_density(town.commune, TODAY)
    DensityFigure.objects.exclude(column=None).update(sector=town.sectors[0])
    widths = {}
    for role in (Role.REFERENT, Role.CLSPD):
        page = let_in(Client(), build_account(town, role, login=f"26999-{role}")).get(PAGE)
        (square, *_) = re.findall(r'<path d="(M[^"]+Z)"', page.content.decode())
        across = [float(x) for x in re.findall(r"[ML ](-?[\d.]+)[ ,]-?[\d.]+", square)]
        widths[role] = max(across) - min(across)
        assert re.search(r"Rue [\w ]+ 1 12", words(page))
        assert "Hachuré" not in words(page)

    assert widths[Role.REFERENT] > 2 * widths[Role.CLSPD]


def test_more_squares_than_can_be_numbered_are_called_by_the_letters_and_numbers_of_the_edges(town, middle):
    """Seven rows of ten, of which one is told: the third from the west, in the second row from the north."""
    column, row = (int(axis // SQUARE_M) for axis in middle)
    DensityFigure.objects.bulk_create(
        DensityFigure(
            commune=town.commune,
            first_day=QUARTER.first_day,
            cell_m=SQUARE_M,
            column=column - 4 + east,
            row=row + 3 - south,
            value=12 if (east, south) == (2, 1) else None,
            published_on=TODAY,
        )
        for east in range(10)
        for south in range(7)
    )
    page = let_in(Client(), build_account(town, Role.CLSPD, login="26999-reader")).get(PAGE)
    written = re.findall(r'<text x="(-?\d+)" y="(-?\d+)" dy="4"[^>]*>(\w+)</text>', page.content.decode())
    across = {word: int(x) for x, _y, word in written if word.isalpha()}
    down = {word: int(y) for _x, y, word in written if word.isdigit()}

    assert list(across) == list("ABCDEFGHIJ")
    assert list(down) == [str(number) for number in range(1, 8)]
    assert sorted(across.values()) == list(across.values())
    assert sorted(down.values()) == list(down.values())
    assert all(0 < place < 520 for place in (*across.values(), *down.values()))
    assert re.search(r"Rue [\w ]+ C2 12", words(page))


def test_the_twenty_seventh_column_has_two_letters(town):
    names = name_squares(town.commune, [(column, 0) for column in range(28)], SQUARE_M).names

    assert [name.rstrip("0123456789") for name in (names[0], names[25], names[26], names[27])] == [
        "A",
        "Z",
        "AA",
        "AB",
    ]
