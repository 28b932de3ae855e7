"""The tiny town with a draft that a search made, and one's hands on it."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from patrols.models import Plan, PlanEdit, Shift, Stop
from patrols.planner import MaxIterations
from patrols.services import plan_day
from patrols.services.editing import Change, Trial, apply_change, try_change
from tests.builders import DAY, Town, at

FEW = MaxIterations(200)
NOON = at(12)


@dataclass
class Hand:
    """A draft of the town at its revision, changed at noon unless said otherwise."""

    town: Town
    routing_dir: Path
    plan: Plan
    now: dt.datetime = NOON

    def fresh(self) -> Plan:
        return Plan.objects.get(pk=self.plan.pk)

    def try_(self, act: str, absence: int, **where: int) -> Trial:
        return try_change(self.fresh(), change(act, absence, **where), now=self.now, routing_dir=self.routing_dir)

    def do(self, act: str, absence: int, *, revision: int | None = None, **where: int) -> Trial:
        fresh = self.fresh()
        return apply_change(
            fresh,
            change(act, absence, **where),
            revision=fresh.revision if revision is None else revision,
            by=None,
            now=self.now,
            routing_dir=self.routing_dir,
        )

    def order(self, number: int) -> list[int]:
        """The homes of a crew's round, in order."""
        return [stop.absence_id for stop in self.stops(number)]

    def stops(self, number: int) -> list[Stop]:
        shift = self.town.shifts[number]
        return list(Stop.objects.filter(route__plan=self.plan, route__shift=shift).order_by("order"))


def change(act: str, absence: int, **where: int) -> Change:
    return Change(act=PlanEdit.Kind(act), absence=absence, **where)


def take(town: Town, routing_dir: Path) -> Hand:
    return Hand(
        town=town,
        routing_dir=routing_dir,
        plan=plan_day(town.commune, DAY, stop=FEW, seed=7, routing_dir=routing_dir),
    )


def give_all_to_alpha(hand: Hand) -> None:
    """Bring every stop into Alpha's round by hand, so that a test knows where it begins."""
    alpha = hand.town.shifts[0].pk
    for stop in hand.stops(1):
        hand.do("move", stop.absence_id, number=stop.visit_number, shift=alpha, place=len(hand.order(0)) + 1)


def a_stop(hand: Hand) -> Stop:
    stop = Stop.objects.filter(route__plan=hand.plan).order_by("route__shift", "order").first()
    assert stop is not None
    return stop


def other_shift(hand: Hand, stop: Stop) -> Shift:
    return next(shift for shift in hand.town.shifts if shift.pk != stop.route.shift_id)


def everything(hand: Hand) -> list[tuple[object, ...]]:
    """Each stop of the draft with its shift, its hour and its lock."""
    stops = Stop.objects.filter(route__plan=hand.plan).order_by("route__shift", "order")
    return list(stops.values_list("route__shift", "absence", "starts_at", "is_locked"))
