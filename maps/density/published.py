"""The published map: reports by square and closed quarter, in figures that single nobody out."""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from geo.models import Commune
from geo.projections import metric_srid, shapes_to_wgs84
from geo.statistics.ground import Points
from maps.charts import MOST_NUMBERED, Area, Point, SectorMap
from maps.density.facts import read_rounded_places
from maps.density.ground import name_ways, read_homes
from maps.density.square_names import Square, name_squares
from maps.disclosure import Ledger, NotProven, Publication, Table, Unit, publish, read_ledger, write_ledger
from maps.disclosure.figures import GROUND
from maps.models import DensityFigure, DensityLedger
from maps.review.periods import Kind, Period, add_months
from reports.services.telling import MAX_AGE
from sectors.services.grounds import in_force_on

# Of the demo town's quarters, squares of 400 m publish 70 to 97 of 237, those of 200 m 47 to 71 of 782, and are
# proven in a quarter of the time.
SQUARE_M = 400
# A fact may be told a month later, and relayed some days after that.
CLOSES_AFTER = MAX_AGE + dt.timedelta(days=7)
# What was over before is not published after the fact.
QUARTERS_BACK = 4
MEASURE, MONTHS, COMMUNE = "density", "month", "commune"
NOTHING_YET = write_ledger(Ledger())

logger = logging.getLogger(__name__)


@transaction.atomic
def publish_density(commune: Commune, today: dt.date) -> int:
    """Publish the quarters that are closed and were not published; return how many.

    Notes
    -----
    The ledger's row is held meanwhile: of two that publish at once, the second finds all done. A quarter that is
    not proven safe is published without any figure, for good.
    """
    DensityLedger.objects.get_or_create(commune=commune, defaults={"text": NOTHING_YET})
    kept = DensityLedger.objects.select_for_update().get(commune=commune)
    ledger, done = read_ledger(kept.text), 0
    for quarter in _to_publish(commune, today):
        places = read_rounded_places(commune, quarter.first_day, quarter.last_day)
        if len(places):
            figures, ledger = _protect(commune, quarter, places, ledger)
            DensityFigure.objects.bulk_create(_rows(commune, quarter, figures, today))
            done += 1
    if done:
        kept.text = write_ledger(ledger)
        kept.save(update_fields=["text"])
    return done


def _to_publish(commune: Commune, today: dt.date) -> list[Period]:
    published = set(DensityFigure.objects.filter(commune=commune).values_list("first_day", flat=True))
    begun = today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)
    quarters = [
        Period(kind=Kind.QUARTER, first_day=add_months(begun, -3 * back)) for back in range(QUARTERS_BACK, 0, -1)
    ]
    return [
        quarter
        for quarter in quarters
        if quarter.last_day + CLOSES_AFTER < today and quarter.first_day not in published
    ]


def _protect(
    commune: Commune, quarter: Period, places: Points, ledger: Ledger
) -> tuple[dict[Square | None, int | None], Ledger]:
    """Publish what may be of the squares with homes, and of all of them together."""
    homes = _count(read_homes(commune))
    counted = {square: count for square, count in _count(places).items() if square in homes}
    names = {square: _name(square) for square in homes}
    table = Table(
        measure=MEASURE,
        unit=Unit.REPORTS,
        axes={
            GROUND: {
                **{name: frozenset({name}) for name in names.values()},
                COMMUNE: frozenset(names.values()),
            },
            MONTHS: {quarter.key: frozenset({quarter.key})},
        },
        counts={(names[square], quarter.key): count for square, count in counted.items()},
        homes={names[square]: count for square, count in homes.items()},
    )
    try:
        publication, ledger = publish(table, ledger)
    except NotProven:
        logger.warning("The density of %s was not proven safe and is left out.", quarter.key)
        publication = Publication(measure=MEASURE, unit=Unit.REPORTS, axes=table.axes, values={})
    values = publication.values
    figures: dict[Square | None, int | None] = {
        square: values.get((name, quarter.key)) for square, name in names.items()
    }
    return figures | {None: values.get((COMMUNE, quarter.key))}, ledger


def _count(points: Points) -> Counter[Square]:
    columns, rows = (np.floor(axis / SQUARE_M).astype(int).tolist() for axis in (points.x_m, points.y_m))
    return Counter(zip(columns, rows, strict=True))


def _name(square: Square) -> str:
    return f"{square[0]}:{square[1]}"


