"""Whether a map of the past would have been of use: where later facts fell, beside plain counts and chance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from geo.statistics.errors import AreaShareRefused, CountsRefused
from geo.statistics.rates import CONFIDENCE, FloatArray, Interval


@dataclass(frozen=True, kw_only=True)
class Score:
    """What the highest cells of one map caught.

    Attributes
    ----------
    area_share
        Cells shown as hot among all, above 0 and up to 1.
    hits, facts
        Later facts in them, and in all. Hits may be broken numbers: of cells that tie at the limit, each counts
        for the part that chance would choose.
    most_hits
        What as many cells could catch at best, known afterwards.
    hits_before, facts_before
        The same cells and all, in the period that the map was made of.
    """

    area_share: float
    hits: float
    facts: int
    most_hits: float
    hits_before: float
    facts_before: int

    @property
    def hit_rate(self) -> float:
        """Share of later facts that the cells caught; NaN without facts."""
        return _ratio(self.hits, self.facts)

    @property
    def pai(self) -> float:
        """Predictive accuracy index (Chainey, Tompson and Uhlig 2008): 1 is what chance does."""
        return self.hit_rate / self.area_share

    @property
    def pei(self) -> float:
        """Predictive efficiency index (Hunt 2016): the part of what as many cells could catch at best."""
        return _ratio(self.hits, self.most_hits)

    @property
    def rri(self) -> float:
        """Recapture rate index (Levine 2008): 1 if the cells kept their share of all facts, less if not."""
        return _ratio(self.hit_rate, _ratio(self.hits_before, self.facts_before))

    @property
    def hits_by_chance(self) -> Interval:
        """Hits of as many cells chosen blindly, if facts fell evenly on the ground: 95 times in 100."""
        low, high = stats.binom.interval(CONFIDENCE, self.facts, self.area_share)
        return Interval(float(low), float(high))


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """A map beside the plainest one: the earlier counts themselves."""

    tested: Score
    plain_counts: Score

    @property
    def is_better_than_plain_counts(self) -> bool:
        """Whether the map caught more; else the table of counts would have done."""
        return self.tested.hits > self.plain_counts.hits

    @property
    def is_better_than_chance(self) -> bool:
        """Whether the map caught more than blind choice, beyond what chance does 95 times in 100."""
        return self.tested.hits > self.tested.hits_by_chance.high


def evaluate(values: FloatArray, earlier: FloatArray, later: FloatArray, *, area_share: float) -> Evaluation:
    """Set the highest cells of a map against the facts of a later period.

    Parameters
    ----------
    values
        The map, by cell of its ground, in any unit.
    earlier, later
        Facts by the same cells, in the period that the map was made of and in the one after it.
    area_share
        The share of the cells that is shown as hot, above 0 and up to 1; one cell at least.

    Raises
    ------
    AreaShareRefused
        If the share is not so.
    CountsRefused
        If the lists differ in length or are empty, or hold what is no number.
    """
    if not 0 < area_share <= 1:
        raise AreaShareRefused(area_share)
    if not len(values) or not values.shape == earlier.shape == later.shape:
        raise CountsRefused("Il en faut un par case.")
    if not all(np.isfinite(one).all() for one in (values, earlier, later)):
        raise CountsRefused("Il manque des valeurs.")
    cells = max(1, round(area_share * len(values)))
    most_hits = float(np.sort(later)[-cells:].sum())

    def score(ranked: FloatArray) -> Score:
        chosen = _choose(ranked, cells)
        return Score(
            area_share=cells / len(ranked),
            hits=float(chosen @ later),
            facts=int(later.sum()),
            most_hits=most_hits,
            hits_before=float(chosen @ earlier),
            facts_before=int(earlier.sum()),
        )

    return Evaluation(tested=score(values), plain_counts=score(earlier))


def add_up(evaluations: Sequence[Evaluation]) -> Evaluation:
    """Take maps of as many cells, each set against the facts that came right after it, for one.

    Parameters
    ----------
    evaluations
        At least one; all of one share of one ground.
    """
    return Evaluation(
        tested=_sum([one.tested for one in evaluations]),
        plain_counts=_sum([one.plain_counts for one in evaluations]),
    )


def _sum(scores: Sequence[Score]) -> Score:
    return Score(
        area_share=scores[0].area_share,
        hits=sum(one.hits for one in scores),
        facts=sum(one.facts for one in scores),
        most_hits=sum(one.most_hits for one in scores),
        hits_before=sum(one.hits_before for one in scores),
        facts_before=sum(one.facts_before for one in scores),
    )


def _choose(ranked: FloatArray, cells: int) -> FloatArray:
    limit = np.sort(ranked)[-cells]
    above, tied = ranked > limit, ranked == limit
    return np.asarray(above + tied * (cells - above.sum()) / tied.sum())


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
