"""Publish the burglaries that municipal police gave: once their months are whole, whenever they come."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from geo.models import Commune
from maps.disclosure import Publication, Table
from maps.disclosure.figures import GROUND
from maps.review.counting import OUTSIDE, Leaf
from maps.review.measures import BURGLARIES, MEASURES, WATCHED_BURGLARIES
from maps.review.periods import Kind, Period, closed_periods
from sectors.models import BurglaryCount, ReviewFigure

MONTHS, HOMES = "month", "homes"
COMMUNE = "commune"
WATCHED, OTHER = "watched", "other"
# What is told of homes: those that are not watched are nowhere told apart, and may not be found by subtraction.
LABELS = {BURGLARIES: frozenset({WATCHED, OTHER}), WATCHED_BURGLARIES: frozenset({WATCHED})}


@dataclass(frozen=True, kw_only=True)
class Given:
    """What was given, by place, month and kind of home; ``undivided`` are months given for the commune alone.

    Their burglaries stand outside all sectors, of which nothing is told in a period that has such a month.
    """

    counts: Mapping[tuple[Leaf, str, str], int]
    months: frozenset[dt.date]
    undivided: frozenset[dt.date]

    def has_sectors(self, period: Period) -> bool:
        """Whether a period is known by sector."""
        return self.undivided.isdisjoint(period.months)


def read_given(commune: Commune) -> Given:
    """Read what was given of a commune; as a declared job."""
    rows = list(BurglaryCount.objects.filter(commune=commune).order_by("month", "pk"))
    counts: dict[tuple[Leaf, str, str], int] = {}
    for row in rows:
        leaf = OUTSIDE if row.sector_id is None else str(row.sector_id)
        counts[leaf, str(row.month), WATCHED] = row.watched
        counts[leaf, str(row.month), OTHER] = row.burglaries - row.watched
    return Given(
        counts=counts,
        months=frozenset(row.month for row in rows),
        undivided=frozenset(row.month for row in rows if row.place == ReviewFigure.Place.COMMUNE),
    )


def periods_to_publish(commune: Commune, given: Given, today: dt.date) -> list[Period]:
    """Return the closed periods of which every month was given and nothing is published."""
    if not given.months:
        return []
    rows = ReviewFigure.objects.filter(commune=commune, measure=BURGLARIES).values_list("kind", "first_day")
    published = {Period(kind=Kind(kind), first_day=first_day) for kind, first_day in rows.distinct()}
    return [
        period
        for period in closed_periods(min(given.months), today)
        if given.months.issuperset(period.months) and period not in published
    ]


def tabulate(given: Given, periods: Sequence[Period], leaves: Sequence[Leaf]) -> Iterator[Table]:
    """Yield the table of the commune alone, of the periods not known by sector, and the table of the others."""
    everywhere = {COMMUNE: frozenset(leaves)}
    for has_sectors, places in (
        (False, everywhere),
        (True, {leaf: frozenset({leaf}) for leaf in leaves} | everywhere),
    ):
        some = [period for period in periods if given.has_sectors(period) is has_sectors]
        months = frozenset(str(month) for period in some for month in period.months)
        if some:
            yield Table(
                measure=BURGLARIES,
                unit=MEASURES[BURGLARIES].unit,
                axes={
                    GROUND: places,
                    MONTHS: {period.key: frozenset(map(str, period.months)) for period in some},
                    HOMES: LABELS,
                },
                counts={atom: count for atom, count in given.counts.items() if atom[1] in months},
            )


def figures_of(publication: Publication) -> Iterator[tuple[str, str, str, float | None]]:
    """Yield what is published: measure, place, key of the period, and the figure or None where it is left out."""
    for place, period, measure in publication:
        yield measure, place, period, publication.values.get((place, period, measure))
