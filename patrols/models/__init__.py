"""Crews and their shifts, the plans made for a day, and the passages that were done."""

from patrols.models.calculations import Calculation
from patrols.models.calls import CallAttempt
from patrols.models.crews import Crew, Depot, Shift, ShiftBreak
from patrols.models.joined import JoinedPassage
from patrols.models.passages import (
    Check,
    MissedStop,
    Passage,
    PassageAmendment,
    PassageNote,
    PassageOrigin,
)
from patrols.models.plans import (
    VISITS_A_DAY,
    Leg,
    Omission,
    Plan,
    PlanEdit,
    RiskSurface,
    Route,
    RouteBreak,
    RouteStay,
    Stop,
)
from patrols.models.receipts import Receipt, RefusedEntry

__all__ = [
    "VISITS_A_DAY",
    "Calculation",
    "CallAttempt",
    "Check",
    "Crew",
    "Depot",
    "JoinedPassage",
    "Leg",
    "MissedStop",
    "Omission",
    "Passage",
    "PassageAmendment",
    "PassageNote",
    "PassageOrigin",
    "Plan",
    "PlanEdit",
    "Receipt",
    "RefusedEntry",
    "RiskSurface",
    "Route",
    "RouteBreak",
    "RouteStay",
    "Shift",
    "ShiftBreak",
    "Stop",
]
