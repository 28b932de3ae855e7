"""The vacant homes of a day as the desk's map and its table show them: which, in which state, in which order."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib.gis.db.models.functions import AsWKB
from django.db import connection

from absences.models import Absence
from geo.models import Commune
from maps.homes import Home, find_sectors, moment_of, read_homes
from maps.homes_state import HomeFilter, Order
from maps.recency import Recency
from maps.tiles import TileAddress, read_sql

PAGE_HOMES = 50
# The most pressing first.
URGENCY = (Recency.ANOMALY, Recency.OVERDUE, Recency.NOT_STARTED, Recency.DUE, Recency.PASSED)
LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, kw_only=True)
class ListedHome:
    """What orders a home in the table; ``due`` is how many passages it is still due today."""

    absence: int
    recency: Recency
    due: int
    last_done_at: dt.datetime | None
    last_day: dt.date
    passages_per_week: int
    street: str
    house_number: str
    suffix: str

    @property
    def address_order(self) -> tuple[str, int, str]:
        digits = "".join(sign for sign in self.house_number if sign.isdigit())
        return self.street, int(digits or 0), self.suffix


@dataclass(frozen=True, kw_only=True)
class HomeRow:
    """One row of the table."""

    home: Home
    due: int


@dataclass(frozen=True, kw_only=True)
class HomesSheet:
    """One page of the table, with what the legend counts: all that the other filters let through."""

    rows: Sequence[HomeRow]
    shown: int
    page: int
    pages: int
    due: int
    counts: Counter[Recency] = field(default_factory=Counter)

    @property
    def previous_page(self) -> int:
        return self.page - 1

    @property
    def next_page(self) -> int:
        return self.page + 1

    @property
    def legend(self) -> list[tuple[Recency, int]]:
        """Each state with the number of homes in it, in the order of the legend."""
        return [(recency, self.counts[recency]) for recency in Recency]


def read_homes_sheet(
    commune: Commune, day: dt.date, wanted: HomeFilter, order: Order, *, is_reversed: bool, page: int
) -> HomesSheet:
    """Read one page of the table of a day's vacant homes.

    Parameters
    ----------
    commune, day
        Whose homes, and on which day.
    wanted
        Which of them.
    order, is_reversed
        In which order; homes that are equal in it stand by address.
    page
        From 1; beyond the last, the last.
    """
    listed = list_homes(commune, day, wanted)
    counts = Counter(home.recency for home in listed)
    if wanted.recency is not None:
        listed = [home for home in listed if home.recency == wanted.recency]
    pages = max(1, -(-len(listed) // PAGE_HOMES))
    page = min(max(1, page), pages)
    ordered = _put_in_order(listed, order, commune=commune, day=day, is_reversed=is_reversed)
    here = ordered[(page - 1) * PAGE_HOMES : page * PAGE_HOMES]
    homes = read_homes(Absence.objects.filter(pk__in=[home.absence for home in here]), commune=commune, day=day)
    return HomesSheet(
        rows=[HomeRow(home=homes[home.absence], due=home.due) for home in here],
        shown=len(listed),
        page=page,
        pages=pages,
        due=sum(home.due > 0 for home in listed),
        counts=counts,
    )


def draw_home_tile(
    commune: Commune, day: dt.date, wanted: HomeFilter, tile: TileAddress
) -> tuple[bytes, Sequence[int]]:
    """Draw a tile of a day's vacant homes.

    Returns
    -------
    bytes
        Mapbox Vector Tile with the layers ``home`` and ``group``; empty where there is nothing.
    sequence of int
        The keys of the absences whose point it shows.
    """
    query = read_sql("homes_of_day.sql") + read_sql("home_tile.sql")
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_Transform(ST_TileEnvelope(%s, %s, %s), 4326)", [tile.z, tile.x, tile.y])
        [reach] = cursor.fetchone()
        parameters = _parameters(commune, day, wanted) | {"reach": reach, "z": tile.z, "x": tile.x, "y": tile.y}
        cursor.execute(query, parameters)
        content, shown = cursor.fetchone()
    return bytes(content), shown


def list_homes(commune: Commune, day: dt.date, wanted: HomeFilter) -> list[ListedHome]:
    """List the vacant homes of a day in every state, the other filters applied; where they are is not read."""
    query = read_sql("homes_of_day.sql") + read_sql("homes_listed.sql")
    with connection.cursor() as cursor:
        cursor.execute(query, _parameters(commune, day, wanted) | {"recency": None})
        columns = [column.name for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return [ListedHome(**{**row, "recency": Recency(row["recency"])}) for row in rows]


def _parameters(commune: Commune, day: dt.date, wanted: HomeFilter) -> dict[str, str | int | dt.date | None]:
    return {
        "commune": commune.pk,
        "day": day,
        "moment": moment_of(day),
        "reach": None,
        "sector": wanted.sector,
        "recency": wanted.recency and str(wanted.recency),
        "due": wanted.is_due,
        "double": wanted.is_double,
        "service": wanted.service and wanted.service.stored,
    }


KEYS: Mapping[Order, Callable[[ListedHome], object]] = {
    Order.ADDRESS: lambda home: home.address_order,
    Order.RETURN: lambda home: home.last_day,
    Order.TARGET: lambda home: home.passages_per_week,
    Order.DUE: lambda home: -home.due,
    Order.PASSAGE: lambda home: home.last_done_at or LONG_AGO,
    Order.URGENCY: lambda home: (URGENCY.index(home.recency), -home.due, home.last_done_at or LONG_AGO),
}


def _put_in_order(
    homes: Sequence[ListedHome], order: Order, *, commune: Commune, day: dt.date, is_reversed: bool
) -> list[ListedHome]:
    by_address = sorted(homes, key=lambda home: home.address_order)
    if order is Order.SECTOR:
        absences = Absence.objects.filter(pk__in=[home.absence for home in homes])
        points = dict(absences.values_list("pk", AsWKB("point")))
        sectors = find_sectors(points, commune=commune, day=day)
        numbers = {absence: sector.number for absence, sector in sectors.items()}
        return sorted(by_address, key=lambda home: numbers.get(home.absence, 0), reverse=is_reversed)
    return sorted(by_address, key=KEYS[order], reverse=is_reversed)  # type: ignore[arg-type]
