"""Counts that are small: what they may be by chance, and when two of them differ by more than that."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from geo.statistics.wording import decimal

FloatArray = NDArray[np.float64]

CONFIDENCE = 0.95
# Among several comparisons, the share of the differences told that may be chance.
FALSE_DISCOVERY = 0.05
# At 100 the exact interval goes from 81 to 122: below, a percentage would say less than its own uncertainty.
PERCENT_FROM = 100


class InvalidRate(ValueError):
    """A count is whole and not negative; what it is counted upon is above zero and finite."""

    def __init__(self, count: object, exposure: object) -> None:
        super().__init__(f"{self.__doc__} Given: {count} upon {exposure}.")


@dataclass(frozen=True)
class Interval:
    """From ``low`` to ``high``, both included; ``high`` may be infinite."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Observed:
    """Events counted upon what they may happen to.

    Attributes
    ----------
    count
        Events, 0 or more.
    exposure
        What they are counted upon, above 0, in one unit for all that is compared: home-nights, homes, days.

    Raises
    ------
    InvalidRate
        If either is not so.
    """

    count: int
    exposure: float = 1.0

    def __post_init__(self) -> None:
        if self.count != int(self.count) or self.count < 0 or not 0 < self.exposure < math.inf:
            raise InvalidRate(self.count, self.exposure)

    @property
    def rate(self) -> float:
        """Events by unit of exposure."""
        return self.count / self.exposure

    def rate_interval(self, *, confidence: float = CONFIDENCE) -> Interval:
        """The rates that are compatible with the count, by unit of exposure."""
        expected = count_interval(self.count, confidence=confidence)
        return Interval(expected.low / self.exposure, expected.high / self.exposure)

    def describe(self, *, per: float, of: str, confidence: float = CONFIDENCE) -> str:
        """Say the rate in French, never without its interval: « 2,1 pour 1 000 logements (entre 1,0 et 3,9) »."""
        around = self.rate_interval(confidence=confidence)
        low, rate, high = (decimal(value * per, 1) for value in (around.low, self.rate, around.high))
        return f"{rate} pour {decimal(per, 0)} {of} (entre {low} et {high})"


def count_interval(count: int, *, confidence: float = CONFIDENCE) -> Interval:
    """Return the expected counts that are compatible with an observed one.

    Parameters
    ----------
    count
        Events, 0 or more.
    confidence
        Between 0 and 1.

    Notes
    -----
    The exact interval of Garwood (1936) for a Poisson count k, by chi-square quantiles of 2k and 2k + 2 degrees of
    freedom; it holds the expected count at least as often as ``confidence`` says.
    """
    tail = (1 - confidence) / 2
    low = stats.chi2.ppf(tail, 2 * count) / 2 if count else 0.0
    return Interval(float(low), float(stats.chi2.isf(tail, 2 * count + 2) / 2))


