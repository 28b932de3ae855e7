"""What past maps were worth, and near repeats, on a few places whose answer is known."""

import datetime as dt
import re

import pytest
from django.contrib.gis.geos import Point

from maps.density.checks import read_near_repeats, try_maps
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
