"""What changes with time: counts of several periods, and hot spots that appear, last or fade."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from geo.statistics.errors import CountsRefused, TooFewPeriods
from geo.statistics.hot_spots import HotSpots
from geo.statistics.rates import FALSE_DISCOVERY, FloatArray, Observed, Verdict, adjust, twice_the_smaller_tail

_SAID = {
    Verdict.MORE: "en hausse, plus que le hasard ne l'explique",
    Verdict.LESS: "en baisse, plus que le hasard ne l'explique",
    Verdict.PERHAPS_CHANCE: "sans tendance sûre : le hasard suffit à expliquer les écarts",
    Verdict.NOTHING: "aucun fait sur ces périodes",
}


@dataclass(frozen=True, kw_only=True)
class Trend:
    """Counts of successive periods, in their order.

    Attributes
    ----------
    periods
        Two at least.
    p_value
        How often a constant rate would lean as far either way.
    adjusted
        The same among all trends read together; it alone decides on what is said.
    """

    periods: tuple[Observed, ...]
    p_value: float
    adjusted: float

    @property
    def verdict(self) -> Verdict:
        """``MORE`` when the rate grows with time, ``LESS`` when it falls."""
        total = sum(one.count for one in self.periods)
        if not total:
            return Verdict.NOTHING
        if self.adjusted > FALSE_DISCOVERY:
            return Verdict.PERHAPS_CHANCE
        ranks = np.arange(len(self.periods))
        leaning = np.dot(ranks, [one.count for one in self.periods]) - total * np.dot(ranks, _shares(self.periods))
        return Verdict.MORE if leaning > 0 else Verdict.LESS

    def describe(self) -> str:
        """Say it in French."""
        return _SAID[self.verdict]


def trends(series: Sequence[Sequence[Observed]]) -> tuple[Trend, ...]:
    """Test whether rates rise or fall over their periods, series that are read together such as sixteen sectors.

    Parameters
    ----------
    series
        Of each, the periods in their order, two at least: equally far apart, of any exposure.

    Raises
    ------
    TooFewPeriods
        If a series has fewer than two.

    Notes
    -----
    Given their sum n, counts of constant rates are multinomial; the test compares Σ period × count with all that
    it may be, exactly, twice the smaller tail (the Poisson trend of Armitage 1955). Its distribution is the n-fold
    convolution of the shares, by Fourier transform, to about 10⁻¹². With two periods it is ``rates.compare``.
    A season is no trend: compare whole years, or the same months.
    """
    single = [_trend(tuple(periods)) for periods in series]
    is_told = np.array([one.verdict is not Verdict.NOTHING for one in single], dtype=bool)
    adjusted = adjust(np.where(is_told, [one.p_value for one in single], np.nan))
    return tuple(replace(one, adjusted=float(value)) for one, value in zip(single, adjusted, strict=True))


def _trend(periods: tuple[Observed, ...]) -> Trend:
    if len(periods) < 2:
        raise TooFewPeriods
    counts = np.array([one.count for one in periods])
    total, lean = int(counts.sum()), int(np.dot(np.arange(len(counts)), counts))
    sizes = total * (len(counts) - 1) + 1
    chances = np.fft.irfft(np.fft.rfft(_shares(periods), sizes) ** total, sizes) if total else np.ones(1)
    tails = float(chances[: lean + 1].sum()), float(chances[lean:].sum())
    p_value = min(1.0, max(0.0, 2 * min(tails)))
    return Trend(periods=periods, p_value=p_value, adjusted=p_value)


def _shares(periods: Sequence[Observed]) -> FloatArray:
    exposures = np.array([one.exposure for one in periods])
    return np.asarray(exposures / exposures.sum())


class Change(Enum):
    """How a hot spot differs from the period before, in words for a map."""

    APPEARS = "point chaud qui apparaît"
    LASTS = "point chaud qui dure"
    FADES = "point chaud qui s'estompe"
    UNSURE = "point chaud, sans changement sûr"
    NONE = ""


def label_changes(before: HotSpots, now: HotSpots, *, days_before: float, days_now: float) -> NDArray[np.object_]:
    """Label each place by what its hot spot has become.

    Parameters
    ----------
    before, now
        The same places and windows, in two periods.
    days_before, days_now
        How long each was, above 0.

    Returns
    -------
    A ``Change`` by place. It *appears* if it is hot and has more than before, *fades* if it was hot and has fewer,
    *lasts* if it was and is hot without either. More and fewer are beyond chance, by the exact test of
    ``rates.compare``, all places together: those that are hot were chosen for being high, and alone
    would seem to rise.

    Raises
    ------
    CountsRefused
        If places or days are not so.
    """
    if before.reports.shape != now.reports.shape:
        raise CountsRefused("Les deux périodes n'ont pas les mêmes lieux.")
    if not (days_before > 0 and days_now > 0):
        raise CountsRefused("Une période dure plus de 0 jour.")
    share = days_now / (days_now + days_before)
    totals = before.reports + now.reports
    p_values = twice_the_smaller_tail(now.reports, totals, np.full_like(totals, share))
    is_other = adjust(np.where(totals > 0, p_values, np.nan)) <= FALSE_DISCOVERY
    is_more = now.reports > share * totals
    labels = np.full(totals.shape, Change.NONE, dtype=object)
    labels[now.is_hot] = Change.UNSURE
    labels[now.is_hot & before.is_hot] = Change.LASTS
    labels[now.is_hot & is_other & is_more] = Change.APPEARS
    labels[before.is_hot & is_other & ~is_more] = Change.FADES
    return labels
