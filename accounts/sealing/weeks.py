"""ISO weeks: when a row must die, and which key it dies with."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from accounts.sealing.errors import NotAWeek

_FORM = re.compile(r"(\d{4})-W(\d{2})")
_SUNDAY = 7


@dataclass(frozen=True, order=True)
class Week:
    """An ISO 8601 week, from a Monday to a Sunday; written ``2027-W14``, in order of time."""

    year: int
    number: int

    def __post_init__(self) -> None:
        try:
            dt.date.fromisocalendar(self.year, self.number, _SUNDAY)
        except ValueError as error:
            raise NotAWeek from error

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """Return the week of a day."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2027-W14``.

        Raises
        ------
        NotAWeek
            When the text is not of that form or the year has no such week.
        """
        match = _FORM.fullmatch(text)
        if match is None:
            raise NotAWeek
        return cls(int(match[1]), int(match[2]))

    @property
    def last_day(self) -> dt.date:
        """The week's Sunday, the last day on which its rows may be read."""
        return dt.date.fromisocalendar(self.year, self.number, _SUNDAY)

    def is_over(self, today: dt.date) -> bool:
        """Whether the week's last day is past."""
        return self.last_day < today

    def following(self, count: int) -> Iterator[Self]:
        """Return this week and those after it, ``count`` in all."""
        return (self.of(self.last_day + dt.timedelta(weeks=step)) for step in range(count))

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.number:02d}"