def _rows(
    commune: Commune, quarter: Period, figures: dict[Square | None, int | None], today: dt.date
) -> Iterator[DensityFigure]:
    squares = [square for square in figures if square is not None]
    sector_of = _find_sectors(commune, quarter.last_day, squares)
    for square, value in figures.items():
        column, row = square or (None, None)
        yield DensityFigure(
            commune=commune,
            first_day=quarter.first_day,
            cell_m=SQUARE_M,
            column=column,
            row=row,
            sector_id=sector_of.get(square) if square else None,
            value=value,
            published_on=today,
        )


def _find_sectors(commune: Commune, day: dt.date, squares: Sequence[Square]) -> dict[Square, int]:
    """Find the sector that holds the middle of each square; on a shared border, the lower number."""
    shapes = _shapes(commune, squares, SQUARE_M)
    middles = np.array([shape.centroid for shape in shapes], dtype=object)
    found: dict[Square, int] = {}
    for sector, area in in_force_on(commune, day).items():
        inside = shapely.covers(shapely.from_wkb(bytes(area.wkb)), middles)
        for place in np.flatnonzero(inside).tolist():
            found.setdefault(squares[place], sector.pk)
    return found


def _shapes(commune: Commune, squares: Sequence[Square], side_m: int) -> list[BaseGeometry]:
    """Return squares in degrees."""
    if not squares:
        return []
    west, south = side_m * np.array(squares, dtype=float).T
    return list(shapes_to_wgs84(shapely.box(west, south, west + side_m, south + side_m), metric_srid(commune.pk)))


@dataclass(frozen=True, kw_only=True)
class PublishedSquare:
    """A square whose figure is published, by its name on the map and the nearest street.

    The name is a number in the squares where they are few, else a letter and a number of its edges: « C7 ».
    """

    name: str
    street: str
    reports: int


@dataclass(frozen=True, kw_only=True)
class PublishedMap:
    """The published map of a quarter, as far as the walls show it: all of it, or the squares of one's sector.

    ``total`` is that of the commune: None where it is left out, or not shown.
    """

    quarter: Period
    squares: tuple[PublishedSquare, ...]
    left_out: int
    total: int | None
    published_on: dt.date
    drawn: SectorMap


def published_quarters(commune: Commune) -> list[Period]:
    """Return the quarters that were published, the latest first."""
    days = DensityFigure.objects.filter(commune=commune).values_list("first_day", flat=True)
    return [Period(kind=Kind.QUARTER, first_day=day) for day in days.order_by("-first_day").distinct()]


def read_published(commune: Commune, quarter: Period) -> PublishedMap | None:
    """Read the published map of a quarter; None where nothing of it was published."""
    rows = list(
        DensityFigure.objects.filter(commune=commune, first_day=quarter.first_day).order_by("row", "column")
    )
    if not rows:
        return None
    squares = [row for row in rows if row.column is not None]
    at = [(row.column or 0, row.row or 0) for row in squares]
    side_m = rows[0].cell_m
    x_m, y_m = side_m * (np.array(at, dtype=float).reshape(-1, 2).T + 0.5)
    streets = name_ways(commune, x_m, y_m)
    named = name_squares(commune, at, side_m)
    is_lettered = len(squares) > MOST_NUMBERED
    areas = tuple(
        Area(number=rank, name=street, ground=shape, point=Point(value=row.value))
        for rank, (row, street, shape) in enumerate(
            zip(squares, streets, _shapes(commune, at, side_m), strict=True), start=1
        )
    )
    told = [
        PublishedSquare(name=name if is_lettered else str(area.number), street=area.name, reports=int(area.value))
        for area, name in zip(areas, named.names, strict=True)
        if area.value is not None
    ]
    is_whole = len(squares) < len(rows)
    return PublishedMap(
        quarter=quarter,
        squares=tuple(sorted(told, key=lambda square: (-square.reports, square.street))),
        left_out=sum(area.is_left_out for area in areas),
        total=next((row.value for row in rows if row.column is None), None),
        published_on=rows[0].published_on,
        drawn=SectorMap(
            title=_("Signalements par carré de %(side)d m, %(quarter)s") % {"side": side_m, "quarter": quarter},
            measure=_("Signalements"),
            insee_code=commune.pk,
            outline=shapely.from_wkb(bytes(commune.outline.wkb)),
            areas=areas,
            edges=named.edges if is_lettered else (),
            framed=None if is_whole else shapely.union_all([area.ground for area in areas]),
        ),
    )
