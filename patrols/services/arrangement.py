"""How a draft stands: who goes where, in which order, what is locked and what is set aside; keys alone."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from django.db.models import prefetch_related_objects

from patrols.errors import NoShift
from patrols.models import Omission, Plan
from patrols.planner import Problem
from patrols.services.day import build_problem
from patrols.services.day_terms import Begun, DayProblem
from patrols.services.elsewhere import seen_to
from patrols.services.risk import weigh_as_planned
from patrols.services.standing import read_missed
from patrols.services.underway import read_begun


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A visit in a round: the ``number``-th passage of the day at a home."""

    absence: int
    number: int
    is_locked: bool = False

    @property
    def visit(self) -> str:
        """Its id in the problem."""
        return f"{self.absence}/{self.number}"


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """What is still to be driven, by shift, in order; and the absences that a person has set aside for the day."""

    rounds: Mapping[int, tuple[Placed, ...]]
    excluded: frozenset[int] = frozenset()

    def find(self, absence: int, number: int) -> tuple[int, int] | None:
        """Return the shift and the place, from 0, of a visit; None when no round has it."""
        for shift, stops in self.rounds.items():
            for place, stop in enumerate(stops):
                if (stop.absence, stop.number) == (absence, number):
                    return shift, place
        return None

    def without(self, absence: int, number: int | None = None) -> "Arrangement":
        """Return the arrangement with one passage of a home, or all of them, in no round."""
        kept = {
            shift: tuple(stop for stop in stops if stop.absence != absence or number not in (None, stop.number))
            for shift, stops in self.rounds.items()
        }
        return replace(self, rounds=kept)

    def with_stop(self, stop: Placed, shift: int, place: int) -> "Arrangement":
        """Return the arrangement with a stop more, at a place counted from 0."""
        stops = self.rounds.get(shift, ())
        return replace(self, rounds={**self.rounds, shift: (*stops[:place], stop, *stops[place:])})

    def with_lock(self, absence: int, number: int, *, is_locked: bool) -> "Arrangement":
        """Return the arrangement with a stop locked or not."""
        return replace(
            self,
            rounds={
                shift: tuple(
                    replace(stop, is_locked=is_locked)
                    if (stop.absence, stop.number) == (absence, number)
                    else stop
                    for stop in stops
                )
                for shift, stops in self.rounds.items()
            },
        )

    def unlocked(self) -> "Arrangement":
        """Return the arrangement without its locks."""
        rounds = {
            shift: tuple(replace(stop, is_locked=False) for stop in stops) for shift, stops in self.rounds.items()
        }
        return replace(self, rounds=rounds)

    def locks_alone(self) -> "Arrangement":
        """Return what a search must keep: the locked stops, with their crews, and what is set aside."""
        rounds = {shift: tuple(stop for stop in stops if stop.is_locked) for shift, stops in self.rounds.items()}
        return replace(self, rounds=rounds)

    @property
    def locked(self) -> dict[str, int]:
        """The visits that are locked, with the shift of each."""
        return {stop.visit: shift for shift, stops in self.rounds.items() for stop in stops if stop.is_locked}

    def homes(self, shift: int) -> list[int]:
        """Return the homes of a round in their order."""
        return [stop.absence for stop in self.rounds.get(shift, ())]

    def as_json(self) -> dict[str, object]:
        """Return the arrangement as it is kept with a change."""
        return {
            "rounds": {
                str(shift): [[stop.absence, stop.number, stop.is_locked] for stop in stops]
                for shift, stops in self.rounds.items()
            },
            "excluded": sorted(self.excluded),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> "Arrangement":
        """Read back what `as_json` wrote."""
        rounds: Mapping[str, list[tuple[int, int, bool]]] = kept["rounds"]  # type: ignore[assignment]
        excluded: list[int] = kept["excluded"]  # type: ignore[assignment]
        return cls(
            rounds={
                int(shift): tuple(Placed(absence=a, number=n, is_locked=locked) for a, n, locked in stops)
                for shift, stops in rounds.items()
            },
            excluded=frozenset(excluded),
        )


@dataclass(frozen=True, kw_only=True)
class InHand:
    """A plan with the day as it is now: what its crews have done, what is owed, and how the rest is arranged.

    ``saved`` is the arrangement as the plan has it, ``gone`` the passages of it that are not owed any more: a home
    lived in again, or seen to by others, in this plan or another.
    """

    plan: Plan
    day: DayProblem
    saved: Arrangement
    arrangement: Arrangement
    gone: tuple[Placed, ...]

    def left_by(self, arrangement: Arrangement) -> frozenset[int]:
        """Return the shifts whose rounds an arrangement leaves as they are: the same homes in that order."""
        shifts = [route.shift_id for route in self.plan.routes.all()]
        return frozenset(shift for shift in shifts if arrangement.homes(shift) == self.saved.homes(shift))

    def place_kept(self, shift: int, place: int, moved: tuple[int, int]) -> int:
        """Return the place, from 0 among the stops still owed, of one among those to come of the plan as saved.

        ``moved`` is the home and number of the passage that goes there, which counts in neither.
        """
        stops = [stop for stop in self.saved.rounds.get(shift, ()) if (stop.absence, stop.number) != moved]
        return place - sum(stop in self.gone for stop in stops[:place])

    def place_saved(self, shift: int, place: int, moved: tuple[int, int]) -> int:
        """Return the place, from 0 among those to come of the plan as saved, of one among the stops still owed."""
        saved = place
        while self.place_kept(shift, saved, moved) < place:
            saved += 1
        return saved


def take_in_hand(
    plan: Plan, *, now: dt.datetime, routing_dir: Path, delays_s: Mapping[int, float] | None = None
) -> InHand:
    """Read a plan and the day around it.

    Parameters
    ----------
    delays_s
        Seconds that a crew is held where it is from now on, by shift.

    Raises
    ------
    NoShift, DepotTooFarFromStreet, geo.routing.RoutingError
        When the day cannot be planned as it stands.
    """
    prefetch_related_objects([plan], "routes__shift__crew", "routes__stops", "omissions")
    shifts = [route.shift_id for route in plan.routes.all()]
    if not shifts:
        raise NoShift(plan.day)
    begun = read_begun(plan, now=now, delays_s=delays_s or {})
    day = build_problem(
        plan.commune,
        plan.day,
        shifts_wanted=shifts,
        elsewhere=seen_to(plan.commune, plan.day, shifts, begun, now),
        begun=begun,
        weigh=weigh_as_planned(plan),
        now=now,
        routing_dir=routing_dir,
    )
    saved = _read_arrangement(plan, begun)
    kept, gone = _reconcile(saved, day)
    return InHand(plan=plan, day=day, saved=saved, arrangement=kept, gone=gone)


def read_decisions(plan: Plan, day: DayProblem) -> Arrangement:
    """Return what was decided by hand in a plan and holds on a day as it is now: stops locked, homes set aside.

    The lock of a crew for which the day is not planned holds nobody.
    """
    prefetch_related_objects([plan], "routes__stops", "omissions")
    arrangement, _ = _reconcile(_read_arrangement(plan, day.begun), day)
    planned = {shift.pk for shift in day.shifts.values()}
    rounds = {shift: stops for shift, stops in arrangement.rounds.items() if shift in planned}
    return replace(arrangement, rounds=rounds).locks_alone()


def problem_of(day: DayProblem, arrangement: Arrangement) -> Problem:
    """Return the day's problem under the locks of an arrangement, without what it sets aside."""
    excluded = arrangement.excluded
    visits = tuple(visit for visit in day.problem.visits if day.visits[visit.id].absence.pk not in excluded)
    return replace(day.problem, visits=visits, locked_crews=locks_of(day, arrangement))


def locks_of(day: DayProblem, arrangement: Arrangement) -> dict[str, str]:
    """Return the visits that an arrangement locks, with the crew of each."""
    return {visit: day.name_of(shift) for visit, shift in arrangement.locked.items()}


def _read_arrangement(plan: Plan, begun: Mapping[int, Begun]) -> Arrangement:
    """Return how a plan arranges what is to come; what was missed is owed again, and has no place yet."""
    missed = read_missed([stop for route in plan.routes.all() for stop in route.stops.all()])
    rounds = {}
    for route in plan.routes.all():
        done = (
            {(stop.absence.pk, stop.number) for stop in begun[route.shift_id].done}
            if route.shift_id in begun
            else set()
        )
        rounds[route.shift_id] = tuple(
            Placed(absence=stop.absence_id, number=stop.visit_number, is_locked=stop.is_locked)
            for stop in route.stops.all()
            if (stop.absence_id, stop.visit_number) not in done and stop.pk not in missed
        )
    by_hand = Omission.Reason.BY_HAND
    excluded = frozenset(each.absence_id for each in plan.omissions.all() if each.reason == by_hand)
    return Arrangement(rounds=rounds, excluded=excluded)


def _reconcile(found: Arrangement, day: DayProblem) -> tuple[Arrangement, tuple[Placed, ...]]:
    """Name the visits as the day does now; those that are not owed any more leave their rounds."""
    free: dict[int, list[int]] = defaultdict(list)
    for due in day.visits.values():
        free[due.absence.pk].append(due.number)
    for numbers in free.values():
        numbers.sort()
    named: dict[tuple[int, int], int] = {}
    made = {(stop.absence.pk, stop.number) for begun in day.begun.values() for stop in begun.done}
    stops = sorted(
        (stop for stops in found.rounds.values() for stop in stops), key=lambda stop: (stop.absence, stop.number)
    )
    for stop in stops:
        if free[stop.absence] and (stop.absence, stop.number) not in made:
            named[stop.absence, stop.number] = free[stop.absence].pop(0)
    rounds = {
        shift: tuple(
            replace(stop, number=named[stop.absence, stop.number])
            for stop in stops
            if (stop.absence, stop.number) in named
        )
        for shift, stops in found.rounds.items()
    }
    gone = tuple(stop for stop in stops if (stop.absence, stop.number) not in named)
    return replace(found, rounds=rounds), gone
