"""Stays where it is worth being seen, in the time that a plan leaves its crews: no passage moves for one."""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from patrols.planner.plan import Route
from patrols.planner.problem import Crew, Durations, Problem, breaks_in_order

# Koper (1995): what a stay does grows with its length up to some fifteen minutes, and little beyond.
LEAST_STAY_S, MOST_STAY_S = 600.0, 900.0
MOST_DETOUR_S = 900.0
"""No stay is worth a way longer than itself."""
SPARE_S = 300.0
"""Left before what comes after a stay: who is seen is spoken to."""
SHARED_S = 300.0
"""What each stay of a crew, and once more each in the same gap, adds to its way when the next is given."""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A place that is worth a stay.

    Parameters
    ----------
    id
        Unique name.
    location
        Row of the place in the duration matrices.
    weight
        What is looked at first: the greater, the sooner it is given to a crew.
    """

    id: str
    location: int
    weight: float


@dataclass(frozen=True, kw_only=True)
class Stay:
    """A stay of a crew once `after_stop` stops of its route are done; seconds since midnight of the plan's day."""

    spot: str
    after_stop: int
    arrival_s: float
    departure_s: float


@dataclass(frozen=True, kw_only=True)
class RouteWithStays:
    """The stays of one route in their order, and when the crew then leaves and is back."""

    stays: tuple[Stay, ...]
    start_s: float
    end_s: float


@dataclass(kw_only=True)
class _Gap:
    """Time between two places of a crew: free at one from ``free_s``, it has to be at the other by ``by_s``.

    ``leaves_late``: nothing is gained by setting out before it must.
    """

    after_stop: int
    here: int
    free_s: float
    there: int
    by_s: float
    leaves_late: bool = False
    spots: list[Spot] = field(default_factory=list)

    def detour(self, spot: Spot, place: int, durations_s: Durations) -> float:
        """Return the seconds of travel that a spot adds at a place of the chain, from 0."""
        before = self.spots[place - 1].location if place else self.here
        after = self.spots[place].location if place < len(self.spots) else self.there
        there_s = float(durations_s[before, spot.location]) + float(durations_s[spot.location, after])
        return there_s - float(durations_s[before, after]) if math.isfinite(there_s) else math.inf

    def travel_s(self, durations_s: Durations) -> float:
        """Return the seconds of travel of the whole chain."""
        rows = [self.here, *(spot.location for spot in self.spots), self.there]
        return float(sum(durations_s[a, b] for a, b in pairwise(rows)))

    def takes(self, detour_s: float, durations_s: Durations) -> bool:
        """Say whether a stay more, with its detour, leaves each its least length."""
        stays_s = (len(self.spots) + 1) * LEAST_STAY_S
        return self.free_s + self.travel_s(durations_s) + detour_s + stays_s + SPARE_S <= self.by_s

    def stays(self, durations_s: Durations) -> Iterator[Stay]:
        """Share the time between the spots, up to the most that a stay lasts."""
        if not self.spots:
            return
        left_s = self.by_s - SPARE_S - self.free_s - self.travel_s(durations_s)
        stay_s = min(MOST_STAY_S, left_s / len(self.spots))
        now_s, here = self.free_s, self.here
        if self.leaves_late:
            now_s += left_s - stay_s * len(self.spots)
        for spot in self.spots:
            arrival_s = now_s + float(durations_s[here, spot.location])
            now_s, here = arrival_s + stay_s, spot.location
            yield Stay(spot=spot.id, after_stop=self.after_stop, arrival_s=arrival_s, departure_s=now_s)


