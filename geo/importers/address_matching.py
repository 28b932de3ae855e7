"""Which addresses known from the map are the same house as an official address (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.importers.street_names import comparable_number, comparable_street
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
    that the map does not name. The nearest wins, then the first.
    """
    by_number: dict[str, list[int]] = {}
    for index, official in enumerate(officials):
        by_number.setdefault(comparable_number(official.house_number, official.suffix), []).append(index)
    places = {number: np.array(indices) for number, indices in by_number.items()}
    streets = np.array([comparable_street(official.street_name) for official in officials], dtype=object)
    last_words = np.array([street.rpartition(" ")[2] for street in streets], dtype=object)
    ground = _to_ground(officials, srid)
    matches: list[int | None] = []
    for other, place in zip(others, _to_ground(others, srid), strict=True):
        candidates = places.get(comparable_number(other.house_number, other.suffix))
        if candidates is None:
            matches.append(None)
            continue
        street = comparable_street(other.street_name)
        apart_m = np.hypot(*(ground[candidates] - place).T)
        same_street = (streets[candidates] == street) & ~(apart_m > SAME_STREET_WITHIN_M)
        alike = (last_words[candidates] == street.rpartition(" ")[2]) if street else np.ones(len(candidates), bool)
        chosen = same_street if same_street.any() else alike & (apart_m <= OTHER_SPELLING_WITHIN_M)
        order = np.where(chosen, np.nan_to_num(apart_m, nan=SAME_STREET_WITHIN_M), np.inf)
        matches.append(int(candidates[order.argmin()]) if chosen.any() else None)
    return matches


def _to_ground(addresses: Sequence[KnownAddress], srid: int) -> FloatArray:
    """Return metric positions, shape (n, 2), NaN where an address has none."""
    if not addresses:
        return np.empty((0, 2))
    degrees = np.array([each.point or (np.nan, np.nan) for each in addresses], dtype=np.float64)
    ground = np.column_stack(to_metres(degrees[:, 0], degrees[:, 1], srid))
    ground[~np.isfinite(ground)] = np.nan
    return ground
