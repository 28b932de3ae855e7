"""The terms of an agreement: three years at a time, renewed by themselves until somebody denounces it."""

import calendar
import datetime as dt
from dataclasses import dataclass

TERM_YEARS = 3
# No such network is older in France: an earlier day is a slip of the year.
OLDEST_DAY = dt.date(2000, 1, 1)
# Long enough for a denunciation to be written, signed and sent before the agreement renews itself.
FIRST_ALARM = dt.timedelta(days=90)
LAST_ALARM = dt.timedelta(days=30)
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Term:
    """One term of an agreement, both days included; the first is number 1."""

    number: int
    first_day: dt.date
    last_day: dt.date

    @property
    def renewals(self) -> int:
        """How many times the agreement has renewed itself by then."""
        return self.number - 1

    def days_left(self, today: dt.date) -> int:
        """Days from ``today`` to the last one; 0 on the last day."""
        return (self.last_day - today).days


def term_on(first_day: dt.date, day: dt.date) -> Term:
    """Find the term that runs on a day, of an agreement in force without end since ``first_day``.

    Before its first day, the first term. An agreement that begins on a 29 February renews itself on 1 March where
    the year has none.
    """
    terms = max(0, day.year - first_day.year) // TERM_YEARS
    begins, ends = (_after(first_day, (terms + more) * TERM_YEARS) for more in (0, 1))
    if day < begins and terms:
        terms, begins, ends = terms - 1, _after(first_day, (terms - 1) * TERM_YEARS), begins
    return Term(number=terms + 1, first_day=begins, last_day=ends - ONE_DAY)


def _after(day: dt.date, years: int) -> dt.date:
    year = day.year + years
    if (day.month, day.day) == (2, calendar.monthrange(year, 2)[1] + 1):
        return dt.date(year, 3, 1)
    return day.replace(year=year)
