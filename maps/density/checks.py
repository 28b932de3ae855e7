"""What the maps were worth: last month's against this month's facts, and near repeats by season."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from geo.models import Commune
from geo.statistics.density import density
from geo.statistics.evaluation import Evaluation, add_up, evaluate
from geo.statistics.ground import Ground, Points
from geo.statistics.hot_spots import count_by_cell
from geo.statistics.near_repeats import KnoxCell, Reach, knox, near_repeat_weights
from maps.density.facts import Facts, Surface, read_facts
from maps.density.ground import cut_ground
from maps.review.periods import SEASONS, Kind, Period, add_months

# What a crew may walk in an evening, and a share that studies of such maps give.
CELL_M, RADIUS_M = 200.0, 400.0
AREA_SHARE = 0.05
MONTHS_OF_MAP = (1, 3, 12)
NEAR_M, NEAR_DAYS = (200.0, 400.0), (7.0, 14.0, 28.0)
SEASONS_TOLD = 8
NEARNESS = Reach()
SEED = 2026


@dataclass(frozen=True, kw_only=True)
class MapTested:
    """A map of some months, set against the facts of the month that followed; None without facts in either."""

    made_of: tuple[dt.date, dt.date]
    reports: int
    evaluation: Evaluation | None


@dataclass(frozen=True, kw_only=True)
class MonthTested:
    """The last month that is over, the maps that came before it, and how many facts it had."""

    month: Period
    facts: int
    maps: tuple[MapTested, ...]
    cells: int


def try_maps(commune: Commune, today: dt.date) -> MonthTested:
    """Set maps of the months before against the last month that is over."""
    month = _last_month(today)
    ground = cut_ground(commune, CELL_M)
    later = read_facts(commune, Surface.REPORTS, month.first_day, month.last_day)
    maps = []
    for months in MONTHS_OF_MAP:
        days = add_months(month.first_day, -months), month.first_day - dt.timedelta(days=1)
        earlier = read_facts(commune, Surface.REPORTS, *days)
        maps.append(MapTested(made_of=days, reports=len(earlier), evaluation=_evaluate(earlier, later, ground)))
    return MonthTested(month=month, facts=len(later), maps=tuple(maps), cells=int(ground.inside.sum()))


def _evaluate(earlier: Facts, later: Facts, ground: Ground) -> Evaluation | None:
    if not len(earlier) or not len(later):
        return None
    made = density(earlier.points, ground, radius_m=RADIUS_M)
    counts = (count_by_cell(facts.points, ground) for facts in (earlier, later))
    return evaluate(made.per_km2[ground.inside], *counts, area_share=AREA_SHARE)


def try_nearness(commune: Commune, kind: str, today: dt.date) -> Evaluation | None:
    """Set the cells nearest to the facts of the days before against those of each day of the last month over.

    Returns
    -------
    All days as one; None where the month has no fact of this kind.

    Notes
    -----
    A day's map is made of what was known the evening before, and its plain counts are of as many days.
    """
    month = _last_month(today)
    since = month.first_day - dt.timedelta(days=NEARNESS.fades_in_days)
    ground = cut_ground(commune, CELL_M)
    facts = read_facts(commune, Surface.REPORTS, since, month.last_day, kind=kind)
    x_m, y_m = ground.middles_m()
    middles = Points(x_m=x_m, y_m=y_m)
    tried = []
    for day in sorted({*facts.between(month.first_day, month.last_day).days.tolist()}):
        ages = day - facts.days
        before = (ages > 0) & (ages <= NEARNESS.fades_in_days)
        earlier = facts.where(before)
        weights = near_repeat_weights(middles, earlier.points, ages[before].astype(np.float64), NEARNESS)
        counts = (count_by_cell(one.points, ground) for one in (earlier, facts.where(ages == 0)))
        tried.append(evaluate(weights, *counts, area_share=AREA_SHARE))
    return add_up(tried) if tried else None


def _last_month(today: dt.date) -> Period:
    return Period(kind=Kind.MONTH, first_day=add_months(today.replace(day=1), -1))


@dataclass(frozen=True, kw_only=True)
class SeasonTold:
    """Pairs of facts of one kind that were near in space, by how soon the second followed, in one season."""

    season: Period
    facts: int
    near: tuple[KnoxCell, ...]


def read_near_repeats(commune: Commune, kind: str, today: dt.date) -> tuple[SeasonTold, ...]:
    """Test the last seasons, each on its own because a season in which places differ would pass for repeats.

    Raises
    ------
    TooManyPairs
        When there are too many facts near each other.
    """
    month = today.replace(day=1)
    while month.month not in SEASONS:
        month = add_months(month, -1)
    seasons = [
        Period(kind=Kind.SEASON, first_day=add_months(month, -3 * back)) for back in range(SEASONS_TOLD, -1, -1)
    ]
    facts = read_facts(commune, Surface.REPORTS, seasons[0].first_day, today, kind=kind)
    told = []
    for season in seasons:
        of_season = facts.between(season.first_day, season.last_day)
        if len(of_season):
            cells = _test_pairs(of_season)
            told.append(SeasonTold(season=season, facts=len(of_season), near=cells))
    return tuple(told)


def _test_pairs(facts: Facts) -> tuple[KnoxCell, ...]:
    """Keep of Knox's table what is within the nearest band of distance."""
    days = np.asarray(facts.days, dtype=np.float64)
    cells = knox(facts.points, days, up_to_m=NEAR_M, up_to_days=NEAR_DAYS, seed=SEED)
    return tuple(cell for cell in cells if cell.up_to_m == NEAR_M[0])
