"""What recent break-ins weigh: on the priority of homes, and where a crew with time left is worth being seen.

Off unless a calculation asks for it (decision 55). All of its terms are here, but for how far and how long a fact
weighs, which the evaluation of maps shares (`geo.statistics.near_repeats.Reach`).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from absences.models import Absence
from geo.models import Commune
from geo.projections import metric_srid, to_metres
from geo.statistics.ground import Points
from geo.statistics.near_repeats import Reach, near_repeat_weights
from patrols.models import Plan, RiskSurface
from patrols.planner import Problem
from reports.choices import Kind
from reports.models import Report

REACH = Reach()
MOST_FACTOR = 2.0
"""A break-in at the door today doubles a home's priority; nothing does more."""
FEWEST_FACTS = 2
"""One fact is no hot spot: a crew seen there would tell the neighbours of whom it was reported."""
MOST_SPOTS = 6
SPOTS_APART_M = 300.0


@dataclass(frozen=True, kw_only=True)
class HotSpot:
    """A stretch of street around which break-ins were reported: its middle (lon, lat), and how many are near."""

    point: tuple[float, float]
    street: str
    facts: int
    weight: float


@dataclass(frozen=True, kw_only=True)
class Risk:
    """What recent facts weigh on one day.

    Parameters
    ----------
    facts
        How many of them weigh at all.
    factors
        By absence, what its priority is multiplied by, above 1 and up to `MOST_FACTOR`; those with a fact near.
    spots
        Where a stay may be of use, the weightiest first.
    """

    facts: int
    factors: Mapping[int, float]
    spots: tuple[HotSpot, ...]


Weigh = Callable[[Sequence[Absence]], Risk | None]


def weigh_nothing(_absences: Sequence[Absence]) -> None:
    """Count no recent fact at all."""


def weigh_recent_facts(commune: Commune, midnight: dt.datetime) -> Weigh:
    """Return what weighs the homes of a day by the break-ins that were reported and are still recent then.

    Facts are read where they are rounded to, on the street: a plan, which crews read, tells of no place more.

    Parameters
    ----------
    midnight
        The beginning of the day.
    """
    since = midnight - dt.timedelta(days=REACH.fades_in_days)
    rows = (
        Report.objects.standing()
        .filter(commune=commune, kind=Kind.BREAK_IN, happened_at__gt=since)
        .order_by("pk")
        .values_list("street_point", "street_name", "happened_at")
    )
    places = [(point.x, point.y) for point, _, _ in rows]
    ages = np.array([max(0.0, (midnight - happened) / dt.timedelta(days=1)) for _, _, happened in rows])
    streets = [street for _, street, _ in rows]

    def weigh(absences: Sequence[Absence]) -> Risk:
        if not places:
            return Risk(facts=0, factors={}, spots=())
        facts = _measure(places, commune)
        weights = near_repeat_weights(
            _measure([(home.point.x, home.point.y) for home in absences], commune), facts, ages, REACH
        )
        return Risk(
            facts=len(places),
            factors={
                home.pk: 1.0 + (MOST_FACTOR - 1.0) * min(1.0, float(weight))
                for home, weight in zip(absences, weights, strict=True)
                if weight > 0
            },
            spots=_find_spots(places, streets, facts, ages),
        )

    return weigh


def weigh_as_planned(plan: Plan) -> Weigh:
    """Return what weighs homes as when the plan was calculated; those declared since have a factor of 1."""
    surface = RiskSurface.objects.filter(plan=plan).first()
    if surface is None:
        return weigh_nothing
    kept = Risk(
        facts=surface.facts,
        factors={int(absence): factor for absence, factor in surface.factors.items()},
        spots=tuple(HotSpot(**{**spot, "point": tuple(spot["point"])}) for spot in surface.spots),
    )

    def weigh(_absences: Sequence[Absence]) -> Risk:
        return kept

    return weigh


def as_json(risk: Risk) -> list[dict[str, object]]:
    """Return the spots of a risk as they are kept with a plan."""
    return [asdict(spot) for spot in risk.spots]


def without_risk(problem: Problem, risk: Risk) -> Problem:
    """Return a problem with the priorities that its homes have of themselves."""
    factors = {str(absence): factor for absence, factor in risk.factors.items()}
    visits = tuple(replace(visit, prize=visit.prize / factors.get(visit.home, 1.0)) for visit in problem.visits)
    return replace(problem, visits=visits)


def _find_spots(
    places: Sequence[tuple[float, float]], streets: Sequence[str], facts: Points, ages: np.ndarray
) -> tuple[HotSpot, ...]:
    """Choose stretches of street where facts lie, from the weightiest on, far enough from those chosen before."""
    weights = near_repeat_weights(facts, facts, ages, REACH)
    chosen: list[int] = []
    spots = []
    for one in np.argsort(-weights, kind="stable").tolist():
        apart_m = np.hypot(facts.x_m - facts.x_m[one], facts.y_m - facts.y_m[one])
        weighing = int((apart_m < REACH.radius_m).sum())
        if weighing < FEWEST_FACTS or any(apart_m[other] < SPOTS_APART_M for other in chosen):
            continue
        chosen.append(one)
        spots.append(HotSpot(point=places[one], street=streets[one], facts=weighing, weight=float(weights[one])))
        if len(spots) == MOST_SPOTS:
            break
    return tuple(spots)


def _measure(places: Sequence[tuple[float, float]], commune: Commune) -> Points:
    lon, lat = np.array(places, dtype=np.float64).reshape(-1, 2).T
    x_m, y_m = to_metres(lon, lat, metric_srid(commune.pk))
    return Points(x_m=x_m, y_m=y_m)
