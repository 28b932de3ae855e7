"""What changed from one plan of a day to another, stop by stop."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from geo import french
from patrols.models import Plan, Stop

LEAST_TOLD = dt.timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class VisitAt:
    """A passage at a home, in a round, at an hour."""

    absence: int
    number: int
    shift: int
    crew: str
    starts_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Difference:
    """From one plan to another, each kind in the order of the hours; pairs are (before, after)."""

    added: tuple[VisitAt, ...]
    removed: tuple[VisitAt, ...]
    moved: tuple[tuple[VisitAt, VisitAt], ...]
    retimed: tuple[tuple[VisitAt, VisitAt], ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.moved or self.retimed)

    def sentences(self) -> list[str]:
        """Tell the difference in counts; no home is named."""
        if not self:
            return ["Les deux plans sont les mêmes, à la minute près."]
        told = (
            (len(self.added), "passage ajouté", "passages ajoutés"),
            (len(self.removed), "passage retiré", "passages retirés"),
            (len(self.moved), "passage confié à un autre équipage", "passages confiés à un autre équipage"),
            (len(self.retimed), "passage à une autre heure", "passages à une autre heure"),
        )
        return [f"{french.counted(count, one, several)}." for count, one, several in told if count]


def difference(before: Plan, after: Plan) -> Difference:
    """Compare two plans: passages of a home are paired by their hours, which differ from a minute on."""
    was, becomes = _visits(before), _visits(after)
    added, removed, moved, retimed = [], [], [], []
    for absence in sorted(was.keys() | becomes.keys()):
        old, new = was.get(absence, []), becomes.get(absence, [])
        pairs = list(zip(old, new, strict=False))
        moved += [(one, other) for one, other in pairs if one.shift != other.shift]
        retimed += [
            (one, other)
            for one, other in pairs
            if one.shift == other.shift and abs(other.starts_at - one.starts_at) >= LEAST_TOLD
        ]
        removed += old[len(new) :]
        added += new[len(old) :]
    return Difference(
        added=tuple(sorted(added, key=_hour)),
        removed=tuple(sorted(removed, key=_hour)),
        moved=tuple(sorted(moved, key=_hour_after)),
        retimed=tuple(sorted(retimed, key=_hour_after)),
    )


def _hour(visit: VisitAt) -> dt.datetime:
    return visit.starts_at


def _hour_after(pair: tuple[VisitAt, VisitAt]) -> dt.datetime:
    _, after = pair
    return after.starts_at


def _visits(plan: Plan) -> dict[int, list[VisitAt]]:
    stops = Stop.objects.filter(route__plan=plan).select_related("route__shift__crew").order_by("starts_at")
    visits: dict[int, list[VisitAt]] = defaultdict(list)
    for stop in stops:
        visits[stop.absence_id].append(
            VisitAt(
                absence=stop.absence_id,
                number=stop.visit_number,
                shift=stop.route.shift_id,
                crew=stop.route.shift.crew.name,
                starts_at=stop.starts_at,
            )
        )
    return visits
