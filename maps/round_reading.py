"""A saved route read once, as the round that every export shows."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from string import ascii_lowercase

from django.db.models import prefetch_related_objects
from django.utils import timezone

from absences.hours import write_hours
from maps.crew_marks import CrewMark, read_crew_marks
from maps.errors import CrewNotInPlan, EmptyPlan
from maps.rounds import SAME_MOMENT, Pause, Place, Round, Stay, Visit, Way, rounded, taken_on_return
from patrols.models import Depot, Leg, MissedStop, Plan, Route, RouteBreak, RouteStay, Stop
from patrols.services.progress import Made, Progress, read_progress
from patrols.services.standing import Standing, pair_missed

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
