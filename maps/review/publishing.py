"""Publish the figures of the periods that are closed: a task's work, once for each period (decision 0039)."""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import transaction

from geo.models import Commune
from maps.disclosure import Ledger, NotProven, Publication, Table, publish, read_ledger, write_ledger
from maps.disclosure.figures import GROUND
from maps.review import burglaries
from maps.review.counting import OUTSIDE, Counts, Leaf, first_month, leaves_of, read_counts
from maps.review.measures import DONE, EVENNESS, MEASURES, Measure
from maps.review.open_figures import read_open_figures
from maps.review.periods import Kind, Period, closed_periods
from sectors.coverage import spread_of_hours
from sectors.models import ReviewFigure, ReviewLedger

MONTHS = "month"
COMMUNE = "commune"
HOURS = 24
NOTHING_YET = write_ledger(Ledger())

logger = logging.getLogger(__name__)

# The place of a figure (a leaf, or the commune) and its period.
Key = tuple[str, Period]
# By measure.
Figures = dict[str, dict[Key, float | None]]


@dataclass(frozen=True, kw_only=True)
class _Work:
    """The periods to publish, where counts may belong, and the counts of all months that they have."""

    periods: Sequence[Period]
    leaves: tuple[Leaf, ...]
    counts: Counts

    @property
    def places(self) -> tuple[str, ...]:
        return (*self.leaves, COMMUNE)

    def periods_of(self, measure: Measure) -> list[Period]:
        """The periods in the whole of which a measure was counted."""
        return [period for period in self.periods if self.counts.has(measure.key, period)]


@transaction.atomic
def publish_closed_periods(commune: Commune, today: dt.date) -> int:
    """Publish every period that is closed and was not published yet; return how many.

    Returns
    -------
    int
        0 where all was published before: it may be asked for again at any time.

    Notes
    -----
    The ledger and the figures are written in one transaction, and the ledger's row is held meanwhile: of two
    that publish at once, the second finds all done. What cannot be proven safe is left out whole. Burglaries are
    published once the police have given every month of a period, which may be long after the rest.
    """
    ReviewLedger.objects.get_or_create(commune=commune, defaults={"text": NOTHING_YET})
    kept = ReviewLedger.objects.select_for_update().get(commune=commune)
    periods = _to_publish(commune, today)
    given = burglaries.read_given(commune)
    late = burglaries.periods_to_publish(commune, given, today)
    if not periods and not late:
        return 0
    ledger, leaves = read_ledger(kept.text), leaves_of(commune)
    figures: Figures = {}
    if periods:
        months = {month for period in periods for month in period.months}
        last_day = max(period.last_day for period in periods)
        work = _Work(periods=periods, leaves=leaves, counts=read_counts(commune, min(months), last_day))
        figures, ledger = _protect(work, ledger)
        figures |= read_open_figures(commune, periods, leaves, today)
    by_key = {period.key: period for period in late}
    for table in burglaries.tabulate(given, late, leaves):
        publication, ledger = _publish(table, ledger)
        for measure, place, key, value in burglaries.figures_of(publication):
            figures.setdefault(measure, {})[place, by_key[key]] = value
    kept.text = write_ledger(ledger)
    kept.save(update_fields=["text"])
    ReviewFigure.objects.bulk_create(_rows(commune, figures, today), batch_size=2_000)
    return len({*periods, *late})


def _to_publish(commune: Commune, today: dt.date) -> list[Period]:
    since = first_month(commune)
    if since is None:
        return []
    # Burglaries are given when their files are ready, before or after all else is published.
    rows = ReviewFigure.objects.filter(commune=commune).exclude(measure__in=burglaries.LABELS)
    published = {
        Period(kind=Kind(kind), first_day=first_day)
        for kind, first_day in rows.values_list("kind", "first_day").distinct()
    }
    return [period for period in closed_periods(since, today) if period not in published]


def _protect(work: _Work, ledger: Ledger) -> tuple[Figures, Ledger]:
    """Publish what counts homes, then the quantities that follow them."""
    shown: dict[str, Publication] = {}
    figures: Figures = {}
    for key in work.counts.by_measure:
        measure = MEASURES[key]
        if not work.periods_of(measure):
            continue
        linked = [shown[measure.follows]] if measure.follows else []
        shown[key], ledger = _publish(_tabulate(work, measure), ledger, linked=linked)
        values = shown[key].values
        figures[key] = {
            (place, period): values.get((place, period.key))
            for place in work.places
            for period in work.periods_of(measure)
        }
    return figures | {EVENNESS: _spread(work, figures[DONE])}, ledger


def _publish(table: Table, ledger: Ledger, *, linked: Sequence[Publication] = ()) -> tuple[Publication, Ledger]:
    """Publish what may be published of a table; nothing of it where that is not proven, which is always safe."""
    try:
        return publish(table, ledger, linked=linked)
    except NotProven:
        logger.warning("The measure %s was not proven safe and is left out.", table.measure)
        return Publication(measure=table.measure, unit=table.unit, axes=table.axes, values={}), ledger


def _tabulate(work: _Work, measure: Measure) -> Table:
    axes = {
        GROUND: {**{leaf: frozenset({leaf}) for leaf in work.leaves}, COMMUNE: frozenset(work.leaves)},
        MONTHS: {period.key: frozenset(map(str, period.months)) for period in work.periods_of(measure)},
    }
    gathered = frozenset[str]().union(*axes[MONTHS].values())
    counts = _within(work.counts.by_measure[measure.key], gathered)
    if not measure.follows:
        return Table(measure=measure.key, unit=measure.unit, axes=axes, counts=counts)
    # A home whose absence began the month before has nights in this one: one home at least is behind them.
    homes = _within(work.counts.by_measure[measure.follows], gathered)
    at_least = {atom: max(1, homes.get(atom, 0)) for atom in {*counts, *homes}}
    return Table(measure=measure.key, unit=measure.unit, axes=axes, counts=at_least, amounts=counts)


def _within(cells: Mapping[tuple[Leaf, dt.date], int], months: frozenset[str]) -> dict[tuple[str, ...], int]:
    return {(leaf, str(month)): count for (leaf, month), count in cells.items() if str(month) in months}


def _spread(work: _Work, passages: Mapping[Key, float | None]) -> dict[Key, float | None]:
    """How evenly the hours are spread, where passages are told: two decimals, which give no count back."""
    told: dict[Key, float | None] = {}
    for (place, period), count in passages.items():
        if count == 0:
            continue
        leaves = work.leaves if place == COMMUNE else (place,)
        hours = sum(
            (work.counts.hours.get((leaf, month), Counter()) for leaf in leaves for month in period.months),
            Counter[int](),
        )
        by_hour = np.array([hours[hour] for hour in range(HOURS)], dtype=np.int64)
        told[place, period] = None if count is None else round(float(spread_of_hours(by_hour)), 2)
    return told


def _rows(
    commune: Commune, figures: Mapping[str, Mapping[Key, float | None]], today: dt.date
) -> Iterator[ReviewFigure]:
    named = {COMMUNE: ReviewFigure.Place.COMMUNE, OUTSIDE: ReviewFigure.Place.OUTSIDE}
    for measure, cells in figures.items():
        for (place, period), value in cells.items():
            yield ReviewFigure(
                commune=commune,
                measure=measure,
                place=named.get(place, ReviewFigure.Place.SECTOR),
                sector_id=None if place in named else int(place),
                kind=period.kind,
                first_day=period.first_day,
                value=value,
                published_on=today,
            )
