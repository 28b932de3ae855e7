"""The stops of a plan that are not to be made any more, and why: what somebody must know who would publish it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max, Min

from geo import french
from patrols.errors import PatrolError
from patrols.models import Passage, Shift, Stop
from patrols.services.arrangement import InHand
from patrols.services.clock import DayClock
from patrols.services.nights import still_vacant


class StopsAreGone(PatrolError):
    """Des arrêts du plan ne sont plus à faire ; il n'est pas publié."""

    def __init__(self, gone: Sequence["GoneStop"]) -> None:
        self.gone = tuple(gone)
        what, act = (
            ("un de ses arrêts n'est plus à faire", "Retirez-le")
            if len(gone) == 1
            else (f"{len(gone)} de ses arrêts ne sont plus à faire", "Retirez-les")
        )
        super().__init__(f"Le plan n'est pas publié : {what}. {act} pour le publier.")


@dataclass(frozen=True, kw_only=True)
class GoneStop:
    """A stop that is not to be made any more; ``passage`` is the last one made at its home meanwhile, if any."""

    stop: Stop
    passage: Passage | None
    is_back: bool

    def sentence(self, *, passed_by: str) -> str:
        """Tell the stop by its place and its crew, and why; ``passed_by`` is empty where it is not told."""
        crew, at = self.stop.route.shift.crew.name, french.clock(self.stop.starts_at)
        return f"Arrêt {self.stop.order} de l'équipage {crew}, à {at} : {self._why(passed_by)}."

    def _why(self, passed_by: str) -> str:
        if self.is_back:
            return "le logement est de nouveau habité"
        if self.passage is None:
            return "un autre équipage s'en charge"
        at = french.clock(self.passage.done_at)
        return f"l'équipage {passed_by} y est passé à {at}" if passed_by else f"un passage y a été fait à {at}"


def read_gone(in_hand: InHand, *, now: dt.datetime) -> list[GoneStop]:
    """Return the stops of a plan in hand that are not owed any more, round after round."""
    plan, homes = in_hand.plan, [each.absence for each in in_hand.gone]
    shifts = Shift.objects.filter(routes__plan=plan).aggregate(begin_at=Min("starts_at"), over_at=Max("ends_at"))
    since = max(shifts["begin_at"], DayClock(plan.day).midnight)
    passages = Passage.objects.counted().filter(absence__in=homes, done_at__range=(since, now)).order_by("done_at")
    last = {passage.absence_id: passage for passage in passages}
    still = still_vacant(plan.day, now=now, over_at=shifts["over_at"])
    vacant = set(still.filter(pk__in=homes).values_list("pk", flat=True))
    gone = {(each.absence, each.number) for each in in_hand.gone}
    stops = Stop.objects.filter(route__plan=plan, absence__in=homes).order_by("route__shift", "order")
    return [
        GoneStop(stop=stop, passage=last.get(stop.absence_id), is_back=stop.absence_id not in vacant)
        for stop in stops.select_related("route__shift__crew")
        if (stop.absence_id, stop.visit_number) in gone
    ]
