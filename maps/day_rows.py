"""The rows of the page of a day: a planned visit, a passage made beside the plan, a visit that was left out."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from absences.hours import ANY_HOUR
from absences.models import Absence
from maps.homes import Home
from patrols.models import MissedStop, Stop
from patrols.services.free_time import FreeTime
from patrols.services.meanwhile import Back
from patrols.services.progress import Made
from patrols.services.standing import Standing

# Less is a moment at the door, not worth a word.
SHORTEST_TOLD_WAIT = dt.timedelta(minutes=3)


@dataclass(frozen=True, kw_only=True)
class StopRow:
    """One planned visit; ``hours`` are those of the day on which it falls, which may be the day after.

    ``made`` is the passage that stands for it, once there is one; ``missed`` what the desk said where it has none.
    Nothing else is known of one that ``is_overtaken``: the hour alone says that its crew has been there.
    ``back`` is there where the home is vacant no more, and nobody has passed; ``free`` where its crew has time.
    """

    stop: Stop
    home: Home
    hours: str
    is_one_of_two: bool
    made: Made | None
    missed: MissedStop | None
    is_overtaken: bool = False
    back: Back | None = None
    free: FreeTime | None = None

    @property
    def why_back(self) -> str:
        """Why the home is not to be visited any more, in words."""
        return tell_why_back(self.home.absence)

    @property
    def standing(self) -> Standing:
        """What is known of it."""
        return Standing.of(self.stop, self.made, self.missed)

    @property
    def is_made_by_another(self) -> bool:
        """Whether the crew that passed had the home before this one."""
        return self.made is not None and self.made.is_by_another(self.stop)

    @property
    def is_ahead(self) -> bool:
        """Whether its crew has it to do: then it can be moved. What was missed is owed again, at no place yet."""
        return self.standing is Standing.AHEAD and not self.is_overtaken

    @property
    def is_behind(self) -> bool:
        """Whether it lies behind its crew, as recorded or as a plan of the shift took it."""
        return self.standing in (Standing.RECORDED, Standing.PRESUMED)

    @property
    def is_limited(self) -> bool:
        """Whether the passage may not begin at any hour."""
        return self.hours != ANY_HOUR

    @property
    def visit(self) -> str:
        """How the page names the passage: the absence and the number of the passage in the day."""
        return name_visit(self.stop.absence_id, self.number)

    @property
    def number(self) -> int:
        """Which passage of the day it is at its home."""
        return self.stop.visit_number

    @property
    def waits(self) -> bool:
        """Whether the crew has time before, or stands at the door until the passage may begin."""
        return self.free is not None or self.stop.starts_at - self.stop.arrives_at >= SHORTEST_TOLD_WAIT


@dataclass(frozen=True, kw_only=True)
class BesideRow:
    """A passage that was made while the plan holds, at a home where it has no stop left for it."""

    absence: Absence
    made: Made


@dataclass(frozen=True, kw_only=True)
class OmissionRow:
    """A visit that was due and is not in the plan."""

    pk: int
    home: Home
    visit_number: int
    reason: str
    sentence: str
    prize: float
    is_by_hand: bool
    can_be_added: bool

    @property
    def visit(self) -> str:
        """How the page names the passage: the absence and the number of the passage in the day."""
        return name_visit(self.home.absence.pk, self.visit_number)

    @property
    def number(self) -> int:
        """Which passage of the day it is at its home."""
        return self.visit_number


@dataclass(frozen=True, kw_only=True)
class NewcomerRow:
    """A home that is owed a passage and that the plan knows nothing of: it was declared since, or changed."""

    home: Home
    number: int

    is_by_hand = False

    @property
    def visit(self) -> str:
        """How the page names the passage: the absence and the number of the passage in the day."""
        return name_visit(self.home.absence.pk, self.number)


def tell_why_back(absence: Absence) -> str:
    """Say why a home is vacant no more, in a word or two."""
    if absence.returned_on is not None:
        return _("rentré")
    return _("absence annulée") if absence.cancelled_at is not None else _("plus absent ce jour")


def name_visit(absence: int, number: int) -> str:
    """Name a passage as the page and its address do, by two numbers."""
    return f"{absence}-{number}"
