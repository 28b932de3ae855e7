import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectors.agreement_terms import Term, term_on

SIGNED = dt.date(2015, 7, 8)
DAYS = st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2099, 12, 31))
ONE_DAY = dt.timedelta(days=1)


# Three years from 8 July 2015 run to 7 July 2018; then 2018-2021, 2021-2024, 2024-2027.
@pytest.mark.parametrize(
    ("day", "number", "first", "last"),
    [
        (dt.date(2015, 7, 8), 1, dt.date(2015, 7, 8), dt.date(2018, 7, 7)),
        (dt.date(2018, 7, 7), 1, dt.date(2015, 7, 8), dt.date(2018, 7, 7)),
        (dt.date(2018, 7, 8), 2, dt.date(2018, 7, 8), dt.date(2021, 7, 7)),
        (dt.date(2026, 11, 29), 4, dt.date(2024, 7, 8), dt.date(2027, 7, 7)),
        (dt.date(2015, 1, 1), 1, dt.date(2015, 7, 8), dt.date(2018, 7, 7)),
    ],
)
def test_an_agreement_renews_itself_every_three_years(day, number, first, last):
    term = term_on(SIGNED, day)

    assert term == Term(number=number, first_day=first, last_day=last)
    assert term.renewals == number - 1


def test_what_began_on_a_29_february_renews_itself_on_a_day_that_exists():
    leap = dt.date(2016, 2, 29)

    assert term_on(leap, dt.date(2019, 2, 28)) == Term(number=1, first_day=leap, last_day=dt.date(2019, 2, 28))
    assert term_on(leap, dt.date(2019, 3, 1)).first_day == dt.date(2019, 3, 1)
    assert term_on(leap, dt.date(2028, 2, 29)).first_day == dt.date(2028, 2, 29)


def test_the_last_day_leaves_none():
    term = term_on(SIGNED, SIGNED)

    assert (term.days_left(term.last_day), term.days_left(dt.date(2018, 6, 30))) == (0, 7)


@given(first_day=DAYS, day=DAYS)
def test_each_day_is_in_one_term_and_terms_follow_one_another(first_day, day):
    term = term_on(first_day, day)
    following = term_on(first_day, term.last_day + ONE_DAY)

    assert term.first_day <= max(first_day, day) <= term.last_day
    assert (following.number, following.first_day) == (term.number + 1, term.last_day + ONE_DAY)
