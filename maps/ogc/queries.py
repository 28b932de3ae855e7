"""What a tool asks of a collection of features: the parameters of OGC API Features, parts 1 and 2.

Source: OGC 17-069r4 (part 1, core) and OGC 18-058r1 (part 2, coordinate reference systems by reference).
"""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from maps.errors import QueryRefused
from maps.ogc.reference_systems import CRS84, ReferenceSystem

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
MAX_OFFSET = 1_000_000
OPEN_END = ("", "..")
FORMATS = ("json", "geojson")
BOX_LENGTHS = {4: (0, 1, 2, 3), 6: (0, 1, 3, 4)}


@dataclass(frozen=True, kw_only=True)
class Box:
    """A box, in the order in which its system writes its axes."""

    corners: tuple[float, float, float, float]
    system: ReferenceSystem

    @property
    def xy(self) -> tuple[float, float, float, float]:
        """West, south, east, north, whatever the order of the axes; degrees or metres of the system."""
        first, second, third, fourth = self.corners
        return (second, first, fourth, third) if self.system.is_latitude_first else self.corners


@dataclass(frozen=True, kw_only=True)
class FeatureQuery:
    """One page of features: which, in which system, from where on.

    ``first_day`` and ``last_day`` bound the days on which a feature has to be in force, one of them at least;
    None leaves that side open.
    """

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    box: Box | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    system: ReferenceSystem = CRS84
    number: int | None = None
    asked: tuple[tuple[str, str], ...] = ()

    def at(self, offset: int) -> "FeatureQuery":
        """The same query, from another feature on."""
        return replace(self, offset=offset)

    def as_parameters(self) -> str:
        """Write the query as the parameters of an address: what was asked, with the present offset."""
        kept = [(name, value) for name, value in self.asked if name != "offset"]
        return urlencode([*kept, *([("offset", self.offset)] if self.offset else [])])


def read_query(asked: Mapping[str, str], systems: Mapping[str, ReferenceSystem]) -> FeatureQuery:
    """Read the parameters of a request for features.

    Parameters
    ----------
    asked
        The parameters, each once.
    systems
        The reference systems offered, by URI.

    Raises
    ------
    QueryRefused
        An unknown parameter, or a value that is not one, naming it.
    """
    _refuse_unknown(asked, ("limit", "offset", "bbox", "bbox-crs", "datetime", "crs", "numero", "f"))
    first_day, last_day = _read_days(asked.get("datetime"))
    number = asked.get("numero")
    return FeatureQuery(
        limit=min(_read_integer("limit", asked.get("limit", str(DEFAULT_LIMIT)), least=1), MAX_LIMIT),
        offset=_read_integer("offset", asked.get("offset", "0"), most=MAX_OFFSET),
        box=_read_box(asked, systems),
        first_day=first_day,
        last_day=last_day,
        system=_read_system("crs", asked.get("crs", CRS84.uri), systems),
        number=None if number is None else _read_integer("numero", number),
        asked=tuple(sorted(asked.items())),
    )


def read_system(asked: Mapping[str, str], systems: Mapping[str, ReferenceSystem]) -> ReferenceSystem:
    """Read the parameters of a request for one feature: the system in which to draw it.

    Raises
    ------
    QueryRefused
        An unknown parameter, or a system that is not offered.
    """
    _refuse_unknown(asked, ("crs", "f"))
    return _read_system("crs", asked.get("crs", CRS84.uri), systems)


def refuse_parameters(asked: Mapping[str, str]) -> None:
    """Refuse any parameter to a document that takes none but its format.

    Raises
    ------
    QueryRefused
        Naming the first that is unknown.
    """
    _refuse_unknown(asked, ("f",))


def _refuse_unknown(asked: Mapping[str, str], known: tuple[str, ...]) -> None:
    for name in asked:
        if name not in known:
            raise QueryRefused(name, f"ce paramètre n'existe pas ici ; il y a : {', '.join(sorted(known))}.")
    if asked.get("f", "json") not in FORMATS:
        raise QueryRefused("f", "seul le format « json » est servi.")


def _read_integer(name: str, text: str, *, least: int = 0, most: int = 2**31 - 1) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        raise QueryRefused(name, f"donnez un nombre entier de {least} à {most}.")
    return int(text)


def _read_system(name: str, uri: str, systems: Mapping[str, ReferenceSystem]) -> ReferenceSystem:
    # Some tools write the URI between the brackets of a safe CURIE, as the standard also allows in its headers.
    system = systems.get(uri.strip("[]<>"))
    if system is None:
        raise QueryRefused(name, f"ce système de coordonnées n'est pas servi ; il y a : {', '.join(systems)}.")
    return system


def _read_box(asked: Mapping[str, str], systems: Mapping[str, ReferenceSystem]) -> Box | None:
    system = _read_system("bbox-crs", asked.get("bbox-crs", CRS84.uri), systems)
    if "bbox" not in asked:
        return None
    wrong = QueryRefused("bbox", "donnez quatre nombres, ou six avec les altitudes, séparés par des virgules.")
    try:
        numbers = [float(part) for part in asked["bbox"].split(",")]
    except ValueError as error:
        raise wrong from error
    if len(numbers) not in BOX_LENGTHS or not all(map(math.isfinite, numbers)):
        raise wrong
    first, second, third, fourth = (numbers[place] for place in BOX_LENGTHS[len(numbers)])
    box = Box(corners=(first, second, third, fourth), system=system)
    west, south, east, north = box.xy
    if south > north:
        raise QueryRefused("bbox", "le bas de la boîte est au-dessus du haut.")
    if west > east:
        raise QueryRefused("bbox", "la boîte finit avant de commencer, d'ouest en est.")
    return box


def _read_days(text: str | None) -> tuple[dt.date | None, dt.date | None]:
    if text is None:
        return None, None
    ends = text.split("/")
    if len(ends) == 1 and ends[0] not in OPEN_END:
        day = _read_day(ends[0])
        return day, day
    if len(ends) == 2 and any(end not in OPEN_END for end in ends):
        first, last = (None if end in OPEN_END else _read_day(end) for end in ends)
        if first and last and first > last:
            raise QueryRefused("datetime", "l'intervalle finit avant d'avoir commencé.")
        return first, last
    raise _wrong_days()


def _read_day(text: str) -> dt.date:
    """The day of a date or a moment, as written: perimeters change between two days, wherever one reads them."""
    try:
        return dt.datetime.fromisoformat(text).date()
    except ValueError as error:
        raise _wrong_days() from error


def _wrong_days() -> QueryRefused:
    example = "2026-08-12, 2026-08-12T00:00:00Z, 2026-01-01/2026-12-31, ../2026-08-12"
    return QueryRefused("datetime", f"donnez un jour, un moment ou un intervalle : {example}.")


def as_json_interval(first: dt.date | None, last: dt.date | None) -> list[Any]:
    """Write the days of a collection as the standard writes an interval, None where it is open."""
    return [f"{day.isoformat()}T00:00:00Z" if day else None for day in (first, last)]
