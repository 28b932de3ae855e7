"""From a day to a saved plan: build the problem, search, verify, save."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from absences.models import Absence
from accounts import audit
from geo.models import Commune
from patrols.errors import PlanBreaksRules
from patrols.models import Plan
from patrols.planner import Progress, check, solve
from patrols.planner.stop import StoppingRule
from patrols.services.day import build_problem
from patrols.services.day_terms import DayProblem
from patrols.services.saving import save_plan
from patrols.services.versions import make_version


def plan_day(
    commune: Commune,
    day: dt.date,
    *,
    stop: StoppingRule,
    seed: int,
    routing_dir: Path,
    crew_names: Sequence[str] = (),
    publishes: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Plan:
    """Compute the day's patrol routes and save them as the next plan of that day.

    Parameters
    ----------
    stop, seed
        As for `patrols.planner.solve`: the same day, seed and number of iterations give the same routes.
    crew_names
        Crews to plan for; all on shift when empty.
    publishes
        Whether the plan is the crews' order at once; otherwise it is a draft, which they do not see.

    Raises
    ------
    NoShift, UnknownCrew, DepotTooFarFromStreet, geo.routing.RoutingError
        When the day cannot be planned as it stands; nothing is saved.
    PlanBreaksRules
        When the independent check finds a fault in what the search answers; nothing is saved.
    """
    day_problem = build_problem(commune, day, crew_names=crew_names, now=timezone.now(), routing_dir=routing_dir)
    trace_homes(day_problem)
    solution = solve(day_problem.problem, stop, seed=seed, on_progress=on_progress, is_cancelled=is_cancelled)
    if violations := check(day_problem.problem, solution):
        raise PlanBreaksRules(violation.message for violation in violations)
    with transaction.atomic():
        plan = save_plan(day_problem, solution, routing_dir=routing_dir)
        return make_version(plan) if publishes else plan


def trace_homes(day_problem: DayProblem) -> None:
    """Record that the homes of a day were read to be planned."""
    homes = {visit.absence.pk for visit in day_problem.visits.values()}
    homes |= {aside.visit.absence.pk for aside in day_problem.set_aside}
    audit.record("absence.exact_point", kind=Absence, subjects=homes, reason=audit.Reason.PATROL)
