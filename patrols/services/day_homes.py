"""The vacant homes of a day: which passages they are due, when, and why one cannot be planned at all."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from absences.models import Absence, AbsenceQuerySet, AllowedHours
from geo import french
from geo.models import Commune
from geo.routing import MAX_SNAP_M
from geo.routing.errors import format_distance
from patrols.models import Crew, Omission, Passage, Shift
from patrols.planner import TimeWindow, Visit
from patrols.planner.priority import DAYS_PER_WEEK, priority, visits_due
from patrols.services.allowed_hours import list_windows
from patrols.services.clock import ONE_DAY_S, DayClock, cut_windows
from patrols.services.day_terms import DueVisit, SetAside

SEPARATION_S = 3 * 3600.0  # two passages of a day, so that hours cannot be guessed from one of them


@dataclass(frozen=True, kw_only=True)
class DueHome:
    """One vacant home with what the formula of priority asks for.

    ``other`` is the passage of the day that counts already; ``hemmed_in`` says why it leaves no hour, where so.
    """

    absence: Absence
    location: int
    windows: tuple[TimeWindow, ...]
    prizes: Mapping[int, float]
    far_m: float | None
    other: dt.datetime | None
    hemmed_in: str
    excluded_crews: frozenset[int]


def read_absences(commune: Commune, vacant: AbsenceQuerySet) -> list[Absence]:
    """Return the absences of a commune among some, in one order."""
    return list(vacant.filter(commune=commune).order_by("pk"))


def read_homes(
    absences: Sequence[Absence],
    clock: DayClock,
    horizon: TimeWindow,
    first_location: int,
    nearest_m: npt.NDArray[np.float64],
    elsewhere: Mapping[int, Sequence[dt.datetime]],
    factors: Mapping[int, float],
) -> list[DueHome]:
    """Return the homes with the passages that they are due and what each is worth.

    Parameters
    ----------
    horizon
        From the first crew's start to the last one's end.
    first_location
        The row of the first home in the matrices; the others follow in the order of ``absences``.
    nearest_m
        How far each row is from the nearest street of any mode.
    elsewhere
        Passages that others make or have made, by absence.
    factors
        What the priority of some homes is multiplied by, by absence.
    """
    before = clock.moment(horizon.start_s)
    last_passage = Passage.objects.latest_by_absence(absences, before=before)
    recent = count_recent(absences, clock)
    today = Passage.objects.count_by_absence(absences, since=clock.midnight, before=before)
    hours_of, excluded = _read_hours(absences), _read_excluded(absences)
    homes = []
    for location, absence in enumerate(absences, start=first_location):
        begun = DayClock(absence.first_day).midnight
        days_left = (absence.last_day - clock.day).days
        due = count_due(absence, clock.day, recent.get(absence.pk, 0))
        others = elsewhere.get(absence.pk, ())
        already = today.get(absence.pk, 0) + len(others)
        hours = hours_of.get(absence.pk)
        allowed = list_windows(hours, clock) if hours else (horizon,)
        left = cut_windows(allowed, [clock.seconds(each) for each in others], SEPARATION_S)
        hemmed_in = _tell_hemmed_in(allowed, left, others, clock, horizon) if others else ""
        since_s = (before - max(begun, last_passage.get(absence.pk, begun))).total_seconds()
        far_m = float(nearest_m[location])
        homes.append(
            DueHome(
                absence=absence,
                location=location,
                windows=() if hemmed_in else left,
                other=others[0] if others else None,
                hemmed_in=hemmed_in,
                prizes={
                    number: float(
                        priority(
                            days_since_passage=max(0.0, since_s / ONE_DAY_S),
                            passages_per_week=absence.passages_per_week,
                            days_left=days_left,
                            visit_number=number,
                            risk_weight=factors.get(absence.pk, 1.0),
                        )
                    )
                    for number in range(already + 1, due + 1)
                },
                far_m=far_m if far_m > MAX_SNAP_M else None,
                excluded_crews=frozenset(excluded.get(absence.pk, ())),
            )
        )
    return homes


def count_recent(absences: Sequence[Absence], clock: DayClock) -> Mapping[int, int]:
    """Return how many passages homes had in the six days before the clock's day, by absence."""
    week_ago = clock.moment(-(DAYS_PER_WEEK - 1) * ONE_DAY_S)
    return Passage.objects.count_by_absence(absences, since=week_ago, before=clock.midnight)


