"""House numbers of OpenStreetMap made into addresses (pure): where, in which street, and once each.

Every object that carries a number is treated in exactly one way, and counted under it.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.importers.address_matching import KnownAddress, match_addresses
from geo.importers.osm_reader import OsmNumber, OsmStreet
from geo.importers.street_names import (
    comparable_number,
    comparable_street,
    listed_house_numbers,
    split_house_number,
)
from geo.projections import FloatArray, shapes_to_metres, to_metres

# A shop, a door and a building that repeat an address stand within one plot; farther away, streets of one name
# or a row of blocks that share a number are places of their own.
SAME_PLACE_WITHIN_M = 100.0
# Where nothing names the street, the nearest named one is taken: a front garden deep at most.
NEAREST_STREET_WITHIN_M = 50.0
NAMES_NO_ADDRESS = frozenset({"platform", "bus_stop", "motorway", "motorway_link", "construction", "elevator"})
MAX_NUMBER = 20

ON_NODE = "adresse prise, sur un nœud"
ON_BUILDING = "adresse prise, sur un bâtiment"
ON_OTHER = "adresse prise, sur une surface ou une ligne sans bâtiment"
REPEATED = "répète une adresse prise à moins de 100 m (nœud et bâtiment, commerces d'un immeuble)"
OFFICIAL = "déjà connue de la BAN ou de la BAL"
OUTSIDE = "hors de la commune"
ELSEWHERE = "déjà prise par une commune voisine"
NO_POSITION = "sans position dans l'extrait"
BAD_NUMBER = "numéro vide ou trop long"

FROM_RELATION = "rue donnée par une relation associatedStreet"
FROM_NEAREST = "rue déduite de la voie nommée la plus proche"
FROM_NOTHING = "sans nom de rue"


@dataclass(frozen=True, kw_only=True, slots=True)
class OsmAddress:
    """One address of the map; ``point`` is (lon, lat) in degrees."""

    official_id: str
    house_number: str
    suffix: str
    street_name: str
    postcode: str
    city: str
    position_kind: str
    point: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class OsmAddresses:
    """The addresses, how each object was treated, and where a street came from when not from the object."""

    addresses: list[OsmAddress]
    treated: Counter[str]
    streets_from: Counter[str]


@dataclass(kw_only=True)
class _Placed:
    """A numbered object with its point in degrees and in metres, and the street it stands in."""

    number: OsmNumber
    house_numbers: list[str]
    lon_lat: tuple[float, float]
    ground: tuple[float, float]
    street: str = ""
    street_from: str = ""

    @property
    def official_id(self) -> str:
        return f"osm:{self.number.osm_id}"


def make_addresses(
    numbers: Sequence[OsmNumber],
    streets: Sequence[OsmStreet],
    street_of_member: Mapping[str, str],
    outline: BaseGeometry,
    officials: Sequence[KnownAddress],
    known_ids: Collection[str],
    srid: int,
    elsewhere_ids: Collection[str] = (),
) -> OsmAddresses:
    """Make addresses of numbered objects.

    Parameters
    ----------
    numbers
        Every object of the extract that carries ``addr:housenumber``.
    streets
        The commune's streets, to name the street of a number that says none.
    street_of_member
        Street name by object, from ``associatedStreet`` relations.
    outline
        The commune, in degrees.
    officials
        The addresses that BAN or BAL already gave; a house among them is not taken again.
    known_ids
        Official identifiers already in the database: among objects that repeat an address, one of these is kept.
    srid
        Projection in which distances are measured.
    elsewhere_ids
        Official identifiers that another commune holds: simplified outlines of neighbours overlap.

    Notes
    -----
    The total of ``treated`` is the number of objects. An object with a list of numbers (« 31;33 ») gives an
    address for each, and counts once.
    """
    treated: Counter[str] = Counter()
    placed = _place(numbers, outline, treated, srid)
    held = {identifier.partition("#")[0] for identifier in elsewhere_ids}
    treated[ELSEWHERE] += sum(each.official_id in held for each in placed)
    placed = [each for each in placed if each.official_id not in held]
    _name_streets(placed, streets, street_of_member, srid)
    known_objects = {identifier.partition("#")[0] for identifier in known_ids}
    placed.sort(key=lambda each: (each.official_id not in known_objects, *_rank(each.number)))
    firsts = _once_each(placed)
    addresses = [address for _, address in firsts]
    matches = match_addresses(officials, [_as_known(address) for address in addresses], srid)
    kept = [first for first, match in zip(firsts, matches, strict=True) if match is None]
    kept_ids, first_ids = ({each.official_id for each, _ in pairs} for pairs in (kept, firsts))
    for each in placed:
        if each.official_id in kept_ids:
            treated[_where_taken(each.number)] += 1
        else:
            treated[OFFICIAL if each.official_id in first_ids else REPEATED] += 1
    return OsmAddresses(
        addresses=sorted((address for _, address in kept), key=lambda address: address.official_id),
        treated=+treated,
        streets_from=Counter(each.street_from for each, _ in kept if each.street_from),
    )


def _place(numbers: Sequence[OsmNumber], outline: BaseGeometry, treated: Counter[str], srid: int) -> list[_Placed]:
    """Give each object its point, and leave out those that have none, lie outside or carry no usable number."""
    shaped = [number for number in numbers if number.shape is not None]
    treated[NO_POSITION] += len(numbers) - len(shaped)
    points = _points_of([number.shape for number in shaped])
    inside = shapely.covers(outline, points)
    treated[OUTSIDE] += int((~inside).sum())
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    east, north = to_metres(lon, lat, srid)
    placed: list[_Placed] = []
    for i in np.flatnonzero(inside):
        listed = listed_house_numbers(shaped[i].text)
        if not listed or max(map(len, listed)) > MAX_NUMBER:
            treated[BAD_NUMBER] += 1
            continue
        lon_lat, ground = (float(lon[i]), float(lat[i])), (float(east[i]), float(north[i]))
        placed.append(_Placed(number=shaped[i], house_numbers=listed, lon_lat=lon_lat, ground=ground))
    return placed


def _points_of(shapes: Sequence[BaseGeometry | None]) -> npt.NDArray[np.object_]:
    """Return a point of each geometry: itself, inside an area, halfway along a line."""
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    is_area = np.isin(shapely.get_dimensions(array), [2])
    array[is_area] = shapely.point_on_surface(array[is_area])
    is_line = shapely.get_dimensions(array) == 1
    lines = [max(shapely.get_parts(line), key=shapely.length) for line in array[is_line]]
    array[is_line] = [shapely.line_interpolate_point(line, 0.5, normalized=True) for line in lines]
    return array


def _name_streets(
    placed: Sequence[_Placed], streets: Sequence[OsmStreet], street_of_member: Mapping[str, str], srid: int
) -> None:
    """Name the street of each object: what it says, else its relation, else the nearest one with a name."""
    unnamed: list[_Placed] = []
    for each in placed:
        each.street = each.number.street
        if not each.street and (street := street_of_member.get(each.number.osm_id)):
            each.street, each.street_from = street, FROM_RELATION
        if not each.street:
            unnamed.append(each)
    named = [street for street in streets if street.name and street.highway not in NAMES_NO_ADDRESS]
    nearest = _nearest(np.array([each.ground for each in unnamed]).reshape(-1, 2), named, srid)
    for each, index in zip(unnamed, nearest, strict=True):
        each.street = named[index].name if index is not None else ""
        each.street_from = FROM_NEAREST if index is not None else FROM_NOTHING


def _nearest(points: FloatArray, streets: Sequence[OsmStreet], srid: int) -> list[int | None]:
    """Return the index of the street nearest to each point (metres, shape (n, 2)) within 50 m, or None."""
    found: list[int | None] = [None] * len(points)
    if not len(points) or not streets:
        return found
    courses = np.empty(len(streets), dtype=object)
    courses[:] = [street.course for street in streets]
    tree = shapely.STRtree(shapes_to_metres(courses, srid))
    pairs = tree.query_nearest(shapely.points(points), max_distance=NEAREST_STREET_WITHIN_M, all_matches=True)
    for point, street in sorted(zip(*pairs, strict=True), key=lambda pair: (pair[0], -pair[1])):
        found[point] = int(street)  # of two at the same distance (a corner), the first of the file
    return found


def _rank(number: OsmNumber) -> tuple[int, str]:
    """Order objects that repeat an address: a door or plain node, the building, a shop, the rest."""
    if number.is_node:
        return (2 if number.is_poi and not number.is_entrance else 0), number.osm_id
    return (1 if number.is_building else 3), number.osm_id


def _once_each(placed: Sequence[_Placed]) -> list[tuple[_Placed, OsmAddress]]:
    """Return each address once with the object that gives it, objects in order of preference."""
    firsts: list[tuple[_Placed, OsmAddress]] = []
    taken: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for each in placed:
        street = comparable_street(each.street)
        for text in each.house_numbers:
            house_number, suffix = split_house_number(text)
            places = taken.setdefault((comparable_number(house_number, suffix), street), [])
            if any(math.dist(each.ground, place) <= SAME_PLACE_WITHIN_M for place in places):
                continue
            places.append(each.ground)
            firsts.append((each, _as_address(each, text, house_number, suffix)))
    return firsts


def _as_address(placed: _Placed, text: str, house_number: str, suffix: str) -> OsmAddress:
    number = placed.number
    is_listed = len(placed.house_numbers) > 1
    return OsmAddress(
        official_id=f"{placed.official_id}#{text}" if is_listed else placed.official_id,
        house_number=house_number,
        suffix=suffix,
        street_name=placed.street,
        postcode=number.postcode,
        city=number.city,
        position_kind="entrée" if number.is_entrance else "bâtiment" if number.is_building else "",
        point=placed.lon_lat,
    )


def _as_known(address: OsmAddress) -> KnownAddress:
    return KnownAddress(
        house_number=address.house_number,
        suffix=address.suffix,
        street_name=address.street_name,
        point=address.point,
    )


def _where_taken(number: OsmNumber) -> str:
    if number.is_node:
        return ON_NODE
    return ON_BUILDING if number.is_building else ON_OTHER
