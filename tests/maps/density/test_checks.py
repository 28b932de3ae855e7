"""What past maps were worth, and near repeats, on a few places whose answer is known."""

import datetime as dt
import re

import numpy as np
import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from geo.projections import LAMBERT_93, to_metres, to_wgs84
from maps.density.checks import CELL_M, read_near_repeats, try_maps, try_nearness
from maps.density.ground import cut_ground
from reports.models import ReportPlace
from tests.builders import PARIS, build_town
from tests.maps.reading import words

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 20)
HERE, THERE = Point(4.884, 44.930, srid=4326), Point(4.892, 44.934, srid=4326)


@pytest.fixture
def town(db):
    return build_town()


def add(town, day, point=HERE, *, kind="break_in", times=1):
    ReportPlace.objects.bulk_create(
        ReportPlace(
            commune=town.commune,
            sector=town.sectors[0],
            kind=kind,
            happened_at=dt.datetime(day.year, day.month, day.day, 20, tzinfo=PARIS),
            point=point,
        )
        for _ in range(times)
    )


def test_the_map_of_a_month_is_tried_on_the_facts_of_the_next(town):
    """Nine of ten facts of October fell where all of September's did; 4 cells of 81 could have had all ten.

    By plain counts, one cell is chosen by its facts and three of the other 80, one of which has a fact, by chance.
    """
    add(town, dt.date(2026, 9, 10), times=6)
    add(town, dt.date(2026, 10, 5), times=9)
    add(town, dt.date(2026, 10, 6), THERE)
    add(town, dt.date(2026, 11, 6), THERE, times=4)
    tried = try_maps(town.commune, TODAY)
    (last, *_) = tried.maps

    assert (f"{tried.month}", tried.facts, last.reports) == ("octobre 2026", 10, 6)
    assert tried.cells == 81
    tested, plain = last.evaluation.tested, last.evaluation.plain_counts
    for score, hits in ((tested, 9), (plain, 9 + 3 / 80)):
        share = hits / 10
        assert score.hits == pytest.approx(hits)
        assert score.pai == pytest.approx(share / (4 / 81))
        assert (score.pei, score.rri) == (pytest.approx(share), pytest.approx(share))


def test_without_earlier_facts_there_is_nothing_to_try(town):
    add(town, dt.date(2026, 10, 5))

    assert {one.evaluation for one in try_maps(town.commune, TODAY).maps} == {None}


def test_each_season_is_tested_on_its_own(town):
    """Autumn: pairs next door within a day, far apart from each other in time; summer: one fact, and no pair."""
    add(town, dt.date(2026, 7, 10))
    for day in (1, 12, 23):
        point = Point(4.8805 + 0.006 * day / 10, 44.93, srid=4326)
        add(town, dt.date(2026, 9, day), point)
        add(town, dt.date(2026, 9, day + 1), point)
    summer, autumn = read_near_repeats(town.commune, "break_in", TODAY)

    assert (f"{summer.season}", summer.facts, summer.near) == ("été 2026", 1, ())
    assert (f"{autumn.season}", autumn.facts) == ("automne 2026", 6)
    soonest, *later = autumn.near
    assert soonest.pairs == 3
    assert soonest.p_value < 0.2
    assert [cell.pairs for cell in later] == [0, 0]


def test_other_kinds_are_no_part_of_it(town):
    add(town, dt.date(2026, 9, 1), kind="noise")

    assert read_near_repeats(town.commune, "break_in", TODAY) == ()


def test_the_page_tells_both(town, client):
    add(town, dt.date(2026, 9, 10), times=3)
    told = words(client.get("/densite/evaluation/"))

    assert "le hasard, 95 fois sur 100" in told or "Pas de signalement à comparer" in told
    assert re.search("Répétitions proches", told)


def test_nearness_is_tried_each_day_on_what_was_known_the_evening_before(town):
    """Of 81 cells, 4 are chosen: that of the first fact, and those to its east, its north and its south.

    5 October, nothing known: 4/81 of its fact. 6 October: the facts in the cell and east of it, not the one west.
    Plain counts choose the cell alone for sure, and 3 of the 80 others, of which two have a fact.
    """
    (x_m,), (y_m,) = to_metres(np.array([HERE.x]), np.array([HERE.y]), LAMBERT_93)
    ground = cut_ground(town.commune, CELL_M)
    column, row = (
        int((at - edge) // CELL_M) for at, edge in ((x_m, ground.grid.west_m), (y_m, ground.grid.south_m))
    )
    east_m, north_m = (axis[place] for axis, place in zip(ground.grid.centres_m(), (column, row), strict=True))

    def near(by_m):
        (lon,), (lat,) = to_wgs84(np.array([east_m + 40 + by_m]), np.array([north_m + 20]), LAMBERT_93)
        return Point(float(lon), float(lat), srid=4326)

    add(town, dt.date(2026, 10, 5), near(0))
    for by_m in (0, CELL_M, -CELL_M):
        add(town, dt.date(2026, 10, 6), near(by_m))
    add(town, dt.date(2026, 10, 6), near(0), kind="noise")
    tried = try_nearness(town.commune, "break_in", TODAY)

    assert tried.tested.facts == 4
    assert tried.tested.hits == pytest.approx(4 / 81 + 2)
    assert tried.plain_counts.hits == pytest.approx(4 / 81 + 1 + 2 * 3 / 80)


def test_what_is_older_than_two_weeks_is_not_near_any_more(town):
    add(town, dt.date(2026, 9, 20))
    add(town, dt.date(2026, 10, 5))

    assert try_nearness(town.commune, "break_in", TODAY).tested.hits == pytest.approx(4 / 81)
    assert try_nearness(town.commune, "noise", TODAY) is None


def test_the_page_tells_what_nearness_would_have_been_worth(town, client):
    last_month = (timezone.localdate().replace(day=1) - dt.timedelta(days=1)).replace(day=9)
    add(town, last_month - dt.timedelta(days=1))
    add(town, last_month)

    assert "la proximité 1,0" in words(client.get("/densite/evaluation/"))
    assert "Aucun fait de cette nature en" in words(client.get("/densite/evaluation/", {"nature": "noise"}))