def count_due(absence: Absence, day: dt.date, recent: int) -> int:
    """Return how many passages a vacant home is due on a day: 0, 1 or 2.

    Parameters
    ----------
    recent
        Those it had in the six days before.
    """
    return int(
        visits_due(
            passages_per_week=absence.passages_per_week,
            days_watched=(day - absence.first_day).days + 1,
            recent_passages=recent,
            days_left=(absence.last_day - day).days,
        )
    )


def make_visit(key: str, home: DueHome, prize: float, shifts: Mapping[str, Shift]) -> Visit:
    """Put a passage due into the planner's terms."""
    return Visit(
        id=key,
        home=str(home.absence.pk),
        location=home.location,
        prize=prize,
        service_s=float(home.absence.service_time_s),
        windows=home.windows,
        min_separation_s=SEPARATION_S,
        excluded_crews=frozenset(name for name, shift in shifts.items() if shift.crew_id in home.excluded_crews),
    )


def set_aside(home: DueHome, due: DueVisit, prize: float) -> SetAside:
    """Say why a passage due cannot be planned at all, in a sentence that says what to do."""
    if home.far_m is not None:
        reason = Omission.Reason.UNREACHABLE
        sentence = (
            f"À {format_distance(home.far_m)} de toute rue (limite : {format_distance(MAX_SNAP_M)}) : "
            "vérifiez la position du logement."
        )
    elif home.hemmed_in:
        reason = Omission.Reason.WINDOW
        sentence = home.hemmed_in
    else:
        reason = Omission.Reason.WINDOW
        sentence = "Les heures autorisées excluent ce jour : élargissez-les pour permettre un passage."
    return SetAside(visit=due, reason=reason, sentence=sentence, prize=prize)


def _tell_hemmed_in(
    allowed: Sequence[TimeWindow],
    left: Sequence[TimeWindow],
    others: Sequence[dt.datetime],
    clock: DayClock,
    horizon: TimeWindow,
) -> str:
    """Say that the other passages are too near to all hours of the day; nothing where some are left.

    Parameters
    ----------
    allowed, left
        The hours permitted, and those of them that the others leave; both may reach the days before and after.
    """
    over_s = max(ONE_DAY_S, horizon.end_s)
    of_day, open_still = ([w for w in each if w.end_s > 0 and w.start_s < over_s] for each in (allowed, left))
    if open_still or not of_day:
        return ""
    waits_till = others[-1] + dt.timedelta(seconds=SEPARATION_S)
    ends = french.clock(clock.moment(of_day[-1].end_s))
    is_any_hour = of_day == [horizon]
    return (
        f"À moins de trois heures du passage de {french.clock(others[-1])} : il faudrait attendre "
        f"{french.clock(waits_till)}, et "
        f"{'la dernière vacation finit' if is_any_hour else 'les heures permises finissent'} à {ends}."
    )


def _read_hours(absences: Sequence[Absence]) -> Mapping[int, list[AllowedHours]]:
    # By queries of their own, here and below: a prefetch makes a query set a home, 0.3 s for 2,000 homes.
    hours_of: dict[int, list[AllowedHours]] = defaultdict(list)
    for hours in AllowedHours.objects.filter(absence__in=absences):
        hours_of[hours.absence_id].append(hours)
    return hours_of


def _read_excluded(absences: Sequence[Absence]) -> Mapping[int, list[int]]:
    excluded: dict[int, list[int]] = defaultdict(list)
    pairs = Crew.excluded_absences.through.objects.filter(absence__in=absences)
    for absence, crew in pairs.values_list("absence", "crew"):
        excluded[absence].append(crew)
    return excluded
