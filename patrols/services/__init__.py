"""What Ronde does with a day of patrols: read it, plan it, save it."""

from patrols.services.day import build_problem
from patrols.services.day_terms import DayProblem, DueVisit, SetAside
from patrols.services.planning import plan_day
from patrols.services.saving import save_plan

__all__ = ["DayProblem", "DueVisit", "SetAside", "build_problem", "plan_day", "save_plan"]
