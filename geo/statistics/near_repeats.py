"""Near repeats: after a burglary, are those next door more frequent for a while, and by how much."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.spatial import cKDTree

from geo.statistics.errors import InvalidPoints, LimitsNotInOrder, ReachUnknown, TooManyPairs
from geo.statistics.ground import FloatArray, Points
from geo.statistics.kernel.pairs import count_pairs
from geo.statistics.kernel.spread import sum_quartic_at

# 999 permutations tell a chance of 1 in 1,000 from 0.
PERMUTATIONS = 999
# 16 bytes each, and gone through once by permutation: 160 MB.
MOST_PAIRS = 10_000_000
# Where near repeats of burglaries were found in several countries (Johnson et al. 2007): beyond, it is a hot spot.
RADIUS_M = (200.0, 400.0)
FADES_IN_DAYS = (7.0, 21.0)


@dataclass(frozen=True, kw_only=True)
class KnoxCell:
    """The pairs of one band of distance and one of time.

    Attributes
    ----------
    above_m, up_to_m, above_days, up_to_days
        The bands are half-open: above the lower limit, up to the upper one; the first begins with 0 itself.
    pairs
        Found.
    expected
        If time had nothing to do with place.
    p_value
        How often permuted dates give as many pairs; never 0.
    adjusted
        The same among all cells of the table (Benjamini and Hochberg 1995).
    """

    above_m: float
    up_to_m: float
    above_days: float
    up_to_days: float
    pairs: int
    expected: float
    p_value: float
    adjusted: float

    @property
    def ratio(self) -> float:
        """Found over expected; NaN where nothing was expected."""
        return self.pairs / self.expected if self.expected else math.nan


def knox(
    facts: Points,
    days: FloatArray,
    *,
    up_to_m: Sequence[float],
    up_to_days: Sequence[float],
    seed: int,
    permutations: int = PERMUTATIONS,
) -> tuple[KnoxCell, ...]:
    """Count the pairs that are near in space and time, against dates dealt anew.

    Parameters
    ----------
    facts
        Their places; weights are not looked at.
    days
        When each happened, in days from any origin.
    up_to_m, up_to_days
        Upper limits of the bands, growing, 0 or more; a first limit of 0 sets the very same place or day apart.
    seed
        Same seed, same permutations.
    permutations
        How many.

    Returns
    -------
    One cell by band of distance, then of time; none when there are fewer than two facts.

    Raises
    ------
    InvalidPoints
        If a fact has no date.
    LimitsNotInOrder
        If the limits do not grow.
    TooManyPairs
        If more than ``MOST_PAIRS`` are within the largest distance.

    Notes
    -----
    Knox (1964); dates are permuted among places, which keeps both the places where more happens and the seasons.
    A season in which places differ passes for near repeats all the same: give each season on its own.
    """
    days = np.require(days, np.float64, ["C", "W", "A"])
    if days.shape != (len(facts),) or not np.isfinite(days).all():
        raise InvalidPoints("Il manque une date.")
    limits_m, limits_days = _read_limits(up_to_m), _read_limits(up_to_days)
    if len(facts) < 2:
        return ()
    pairs, space_bands = _pairs_within(facts, limits_m)
    found = count_pairs(pairs, space_bands, days, limits_m, limits_days)
    random = np.random.default_rng(seed)
    as_many = np.zeros_like(found)
    for _ in range(permutations):
        as_many += count_pairs(pairs, space_bands, random.permutation(days), limits_m, limits_days) >= found
    p_values = (1 + as_many) / (1 + permutations)
    adjusted = stats.false_discovery_control(p_values, axis=None).reshape(found.shape)
    in_space = np.bincount(space_bands, minlength=len(limits_m))
    expected = np.outer(in_space, _pairs_in_time(days, limits_days)) / math.comb(len(facts), 2)
    below_m, below_days = ([0.0, *limits[:-1].tolist()] for limits in (limits_m, limits_days))
    return tuple(
        KnoxCell(
            above_m=below_m[m],
            up_to_m=float(limits_m[m]),
            above_days=below_days[d],
            up_to_days=float(limits_days[d]),
            pairs=int(found[m, d]),
            expected=float(expected[m, d]),
            p_value=float(p_values[m, d]),
            adjusted=float(adjusted[m, d]),
        )
        for m, d in np.ndindex(found.shape)
    )


def _read_limits(limits: Sequence[float]) -> FloatArray:
    read = np.asarray(limits, dtype=np.float64)
    if not len(read) or not np.isfinite(read).all() or read[0] < 0 or (np.diff(read) <= 0).any():
        raise LimitsNotInOrder(limits)
    return read


def _pairs_within(facts: Points, limits_m: FloatArray) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    places = np.column_stack([facts.x_m, facts.y_m])
    tree = cKDTree(places)
    many = (int(tree.count_neighbors(tree, limits_m[-1])) - len(facts)) // 2
    if many > MOST_PAIRS:
        raise TooManyPairs(many, MOST_PAIRS)
    pairs = np.ascontiguousarray(tree.query_pairs(limits_m[-1], output_type="ndarray"), dtype=np.intp)
    apart_m = np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)
    # The tree compares squares: a pair right at the last limit may be beyond it by rounding.
    bands = np.minimum(np.searchsorted(limits_m, apart_m, side="left"), len(limits_m) - 1)
    return pairs, bands.astype(np.intp)


def _pairs_in_time(days: FloatArray, limits_days: FloatArray) -> NDArray[np.intp]:
    ordered = np.sort(days)
    later = [np.searchsorted(ordered, ordered + limit, side="right").sum() for limit in limits_days]
    up_to = np.array(later) - len(days) * (len(days) + 1) // 2
    return np.diff(up_to, prepend=0)


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How far and how long a fact weighs on the homes around it.

    Attributes
    ----------
    radius_m
        Beyond it nothing, 200 to 400 m.
    fades_in_days
        After it nothing, 7 to 21 days.

    Raises
    ------
    ReachUnknown
        If one is not so: nothing is known of near repeats beyond.
    """

    radius_m: float = 300.0
    fades_in_days: float = 14.0

    def __post_init__(self) -> None:
        for value, (least, most) in ((self.radius_m, RADIUS_M), (self.fades_in_days, FADES_IN_DAYS)):
            if not least <= value <= most:
                raise ReachUnknown(RADIUS_M, FADES_IN_DAYS)


