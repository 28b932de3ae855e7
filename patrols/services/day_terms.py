"""What a day to plan is made of: passages due, stops behind a crew, and what the planner's names stand for."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from absences.models import Absence
from geo.models import Commune
from patrols.models import Omission, Shift
from patrols.planner import Problem, Spot
from patrols.services.clock import DayClock
from patrols.services.risk import Risk


@dataclass(frozen=True, kw_only=True)
class DueVisit:
    """One passage that a home is due on the day; ``other`` is the one that counts already."""

    absence: Absence
    number: int
    other: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """A due passage that no search could place, and why."""

    visit: DueVisit
    reason: Omission.Reason
    sentence: str
    prize: float


@dataclass(frozen=True, kw_only=True)
class DoneStop:
    """A stop that lies behind a crew, at the hours that were planned; ``free_at`` is when it was done with it."""

    absence: Absence
    number: int
    arrives_at: dt.datetime
    starts_at: dt.datetime
    leaves_at: dt.datetime
    free_at: dt.datetime
    prize: float
    is_locked: bool


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A round that is under way: what is done, and where and when the crew is free for the rest of it.

    Parameters
    ----------
    left_at
        When it was to leave its depot, or to have its first break there; None where it has done neither.
    free_at
        Not before now, nor before the end of a break that has begun.
    point
        Lon and lat of where the crew is; None where it is still at its depot.
    breaks_taken
        How many of the breaks of the shift, in their order, it has had.
    """

    done: tuple[DoneStop, ...]
    left_at: dt.datetime | None
    free_at: dt.datetime
    point: tuple[float, float] | None
    breaks_taken: int


@dataclass(frozen=True, kw_only=True)
class DayProblem:
    """A problem for the planner and what its identifiers stand for.

    Parameters
    ----------
    problem
        Crew ids are the names of the day's crews, visit ids ``<absence pk>/<visit number>``.
    points
        Shape (n, 2), lon and lat of the matrices' locations: depots first, then homes, where crews are, spots.
    set_aside
        Passages left out before the search.
    risk, spots
        What recent facts weigh, None where they do not count; its spots in the planner's terms, their ids being
        their numbers from 0.
    """

    commune: Commune
    clock: DayClock
    now: dt.datetime
    problem: Problem
    shifts: Mapping[str, Shift]
    visits: Mapping[str, DueVisit]
    points: npt.NDArray[np.float64]
    set_aside: tuple[SetAside, ...]
    risk: Risk | None = None
    spots: tuple[Spot, ...] = ()
    begun: Mapping[int, Begun] = field(default_factory=dict)

    def name_of(self, shift: int) -> str:
        """Return the crew id of a shift in the problem.

        Raises
        ------
        KeyError
            When the shift is not planned for.
        """
        return next(name for name, each in self.shifts.items() if each.pk == shift)
