import datetime as dt

import pytest

from maps.review.periods import Kind, Period, closed_periods, read_period


@pytest.mark.parametrize(
    ("key", "told", "first_day", "last_day", "before", "year_before"),
    [
        ("2026-07", "juillet 2026", (2026, 7, 1), (2026, 7, 31), "2026-06", "2025-07"),
        ("2024-02", "février 2024", (2024, 2, 1), (2024, 2, 29), "2024-01", "2023-02"),
        ("2026-t1", "1er trimestre 2026", (2026, 1, 1), (2026, 3, 31), "2025-t4", "2025-t1"),
        ("2026-ete", "été 2026", (2026, 6, 1), (2026, 8, 31), "2026-printemps", "2025-ete"),
        ("2026-hiver", "hiver 2025-2026", (2025, 12, 1), (2026, 2, 28), "2025-automne", "2025-hiver"),
        ("2026", "année 2026", (2026, 1, 1), (2026, 12, 31), "2025", "2025"),
    ],
)
def test_a_period_is_named_and_has_others_to_be_compared_with(key, told, first_day, last_day, before, year_before):
    period = read_period(key)

    assert (period.key, str(period)) == (key, told)
    assert (period.first_day, period.last_day) == (dt.date(*first_day), dt.date(*last_day))
    assert (period.before.key, period.year_before.key) == (before, year_before)


@pytest.mark.parametrize("key", ["", "2026-13", "2026-t5", "2026-7", "été", "2026-07-01", "0001", "1", "2026-00"])
def test_what_is_no_period_is_none(key):
    assert read_period(key) is None


def test_no_quarter_begins_in_february():
    with pytest.raises(ValueError, match="quarter"):
        Period(kind=Kind.QUARTER, first_day=dt.date(2026, 2, 1))


def test_a_period_is_closed_three_days_after_its_end():
    july = read_period("2026-07")

    assert [july.is_closed(dt.date(2026, 8, day)) for day in (2, 3, 4)] == [False, False, True]


def test_what_is_closed_lies_whole_after_the_first_month():
    closed = [period.key for period in closed_periods(dt.date(2026, 2, 1), dt.date(2026, 9, 10))]

    # The first quarter and the winter began before; the year and the third quarter go on.
    assert closed == [
        "2026-02",
        "2026-03",
        "2026-04",
        "2026-05",
        "2026-printemps",
        "2026-06",
        "2026-t2",
        "2026-07",
        "2026-08",
        "2026-ete",
    ]
