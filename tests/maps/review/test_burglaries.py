import datetime as dt

import pytest

from geo.models import Commune
from maps.disclosure import Unit, read_ledger
from maps.review.measures import INDICATORS, MEASURES
from maps.review.periods import add_months, read_period
from maps.review.publishing import publish_closed_periods
from maps.review.reading import Figure, Figures, IndicatorTold, MeasureTable, Place, Row, State
from maps.review.watched import tell_watched
from sectors.models import BurglaryCount, ReviewFigure, ReviewLedger
from tests.maps.disclosure.whole_attack import attack_measure
from tests.maps.review.conftest import FIRST, TODAY


def give(town, month: dt.date, *counts: tuple[int, int]) -> None:
    """Burglaries of sectors 1 and 2 and outside both, or of the commune alone."""
    places = (
        [("commune", None)]
        if len(counts) == 1
        else [("sector", town.sectors[0]), ("sector", town.sectors[1]), ("outside", None)]
    )
    BurglaryCount.objects.bulk_create(
        BurglaryCount(
            commune=town.commune, place=place, sector=sector, month=month, burglaries=burglaries, watched=watched
        )
        for (place, sector), (burglaries, watched) in zip(places, counts, strict=True)
    )


def told(key: str, measure: str = "burglaries") -> dict[str, float | None]:
    period = read_period(key)
    rows = ReviewFigure.objects.filter(measure=measure, kind=period.kind, first_day=period.first_day)
    return {f"{row.sector.number}" if row.sector else row.place: row.value for row in rows}


def test_burglaries_are_published_when_they_are_given_and_once(counted):
    publish_closed_periods(counted.commune, TODAY)
    assert told("2026-01") == {}

    give(counted, dt.date(2026, 1, 1), (14, 0), (20, 0), (11, 0))
    assert publish_closed_periods(counted.commune, TODAY) == 1
    assert publish_closed_periods(counted.commune, TODAY) == 0
    BurglaryCount.objects.update(burglaries=50)
    assert publish_closed_periods(counted.commune, TODAY) == 0

    assert told("2026-01") == {"1": 14, "2": 20, "outside": 11, "commune": 45}
    # The quarter waits for its other months.
    assert told("2026-t1") == {}


def test_a_year_is_published_with_its_last_month_by_the_counts_that_were_published(counted):
    for rank in range(12):
        give(counted, add_months(FIRST, rank), (12, 0), (3, 0), (1, 0))

    publish_closed_periods(counted.commune, TODAY)

    assert told("2025") == {"1": 144, "2": 36, "outside": 12, "commune": 192}
    # 12 of sector 1 and 16 in all: 4 elsewhere would be told by the difference.
    assert {place for place, value in told("2025-05").items() if value is not None} == {"commune"}
    attack = attack_measure(read_ledger(ReviewLedger.objects.get().text), "burglaries", Unit.HOMES)
    assert attack.given_away == ()


def test_homes_that_are_not_watched_are_not_found_by_subtraction(counted):
    # 15 burglaries, 13 of them of watched homes: the two others would be told by the difference.
    give(counted, FIRST, (15, 13), (0, 0), (0, 0))

    publish_closed_periods(counted.commune, TODAY)

    assert told("2025-01")["commune"] == 15
    assert told("2025-01", "burglaries_watched")["commune"] is None


def test_a_month_of_the_commune_alone_says_nothing_of_its_sectors(counted):
    give(counted, FIRST, (40, 0))
    give(counted, add_months(FIRST, 1), (20, 0), (12, 0), (14, 0))
    give(counted, add_months(FIRST, 2), (20, 0), (12, 0), (14, 0))

    publish_closed_periods(counted.commune, TODAY)

    assert told("2025-01") == {"commune": 40}
    assert told("2025-02")["1"] == 20
    assert told("2025-t1") == {"commune": 40 + 46 + 46}


def figures(**values: float | None) -> Figures:
    """What was published of the commune in January 2025, 100 addresses of it."""

    def table(key: str) -> MeasureTable:
        if key not in values:
            return MeasureTable(measure=MEASURES[key], rows=())
        state = State.LEFT_OUT if values[key] is None else State.TOLD
        figure = Figure(state=state, value=values[key], measure=MEASURES[key])
        row = Row(
            place=Place(key="commune", name="Valmont"),
            now=figure,
            before=figure,
            year_before=figure,
            against_before="",
            against_year_before="",
            verdict_before=None,
        )
        return MeasureTable(measure=MEASURES[key], rows=(row,))

    told = tuple(
        IndicatorTold(indicator=each, tables=tuple(table(one.key) for one in each.measures)) for each in INDICATORS
    )
    return Figures(
        commune=Commune(), period=read_period("2025-01"), published_on=TODAY, indicators=told, patrols=()
    )


# 100 addresses by 31 nights, less 600 watched: 2,500 nights of the others, with 100 burglaries, one in 25 nights;
# upon 600 nights that makes 24.
@pytest.mark.parametrize(
    ("watched", "verdict"),
    [
        (24, "le hasard suffit à expliquer l'écart"),
        (60, "davantage, plus que le hasard ne l'explique"),
        (11, "moins, plus que le hasard ne l'explique"),
    ],
)
def test_watched_homes_are_set_against_all_others_by_their_nights(watched, verdict):
    sentence = tell_watched(
        figures(burglaries=100 + watched, burglaries_watched=watched, nights=600, addresses=100)
    )

    assert sentence.startswith(f"Logements surveillés : {watched} cambriolages, soit ")
    # 100 upon 2,500 nights; Garwood: 81.4 to 121.6.
    assert "Autres logements : 100, soit 400,0 pour 10\u00a0000 nuits (entre 325,5 et 486,5)" in sentence
    assert sentence.endswith(f"Comparaison : {verdict}.")


def test_what_is_too_few_to_compare_says_so_and_what_was_not_given_says_nothing():
    few = figures(burglaries=100, burglaries_watched=None, nights=600, addresses=100)

    assert tell_watched(few).endswith("non comparés, faute de deux chiffres publiés.")
    assert tell_watched(figures(nights=600, addresses=100)) == ""
