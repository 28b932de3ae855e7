"""Trends of sectors, on the same days of each year, with counts whose chance is worked by hand."""

import datetime as dt

import pytest
from django.contrib.gis.geos import Point
from django.db.backends.postgresql.psycopg_any import DateRange

from geo.statistics.rates import Verdict
from maps.density.asked import Asked
from maps.density.facts import Surface
from maps.density.sector_trends import read_sector_trends
from reports.models import ReportPlace
from sectors.models import Perimeter
from tests.builders import EAST, HOMES, MIDDLE, NORTH, PARIS, SOUTH, build_town, rectangle
from tests.maps.reading import words

pytestmark = pytest.mark.django_db

SEPTEMBER = Asked(surface=Surface.REPORTS, first=dt.date(2026, 9, 1), last=dt.date(2026, 9, 30))
ASKED = {"du": "2026-09-01", "au": "2026-09-30"}
YEARS = (2024, 2025, 2026)


@pytest.fixture
def town(db):
    """Two sectors of two homes each, and a report of August 2024: from then on, all that is told is known."""
    town = build_town()
    add(town.sectors[0], dt.date(2024, 8, 31))
    return town


def add(sector, day, *, times=1, kind="noise", within=None):
    """Let a sector have relayed reports, of facts in its own ground or another's."""
    lies_in = within or sector
    ReportPlace.objects.bulk_create(
        ReportPlace(
            commune=sector.commune,
            sector=sector,
            kind=kind,
            happened_at=dt.datetime(day.year, day.month, day.day, 20, tzinfo=PARIS),
            point=Point(*HOMES[0 if lies_in.number == 1 else 2], srid=4326),
        )
        for _ in range(times)
    )


def fill(sector, *counts):
    for year, count in zip(YEARS, counts, strict=True):
        add(sector, dt.date(year, 9, 10), times=count)


def test_a_rise_that_chance_does_not_explain_is_told_beside_one_that_it_does(town):
    # Lilas: 0, 1, 2 in thirds of the exposure, 2 × 4 / 27 (tests/geo/statistics/test_trends.py).
    # Moulin: all 12 in the last year, 2 / 3¹², twice that among two sectors.
    fill(town.sectors[0], 0, 1, 2)
    fill(town.sectors[1], 0, 0, 12)
    told = read_sector_trends(town.commune, SEPTEMBER)
    lilas, moulin = told.sectors

    assert [first.year for first, _last in told.years] == list(YEARS)
    assert (lilas.counts, moulin.counts, told.together.counts) == ([0, 1, 2], [0, 0, 12], [0, 1, 14])
    assert lilas.trend.adjusted == pytest.approx(8 / 27)
    assert moulin.trend.adjusted == pytest.approx(4 / 3**12)
    assert [one.trend.verdict for one in told.sectors] == [Verdict.PERHAPS_CHANCE, Verdict.MORE]


def test_a_report_counts_where_it_lies_and_not_with_who_relayed_it(town):
    lilas, moulin = town.sectors
    for year in YEARS:
        add(lilas, dt.date(year, 9, 10), within=moulin, times=year - 2023)

    told = read_sector_trends(town.commune, SEPTEMBER)

    assert [one.counts for one in told.sectors] == [[0, 0, 0], [1, 2, 3]]


def test_a_sector_that_grew_does_not_rise_by_it(town):
    """In 2024 the perimeter of Moulin ended before its second home: 30 home-days, and 60 in each year since."""
    moulin = town.sectors[1]
    Perimeter.objects.filter(sector=moulin).delete()
    grown_on = dt.date(2025, 1, 1)
    for east, valid in ((4.8955, DateRange(dt.date(2015, 7, 8), grown_on)), (EAST, DateRange(grown_on, None))):
        Perimeter.objects.create(
            sector=moulin, area=rectangle(MIDDLE, SOUTH, east, NORTH), valid=valid, source="essai"
        )
    fill(moulin, 1, 0, 0)
    _lilas, told = read_sector_trends(town.commune, SEPTEMBER).sectors

    assert [one.exposure for one in told.trend.periods] == [30, 60, 60]
    # One report, in the first fifth of the exposure: 2 × 1 / 5.
    assert told.trend.p_value == pytest.approx(2 / 5)


def test_a_sector_without_a_perimeter_in_a_year_is_named_and_not_tested(town):
    Perimeter.objects.filter(sector=town.sectors[1]).update(valid=DateRange(dt.date(2025, 1, 1), None))
    told = read_sector_trends(town.commune, SEPTEMBER)

    assert [one.name for one in told.sectors] == ["Les Lilas"]
    assert (told.without_past, told.together) == (("Le Moulin",), None)


def test_a_year_that_is_not_wholly_known_is_left_out(town):
    known = Asked(surface=Surface.REPORTS, first=dt.date(2026, 8, 30), last=dt.date(2026, 9, 30))

    assert [first.year for first, _last in read_sector_trends(town.commune, known).years] == [2025, 2026]


def test_only_the_kind_that_is_asked_for_counts(town):
    add(town.sectors[0], dt.date(2026, 9, 10), kind="damage")
    told = read_sector_trends(
        town.commune, Asked(surface=Surface.REPORTS, first=SEPTEMBER.first, last=SEPTEMBER.last, kind="damage")
    )

    assert told.together.counts == [0, 0, 1]


def test_the_page_shows_the_years_and_says_the_trend(town, client):
    fill(town.sectors[1], 0, 0, 12)
    told = words(client.get("/densite/", ASKED))

    assert "Le Moulin 0 0 12 en hausse moins de 0,001" in told
    assert "Les Lilas 0 0 0 aucun fait —" in told


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"du": "2025-01-01", "au": "2026-09-30"}, "Choisissez un an au plus"),
        ({"du": "2024-09-01", "au": "2024-09-30"}, "ne sont pas tous connus"),
        (ASKED | {"heure": "20"}, ""),
        (ASKED | {"surface": "minutes"}, ""),
    ],
)
def test_where_nothing_can_be_compared_the_page_says_why_or_nothing(town, client, said, why):
    told = words(client.get("/densite/", said))

    assert why in told
    assert ("Tendance par secteur" in told) is bool(why)
    assert "p corrigé" not in told.split("Tendance par secteur")[-1]
