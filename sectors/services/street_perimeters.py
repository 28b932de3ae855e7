"""A perimeter without a map: a list of streets and house numbers becomes the ground around their addresses."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db.models import FloatField, Func, QuerySet

from geo import french
from geo.address_search import search_addresses
from geo.importers.street_names import comparable_street
from geo.models import WGS84, Address, Commune, Street, StreetName
from geo.projections import metric_srid
from geo.projections import to_metres as places_in_metres
from sectors.errors import StreetListRefused
from sectors.models import Sector
from sectors.perimeter_geometry.around_addresses import BuiltPerimeter, Stretch, build_around
from sectors.services.grounds import in_force_on, to_degrees, to_metres, town_of
from sectors.street_lines import Line, Reading, find_backwards, read_lines

EXAMPLE = "rue du Moulin, du 1 au 45 impairs"
SUGGESTIONS = 3
NAMED_AT_MOST = 5
# Wider than the reach of an address and of what is joined, at any latitude of France.
AROUND_DEGREES = 0.006
type Place = tuple[float, float]  # lon, lat

_STORED_NUMBER = re.compile(r"^(\d{1,5})(?:\s*[-–/à]\s*(\d{1,5}))?")


@dataclass(frozen=True, kw_only=True)
class ComposedPerimeter:
    """What a list of streets gives: an area in degrees, how many addresses it holds, what to know in French."""

    area: MultiPolygon
    addresses: int
    remarks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """The streets of one line, as the address file names them, and the keys of the addresses that it means."""

    streets: tuple[str, ...]
    keys: frozenset[int]


def compose_perimeter(
    commune: Commune, text: str, *, day: dt.date, sector: Sector | None = None
) -> ComposedPerimeter:
    """Build a perimeter around the addresses of a list, a street a line with its numbers or without.

    Parameters
    ----------
    text
        « rue Bouffier, du 1 au 45 impairs », « place du Marché », « rue du Moulin : 3, 5 et 7 bis »…
    day
        Perimeters in force on this day keep their ground.
    sector
        The sector for which it is; its own perimeter is no neighbour. None for a new one.

    Raises
    ------
    StreetListRefused
        By line: an unknown street with those that it may be, a range that is backwards or has no house in it.
    NoAddressToHold
        When none of the addresses is on free ground.
    """
    lines = read_lines(text)
    if not lines:
        raise StreetListRefused([(1, f"la liste est vide. Écrivez une rue par ligne, par exemple : {EXAMPLE}.")])
    asked = _find_asked(commune, lines)
    keys = frozenset().union(*(each.keys for each in asked))
    located = Address.objects.filter(commune=commune, point__isnull=False)
    places = _places(located.filter(pk__in=keys))
    if not places:
        raise StreetListRefused([(lines[0].place, "aucune de ces adresses n'a de position dans le fichier.")])
    others = _places(located.filter(point__intersects=_box(places.values())).exclude(pk__in=keys))
    built = _build(commune, asked, places, others, day, sector)
    return ComposedPerimeter(
        area=to_degrees(built.area, commune),
        addresses=len(places) - len(built.not_held),
        remarks=tuple(_remarks(built, list(places), list(others), keys - places.keys())),
    )


def _find_asked(commune: Commune, lines: Sequence[Line]) -> list[_Asked]:
    known: dict[str, list[str]] = {}
    for name in StreetName.objects.filter(commune=commune).values_list("name", flat=True):
        known.setdefault(comparable_street(name), []).append(name)
    asked: list[_Asked] = []
    problems: list[tuple[int, str]] = []
    for line in lines:
        found = _known_reading(line, known)
        told: _Asked | str = _unknown(commune, line) if found is None else _addresses(commune, *found)
        if isinstance(told, str):
            problems.append((line.place, told))
        else:
            asked.append(told)
    if problems:
        raise StreetListRefused(problems)
    return asked


def _known_reading(line: Line, known: Mapping[str, Sequence[str]]) -> tuple[Reading, Sequence[str]] | None:
    for reading in line.readings:
        if names := known.get(comparable_street(reading.street)):
            return reading, names
    return None


def _unknown(commune: Commune, line: Line) -> str:
    reading = min(line.readings, key=lambda each: len(each.street))
    likely = dict.fromkeys(each.street for each in search_addresses(commune, reading.street))
    suggestions = ", ".join(f"« {name} »" for name in list(likely)[:SUGGESTIONS])
    advice = f"Voulez-vous dire {suggestions} ?" if suggestions else "Vérifiez son nom."
    return f"aucune adresse de la commune n'est dans « {reading.street} ». {advice}"


def _addresses(commune: Commune, reading: Reading, names: Sequence[str]) -> _Asked | str:
    backwards = find_backwards(reading.numbers)
    if backwards is not None:
        low, high = backwards
        return f"« {reading.said} » va du plus grand numéro au plus petit. Écrivez du {low} au {high}."
    houses = Address.objects.filter(commune=commune, street_name__in=names)
    numbered = [
        (key, found[0], found[1], suffix)
        for key, number, suffix in houses.values_list("pk", "house_number", "suffix")
        if (found := _first_and_last(number))
    ]
    if not reading.numbers:
        return _Asked(streets=tuple(names), keys=frozenset(houses.values_list("pk", flat=True)))
    keys = frozenset(
        key
        for key, first, last, suffix in numbered
        if any(numbers.hold(first, last, suffix) for numbers in reading.numbers)
    )
    if keys:
        return _Asked(streets=tuple(names), keys=keys)
    if not numbered:
        return f"les adresses de {names[0]} n'ont pas de numéro. Écrivez la rue seule."
    lowest, highest = min(each[1] for each in numbered), max(each[2] for each in numbered)
    return f"{names[0]} n'a pas d'adresse « {reading.said} » : ses numéros vont de {lowest} à {highest}."


def _first_and_last(number: str) -> tuple[int, int] | None:
    found = _STORED_NUMBER.match(number)
    return None if found is None else (int(found[1]), max(int(found[1]), int(found[2] or 0)))


def _places(addresses: QuerySet[Address]) -> dict[int, Place]:
    # A point of GEOS for each of ten thousand addresses took 1.3 s.
    lon, lat = (Func("point", function=function, output_field=FloatField()) for function in ("ST_X", "ST_Y"))
    return {key: (x, y) for key, x, y in addresses.order_by("pk").values_list("pk", lon, lat)}


def _box(places: Iterable[Place]) -> Polygon:
    lon, lat = np.array(list(places)).T
    edge = AROUND_DEGREES
    box = Polygon.from_bbox((lon.min() - edge, lat.min() - edge, lon.max() + edge, lat.max() + edge))
    box.srid = WGS84
    return box


def _build(
    commune: Commune,
    asked: Sequence[_Asked],
    places: Mapping[int, Place],
    others: Mapping[int, Place],
    day: dt.date,
    sector: Sector | None,
) -> BuiltPerimeter:
    in_force = in_force_on(commune, day)
    neighbours = [area for other, area in in_force.items() if other != sector]
    order = {key: index for index, key in enumerate(places)}
    courses = _courses(commune, asked)
    return build_around(
        _in_metres(places.values(), commune),
        _in_metres(others.values(), commune),
        town=town_of(commune, in_force),
        neighbours=shapely.union_all(to_metres(neighbours, commune)),
        streets=[
            Stretch(
                course=shapely.union_all(courses[index]), asked=[order[key] for key in each.keys & places.keys()]
            )
            for index, each in enumerate(asked)
        ],
    )


def _courses(commune: Commune, asked: Sequence[_Asked]) -> list[list[shapely.Geometry]]:
    """Return the ways of the map that bear the names of each line's streets, in metres."""
    wanted: dict[str, list[int]] = {}
    for index, each in enumerate(asked):
        for name in dict.fromkeys(map(comparable_street, each.streets)):
            wanted.setdefault(name, []).append(index)
    named = Street.objects.filter(commune=commune).named()
    names = [name for name in named.values_list("name", flat=True).distinct() if comparable_street(name) in wanted]
    ways = list(named.filter(name__in=names).values_list("name", "course"))
    courses: list[list[shapely.Geometry]] = [[] for _ in asked]
    for (name, _), course in zip(ways, to_metres((course for _, course in ways), commune), strict=True):
        for index in wanted[comparable_street(name)]:
            courses[index].append(course)
    return courses


