"""What Ronde does with a day of patrols: read it, plan it, save it."""

from patrols.services.day import DayProblem, DueVisit, SetAside, build_problem
from patrols.services.planning import plan_day
from patrols.services.saving import save_plan

__all__ = ["DayProblem", "DueVisit", "SetAside", "build_problem", "plan_day", "save_plan"]
