"""Stays of crews where break-ins were reported, beside the passages of a plan: those to come, and those had."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.gis.geos import Point

from geo.models import WGS84
from patrols.models import Plan, RiskSurface, Route, RouteStay
from patrols.planner import Plan as Solution
from patrols.planner import RouteWithStays, place_stays
from patrols.services.day_terms import Begun, DayProblem
from patrols.services.effect import Effect
from patrols.services.risk import Risk, as_json

NOWHERE = RouteWithStays(stays=(), start_s=0.0, end_s=0.0)


@dataclass(frozen=True, kw_only=True)
class Staying:
    """The stays of a round, unsaved; ``had`` lie behind its crew, ``planned`` tells when it leaves and is back."""

    had: tuple[RouteStay, ...] = ()
    planned: RouteWithStays = NOWHERE
    to_come: tuple[RouteStay, ...] = ()

    @property
    def all(self) -> tuple[RouteStay, ...]:
        return self.had + self.to_come


NO_STAY = Staying()


def find_stays(
    plan: Plan, day_problem: DayProblem, solution: Solution, *, kept: Collection[str]
) -> dict[str, Staying]:
    """Return the stays of the rounds of a solution that are to be written, by crew.

    Parameters
    ----------
    kept
        Crews whose rounds stay as they are, with their stays.
    """
    if day_problem.risk is None or not day_problem.spots:
        return {}
    written = [route for route in solution.routes if route.crew not in kept]
    had = {route.crew: _read_had(plan, day_problem, route.crew) for route in written}
    theirs = RouteStay.objects.filter(
        route__plan=plan, route__shift__in=[day_problem.shifts[crew] for crew in kept]
    )
    given = {stay.point.coords for stay in (*theirs, *(stay for stays in had.values() for stay in stays))}
    risk = day_problem.risk
    free = [spot for spot in day_problem.spots if risk.spots[int(spot.id)].point not in given]
    planned = place_stays(day_problem.problem, written, free)
    return {
        route.crew: Staying(
            had=had[route.crew],
            planned=planned.get(route.crew, NOWHERE),
            to_come=_to_come(day_problem, risk, route.crew, planned.get(route.crew, NOWHERE)),
        )
        for route in written
    }


def save_surface(plan: Plan, risk: Risk | None, effect: Effect | None) -> None:
    """Keep what recent facts weighed in a plan; nothing where they did not count."""
    if risk is None:
        return
    RiskSurface.objects.create(
        plan=plan,
        facts=risk.facts,
        factors={str(absence): factor for absence, factor in risk.factors.items()},
        spots=as_json(risk),
        is_compared=effect is not None,
        brought_in=list(effect.brought_in) if effect else [],
        left_out=list(effect.left_out) if effect else [],
    )


def _to_come(day_problem: DayProblem, risk: Risk, crew: str, planned: RouteWithStays) -> tuple[RouteStay, ...]:
    clock, behind = day_problem.clock, _count_done(day_problem, crew)
    spots = [risk.spots[int(stay.spot)] for stay in planned.stays]
    return tuple(
        RouteStay(
            after_stop=behind + stay.after_stop,
            arrives_at=clock.moment(stay.arrival_s),
            leaves_at=clock.moment(stay.departure_s),
            point=Point(*spot.point, srid=WGS84),
            street_name=spot.street,
        )
        for stay, spot in zip(planned.stays, spots, strict=True)
    )


def _read_had(plan: Plan, day_problem: DayProblem, crew: str) -> tuple[RouteStay, ...]:
    """Return copies of the stays that a crew has begun, from the plan or the version that it comes after."""
    shift = day_problem.shifts[crew].pk
    begun = day_problem.begun.get(shift)
    if begun is None:
        return ()
    route = Route.objects.filter(plan=plan, shift=shift).first()
    if route is None and plan.base_id:
        route = Route.objects.filter(plan=plan.base_id, shift=shift).first()
    if route is None:
        return ()
    return tuple(_copy_had(stay, begun) for stay in route.stays.filter(arrives_at__lte=day_problem.now))


def _copy_had(stay: RouteStay, begun: Begun) -> RouteStay:
    return RouteStay(
        after_stop=min(stay.after_stop, len(begun.done)),
        arrives_at=stay.arrives_at,
        leaves_at=stay.leaves_at,
        point=stay.point,
        street_name=stay.street_name,
    )


def _count_done(day_problem: DayProblem, crew: str) -> int:
    begun = day_problem.begun.get(day_problem.shifts[crew].pk)
    return len(begun.done) if begun else 0