def _in_metres(places: Iterable[Place], commune: Commune) -> np.ndarray:
    degrees = np.array(list(places)).reshape(-1, 2)
    return np.column_stack(places_in_metres(degrees[:, 0], degrees[:, 1], metric_srid(commune.pk)))


def _remarks(
    built: BuiltPerimeter, asked: Sequence[int], others: Sequence[int], unlocated: Iterable[int]
) -> Iterable[str]:
    told = (
        (
            unlocated,
            "n'a pas de position dans le fichier d'adresses",
            "n'ont pas de position dans le fichier d'adresses",
            "",
        ),
        (
            [asked[index] for index in built.not_held],
            "reste dehors",
            "restent dehors",
            " Ce terrain est à un autre secteur, ou hors de la commune.",
        ),
        (
            [others[index] for index in built.held_too],
            "que vous n'avez pas demandée est au même point qu'une autre, et dedans",
            "que vous n'avez pas demandées sont au même point que d'autres, et dedans",
            "",
        ),
        (
            [others[index] for index in built.enclosed],
            "que vous n'avez pas demandée est entourée de toutes parts et reste dehors",
            "que vous n'avez pas demandées sont entourées de toutes parts et restent dehors",
            " À ajouter à la liste, si le secteur doit tout comprendre.",
        ),
    )
    for keys, one, several, advice in told:
        found = list(keys)
        if found:
            what = one if len(found) == 1 else several
            yield f"{french.counted(len(found), 'adresse')} {what} : {_named(found)}.{advice}"
    parts = len(built.area.geoms)
    if parts > 1:
        yield f"Le périmètre est en {parts} morceaux : ajoutez les rues qui les relient, s'il doit être d'un seul."


def _named(keys: Sequence[int]) -> str:
    named = Address.objects.filter(pk__in=keys).order_by("street_name", "house_number", "pk").defer("point")
    names = [str(address) for address in named[:NAMED_AT_MOST]]
    more = len(keys) - len(names)
    return ", ".join(names) + (f" et {more} autres" if more > 1 else " et une autre" if more else "")
