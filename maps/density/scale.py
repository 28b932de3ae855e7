"""The classes of a map of density: limits that are easy to say, each about twice the one before."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from geo import french
from geo.statistics.ground import FloatArray

CLASSES = 5
SERIES = (1.0, 2.0, 5.0)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Lower limits of the classes, growing; what is below the first is left without a tint.

    Attributes
    ----------
    limits
        None where the map is empty.
    is_signed
        Whether values below zero have classes of their own, as far from zero.
    """

    limits: tuple[float, ...]
    is_signed: bool = False

    @classmethod
    def of(cls, values: FloatArray, *, is_signed: bool = False) -> "Scale":
        """Choose limits of the series 1, 2, 5, 10… of which the last is reached by the highest value."""
        told = np.abs(values[np.isfinite(values)])
        highest = float(told.max()) if told.size else 0.0
        if highest <= 0:
            return cls(limits=(), is_signed=is_signed)
        rank = math.floor(math.log10(highest)) * len(SERIES) + len(SERIES)
        while _limit(rank) > highest:
            rank -= 1
        return cls(limits=tuple(_limit(rank - down) for down in range(CLASSES - 1, -1, -1)), is_signed=is_signed)

    def place(self, values: FloatArray) -> NDArray[np.int8]:
        """Return the class of each value: 0 below all, then 1 and up; below zero −1 and down; 0 for NaN."""
        known = np.nan_to_num(values, nan=0.0)
        ranks = np.searchsorted(np.array(self.limits), np.abs(known), side="right").astype(np.int8)
        return ranks * np.sign(known).astype(np.int8) if self.is_signed else np.where(known > 0, ranks, 0)

    @property
    def told(self) -> tuple[str, ...]:
        """The limits in French."""
        return tuple(french.decimal(limit, _places(limit)) for limit in self.limits)

    @property
    def labels(self) -> tuple[str, ...]:
        """« de 20 à 50 », from the lowest class to the highest; « 50 et plus » for the last."""
        told = self.told
        spans = [f"de {low} à {high}" for low, high in pairwise(told)]
        return (*spans, f"{told[-1]} et plus") if told else ()


def _limit(rank: int) -> float:
    power, place = divmod(rank, len(SERIES))
    return float(SERIES[place] * 10.0**power)


def _places(limit: float) -> int:
    return max(0, -math.floor(math.log10(limit) + 1e-9))