def place_stays(problem: Problem, routes: Sequence[Route], spots: Collection[Spot]) -> dict[str, RouteWithStays]:
    """Give the spots, the weightiest first, to the crews that come by and have the time, spread over the night.

    Parameters
    ----------
    problem
        The day; the rows of its matrices hold the spots.
    routes
        As planned, of as many of its crews as may be given stays. Their hours are not changed.

    Returns
    -------
    The routes that have a stay, by crew.

    Notes
    -----
    A stay lies between two places where the crew has to be: the last door or break, and the next, which it reaches
    with ``SPARE_S`` left. Before the first stop the crew sets out earlier, after the last it is back later, within
    its shift. A spot is given once; one for which no crew has the time is left.
    """
    crews = {crew.id: crew for crew in problem.crews}
    gaps = {route.crew: list(_gaps(problem, crews[route.crew], route)) for route in routes}
    for spot in sorted(spots, key=lambda spot: (-spot.weight, spot.id)):
        found = []
        for crew, of_crew in gaps.items():
            given = sum(len(gap.spots) for gap in of_crew)
            for number, gap in enumerate(of_crew):
                shared_s = SHARED_S * (given + len(gap.spots))
                for place in range(len(gap.spots) + 1):
                    detour_s = gap.detour(spot, place, problem.durations_s[crews[crew].profile])
                    found.append((detour_s + shared_s, crew, number, place, detour_s))
        for _, crew, number, place, detour_s in sorted(found):
            gap = gaps[crew][number]
            if detour_s <= MOST_DETOUR_S and gap.takes(detour_s, problem.durations_s[crews[crew].profile]):
                gap.spots.insert(place, spot)
                break
    placed = {}
    for route in routes:
        durations_s = problem.durations_s[crews[route.crew].profile]
        stays = tuple(stay for gap in gaps[route.crew] for stay in gap.stays(durations_s))
        if stays:
            placed[route.crew] = _with_stays(route, stays, gaps[route.crew], durations_s)
    return placed


def _gaps(problem: Problem, crew: Crew, route: Route) -> Iterator[_Gap]:
    """Walk a route and yield the time between the places where its crew has to be, in order."""
    durations_s = problem.durations_s[crew.profile]
    if not route.stops:
        if math.isfinite(durations_s[crew.start_location, crew.end_location]):
            yield from _idle_gaps(crew)
        return
    location = {visit.id: visit.location for visit in problem.visits}
    here, free_s = crew.start_location, crew.shift.start_s
    ends = [*((location[stop.visit], stop.start_s) for stop in route.stops), (crew.end_location, crew.shift.end_s)]
    for after_stop, (there, by_s) in enumerate(ends):
        pauses = sorted(
            (pause for pause in route.breaks if pause.after_stop == after_stop), key=lambda pause: pause.start_s
        )
        leaves_late = not after_stop and not crew.is_under_way
        for pause in pauses:
            goes_on = pause.start_s >= free_s + durations_s[here, there]
            at = there if goes_on else here
            yield _Gap(
                after_stop=after_stop,
                here=here,
                free_s=free_s,
                there=at,
                by_s=pause.start_s,
                leaves_late=leaves_late,
            )
            here, free_s, leaves_late = at, pause.start_s + pause.duration_s, False
        yield _Gap(
            after_stop=after_stop, here=here, free_s=free_s, there=there, by_s=by_s, leaves_late=leaves_late
        )
        if after_stop < len(route.stops):
            here, free_s = there, route.stops[after_stop].departure_s


def _idle_gaps(crew: Crew) -> Iterator[_Gap]:
    """Yield the time of a crew that has no passage: it has its breaks at its depot whenever they may be."""
    here, free_s = crew.start_location, crew.shift.start_s
    for pause in breaks_in_order(crew):
        yield _Gap(after_stop=0, here=here, free_s=free_s, there=here, by_s=pause.earliest_s)
        free_s = max(free_s, pause.latest_s + pause.duration_s)
    yield _Gap(after_stop=0, here=here, free_s=free_s, there=crew.end_location, by_s=crew.shift.end_s)


def _with_stays(
    route: Route, stays: tuple[Stay, ...], gaps: Sequence[_Gap], durations_s: Durations
) -> RouteWithStays:
    used = [gap for gap in gaps if gap.spots]
    first, last = used[0], used[-1]
    leaves_s = stays[0].arrival_s - float(durations_s[first.here, first.spots[0].location])
    back_s = stays[-1].departure_s + float(durations_s[last.spots[-1].location, last.there])
    if not route.stops:
        final = gaps[-1]
        if last is not final and final.here != final.there:
            back_s = min(final.by_s, final.free_s + float(durations_s[final.here, final.there]))
        return RouteWithStays(stays=stays, start_s=leaves_s, end_s=back_s)
    return RouteWithStays(
        stays=stays,
        start_s=min(route.start_s, leaves_s),
        end_s=max(route.end_s, back_s) if last.after_stop == len(route.stops) else route.end_s,
    )
