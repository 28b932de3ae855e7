"""Choose tonight's homes, by which crew and in which order: the planner's public face."""

from patrols.planner.arranging import arrange, find_places, lay_out
from patrols.planner.check import Violation, ViolationKind, check
from patrols.planner.errors import LockedVisitError, PlannerError, PlannerInputError
from patrols.planner.plan import (
    BreakTaken,
    Omission,
    Plan,
    Progress,
    Reason,
    Remedy,
    RemedyKind,
    Route,
    Stop,
)
from patrols.planner.priority import priority, visits_due
from patrols.planner.problem import Break, Crew, Problem, TimeWindow, Visit, narrow
from patrols.planner.solve import solve
from patrols.planner.staying import RouteWithStays, Spot, Stay, place_stays
from patrols.planner.stop import MaxIterations, MaxRuntime
from patrols.planner.wording import describe

__all__ = [
    "Break",
    "BreakTaken",
    "Crew",
    "LockedVisitError",
    "MaxIterations",
    "MaxRuntime",
    "Omission",
    "Plan",
    "PlannerError",
    "PlannerInputError",
    "Problem",
    "Progress",
    "Reason",
    "Remedy",
    "RemedyKind",
    "Route",
    "RouteWithStays",
    "Spot",
    "Stay",
    "Stop",
    "TimeWindow",
    "Violation",
    "ViolationKind",
    "Visit",
    "arrange",
    "check",
    "describe",
    "find_places",
    "lay_out",
    "narrow",
    "place_stays",
    "priority",
    "solve",
    "visits_due",
]
