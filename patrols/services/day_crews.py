"""The crews of a day: who is on shift, from where they may start, and how a round that is under way goes on."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from geo import french
from geo.models import Commune
from geo.routing import MAX_SNAP_M, Mode
from geo.routing.errors import format_distance
from patrols.errors import DepotTooFarFromStreet, NoShift, UnknownCrew
from patrols.models import Depot, Shift
from patrols.planner import Break, Crew, TimeWindow
from patrols.planner.problem import breaks_in_order
from patrols.services.clock import DayClock
from patrols.services.day_terms import Begun


def read_shifts(
    commune: Commune, day: dt.date, crew_names: Sequence[str], wanted: Collection[int], service: str
) -> dict[str, Shift]:
    """Return the shifts of the day by the name that each has in the problem.

    Parameters
    ----------
    crew_names, wanted, service
        Narrow them by the names of crews, by keys of shifts, or to one service; all of them where empty.

    Raises
    ------
    NoShift, UnknownCrew
    """
    found = Shift.objects.of_day(commune, day)
    if wanted:
        found = found.filter(pk__in=wanted)
    if service:
        found = found.filter(crew__service=service)
    on_shift = list(
        found.select_related("crew", "start_depot", "end_depot")
        .prefetch_related("breaks")
        .order_by("crew__name", "starts_at")
    )
    if not on_shift:
        raise NoShift(day)
    names = [shift.crew.name for shift in on_shift]
    if unknown := [name for name in crew_names if name not in names]:
        raise UnknownCrew(unknown, names)
    chosen = [shift for shift in on_shift if not crew_names or shift.crew.name in crew_names]
    return {_shift_name(shift, names): shift for shift in chosen}


def horizon_of(clock: DayClock, shifts: Iterable[Shift]) -> TimeWindow:
    """Return the hours from the first crew's start to the last one's end."""
    bounds = [(clock.seconds(shift.starts_at), clock.seconds(shift.ends_at)) for shift in shifts]
    return TimeWindow(min(start for start, _ in bounds), max(end for _, end in bounds))


def refuse_far_depots(
    shifts: Iterable[Shift], depots: Sequence[Depot], snap_m: Mapping[Mode, npt.NDArray[np.float64]]
) -> None:
    """Refuse a depot that no street leads to, in the mode of a crew that begins or ends there.

    Parameters
    ----------
    snap_m
        By mode, how far each row of the matrices is from the nearest street; the depots come first.

    Raises
    ------
    DepotTooFarFromStreet
    """
    location = {depot.pk: number for number, depot in enumerate(depots)}
    for shift in shifts:
        mode = Mode(shift.crew.mode)
        for depot in (shift.start_depot, shift.end_depot):
            distance_m = float(snap_m[mode][location[depot.pk]])
            if distance_m > MAX_SNAP_M:
                raise DepotTooFarFromStreet(depot.name, format_distance(distance_m), mode.label)


def make_crew(name: str, shift: Shift, modes: Sequence[Mode], depots: Sequence[Depot], clock: DayClock) -> Crew:
    """Put a shift into the planner's terms."""
    location = {depot.pk: number for number, depot in enumerate(depots)}
    return Crew(
        id=name,
        profile=modes.index(Mode(shift.crew.mode)),
        start_location=location[shift.start_depot_id],
        end_location=location[shift.end_depot_id],
        shift=TimeWindow(clock.seconds(shift.starts_at), clock.seconds(shift.ends_at)),
        breaks=tuple(
            Break(
                earliest_s=clock.seconds(pause.earliest_at),
                latest_s=clock.seconds(pause.latest_at),
                duration_s=float(pause.duration_s),
            )
            for pause in shift.breaks.all()
        ),
    )


def go_on(crew: Crew, begun: Begun | None, start: int | None, clock: DayClock) -> Crew:
    """Return the crew as it goes on with its round; the breaks that no longer fit are given up.

    Parameters
    ----------
    begun
        Its round under way; None where it has not begun.
    start
        The row of the matrices for where it is; None where it is at its depot.
    """
    if begun is None:
        return crew
    opens_s = max(crew.shift.start_s, min(clock.seconds(begun.free_at), crew.shift.end_s))
    kept, free_s = [], opens_s
    for pause in breaks_in_order(crew)[begun.breaks_taken :]:
        starts_s = max(free_s, pause.earliest_s)
        if starts_s <= pause.latest_s and starts_s + pause.duration_s <= crew.shift.end_s:
            kept.append(pause)
            free_s = starts_s + pause.duration_s
    return replace(
        crew,
        start_location=crew.start_location if start is None else start,
        shift=TimeWindow(opens_s, crew.shift.end_s),
        breaks=tuple(kept),
        is_under_way=True,
    )


def _shift_name(shift: Shift, names: Sequence[str]) -> str:
    """Name a shift by its crew, and by its hour too where the crew works twice that day."""
    if names.count(shift.crew.name) == 1:
        return shift.crew.name
    return f"{shift.crew.name} ({french.clock(shift.starts_at)})"
