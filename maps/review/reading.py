"""Read the published review of a period: tables by sector, set against the period before and the year before."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from geo import french
from geo.models import Commune
from geo.statistics.rates import PERCENT_FROM, Comparison, Interval, Observed, Verdict, compare_all, count_interval
from maps.review.grounds import CutCoverage, MoveTold, NamedCut, cut_of_day, read_ground, tell_coverage, tell_moves
from maps.review.measures import DONE, EVENNESS, INDICATORS, MEASURES, OWED, Indicator, Measure
from maps.review.periods import Kind, Period
from sectors.models import ReviewFigure, Sector

AGGREGATES = "aggregates"
UNKNOWN = "pas de chiffre"
NOT_COMPARED = "non comparé"
HOURS = 24

Values = Mapping[tuple[str, str], float | None]


class State(StrEnum):
    """Whether a figure is told."""

    TOLD = "told"
    LEFT_OUT = "left_out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure, or why there is none.

    Attributes
    ----------
    value
        The number; None unless the state is TOLD.
    measure
        What it is a figure of.
    """

    state: State
    value: float | None = None
    measure: Measure

    @property
    def is_told(self) -> bool:
        return self.state is State.TOLD

    def __str__(self) -> str:
        """In French: the number, or why there is none."""
        if self.value is None:
            return self.measure.left_out if self.state is State.LEFT_OUT else UNKNOWN
        return french.decimal(self.value, self.measure.places)

    @cached_property
    def interval(self) -> Interval | None:
        """For events, the expected numbers that are compatible with the one observed (95 %, exact)."""
        return count_interval(int(self.value)) if self.measure.is_event and self.value is not None else None

    @property
    def aside(self) -> str:
        """What helps to read it, in French: the interval of events, the hours of a spread; empty of others."""
        if self.interval is not None:
            return french.interval(self.interval.low, self.interval.high)
        if self.measure.key == EVENNESS and self.value is not None:
            # The spread is log(n) / log(24) where n hours have equal shares.
            return f"comme {french.counted(round(HOURS**self.value), 'heure')} à parts égales"
        return ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A sector, the ground outside all, or the commune; ``sector`` is the key of the first kind alone."""

    key: str
    name: str
    sector: int | None = None

    @property
    def is_commune(self) -> bool:
        return self.key == ReviewFigure.Place.COMMUNE


@dataclass(frozen=True, kw_only=True)
class Row:
    """The figure of a place, beside those of the period before and of the same months a year before.

    ``verdict_before`` says whether an event differs from the period before by more than chance; None where it is
    not tested.
    """

    place: Place
    now: Figure
    before: Figure
    year_before: Figure
    against_before: str
    against_year_before: str
    verdict_before: Verdict | None


@dataclass(frozen=True, kw_only=True)
class MeasureTable:
    """One measure by place, where it has figures: sectors by number, then outside all, then the commune."""

    measure: Measure
    rows: tuple[Row, ...]

    @property
    def sectors(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.place.sector is not None)

    @property
    def whole(self) -> Row | None:
        """The row of the commune; None for what is told by sector alone."""
        return next((row for row in self.rows if row.place.is_commune), None)


@dataclass(frozen=True, kw_only=True)
class IndicatorTold:
    """One of the eight with its tables."""

    indicator: Indicator
    tables: tuple[MeasureTable, ...]


@dataclass(frozen=True, kw_only=True)
class PatrolRow:
    """Passages made of those owed in a place; a percentage from a hundred owed on."""

    place: Place
    done: Figure
    owed: Figure

    @property
    def told(self) -> str:
        """In French: « 92 faits sur 120 visés (77 %) »."""
        if self.done.value is None or self.owed.value is None:
            return str(self.done if self.done.value is None else self.owed)
        words = f"{self.done} faits sur {self.owed} visés"
        if self.owed.value < PERCENT_FROM:
            return words
        return f"{words} ({french.decimal(100 * self.done.value / self.owed.value, 0)}{french.NO_BREAK}%)"


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was published of a period.

    Attributes
    ----------
    indicators
        The eight, in the order of the scheme.
    patrols
        Coverage by the patrols: what was made of what was owed, by place.
    """

    commune: Commune
    period: Period
    published_on: dt.date
    indicators: tuple[IndicatorTold, ...]
    patrols: tuple[PatrolRow, ...]

    @property
    def parts(self) -> tuple[Place, ...]:
        """The sectors by number, and the ground outside all."""
        return tuple(row.place for row in self.patrols if not row.place.is_commune)

    def table(self, measure: str) -> MeasureTable:
        """Return the table of a measure; KeyError where the review has none."""
        tables = {table.measure.key: table for told in self.indicators for table in told.tables}
        return tables[measure]


@dataclass(frozen=True, kw_only=True)
class Review:
    """The whole review of a period: published figures, and coverage by a cut of the ground.

    Attributes
    ----------
    figures
        By the sectors as they were when each thing was counted, whatever the cut.
    named, coverage
        The cut, and what it covers of the addresses: gaps with the most residents first.
    moves
        Addresses that the perimeters of the period's last day hold elsewhere; none when they are the cut.
    """

    figures: Figures
    named: NamedCut = field(repr=False)
    coverage: CutCoverage
    moves: tuple[MoveTold, ...]


def published_periods(commune: Commune) -> list[Period]:
    """Return the periods that were published, the latest first within each kind."""
    rows = ReviewFigure.objects.using(AGGREGATES).filter(commune=commune.pk).values_list("kind", "first_day")
    found = [Period(kind=Kind(kind), first_day=first_day) for kind, first_day in rows.distinct()]
    return sorted(found, key=lambda period: (list(Kind).index(period.kind), -period.first_day.toordinal()))


