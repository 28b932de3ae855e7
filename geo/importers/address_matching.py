"""Which addresses known from the map are the same house as an official address (pure)."""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from geo.importers.street_names import comparable_number, comparable_street, loose_number
from geo.projections import FloatArray, to_metres

# A map point stands at the door, the official one sometimes at the gate or the middle of the parcel.
SAME_STREET_WITHIN_M = 300.0
# The same number under another spelling of the street (« Rue Charles de Gaulle », « Rue du Général de Gaulle »).
OTHER_SPELLING_WITHIN_M = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownAddress:
    """What is needed to recognise a house; ``point`` is (lon, lat) in degrees, or None."""

    house_number: str
    suffix: str
    street_name: str
    point: tuple[float, float] | None


def match_addresses(
    officials: Sequence[KnownAddress], others: Sequence[KnownAddress], srid: int
) -> list[int | None]:
    """Return, for each of ``others``, the index of the official address that is the same house, or None.

    Notes
    -----
    First the same number in the same street (spelling, accents and abbreviations aside) within 300 m, or where the
    official address has no position; then the same number within 30 m in a street that ends with the same word, or
    that the map does not name. The nearest wins, then the first. « 5 b » is « 5 bis » only where that house is not
    found under its own number: some streets have both.
    """
    if not officials:
        return [None] * len(others)
    streets = [comparable_street(official.street_name) for official in officials]
    ground = _to_ground(officials, srid)
    as_written = _OfficialIndex(officials, streets, ground, comparable_number)
    as_read = _OfficialIndex(officials, streets, ground, loose_number)
    places = list(zip(others, _to_ground(others, srid), strict=True))
    exact = [as_written.find(other, place) for other, place in places]
    met = {match for match in exact if match is not None}
    return [
        as_read.find(other, place, met) if match is None else match
        for match, (other, place) in zip(exact, places, strict=True)
    ]


class _OfficialIndex:
    """Official addresses by number and street, and by number alone, in the form that ``number_of`` gives."""

    def __init__(
        self,
        officials: Sequence[KnownAddress],
        streets: Sequence[str],
        ground: FloatArray,
        number_of: Callable[[str, str], str],
    ) -> None:
        self.number_of = number_of
        self.ground = ground
        self.last_words = np.array([street.rpartition(" ")[2] for street in streets], dtype=object)
        self.by_house: dict[tuple[str, str], list[int]] = {}
        by_number: dict[str, list[int]] = {}
        for index, (official, street) in enumerate(zip(officials, streets, strict=True)):
            number = number_of(official.house_number, official.suffix)
            self.by_house.setdefault((number, street), []).append(index)
            by_number.setdefault(number, []).append(index)
        self.by_number = {number: np.array(indices) for number, indices in by_number.items()}

    def find(self, other: KnownAddress, place: FloatArray, excluded: Collection[int] = ()) -> int | None:
        number, street = self.number_of(other.house_number, other.suffix), comparable_street(other.street_name)
        in_street = [
            (apart_m, index)
            for index in self.by_house.get((number, street), ())
            if index not in excluded and (apart_m := self._apart_m(index, place)) <= SAME_STREET_WITHIN_M
        ]
        return min(in_street)[1] if in_street else self._find_close_by(number, street, place, excluded)

    def _apart_m(self, index: int, place: FloatArray) -> float:
        """Return the distance in metres; without a position, the farthest that counts."""
        apart_m = math.dist(self.ground[index], place)
        return SAME_STREET_WITHIN_M if math.isnan(apart_m) else apart_m

    def _find_close_by(self, number: str, street: str, place: FloatArray, excluded: Collection[int]) -> int | None:
        candidates = self.by_number.get(number)
        if candidates is None:
            return None
        apart_m = np.hypot(*(self.ground[candidates] - place).T)
        for nearest in np.argsort(apart_m):
            if not apart_m[nearest] <= OTHER_SPELLING_WITHIN_M:
                return None
            index = int(candidates[nearest])
            is_alike = not street or self.last_words[index] == street.rpartition(" ")[2]
            if is_alike and index not in excluded:
                return index
        return None


def _to_ground(addresses: Sequence[KnownAddress], srid: int) -> FloatArray:
    """Return metric positions, shape (n, 2), NaN where an address has none."""
    if not addresses:
        return np.empty((0, 2))
    degrees = np.array([each.point or (np.nan, np.nan) for each in addresses], dtype=np.float64)
    ground = np.column_stack(to_metres(degrees[:, 0], degrees[:, 1], srid))
    ground[~np.isfinite(ground)] = np.nan
    return ground
