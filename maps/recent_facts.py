"""What the page of a day tells of the break-ins that its plan counted: their weight, their effect, the stays."""

from collections.abc import Sequence
from dataclasses import dataclass

from maps.day_rows import OmissionRow, StopRow
from maps.route_sheet import RouteSheet
from patrols.models import Plan, RiskSurface, RouteStay
from patrols.planner.staying import LEAST_STAY_S, MOST_STAY_S
from patrols.services.risk import MOST_FACTOR, REACH


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The terms by which recent break-ins count, as the form and the page say them."""

    radius_m: float = REACH.radius_m
    days: float = REACH.fades_in_days
    most_factor: float = MOST_FACTOR
    least_stay_s: float = LEAST_STAY_S
    most_stay_s: float = MOST_STAY_S


TERMS = Terms()


@dataclass(frozen=True, kw_only=True)
class RecentFacts:
    """What recent break-ins weighed in a plan.

    ``raised`` are the rows of the homes that weigh more, each with its factor, the greatest first; ``stays`` those
    of all crews, each with its round, in the order of their hours. ``brought_in`` and ``left_out`` are the rows of
    homes that have a passage more, or less, than without them; ``is_same`` says that no home has. ``without_stay``
    are the streets for which no crew has the time.
    """

    facts: int
    homes: int
    raised: tuple[tuple[StopRow | OmissionRow, float], ...]
    stays: tuple[tuple[RouteSheet, RouteStay], ...]
    is_compared: bool
    is_same: bool
    brought_in: tuple[StopRow | OmissionRow, ...]
    left_out: tuple[StopRow | OmissionRow, ...]
    without_stay: tuple[str, ...]


def read_recent_facts(
    plan: Plan, routes: Sequence[RouteSheet], omissions: Sequence[OmissionRow]
) -> RecentFacts | None:
    """Read what recent break-ins weighed in a plan; None where they did not count, or for who may not know.

    A home that the page tells nothing of any more is not named.
    """
    surface = RiskSurface.objects.filter(plan=plan).first()
    if surface is None:
        return None
    stops = [row for sheet in routes for row in sheet.stops]
    factors = {int(absence): factor for absence, factor in surface.factors.items()}
    by_factor = sorted(factors, key=lambda absence: -factors[absence])
    stays = [(sheet, stay) for sheet in routes for stay in sheet.stays]
    given = {stay.point.coords for _, stay in stays}
    return RecentFacts(
        facts=surface.facts,
        homes=len(surface.factors),
        raised=tuple((row, factors[row.home.absence.pk]) for row in _find_rows(by_factor, (*stops, *omissions))),
        stays=tuple(sorted(stays, key=lambda pair: pair[1].arrives_at)),
        is_compared=surface.is_compared,
        is_same=surface.is_compared and not surface.brought_in and not surface.left_out,
        brought_in=_find_rows(surface.brought_in, (*reversed(stops), *omissions)),
        left_out=_find_rows(surface.left_out, (*omissions, *reversed(stops))),
        without_stay=tuple(spot["street"] for spot in surface.spots if tuple(spot["point"]) not in given),
    )


def read_factor(plan: int, absence: int) -> float | None:
    """Return what recent break-ins multiplied the priority of a home by; None where they did not."""
    surface = RiskSurface.objects.filter(plan=plan).first()
    return surface.factors.get(str(absence)) if surface else None


def _find_rows(
    absences: Sequence[int], rows: Sequence[StopRow | OmissionRow]
) -> tuple[StopRow | OmissionRow, ...]:
    """Find one row of each home, the first in an order of preference."""
    first: dict[int, StopRow | OmissionRow] = {}
    for row in rows:
        first.setdefault(row.home.absence.pk, row)
    return tuple(first[absence] for absence in absences if absence in first)
