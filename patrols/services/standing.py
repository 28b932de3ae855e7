"""How a stop of a plan stands: made as somebody recorded, presumed made, missed as the desk says, or ahead."""

from collections.abc import Collection, Iterable
from enum import StrEnum

from django.db.models import QuerySet

from patrols.models import MissedStop, Stop
from patrols.services.progress import Made


class Standing(StrEnum):
    """What is known of a stop."""

    RECORDED = "recorded"
    PRESUMED = "presumed"
    MISSED = "missed"
    AHEAD = "ahead"

    @classmethod
    def of(cls, stop: Stop, made: Made | None, missed: MissedStop | None) -> "Standing":
        """Judge a stop: a passage counts more than the desk's word, and that more than what a plan presumed."""
        if made is not None:
            return cls.RECORDED
        if missed is not None:
            return cls.MISSED
        return cls.PRESUMED if stop.is_done else cls.AHEAD


def read_missed(stops: Collection[Stop]) -> dict[int, MissedStop]:
    """Return what the desk said of some stops, their routes fetched, by the key of the stop."""
    return pair_missed(stops, MissedStop.objects.filter(shift__in={stop.route.shift_id for stop in stops}))


def pair_missed(stops: Iterable[Stop], said: Iterable[MissedStop]) -> dict[int, MissedStop]:
    """Give what the desk said to the stops, their routes fetched, that it holds for.

    It was said of the stop of one version, and holds for those that later versions keep at its hour.
    """
    known = {(each.shift_id, each.absence_id, each.planned_at): each for each in said}
    found = ((stop.pk, known.get((stop.route.shift_id, stop.absence_id, stop.starts_at))) for stop in stops)
    return {stop: missed for stop, missed in found if missed is not None}


def without_missed(stops: "QuerySet[Stop]") -> Iterable[Stop]:
    """Return the stops of which nobody said that they were missed, with their routes."""
    rows = list(stops.select_related("route"))
    missed = read_missed(rows)
    return (stop for stop in rows if stop.pk not in missed)
