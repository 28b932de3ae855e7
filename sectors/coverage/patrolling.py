"""How far the passages go towards what vacant homes are owed, and whether their hours can be guessed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sectors.coverage.cuts import NOWHERE, Places


@dataclass(frozen=True, kw_only=True)
class PatrolCoverage:
    """Passages by area and in all; arrays have shape (areas + 1,), the last for what lies in no area.

    Attributes
    ----------
    homes
        Vacant homes.
    owed
        Passages that they were owed, by the nights of their absence.
    done
        Passages made.
    met
        Passages owed that were made: more than it is owed at one home makes up for none at another.
    never_passed
        Homes owed at least one passage that had none.
    """

    homes: NDArray[np.int64]
    owed: NDArray[np.float64]
    done: NDArray[np.int64]
    met: NDArray[np.float64]
    never_passed: NDArray[np.int64]


def weigh_patrols(
    area_of_home: Places, owed: NDArray[np.float64], done: NDArray[np.int64], *, areas: int
) -> PatrolCoverage:
    """Set passages against what is owed.

    Parameters
    ----------
    area_of_home
        Index of the area of each vacant home, or ``NOWHERE``, shape (homes,).
    owed
        Passages that each was owed in the period, 0 or more, shape (homes,).
    done
        Passages at each, 0 or more, shape (homes,).
    areas
        How many areas there are.
    """
    if not area_of_home.shape == owed.shape == done.shape:
        raise ValueError("Each home has an area, what it is owed and what was done.")
    if (owed < 0).any() or (done < 0).any():
        raise ValueError("Passages are not negative.")
    if ((area_of_home < NOWHERE) | (area_of_home >= areas)).any():
        raise ValueError("A home lies in an area that there is not.")
    row = np.where(area_of_home == NOWHERE, areas, area_of_home)

    def total(weights: NDArray[np.generic]) -> NDArray[np.float64]:
        return np.bincount(row, weights=weights.astype(np.float64), minlength=areas + 1)

    return PatrolCoverage(
        homes=np.bincount(row, minlength=areas + 1),
        owed=total(owed),
        done=total(done).astype(np.int64),
        met=total(np.minimum(owed, done)),
        never_passed=total((owed >= 1) & (done == 0)).astype(np.int64),
    )


def spread_of_hours(passages: NDArray[np.int64]) -> NDArray[np.float64]:
    """Say how evenly passages are spread over the hours at which there may be any.

    Parameters
    ----------
    passages
        Passages by hour of the day, shape (…, hours): 24, or fewer where some hours are barred; two at least.

    Returns
    -------
    array of float
        From 0, all in one hour, to 1, as many in each; NaN without passages. Shape (…).

    Notes
    -----
    Pielou's evenness: the Shannon entropy of the shares divided by that of equal shares, log(hours). Few passages
    cannot fill many hours (n passages reach log(n) / log(hours) at most): compare areas of like counts.
    """
    if passages.shape[-1] < 2 or (passages < 0).any():
        raise ValueError("Passages are counted in two hours or more, and not negative.")
    totals = passages.sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = passages / totals
        terms = np.where(shares > 0, shares * np.log(shares), np.where(totals > 0, 0.0, np.nan))
    evenness: NDArray[np.float64] = np.abs(terms.sum(axis=-1)) / np.log(passages.shape[-1])
    return evenness
