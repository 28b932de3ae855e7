"""A round as every export needs it: depots, visits in order, pauses, stays, and the way between them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from absences.hours import ANY_HOUR
from maps.crew_marks import CrewMark
from patrols.services.free_time import FreeTime, find_free_time
from patrols.services.progress import Made
from patrols.services.standing import Standing

SAME_MOMENT = dt.timedelta(seconds=1)  # the planner counts in whole milliseconds, the database in microseconds
COORDINATE_PLACES = 6  # a tenth of a metre: finer than any address position
Coordinates = tuple[float, float]


class Timed(Protocol):
    """A pause, read or saved."""

    @property
    def starts_at(self) -> dt.datetime: ...
    @property
    def duration_s(self) -> int: ...


@dataclass(frozen=True, kw_only=True)
class Place:
    """A named point, (lon, lat) in WGS 84 degrees."""

    name: str
    point: Coordinates


@dataclass(frozen=True, kw_only=True)
class Way:
    """The way from one place to the next: its course, length in metres, duration in seconds and street names."""

    course: tuple[Coordinates, ...] = ()
    length_m: float = 0.0
    duration_s: float = 0.0
    streets: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One planned passage at a home; ``order`` counts from 1, ``way`` is how the crew comes to it.

    ``number_to_verify`` was given for the home, and is not in the address file, of which ``address`` is. ``made``
    is the passage that stands for it, once there is one.
    """

    order: int
    point: Coordinates
    address: str
    number_to_verify: str
    postcode: str
    city: str
    dwelling: str
    visit_number: int
    arrives_at: dt.datetime
    starts_at: dt.datetime
    leaves_at: dt.datetime
    allowed_hours: str
    way: Way
    standing: Standing
    made: Made | None

    @property
    def is_behind(self) -> bool:
        """Whether it lies behind its crew, as recorded or as a plan of the shift took it."""
        return self.standing in (Standing.RECORDED, Standing.PRESUMED)

    @property
    def is_limited_in_time(self) -> bool:
        return self.allowed_hours != ANY_HOUR

    @property
    def wait_s(self) -> float:
        """Seconds that the crew waits at the door for the allowed hour."""
        return (self.starts_at - self.arrives_at).total_seconds()

    @property
    def service_s(self) -> float:
        return (self.leaves_at - self.starts_at).total_seconds()


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A break of ``duration_s`` seconds taken after visit ``after`` (0: before the first one), and where.

    Between two visits it is taken before leaving the one or on arrival at the other.
    """

    after: int
    starts_at: dt.datetime
    duration_s: int
    place: Place
    is_on_return: bool

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(seconds=self.duration_s)


@dataclass(frozen=True, kw_only=True)
class Stay:
    """A stay on a street, after visit ``after`` (0: before the first one): to be seen there, nothing is noted.

    Its letter tells it from the others of the round, as a number tells a visit.
    """

    letter: str
    after: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: Place

    @property
    def duration_s(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds())


@dataclass(frozen=True, kw_only=True)
class Round:
    """The round of one crew's shift, from a depot back to a depot; without visits the crew stays there.

    It ends once nothing of it is left: after the pauses that are taken at the depot.
    """

    route_id: int
    plan_id: int
    plan_number: int
    plan_made_at: dt.datetime
    commune: str
    insee_code: str
    day: dt.date
    crew: str
    mark: CrewMark
    mode: str
    service: str
    shift_starts_at: dt.datetime
    shift_ends_at: dt.datetime
    starts_at: dt.datetime
    ends_at: dt.datetime
    start: Place
    end: Place
    length_m: float
    travel_s: float
    visits: tuple[Visit, ...]
    pauses: tuple[Pause, ...]
    stays: tuple[Stay, ...]
    way_back: Way

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways in the order they are driven, the last one back to the depot."""
        return (*(visit.way for visit in self.visits), self.way_back)

    @property
    def course(self) -> tuple[Coordinates, ...]:
        """The whole course as one line, without the points that two following ways share; may be empty."""
        points: list[Coordinates] = []
        for way in self.ways:
            points.extend(way.course[1:] if points and way.course[:1] == (points[-1],) else way.course)
        return tuple(points)

    @property
    def service_to_come_s(self) -> float:
        """Seconds at the doors where nobody has been yet."""
        return sum(visit.service_s for visit in self.visits if not visit.is_behind)

    @property
    def returns_at(self) -> dt.datetime:
        """When the crew is back at its depot, where it may still take a pause."""
        return min((pause.starts_at for pause in self.pauses_on_return), default=self.ends_at)

    @property
    def pauses_on_return(self) -> tuple[Pause, ...]:
        """The pauses taken at the depot once the round is driven."""
        return tuple(pause for pause in self.pauses if pause.is_on_return)

    def free_before(self, visit: Visit) -> FreeTime | None:
        """Return the time that the crew has before a visit."""
        before = visit.order - 1
        since = self.visits[before - 1].leaves_at if before else self.starts_at
        pauses = [pause for pause in self.pauses if pause.after == before]
        stays = [stay for stay in self.stays if stay.after == before]
        return find_free_time(since, visit.starts_at, travel_s=visit.way.duration_s, pauses=pauses, stays=stays)

    @property
    def free_before_return(self) -> FreeTime | None:
        """The time that the crew has between its last visit and its way back; None without a visit."""
        if not self.visits:
            return None
        last = self.visits[-1]
        return find_free_time(
            last.leaves_at,
            self.returns_at,
            travel_s=self.way_back.duration_s,
            pauses=self._pauses_after(last.order),
            stays=[stay for stay in self.stays if stay.after == last.order],
        )

    def steps(self) -> Iterator[Visit | Pause | Stay]:
        """Visits, pauses and stays in the order they happen, up to the return."""
        yield from self._between(0)
        for visit in self.visits:
            yield visit
            yield from self._between(visit.order)

    def _between(self, order: int) -> list[Pause | Stay]:
        stays = (stay for stay in self.stays if stay.after == order)
        return sorted((*self._pauses_after(order), *stays), key=lambda each: each.starts_at)

    def _pauses_after(self, order: int) -> Iterator[Pause]:
        return (pause for pause in self.pauses if pause.after == order and not pause.is_on_return)


def taken_on_return(pauses: Sequence[Timed], round_ends_at: dt.datetime) -> int:
    """Count the pauses that are taken at the depot, once the round is driven.

    Parameters
    ----------
    pauses
        The pauses after the last visit, in order of time.
    round_ends_at
        End of the round. A pause that ends with it has no way after it; one that ends as such a pause begins was
        taken at the depot too.
    """
    count, following = 0, round_ends_at
    for pause in reversed(pauses):
        if pause.starts_at + dt.timedelta(seconds=pause.duration_s) < following - SAME_MOMENT:
            break
        count, following = count + 1, pause.starts_at
    return count


def rounded(longitude: float, latitude: float) -> Coordinates:
    """Round a position to what the exports write."""
    return round(longitude, COORDINATE_PLACES), round(latitude, COORDINATE_PLACES)