def read_figures(commune: Commune, period: Period) -> Figures | None:
    """Read what was published of a period; None when nothing was."""
    compared = (period, period.before, period.year_before)
    rows = ReviewFigure.objects.using(AGGREGATES).filter(
        commune=commune.pk, kind=period.kind, first_day__in=[each.first_day for each in compared]
    )
    told: dict[dt.date, dict[tuple[str, str], float | None]] = {each.first_day: {} for each in compared}
    published_on: dt.date | None = None
    for measure, place, sector, first_day, value, day in rows.values_list(
        "measure", "place", "sector", "first_day", "value", "published_on"
    ):
        told[first_day][measure, place if sector is None else str(sector)] = value
        if first_day == period.first_day:
            # Burglaries may have been published later.
            published_on = max(day, published_on or day)
    if published_on is None:
        return None
    places = _read_places(commune)
    three = [(each, told[each.first_day]) for each in compared]
    now = told[period.first_day]
    return Figures(
        commune=commune,
        period=period,
        published_on=published_on,
        indicators=tuple(
            IndicatorTold(
                indicator=indicator,
                tables=tuple(_tabulate(measure, places, three) for measure in indicator.measures),
            )
            for indicator in INDICATORS
        ),
        patrols=tuple(
            PatrolRow(
                place=place, done=_figure(MEASURES[DONE], place, now), owed=_figure(MEASURES[OWED], place, now)
            )
            for place in places
        ),
    )


def read_review(commune: Commune, period: Period, *, named: NamedCut | None = None) -> Review | None:
    """Read the review of a period, with coverage by the perimeters of its last day or by another cut.

    Parameters
    ----------
    named
        A cut made by ``grounds.cut_of_day`` or ``grounds.cut_by``.

    Returns
    -------
    Review or None
        None when nothing was published of the period.
    """
    figures = read_figures(commune, period)
    if figures is None:
        return None
    ground = read_ground(commune)
    own = cut_of_day(ground, period.last_day)
    return Review(
        figures=figures,
        named=named or own,
        coverage=tell_coverage(ground, named or own),
        moves=tell_moves(own, named) if named else (),
    )


def _read_places(commune: Commune) -> tuple[Place, ...]:
    sectors = Sector.objects.using(AGGREGATES).filter(commune=commune.pk).order_by("number")
    return (
        *(Place(key=str(sector.pk), name=str(sector), sector=sector.pk) for sector in sectors),
        Place(key=ReviewFigure.Place.OUTSIDE, name="Hors secteurs"),
        Place(key=ReviewFigure.Place.COMMUNE, name=commune.name),
    )


def _tabulate(measure: Measure, places: Iterable[Place], three: Sequence[tuple[Period, Values]]) -> MeasureTable:
    named = {place for _, values in three for key, place in values if key == measure.key}
    shown = [place for place in places if place.key in named]
    (now, current), *others = three
    tested = [_test(measure, shown, (now, current), other) for other in others]
    against = [
        [_tell(measure, place, current, other[1], test) for place in shown]
        for other, test in zip(others, tested, strict=True)
    ]
    return MeasureTable(
        measure=measure,
        rows=tuple(
            Row(
                place=place,
                now=_figure(measure, place, current),
                before=_figure(measure, place, others[0][1]),
                year_before=_figure(measure, place, others[1][1]),
                against_before=before,
                against_year_before=year_before,
                verdict_before=tested[0][place.key].verdict if place.key in tested[0] else None,
            )
            for place, before, year_before in zip(shown, *against, strict=True)
        ),
    )


def _figure(measure: Measure, place: Place, values: Values) -> Figure:
    if (measure.key, place.key) not in values:
        return Figure(state=State.UNKNOWN, measure=measure)
    value = values[measure.key, place.key]
    if value is None:
        return Figure(state=State.LEFT_OUT, measure=measure)
    return Figure(state=State.TOLD, value=value, measure=measure)


def _test(
    measure: Measure, places: Sequence[Place], now: tuple[Period, Values], other: tuple[Period, Values]
) -> dict[str, Comparison]:
    """Set events of the places against another period, read together, where both are told."""
    if not measure.is_event:
        return {}
    pairs = {
        place.key: (Observed(int(current), _exposure(now[0])), Observed(int(former), _exposure(other[0])))
        for place in places
        if (current := now[1].get((measure.key, place.key))) is not None
        and (former := other[1].get((measure.key, place.key))) is not None
    }
    return dict(zip(pairs, compare_all(list(pairs.values())), strict=True))


def _exposure(period: Period) -> int:
    """Days of a month; months of what is longer, where a day more or less changes nothing."""
    return period.days if period.kind is Kind.MONTH else len(period.months)


def _tell(measure: Measure, place: Place, now: Values, other: Values, tested: Mapping[str, Comparison]) -> str:
    """Say a place against another period: events as they were tested, the rest as two numbers."""
    if place.key in tested:
        return tested[place.key].describe()
    current, former = (values.get((measure.key, place.key)) for values in (now, other))
    if current is None or former is None:
        return _why_not(measure, place, now, other)
    return f"{french.decimal(current, measure.places)} contre {french.decimal(former, measure.places)}"


def _why_not(measure: Measure, place: Place, *both: Values) -> str:
    is_unknown = any((measure.key, place.key) not in values for values in both)
    return UNKNOWN if is_unknown else NOT_COMPARED