class Verdict(Enum):
    """What a comparison allows one to say."""

    MORE = "davantage, plus que le hasard ne l'explique"
    LESS = "moins, plus que le hasard ne l'explique"
    PERHAPS_CHANCE = "le hasard suffit à expliquer l'écart"
    NOTHING = "rien à comparer"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two counts set against each other.

    Attributes
    ----------
    now, before
        What is compared; « before » may be another place as well.
    p_value
        How often chance alone would part equal rates as far, at most.
    adjusted
        The same among all comparisons made together; it alone decides on what is said.
    """

    now: Observed
    before: Observed
    p_value: float
    adjusted: float = field(default=math.nan)

    def __post_init__(self) -> None:
        if math.isnan(self.adjusted):
            object.__setattr__(self, "adjusted", self.p_value)

    @property
    def ratio(self) -> float:
        """The rate now over the rate before; infinite from nothing to something, NaN from nothing to nothing."""
        if self.before.count:
            return self.now.rate / self.before.rate
        return math.inf if self.now.count else math.nan

    def ratio_interval(self, *, confidence: float = CONFIDENCE) -> Interval:
        """Return the ratios of rates that are compatible with both counts.

        Notes
        -----
        Given their sum, the count of now is binomial; the interval is that of Clopper and Pearson (1934) for its
        share p, brought to the ratio p / (1 − p) × exposure before / exposure now.
        """
        count, total = self.now.count, self.now.count + self.before.count
        tail = (1 - confidence) / 2
        low = float(stats.beta.ppf(tail, count, total - count + 1)) if count else 0.0
        high = float(stats.beta.isf(tail, count + 1, total - count)) if count < total else 1.0
        scale = self.before.exposure / self.now.exposure
        return Interval(low / (1 - low) * scale, high / (1 - high) * scale if high < 1 else math.inf)

    @property
    def verdict(self) -> Verdict:
        """What may be said of it."""
        if not self.now.count and not self.before.count:
            return Verdict.NOTHING
        if self.adjusted > FALSE_DISCOVERY:
            return Verdict.PERHAPS_CHANCE
        return Verdict.MORE if self.now.rate > self.before.rate else Verdict.LESS

    @property
    def percent(self) -> int | None:
        """Change in percent; None where a count is under ``PERCENT_FROM``, or where chance may explain it."""
        small = min(self.now.count, self.before.count) < PERCENT_FROM
        if small or self.verdict is Verdict.PERHAPS_CHANCE:
            return None
        return round(100 * (self.ratio - 1))

    def describe(self, *, basis: str = "à durée égale") -> str:
        """Say it in French: both counts always, and a percentage only where they are large enough to bear one.

        Parameters
        ----------
        basis
            What makes unequal exposures comparable, such as « à nombre de nuits égal ».
        """
        text = f"{decimal(self.now.count, 0)} contre {decimal(self.before.count, 0)}"
        if self.now.exposure != self.before.exposure and self.before.count:
            text += f" (soit {decimal(self.before.rate * self.now.exposure, 1)} {basis})"
        text += f" : {self.verdict.value}"
        return text if self.percent is None else f"{text} ({self.percent:+d}\u00a0%)".replace("-", "−")


def compare(now: Observed, before: Observed) -> Comparison:
    """Set two counts against each other.

    Notes
    -----
    The exact conditional test of Przyborowski and Wilenski (1940), twice the smaller tail. The E-test
    (``scipy.stats.poisson_means_test``) finds more, yet it is not exact, and it may call a difference real whose
    interval still holds « no difference »; this one and ``ratio_interval`` cannot contradict each other.
    """
    share = now.exposure / (now.exposure + before.exposure)
    p_value = twice_the_smaller_tail(np.array(now.count), np.array(now.count + before.count), np.array(share))
    return Comparison(now=now, before=before, p_value=float(p_value))


def compare_all(pairs: Sequence[tuple[Observed, Observed]]) -> tuple[Comparison, ...]:
    """Set pairs against each other that are read together, such as sixteen sectors, in their order.

    Notes
    -----
    Of the differences that are told, one in twenty at most is chance in expectation (Benjamini and Hochberg 1995).
    One sector in twenty would otherwise differ by chance each time. A pair without events is no comparison.
    """
    single = [compare(now, before) for now, before in pairs]
    is_told = np.array([one.verdict is not Verdict.NOTHING for one in single], dtype=bool)
    adjusted = adjust(np.where(is_told, [one.p_value for one in single], np.nan))
    return tuple(
        Comparison(now=one.now, before=one.before, p_value=one.p_value, adjusted=float(value))
        for one, value in zip(single, adjusted, strict=True)
    )


def twice_the_smaller_tail(counts: FloatArray, totals: FloatArray, shares: FloatArray) -> FloatArray:
    """Return the two-sided chance of binomial counts, at most 1; arrays of equal shape."""
    tails = np.minimum(stats.binom.cdf(counts, totals, shares), stats.binom.sf(counts - 1, totals, shares))
    return np.asarray(np.minimum(1.0, 2 * tails))


def adjust(p_values: FloatArray) -> FloatArray:
    """Adjust chances that are read together (Benjamini and Hochberg 1995); NaN is no comparison, and stays."""
    adjusted = np.full_like(p_values, np.nan)
    told = ~np.isnan(p_values)
    if told.any():
        adjusted[told] = stats.false_discovery_control(p_values[told])
    return adjusted
