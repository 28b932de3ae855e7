"""What the planner answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One passage of a route; times in seconds since midnight of the plan's day.

    Service starts at ``start_s >= arrival_s`` and ends at ``departure_s``.
    """

    visit: str
    arrival_s: float
    start_s: float
    departure_s: float
    prize: float


@dataclass(frozen=True, kw_only=True)
class BreakTaken:
    """A break taken once `after_stop` stops of the route are done (0: before the first)."""

    start_s: float
    duration_s: float
    after_stop: int


@dataclass(frozen=True, kw_only=True)
class Route:
    """The day of one crew. A crew with nothing to do has no stop, no break, and ``start_s == end_s``."""

    crew: str
    stops: tuple[Stop, ...]
    breaks: tuple[BreakTaken, ...]
    start_s: float
    end_s: float
    travel_s: float
    prize: float


class Reason(StrEnum):
    """Why a visit was left out: what binds, whichever crew is asked; nothing where it fits as things stand."""

    NOTHING = "nothing"
    NO_TIME_LEFT = "no_time_left"
    WINDOW = "window"
    UNREACHABLE = "unreachable"
    EXCLUDED = "excluded"


class RemedyKind(StrEnum):
    """The changes that may bring a visit in; see `Remedy`."""

    ADD = "add"
    EXTEND_SHIFT = "extend_shift"
    START_EARLIER = "start_earlier"
    WIDEN_WINDOW = "widen_window"
    SHORTEN_SERVICE = "shorten_service"
    REDUCE_SEPARATION = "reduce_separation"
    REPLACE = "replace"
    ALLOW_CREW = "allow_crew"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """The smallest change, measured on the finished plan, after which the visit fits.

    Parameters
    ----------
    kind
        What to change.
    crew
        The crew that would then make the visit.
    after_stop
        Where in its route: after that many stops (of the route without `visit`, for ``REPLACE``).
    seconds
        By how much: the shift ends later or starts earlier, the window opens or closes beyond its bounds, the
        service is shorter, the separation is smaller. 0 for ``ADD``, ``REPLACE``, ``ALLOW_CREW`` and ``NONE``.
    visit
        The visit to give up (``REPLACE``).
    opens
        For ``WIDEN_WINDOW``: whether it must open earlier (else close later).
    """

    kind: RemedyKind
    crew: str | None = None
    after_stop: int = 0
    seconds: float = 0.0
    visit: str | None = None
    opens: bool = False


@dataclass(frozen=True, kw_only=True)
class Omission:
    """A visit left out, why, and what would bring it in."""

    visit: str
    reason: Reason
    remedy: Remedy


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A day planned; stopped by iterations, the same problem, `seed` and count give it again, byte for byte.

    `runtime_s` is the time the search took; it is the only field that differs from one run to the next.
    """

    routes: tuple[Route, ...]
    omissions: tuple[Omission, ...]
    prize: float
    travel_s: float
    iterations: int
    seed: int
    runtime_s: float


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where a running search stands; `fraction` of its stopping rule is spent, from 0 to 1.

    `orders` are the routes of the best plan so far: for each crew the ids of its visits, in their order.
    """

    iterations: int
    runtime_s: float
    fraction: float
    prize: float
    visits: int
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