def near_repeat_weights(
    homes: Points, facts: Points, ages_days: FloatArray, reach: Reach | None = None
) -> FloatArray:
    """Return what recent facts weigh at each home: 1 for one fact at the door today, 0 where nothing is near.

    Parameters
    ----------
    homes
        Where.
    facts
        Burglaries, or attempts; they count by their weights.
    ages_days
        How long ago each happened, 0 or more.
    reach
        How far and how long they weigh.

    Raises
    ------
    InvalidPoints
        If a fact has no age, or lies ahead.

    Notes
    -----
    ``Σ weight × (1 − d²/r²)² × (1 − age/T)``, of the facts that are nearer than r and more recent than T: the
    surface of Bowers, Johnson and Pease (2004) with an end in space and in time, and no step.
    """
    reach = reach or Reach()
    ages = np.asarray(ages_days, dtype=np.float64)
    if ages.shape != (len(facts),) or not np.isfinite(ages).all() or (ages < 0).any():
        raise InvalidPoints("Chaque fait a un âge en jours, positif ou nul.")
    recent = ages < reach.fades_in_days
    left = facts.weights[recent] * (1 - ages[recent] / reach.fades_in_days)
    return sum_quartic_at(homes.x_m, homes.y_m, facts.x_m[recent], facts.y_m[recent], left, reach.radius_m)
