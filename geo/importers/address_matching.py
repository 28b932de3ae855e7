"""Which addresses known from the map are the same house as an official address (pure)."""

from collections.abc import Collection, Sequence
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
    index = _OfficialIndex(officials, srid)
    places = list(zip(others, _to_ground(others, srid), strict=True))
    exact = [index.find(other, place, index.written_as(other)) for other, place in places]
    met = {match for match in exact if match is not None}
    return [
        index.find(other, place, index.read_as(other) - met) if match is None else match
        for match, (other, place) in zip(exact, places, strict=True)
    ]


class _OfficialIndex:
    """Official addresses by number, as it is written and as it may be read."""

    def __init__(self, officials: Sequence[KnownAddress], srid: int) -> None:
        self.by_number: dict[str, set[int]] = {}
        self.by_loose_number: dict[str, set[int]] = {}
        for index, official in enumerate(officials):
            number, suffix = official.house_number, official.suffix
            self.by_number.setdefault(comparable_number(number, suffix), set()).add(index)
            self.by_loose_number.setdefault(loose_number(number, suffix), set()).add(index)
        self.streets = np.array([comparable_street(official.street_name) for official in officials], dtype=object)
        self.last_words = np.array([street.rpartition(" ")[2] for street in self.streets], dtype=object)
        self.ground = _to_ground(officials, srid)

    def written_as(self, other: KnownAddress) -> set[int]:
        return self.by_number.get(comparable_number(other.house_number, other.suffix), set())

    def read_as(self, other: KnownAddress) -> set[int]:
        return self.by_loose_number.get(loose_number(other.house_number, other.suffix), set())

    def find(self, other: KnownAddress, place: FloatArray, indices: Collection[int]) -> int | None:
        if not indices:
            return None
        candidates = np.array(sorted(indices))
        street = comparable_street(other.street_name)
        apart_m = np.hypot(*(self.ground[candidates] - place).T)
        same_street = (self.streets[candidates] == street) & ~(apart_m > SAME_STREET_WITHIN_M)
        alike = self.last_words[candidates] == street.rpartition(" ")[2] if street else np.True_
        chosen = same_street if same_street.any() else alike & (apart_m <= OTHER_SPELLING_WITHIN_M)
        order = np.where(chosen, np.nan_to_num(apart_m, nan=SAME_STREET_WITHIN_M), np.inf)
        return int(candidates[order.argmin()]) if chosen.any() else None


def _to_ground(addresses: Sequence[KnownAddress], srid: int) -> FloatArray:
    """Return metric positions, shape (n, 2), NaN where an address has none."""
    if not addresses:
        return np.empty((0, 2))
    degrees = np.array([each.point or (np.nan, np.nan) for each in addresses], dtype=np.float64)
    ground = np.column_stack(to_metres(degrees[:, 0], degrees[:, 1], srid))
    ground[~np.isfinite(ground)] = np.nan
    return ground
