"""The night that goes on after midnight: its plan is that of the day on which its shifts began."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from absences.models import Absence, AbsenceQuerySet
from geo.models import Commune
from patrols.models import Route, Shift


@dataclass(frozen=True, kw_only=True)
class Night:
    """A day of before whose crews are still out: how many, and until when the last of them."""

    day: dt.date
    crews: int
    ends_at: dt.datetime


def find_night_under_way(commune: Commune, *, now: dt.datetime) -> Night | None:
    """Return the night of a day before that a crew is still driving; None where all are home, or have no round."""
    rounds = Route.objects.filter(plan__commune=commune, plan__version__isnull=False)
    out = Shift.objects.filter(pk__in=rounds.values("shift"), day__lt=timezone.localdate(now), ends_at__gt=now)
    ends = list(out.order_by("ends_at").values_list("day", "ends_at"))
    if not ends:
        return None
    day, ends_at = ends[-1]
    return Night(day=day, crews=len(ends), ends_at=ends_at)


def still_vacant(day: dt.date, *, now: dt.datetime, over_at: dt.datetime) -> AbsenceQuerySet:
    """Return the absences whose homes a crew of a day is to pass; after midnight, without who came home since.

    Parameters
    ----------
    over_at
        When the last of its crews is home: from then on the day is history, and nobody leaves it.
    """
    until = max(day, timezone.localdate(now)) if now < over_at else day
    return Absence.objects.vacant_through(day, until)
