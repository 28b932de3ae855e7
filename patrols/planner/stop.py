"""When the search stops."""

from dataclasses import dataclass
from typing import Protocol

from patrols.planner.errors import PlannerInputError

ENDLESS = 1 << 62


class StoppingRule(Protocol):
    """Says how much of its allowance a search has spent."""

    def spent(self, iterations: int, runtime_s: float) -> float:
        """Return the fraction spent; the search stops at 1."""
        ...

    def left(self, iterations: int) -> int:
        """Return how many iterations may still be done, at most."""
        ...

    def is_over(self, runtime_s: float) -> bool:
        """Say whether no time is left for anything at all."""
        ...


@dataclass(frozen=True)
class MaxIterations:
    """Stop after this many iterations: reproducible."""

    iterations: int

    def __post_init__(self) -> None:
        if self.iterations < 0:
            raise PlannerInputError(f"Le nombre d'itérations doit être positif ou nul ({self.iterations}).")

    def spent(self, iterations: int, runtime_s: float) -> float:
        """Return the fraction of the iterations spent."""
        return iterations / self.iterations if self.iterations else 1.0

    def left(self, iterations: int) -> int:
        """Return the iterations left."""
        return self.iterations - iterations

    def is_over(self, runtime_s: float) -> bool:
        """Return False: what counts iterations looks at no clock."""
        return False


@dataclass(frozen=True)
class MaxRuntime:
    """Stop after this many seconds; the plan says how many iterations that was."""

    seconds: float

    def __post_init__(self) -> None:
        if not self.seconds >= 0:
            raise PlannerInputError(f"La durée du calcul doit être positive ou nulle ({self.seconds} s).")

    def spent(self, iterations: int, runtime_s: float) -> float:
        """Return the fraction of the time spent."""
        return runtime_s / self.seconds if self.seconds else 1.0

    def left(self, iterations: int) -> int:
        """Return a number no run reaches: time alone ends it."""
        return ENDLESS

    def is_over(self, runtime_s: float) -> bool:
        """Say whether the time is up."""
        return runtime_s >= self.seconds
