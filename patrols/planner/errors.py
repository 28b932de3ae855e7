"""What the planner refuses. The French text is what the user reads."""


class PlannerError(Exception):
    """Base of every refusal of the planner."""


class PlannerInputError(PlannerError):
    """Le problème donné au planificateur est incohérent."""


class LockedVisitError(PlannerError):
    """Un passage verrouillé ne peut pas être tenu ; ``visit`` est son identifiant, s'il est seul en cause."""

    def __init__(self, sentence: str, *, visit: str = "") -> None:
        super().__init__(sentence)
        self.visit = visit
