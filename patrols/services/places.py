"""Places of rounds where a stop could go: which lengthen the drive least, and which keep every rule."""

from collections.abc import Iterable, Iterator
from itertools import islice

from patrols.planner import find_places
from patrols.services.arrangement import Arrangement, InHand, Placed
from patrols.services.timing import holds

Place = tuple[int, int]
"""A shift, and the place from 0 among the stops that are still to be made in its round."""
MOST_OFFERED = 3
MOST_TRIED = 12
"""In the round that was asked for, and as many in the others: each costs the timing of a round."""


def suggest_places(in_hand: InHand, without: Arrangement, stop: Placed, asked: Place) -> tuple[Place, ...]:
    """Return some places that keep every rule: the nearest to the one asked for, then those of other rounds.

    Parameters
    ----------
    without
        The arrangement without the stop.
    """
    return tuple(islice(_that_hold(in_hand, without, stop, asked), MOST_OFFERED))


def _that_hold(in_hand: InHand, without: Arrangement, stop: Placed, asked: Place) -> Iterator[Place]:
    shift, wanted = asked
    own = sorted(_free(in_hand, without, stop, shift), key=lambda place: (abs(place - wanted), place))
    others = by_detour(in_hand, without, stop, [each for each in without.rounds if each != shift])
    stays = in_hand.arrangement.find(stop.absence, stop.number)
    for place in (*((shift, each) for each in own[:MOST_TRIED]), *islice(others, MOST_TRIED)):
        there = without.with_stop(stop, *place)
        # Past the other passage of its home, it would be that one: the crew would drive as before.
        is_as_before = stays is not None and place[0] == stays[0] and _same_homes(in_hand, there, place[0])
        if place != asked and not is_as_before and holds(in_hand, there):
            yield place


def _same_homes(in_hand: InHand, there: Arrangement, shift: int) -> bool:
    return there.homes(shift) == in_hand.arrangement.homes(shift)


def by_detour(in_hand: InHand, arrangement: Arrangement, stop: Placed, shifts: Iterable[int]) -> Iterator[Place]:
    """Yield the places of some rounds that keep every rule but separations, shortest detour first."""
    problem = in_hand.day.problem
    location = {visit.id: visit.location for visit in problem.visits}
    here = location[stop.visit]
    detours = []
    for shift in shifts:
        crew = next(each for each in problem.crews if each.id == in_hand.day.name_of(shift))
        durations = problem.durations_s[crew.profile]
        way = [crew.start_location, *(location[visit] for visit in _visits(arrangement, shift)), crew.end_location]
        for place in range(len(way) - 1):
            start, end = way[place], way[place + 1]
            detour_s = float(durations[start, here] + durations[here, end] - durations[start, end])
            detours.append((detour_s, shift, place))
    free: dict[int, frozenset[int]] = {}
    for _, shift, place in sorted(detours):
        if shift not in free:
            free[shift] = _free(in_hand, arrangement, stop, shift)
        if place in free[shift]:
            yield shift, place


def _free(in_hand: InHand, arrangement: Arrangement, stop: Placed, shift: int) -> frozenset[int]:
    crew = in_hand.day.name_of(shift)
    return find_places(in_hand.day.problem, crew, _visits(arrangement, shift), stop.visit)


def _visits(arrangement: Arrangement, shift: int) -> list[str]:
    return [each.visit for each in arrangement.rounds.get(shift, ())]
