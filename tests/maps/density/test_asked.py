"""What is refused of a choice of map, on days whose weekdays are known."""

import datetime as dt

import pytest

from maps.density.asked import DensityForm

# A Monday.
TODAY = dt.date(2026, 11, 30)
SUMMER = {"du": "2026-06-01", "au": "2026-11-30"}


def refusals(**said: str) -> dict[str, list[str]]:
    return dict(DensityForm(said, today=TODAY).errors)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        # The six months before, December to May, have no August.
        ({**SUMMER, "contre": "avant", "mois": "8"}, "La période comparée n'a aucun jour en août"),
        # Saturday and Sunday, against Thursday and Friday.
        ({"du": "2026-11-28", "au": "2026-11-29", "contre": "avant", "jour": "6"}, "n'a aucun dimanche"),
        # What crews found a year before is erased, which is told first and alone.
        (
            {"du": "2026-11-28", "au": "2026-11-29", "contre": "an", "surface": "constats"},
            "il n'y a rien à quoi comparer",
        ),
    ],
)
def test_a_period_that_has_nothing_to_compare_is_refused(asked, told):
    [[sentence]] = refusals(**asked).values()
    assert told in sentence


@pytest.mark.parametrize(
    "asked",
    [
        {**SUMMER, "contre": "an", "mois": "8"},
        {**SUMMER, "contre": "avant", "jour": "6"},
        # Of a period that has none itself, the page tells that.
        {**SUMMER, "contre": "avant", "mois": "3"},
    ],
)
def test_what_has_days_to_compare_is_taken(asked):
    assert refusals(**asked) == {}
