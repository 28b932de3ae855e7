"""What changed from one plan of a day to another, stop by stop and stay by stay."""

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from geo import french
from patrols.models import Plan, RouteStay, Stop

LEAST_TOLD = dt.timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class PlaceAt:
    """A place where a crew is to be, in a round, at an hour."""

    shift: int
    crew: str
    starts_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class VisitAt(PlaceAt):
    """A passage at a home."""

    absence: int
    number: int


@dataclass(frozen=True, kw_only=True)
class StayAt(PlaceAt):
    """A stay in a street, whose name is empty where it has none."""

    street: str


@dataclass(frozen=True, kw_only=True)
class Changes[Place: PlaceAt]:
    """What changed of passages, or of stays, each kind in the order of the hours; pairs are (before, after)."""

    added: tuple[Place, ...]
    removed: tuple[Place, ...]
    moved: tuple[tuple[Place, Place], ...]
    retimed: tuple[tuple[Place, Place], ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.moved or self.retimed)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """From one plan to another."""

    visits: Changes[VisitAt]
    stays: Changes[StayAt]

    def __bool__(self) -> bool:
        return bool(self.visits or self.stays)

    def sentences(self) -> list[str]:
        """Tell the difference in counts; no home is named."""
        if not self:
            return ["Les deux plans sont les mêmes, à la minute près."]
        visits, stays = self.visits, self.stays
        told = (
            (len(visits.added), "passage ajouté", "passages ajoutés"),
            (len(visits.removed), "passage retiré", "passages retirés"),
            (len(visits.moved), "passage confié à un autre équipage", "passages confiés à un autre équipage"),
            (len(visits.retimed), "passage à une autre heure", "passages à une autre heure"),
            (len(stays.added), "présence ajoutée", "présences ajoutées"),
            (len(stays.removed), "présence retirée", "présences retirées"),
            (len(stays.moved), "présence confiée à un autre équipage", "présences confiées à un autre équipage"),
            (len(stays.retimed), "présence à une autre heure", "présences à une autre heure"),
        )
        return [f"{french.counted(count, one, several)}." for count, one, several in told if count]


def difference(before: Plan, after: Plan) -> Difference:
    """Compare two plans: passages of a home, and stays at a place, are paired by their hours.

    Hours differ from a minute on.
    """
    return Difference(
        visits=_compare(_visits(before), _visits(after)), stays=_compare(_stays(before), _stays(after))
    )


def _compare[Place: PlaceAt](
    was: Mapping[Hashable, list[Place]], becomes: Mapping[Hashable, list[Place]]
) -> Changes[Place]:
    added, removed, moved, retimed = [], [], [], []
    for key in {**was, **becomes}:
        old, new = was.get(key, []), becomes.get(key, [])
        pairs = list(zip(old, new, strict=False))
        moved += [(one, other) for one, other in pairs if one.shift != other.shift]
        retimed += [
            (one, other)
            for one, other in pairs
            if one.shift == other.shift and abs(other.starts_at - one.starts_at) >= LEAST_TOLD
        ]
        removed += old[len(new) :]
        added += new[len(old) :]
    return Changes(
        added=tuple(sorted(added, key=_hour)),
        removed=tuple(sorted(removed, key=_hour)),
        moved=tuple(sorted(moved, key=_hour_after)),
        retimed=tuple(sorted(retimed, key=_hour_after)),
    )


def _hour(place: PlaceAt) -> dt.datetime:
    return place.starts_at


def _hour_after(pair: tuple[PlaceAt, PlaceAt]) -> dt.datetime:
    _, after = pair
    return after.starts_at


def _visits(plan: Plan) -> dict[Hashable, list[VisitAt]]:
    stops = Stop.objects.filter(route__plan=plan).select_related("route__shift__crew").order_by("starts_at")
    visits: dict[Hashable, list[VisitAt]] = defaultdict(list)
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


def _stays(plan: Plan) -> dict[Hashable, list[StayAt]]:
    rows = RouteStay.objects.filter(route__plan=plan).select_related("route__shift__crew").order_by("arrives_at")
    stays: dict[Hashable, list[StayAt]] = defaultdict(list)
    for row in rows:
        stays[row.point.coords].append(
            StayAt(
                street=row.street_name,
                shift=row.route.shift_id,
                crew=row.route.shift.crew.name,
                starts_at=row.arrives_at,
            )
        )
    return stays
