"""The periods of the review: months, quarters, seasons and years, each made of whole months."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from geo.french import MONTHS

# Phones without a network send what they kept within two days.
CLOSES_AFTER = dt.timedelta(days=3)
SEASONS = {12: "hiver", 3: "printemps", 6: "ete", 9: "automne"}
SEASON_NAMES = {"hiver": "hiver", "printemps": "printemps", "ete": "été", "automne": "automne"}
KEY = re.compile(r"(?P<year>[0-9]{4})(-(?P<part>0[1-9]|1[0-2]|t[1-4]|hiver|printemps|ete|automne))?")


class Kind(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    SEASON = "season"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months it has."""
        return {"month": 1, "quarter": 3, "season": 3, "year": 12}[self.value]

    @property
    def label(self) -> str:
        """What the choice of periods calls it."""
        return {"month": "Mois", "quarter": "Trimestres", "season": "Saisons", "year": "Années"}[self.value]


@dataclass(frozen=True, order=True, kw_only=True)
class Period:
    """Whole months: a month, a quarter (from January), a season (winter from December) or a year.

    Raises
    ------
    ValueError
        If no period of the kind begins on the first day.
    """

    first_day: dt.date
    kind: Kind

    def __post_init__(self) -> None:
        begins = {
            Kind.MONTH: range(1, 13),
            Kind.QUARTER: (1, 4, 7, 10),
            Kind.SEASON: tuple(SEASONS),
            Kind.YEAR: (1,),
        }
        if self.first_day.day != 1 or self.first_day.month not in begins[self.kind]:
            raise ValueError(f"No {self.kind} begins on {self.first_day}.")

    @property
    def months(self) -> tuple[dt.date, ...]:
        """The first days of its months."""
        return tuple(add_months(self.first_day, rank) for rank in range(self.kind.months))

    @property
    def last_day(self) -> dt.date:
        return add_months(self.first_day, self.kind.months) - dt.timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last_day - self.first_day).days + 1

    @property
    def before(self) -> "Period":
        """The period of the same kind that ends where this one begins."""
        return Period(kind=self.kind, first_day=add_months(self.first_day, -self.kind.months))

    @property
    def year_before(self) -> "Period":
        """The same months a year before."""
        return Period(kind=self.kind, first_day=add_months(self.first_day, -12))

    @property
    def key(self) -> str:
        """How addresses and tables name it: « 2026-07 », « 2026-t3 », « 2026-ete », « 2026 »."""
        match self.kind:
            case Kind.MONTH:
                return f"{self.first_day:%Y-%m}"
            case Kind.QUARTER:
                return f"{self.first_day.year}-t{(self.first_day.month + 2) // 3}"
            case Kind.SEASON:
                return f"{self.last_day.year}-{SEASONS[self.first_day.month]}"
        return f"{self.first_day.year}"

    def __str__(self) -> str:
        """In French: « juillet 2026 », « 3e trimestre 2026 », « hiver 2025-2026 », « année 2026 »."""
        year = self.first_day.year
        match self.kind:
            case Kind.MONTH:
                return f"{MONTHS[self.first_day.month - 1]} {year}"
            case Kind.QUARTER:
                rank = (self.first_day.month + 2) // 3
                return f"{rank}{'er' if rank == 1 else 'e'} trimestre {year}"
            case Kind.SEASON:
                name = SEASON_NAMES[SEASONS[self.first_day.month]]
                last = self.last_day.year
                return f"{name} {year}" if last == year else f"{name} {year}-{last}"
        return f"année {year}"

    def is_closed(self, today: dt.date) -> bool:
        """Whether all that was done in it is known."""
        return self.last_day + CLOSES_AFTER < today


def read_period(key: str) -> Period | None:
    """Read the key of a period; None where it is none."""
    found = KEY.fullmatch(key)
    if found is None:
        return None
    year, part = int(found["year"]), found["part"]
    if not 2 <= year < dt.MAXYEAR:
        return None
    if part is None:
        return Period(kind=Kind.YEAR, first_day=dt.date(year, 1, 1))
    if part.isdigit():
        return Period(kind=Kind.MONTH, first_day=dt.date(year, int(part), 1))
    if part[1:].isdigit():
        return Period(kind=Kind.QUARTER, first_day=dt.date(year, 3 * int(part[1:]) - 2, 1))
    (month,) = (month for month, name in SEASONS.items() if name == part)
    return Period(kind=Kind.SEASON, first_day=dt.date(year - (month == 12), month, 1))


def closed_periods(first_month: dt.date, today: dt.date) -> Iterator[Period]:
    """Yield every period that lies whole between a first month and a day by which it is closed, oldest first."""
    month = first_month.replace(day=1)
    while Period(kind=Kind.MONTH, first_day=month).is_closed(today):
        for kind in Kind:
            first_day = add_months(month, 1 - kind.months)
            try:
                period = Period(kind=kind, first_day=first_day)
            except ValueError:
                continue
            if first_day >= first_month:
                yield period
        month = add_months(month, 1)


def add_months(first_day: dt.date, months: int) -> dt.date:
    """Return the first day of the month that is some months later, or earlier below zero."""
    rank = 12 * first_day.year + first_day.month - 1 + months
    return dt.date(rank // 12, rank % 12 + 1, 1)
