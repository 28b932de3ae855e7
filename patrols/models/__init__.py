"""Crews and their shifts, the plans made for a day, and the passages that were done."""

from patrols.models.crews import Crew, Depot, Shift, ShiftBreak
from patrols.models.passages import Passage
from patrols.models.plans import VISITS_A_DAY, Leg, Omission, Plan, Route, RouteBreak, Stop

__all__ = [
    "VISITS_A_DAY",
    "Crew",
    "Depot",
    "Leg",
    "Omission",
    "Passage",
    "Plan",
    "Route",
    "RouteBreak",
    "Shift",
    "ShiftBreak",
    "Stop",
]
