"""A saved route read once, as every export needs it: depots, visits in order, pauses, and the way between them."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from string import ascii_lowercase
from typing import Protocol

from django.db.models import prefetch_related_objects
from django.utils import timezone

from absences.hours import ANY_HOUR, write_hours
from maps.crew_marks import CrewMark, read_crew_marks
from maps.errors import CrewNotInPlan, EmptyPlan
from patrols.models import Depot, Leg, MissedStop, Plan, Route, RouteBreak, RouteStay, Stop
from patrols.services.free_time import FreeTime, find_free_time
from patrols.services.progress import Made, Progress, read_progress
from patrols.services.standing import Standing, pair_missed

SAME_MOMENT = dt.timedelta(seconds=1)  # the planner counts in whole milliseconds, the database in microseconds
EVERYTHING = (
    "plan__commune",
    "shift__crew",
    "shift__start_depot",
    "shift__end_depot",
    "stops__absence__address",
    "stops__absence__allowed_hours",
    "legs",
    "breaks",
    "stays",
)
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


def read_round(route: Route) -> Round:
    """Read one saved route with all that an export shows of it."""
    prefetch_related_objects([route], *EVERYTHING)
    return _round(route, read_crew_marks(route.plan.commune), read_progress(route.plan))


def read_rounds(plan: Plan, crews: Sequence[str] = ()) -> tuple[Round, ...]:
    """Read the rounds of a plan, one a shift, in the order of the crews' names.

    Parameters
    ----------
    plan
        A saved plan.
    crews
        Names of the crews wanted; none means all.

    Raises
    ------
    CrewNotInPlan
        When a wanted crew has no route in the plan.
    """
    marks = read_crew_marks(plan.commune)
    progress = read_progress(plan)
    rounds = tuple(_round(route, marks, progress) for route in plan.routes.prefetch_related(*EVERYTHING))
    known = {crew_round.crew for crew_round in rounds}
    if missing := [name for name in crews if name not in known]:
        raise CrewNotInPlan(missing, sorted(known))
    return tuple(crew_round for crew_round in rounds if not crews or crew_round.crew in crews)


def read_some_rounds(plan: Plan, crews: Sequence[str] = ()) -> tuple[Round, ...]:
    """Read the rounds of a plan as :func:`read_rounds`, refusing a plan that has none."""
    rounds = read_rounds(plan, crews)
    if not rounds:
        raise EmptyPlan(plan.pk)
    return rounds


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


def _round(route: Route, marks: Mapping[int, CrewMark], progress: Progress) -> Round:
    shift, plan = route.shift, route.plan
    ways = {leg.order: _way(leg) for leg in route.legs.all()}
    stops = sorted(route.stops.all(), key=lambda stop: stop.order)
    missed = pair_missed(stops, progress.missed)
    visits = tuple(
        _visit(stop, ways.get(stop.order - 1, Way()), progress.made.get(stop.pk), missed.get(stop.pk))
        for stop in stops
    )
    start, end = _place(shift.start_depot), _place(shift.end_depot)
    return Round(
        route_id=route.pk,
        plan_id=plan.pk,
        plan_number=plan.number,
        plan_made_at=plan.made_at,
        commune=plan.commune.name,
        insee_code=plan.commune.insee_code,
        day=plan.day,
        crew=shift.crew.name,
        mark=marks[shift.crew_id],
        mode=shift.crew.get_mode_display(),
        service=shift.crew.get_service_display(),
        shift_starts_at=shift.starts_at,
        shift_ends_at=shift.ends_at,
        starts_at=route.starts_at,
        ends_at=route.ends_at,
        start=start,
        end=end,
        length_m=route.length_m,
        travel_s=route.travel_s,
        visits=visits,
        pauses=tuple(_pauses(route, visits, start, end)),
        stays=tuple(_stay(stay, letter) for stay, letter in zip(route.stays.all(), cycle(ascii_lowercase))),
        way_back=ways.get(len(stops), Way()),
    )


def _place(depot: Depot) -> Place:
    return Place(name=depot.name, point=rounded(*depot.point.coords))


def _way(leg: Leg) -> Way:
    return Way(
        course=tuple(rounded(*point[:2]) for point in leg.course.coords),
        length_m=leg.length_m,
        duration_s=leg.duration_s,
        streets=tuple(leg.streets),
    )


def _pauses(route: Route, visits: Sequence[Visit], start: Place, end: Place) -> Iterator[Pause]:
    taken = list(route.breaks.all())
    after_last = [pause for pause in taken if pause.after_stop == len(visits)]
    first_at_depot = len(taken) - taken_on_return(after_last, route.ends_at)
    for number, pause in enumerate(taken):
        is_on_return = number >= first_at_depot
        place = end if is_on_return else _place_of(pause, visits, start)
        yield Pause(
            after=pause.after_stop,
            starts_at=pause.starts_at,
            duration_s=pause.duration_s,
            place=place,
            is_on_return=is_on_return,
        )


def _stay(stay: RouteStay, letter: str) -> Stay:
    return Stay(
        letter=letter,
        after=stay.after_stop,
        starts_at=stay.arrives_at,
        ends_at=stay.leaves_at,
        place=Place(name=stay.street_name, point=rounded(*stay.point.coords)),
    )


def _place_of(pause: RouteBreak, visits: Sequence[Visit], start: Place) -> Place:
    """Find where a pause is taken: at the next visit once it is reached, else at the one before."""
    after = pause.after_stop
    if after < len(visits) and pause.starts_at >= visits[after].arrives_at - SAME_MOMENT:
        return Place(name=visits[after].address, point=visits[after].point)
    return Place(name=visits[after - 1].address, point=visits[after - 1].point) if after else start


def _visit(stop: Stop, way: Way, made: Made | None, missed: MissedStop | None) -> Visit:
    absence = stop.absence
    address = absence.address
    return Visit(
        order=stop.order,
        point=rounded(*absence.point.coords),
        address=str(address),
        number_to_verify=absence.number_to_verify,
        postcode=address.postcode,
        city=address.city,
        dwelling=absence.get_dwelling_display(),
        visit_number=stop.visit_number,
        arrives_at=stop.arrives_at,
        starts_at=stop.starts_at,
        leaves_at=stop.leaves_at,
        allowed_hours=write_hours(absence.allowed_hours.all(), timezone.localtime(stop.starts_at).date()),
        way=way,
        standing=Standing.of(stop, made, missed),
        made=made,
    )
