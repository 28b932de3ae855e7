"""Values gathered in a few classes for a map, each told by the values that it really holds."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

# More tints of one colour are not told apart on paper.
MOST_CLASSES = 5
# Sums of squares that differ by less than this part of the whole are equal: a double holds 16 digits.
ROUNDING = 1e-9


class InvalidValues(ValueError):
    """Values to gather in classes are finite, and there is at least one."""

    def __init__(self, values: Sequence[float]) -> None:
        super().__init__(f"{self.__doc__} Given: {list(values)}.")


class Method(Enum):
    """How the limits are found; a map that does not name it can be made to say anything."""

    NATURAL_BREAKS = "seuils naturels (Jenks)"
    QUANTILES = "quantiles"


@dataclass(frozen=True, kw_only=True)
class ValueClass:
    """One class: its least and its greatest value, both present, and how many values it holds."""

    low: float
    high: float
    size: int


@dataclass(frozen=True, kw_only=True)
class Classes:
    """Values in classes, from the lowest to the highest; equal values are in one class and none is empty.

    Attributes
    ----------
    method
        How the limits were found.
    classes
        One at least.
    fit
        The part of the variance that lies between the classes, from 0 to 1 (« goodness of variance fit »).
    """

    method: Method
    classes: tuple[ValueClass, ...]
    fit: float

    def place(self, value: float) -> int:
        """Return the index of the class that holds a value; ValueError if none does."""
        for index, one in enumerate(self.classes):
            if one.low <= value <= one.high:
                return index
        raise ValueError(f"No class holds {value}.")


def natural_breaks(values: Sequence[float], *, at_most: int = MOST_CLASSES) -> Classes:
    """Gather values so that those of one class are as close to each other as they can be.

    Parameters
    ----------
    values
        In any order and any unit; one at least.
    at_most
        Classes wanted, 1 or more; there are fewer when there are fewer distinct values.

    Notes
    -----
    The exact optimum of Fisher (1958), that Jenks (1977) brought to maps: of all ways to cut the sorted values it
    has the least sum of squares within the classes, found by dynamic programming in O(at_most × distinct²).
    """
    return _gather(values, at_most, Method.NATURAL_BREAKS, _least_squares)


def quantiles(values: Sequence[float], *, at_most: int = MOST_CLASSES) -> Classes:
    """Gather values in classes of equal size, as far as equal values let them be.

    Parameters
    ----------
    values
        In any order and any unit; one at least.
    at_most
        Classes wanted, 1 or more. A limit that would part equal values goes to the nearest place that does not,
        the lower of two as near; two limits that meet there are one.
    """
    return _gather(values, at_most, Method.QUANTILES, _equal_sizes)


_Cut = Callable[[NDArray[np.float64], NDArray[np.int64], int], list[int]]


def _gather(values: Sequence[float], at_most: int, method: Method, cut: _Cut) -> Classes:
    if not len(values) or not all(map(math.isfinite, values)):
        raise InvalidValues(values)
    if at_most < 1:
        raise ValueError("One class at least is wanted.")
    distinct, sizes = np.unique(np.asarray(values, dtype=float), return_counts=True)
    starts = cut(distinct, sizes, min(at_most, len(distinct)))
    ends = [*starts[1:], len(distinct)]
    return Classes(
        method=method,
        classes=tuple(
            ValueClass(low=float(distinct[start]), high=float(distinct[end - 1]), size=int(sizes[start:end].sum()))
            for start, end in zip(starts, ends, strict=True)
        ),
        fit=_fit(distinct, sizes, starts),
    )


def _least_squares(distinct: NDArray[np.float64], sizes: NDArray[np.int64], wanted: int) -> list[int]:
    """Return where each class starts among the distinct values."""
    within = _squares_within(distinct, sizes)
    # Least sum of squares of the values up to each one, in as many classes as were gone through.
    least = within[0]
    rounding = ROUNDING * least[-1]
    origins = []
    for _ in range(wanted - 1):
        sums = np.full_like(within, np.inf)
        sums[1:] = least[:-1, None] + within[1:]
        least = sums.min(axis=0)
        # Of cuts that are as good but for rounding, the first: the same values then always have the same classes.
        origins.append((sums <= least + rounding).argmax(axis=0))
    starts = [len(distinct)]
    for origin in reversed(origins):
        starts.append(int(origin[starts[-1] - 1]))
    return [0, *reversed(starts[1:])]


def _squares_within(distinct: NDArray[np.float64], sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the squares, around their mean, of the values from one (row) to another (column); else infinite."""
    # Around their middle: squares of large values would swallow the differences between them.
    middle = distinct - distinct.mean()
    counts, sums, squares = (
        np.concatenate([[0.0], np.cumsum(term)]) for term in (sizes, sizes * middle, sizes * middle**2)
    )
    total, added, squared = (np.subtract.outer(term[1:], term[:-1]).T for term in (counts, sums, squares))
    with np.errstate(divide="ignore", invalid="ignore"):
        within = np.maximum(squared - added**2 / total, 0.0)
    return np.where(total > 0, within, np.inf)


def _equal_sizes(distinct: NDArray[np.float64], sizes: NDArray[np.int64], wanted: int) -> list[int]:
    before = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    ideal = np.arange(wanted) * sizes.sum() / wanted
    return sorted({int(np.abs(before - place).argmin()) for place in ideal})


def _fit(distinct: NDArray[np.float64], sizes: NDArray[np.int64], starts: list[int]) -> float:
    def squares(values: NDArray[np.float64], weights: NDArray[np.int64]) -> float:
        return float((weights * (values - np.average(values, weights=weights)) ** 2).sum())

    whole = squares(distinct, sizes)
    if not whole:
        return 1.0
    parts = zip(np.split(distinct, starts[1:]), np.split(sizes, starts[1:]), strict=True)
    return 1 - sum(squares(values, weights) for values, weights in parts) / whole
