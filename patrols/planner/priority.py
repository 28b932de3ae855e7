"""What a passage is worth today, and how many a home is due.

Both look at what the home was promised, ``passages_per_week``, against what it got. They take scalars or arrays
of one shape and are plain arithmetic, so that a plan's figures can be recomputed by hand.
"""

import numpy as np
import numpy.typing as npt

DAYS_PER_WEEK = 7
"""Passages are counted over the week that ends today."""

BASE_POINTS = 10.0
"""Prize of a passage that is due exactly today, on the first day of a long absence; only ratios matter."""

LAST_DAY_BONUS = 0.5
"""A home whose people return today has no tomorrow to be passed: half as much again as one with weeks ahead."""

SECOND_VISIT_SHARE = 0.6
"""A second passage of the day is worth less than a first one elsewhere, more than half of it."""

FloatLike = float | npt.NDArray[np.float64] | npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def priority(
    *,
    days_since_passage: FloatLike,
    passages_per_week: FloatLike,
    days_left: FloatLike,
    visit_number: FloatLike = 1,
    risk_weight: FloatLike = 1.0,
) -> FloatArray:
    """Return the prize of a passage, in points.

    Parameters
    ----------
    days_since_passage
        Days since the last passage, or since the absence began where there was none; >= 0, fractions allowed.
    passages_per_week
        The target, > 0.
    days_left
        Days of absence after today, >= 0.
    visit_number
        1 for the first passage of the day, 2 for the second.
    risk_weight
        Optional factor of the place, >= 0; 1 leaves the formula alone.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Notes
    -----
    With t = 7 / passages_per_week, the days between two passages on target::

        prize = 10 · ½ · (1 + days_since_passage / t) · (1 + 0.5 / (1 + days_left)) · share · risk_weight

    share being 1 for a first and 0.6 for a second passage of the day. It grows without bound with the days since
    the last passage, so no home is passed over for ever, however far it lies.
    """
    since, target, left = (
        np.asarray(value, dtype=np.float64) for value in (days_since_passage, passages_per_week, days_left)
    )
    visit, risk = np.asarray(visit_number), np.asarray(risk_weight, dtype=np.float64)
    if not (np.all(since >= 0) and np.all(target > 0) and np.all(left >= 0) and np.all(risk >= 0)):
        raise ValueError("days and weights must be >= 0, and the target > 0")
    if not np.all((visit == 1) | (visit == 2)):
        raise ValueError("a home has a first and a second passage a day")
    lateness = since * target / DAYS_PER_WEEK
    ending = 1.0 + LAST_DAY_BONUS / (1.0 + left)
    share = np.where(visit == 1, 1.0, SECOND_VISIT_SHARE)
    return np.asarray(BASE_POINTS * 0.5 * (1.0 + lateness) * ending * share * risk, dtype=np.float64)


def visits_due(
    *,
    passages_per_week: FloatLike,
    days_watched: FloatLike,
    recent_passages: FloatLike,
    days_left: FloatLike,
) -> IntArray:
    """Return how many passages a home is due today: 0, 1 or 2.

    Parameters
    ----------
    passages_per_week
        The target, > 0; above 7 some or all days call for two passages.
    days_watched
        Days of absence up to and including today, >= 1.
    recent_passages
        Passages of the present absence in the ``min(6, days_watched - 1)`` days before today.
    days_left
        Days of absence after today, >= 0.

    Notes
    -----
    By tonight the home should have had ``passages_per_week / 7`` passages a day over the last
    ``min(7, days_watched)`` days; what is missing, rounded half up, is due, at most one a day up to a target of 7
    and two above. A target of 3 so falls on every second or third day, 10 on one and two in turn. A home never
    passed by its last day is due one whatever its target.
    """
    target, watched, recent, left = (
        np.asarray(value, dtype=np.float64)
        for value in (passages_per_week, days_watched, recent_passages, days_left)
    )
    window_days = np.minimum(DAYS_PER_WEEK, watched)
    missing = np.floor(target / DAYS_PER_WEEK * window_days - recent + 0.5)
    at_most = np.where(target > DAYS_PER_WEEK, 2, 1)
    is_last_chance = (left == 0) & (recent == 0)
    return np.clip(missing, np.where(is_last_chance, 1, 0), at_most).astype(np.int64)
