"""The day to plan, read from the database and put into the planner's terms."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from absences.models import Absence
from geo.models import Commune
from geo.routing import MAX_SNAP_M, Engine, Mode, open_engine
from geo.routing.errors import format_distance
from patrols.errors import DepotTooFarFromStreet, NoShift, UnknownCrew
from patrols.models import Depot, Omission, Passage, Shift
from patrols.planner import Break, Crew, Problem, TimeWindow, Visit
from patrols.planner.priority import DAYS_PER_WEEK, priority, visits_due
from patrols.planner.problem import breaks_in_order
from patrols.services.clock import ONE_DAY_S, DayClock, cut_windows, merge_windows

SEPARATION_S = 3 * 3600.0  # two passages of a day, so that hours cannot be guessed from one of them
RELEVANT_DAYS = (-1, 0, 1)  # hours that open on the eve may still be open; a night shift reaches the day after


@dataclass(frozen=True, kw_only=True)
class DueVisit:
    """One passage that a home is due on the day."""

    absence: Absence
    number: int


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """A due passage that no search could place, and why."""

    visit: DueVisit
    reason: Omission.Reason
    sentence: str
    prize: float


@dataclass(frozen=True, kw_only=True)
class DayProblem:
    """A problem for the planner and what its identifiers stand for.

    Parameters
    ----------
    problem
        Crew ids are the names of the day's crews, visit ids ``<absence pk>/<visit number>``.
    points
        Shape (n, 2), lon and lat of the matrices' locations: depots first, then homes.
    set_aside
        Passages left out before the search.
    """

    commune: Commune
    clock: DayClock
    problem: Problem
    shifts: Mapping[str, Shift]
    visits: Mapping[str, DueVisit]
    points: npt.NDArray[np.float64]
    set_aside: tuple[SetAside, ...]
    begun: Mapping[int, "Begun"] = field(default_factory=dict)

    def name_of(self, shift: int) -> str:
        """Return the crew id of a shift in the problem.

        Raises
        ------
        KeyError
            When the shift is not planned for.
        """
        return next(name for name, each in self.shifts.items() if each.pk == shift)


@dataclass(frozen=True, kw_only=True)
class DoneStop:
    """A stop that lies behind a crew, at the hours of its passage where it was recorded."""

    absence: Absence
    number: int
    arrives_at: dt.datetime
    starts_at: dt.datetime
    leaves_at: dt.datetime
    prize: float
    is_locked: bool


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A round that is under way: what is done, and where and when the crew is free for the rest of it.

    Parameters
    ----------
    free_at
        Not before now.
    point
        Lon and lat of where the crew is; None where it is still at its depot.
    breaks_taken
        How many of the breaks of the shift, in their order, it has had.
    """

    done: tuple[DoneStop, ...]
    free_at: dt.datetime
    point: tuple[float, float] | None
    breaks_taken: int


@dataclass(frozen=True, kw_only=True)
class _Home:
    """One vacant home with what the formula of priority asks for."""

    absence: Absence
    location: int
    windows: tuple[TimeWindow, ...]
    prizes: Mapping[int, float]
    far_m: float | None
    is_hemmed_in: bool


def build_problem(
    commune: Commune,
    day: dt.date,
    *,
    crew_names: Sequence[str] = (),
    shifts_wanted: Collection[int] = (),
    service: str = "",
    elsewhere: Mapping[int, Sequence[dt.datetime]] | None = None,
    begun: Mapping[int, Begun] | None = None,
    routing_dir: Path,
) -> DayProblem:
    """Read the day from the database: shifts, vacant homes, what each is due, and the travel times.

    Parameters
    ----------
    crew_names
        Crews to plan for; all on shift when empty.
    shifts_wanted, service
        Narrow the shifts by their keys, or to the crews of one service.
    elsewhere
        Passages that others make or have made, by absence: they count as done, and ours keep their distance.
    begun
        The rounds that are under way, by shift: they go on from where the crew is.
    routing_dir
        Where `geo.routing` keeps its datasets.

    Raises
    ------
    NoShift, UnknownCrew, DepotTooFarFromStreet
    geo.routing.RoutingDataMissing
        If the town's streets were never imported.
    """
    clock = DayClock(day)
    shifts = _read_shifts(commune, day, crew_names, shifts_wanted, service)
    begun = begun or {}
    depots = list({depot.pk: depot for s in shifts.values() for depot in (s.start_depot, s.end_depot)}.values())
    absences = _read_absences(commune, day)
    underway = {shift: each.point for shift, each in begun.items() if each.point is not None}
    places = [*(depot.point.coords for depot in depots), *(absence.point.coords for absence in absences)]
    starts = {shift: len(places) + number for number, shift in enumerate(underway)}
    points = np.array([*places, *underway.values()])
    modes = tuple(dict.fromkeys(Mode(shift.crew.mode) for shift in shifts.values()))
    engines = {mode: open_engine(routing_dir, mode) for mode in modes}
    snap_m = {mode: engine.snap_distances_m(points) for mode, engine in engines.items()}
    _refuse_far_depots(shifts.values(), depots, snap_m)
    nearest_m = np.vstack(list(snap_m.values())).min(axis=0)
    horizon = _horizon(clock, shifts.values())
    homes = _read_homes(absences, clock, horizon, len(depots), nearest_m, elsewhere or {})
    visits = {
        f"{home.absence.pk}/{number}": (home, DueVisit(absence=home.absence, number=number), prize)
        for home in homes
        for number, prize in home.prizes.items()
    }
    placed = {key: value for key, value in visits.items() if value[0].windows and value[0].far_m is None}
    return DayProblem(
        commune=commune,
        clock=clock,
        problem=Problem(
            durations_s=tuple(_travel_times(engines[mode], points, snap_m[mode]) for mode in modes),
            visits=tuple(_make_visit(key, home, prize, shifts) for key, (home, _, prize) in placed.items()),
            crews=tuple(
                _go_on(
                    _make_crew(name, shift, modes, depots, clock), begun.get(shift.pk), starts.get(shift.pk), clock
                )
                for name, shift in shifts.items()
            ),
        ),
        shifts=shifts,
        visits={key: due for key, (_, due, _) in placed.items()},
        points=points,
        set_aside=tuple(
            _set_aside(home, due, prize) for key, (home, due, prize) in visits.items() if key not in placed
        ),
        begun=begun,
    )


def _read_absences(commune: Commune, day: dt.date) -> list[Absence]:
    return list(
        Absence.objects.filter(commune=commune)
        .vacant_on(day)
        .order_by("pk")
        .select_related("address")
        .prefetch_related("allowed_hours", "excluded_crews")
    )


def _horizon(clock: DayClock, shifts: Iterable[Shift]) -> TimeWindow:
    """Return the hours from the first crew's start to the last one's end."""
    bounds = [(clock.seconds(shift.starts_at), clock.seconds(shift.ends_at)) for shift in shifts]
    return TimeWindow(min(start for start, _ in bounds), max(end for _, end in bounds))


def _read_shifts(
    commune: Commune, day: dt.date, crew_names: Sequence[str], wanted: Collection[int], service: str
) -> dict[str, Shift]:
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


def _shift_name(shift: Shift, names: Sequence[str]) -> str:
    """Name a shift by its crew, and by its hour too where the crew works twice that day."""
    if names.count(shift.crew.name) == 1:
        return shift.crew.name
    return f"{shift.crew.name} ({shift.starts_at.astimezone():%H h %M})"


def _refuse_far_depots(
    shifts: Iterable[Shift], depots: Sequence[Depot], snap_m: Mapping[Mode, npt.NDArray[np.float64]]
) -> None:
    location = {depot.pk: number for number, depot in enumerate(depots)}
    for shift in shifts:
        mode = Mode(shift.crew.mode)
        for depot in (shift.start_depot, shift.end_depot):
            distance_m = float(snap_m[mode][location[depot.pk]])
            if distance_m > MAX_SNAP_M:
                raise DepotTooFarFromStreet(depot.name, format_distance(distance_m), mode.label)


def _read_homes(
    absences: Sequence[Absence],
    clock: DayClock,
    horizon: TimeWindow,
    first_location: int,
    nearest_m: npt.NDArray[np.float64],
    elsewhere: Mapping[int, Sequence[dt.datetime]],
) -> list[_Home]:
    """Return the homes that are due a passage, with the prizes of the passages due."""
    before = clock.moment(horizon.start_s)
    week_ago = clock.moment(-(DAYS_PER_WEEK - 1) * ONE_DAY_S)
    last_passage = Passage.objects.latest_by_absence(absences, before=before)
    recent = Passage.objects.count_by_absence(absences, since=week_ago, before=clock.midnight)
    today = Passage.objects.count_by_absence(absences, since=clock.midnight, before=before)
    homes = []
    for location, absence in enumerate(absences, start=first_location):
        begun = DayClock(absence.first_day).midnight
        days_left = (absence.last_day - clock.day).days
        due = int(
            visits_due(
                passages_per_week=absence.passages_per_week,
                days_watched=(clock.day - absence.first_day).days + 1,
                recent_passages=recent.get(absence.pk, 0),
                days_left=days_left,
            )
        )
        others = elsewhere.get(absence.pk, ())
        already = today.get(absence.pk, 0) + len(others)
        allowed = _allowed_windows(absence, clock, horizon)
        windows = cut_windows(allowed, [clock.seconds(each) for each in others], SEPARATION_S)
        since_s = (before - max(begun, last_passage.get(absence.pk, begun))).total_seconds()
        far_m = float(nearest_m[location])
        homes.append(
            _Home(
                absence=absence,
                location=location,
                windows=windows,
                is_hemmed_in=bool(allowed) and not windows,
                prizes={
                    number: float(
                        priority(
                            days_since_passage=max(0.0, since_s / ONE_DAY_S),
                            passages_per_week=absence.passages_per_week,
                            days_left=days_left,
                            visit_number=number,
                        )
                    )
                    for number in range(already + 1, due + 1)
                },
                far_m=far_m if far_m > MAX_SNAP_M else None,
            )
        )
    return homes


def _allowed_windows(absence: Absence, clock: DayClock, horizon: TimeWindow) -> tuple[TimeWindow, ...]:
    hours = list(absence.allowed_hours.all())
    if not hours:
        return (horizon,)
    return merge_windows(
        clock.window(offset, allowed.opens, allowed.closes)
        for allowed in hours
        for offset in RELEVANT_DAYS
        if allowed.weekday in (None, (clock.day.weekday() + offset) % DAYS_PER_WEEK)
    )


def _travel_times(
    engine: Engine, points: npt.NDArray[np.float64], snap_m: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return seconds between all locations; those too far from the mode's streets are out of reach."""
    is_near = snap_m <= MAX_SNAP_M
    durations_s = np.full((len(points), len(points)), np.inf)
    np.fill_diagonal(durations_s, 0.0)
    near = np.flatnonzero(is_near)
    durations_s[np.ix_(near, near)] = engine.durations_s(points[near])
    return durations_s


def _make_visit(key: str, home: _Home, prize: float, shifts: Mapping[str, Shift]) -> Visit:
    excluded = {crew.pk for crew in home.absence.excluded_crews.all()}
    return Visit(
        id=key,
        home=str(home.absence.pk),
        location=home.location,
        prize=prize,
        service_s=float(home.absence.service_time_s),
        windows=home.windows,
        min_separation_s=SEPARATION_S,
        excluded_crews=frozenset(name for name, shift in shifts.items() if shift.crew_id in excluded),
    )


def _make_crew(name: str, shift: Shift, modes: Sequence[Mode], depots: Sequence[Depot], clock: DayClock) -> Crew:
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


def _go_on(crew: Crew, begun: Begun | None, start: int | None, clock: DayClock) -> Crew:
    """Return the crew as it goes on with its round; the breaks that no longer fit are given up."""
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
    )


def _set_aside(home: _Home, due: DueVisit, prize: float) -> SetAside:
    if home.far_m is not None:
        reason = Omission.Reason.UNREACHABLE
        sentence = (
            f"À {format_distance(home.far_m)} de toute rue (limite : {format_distance(MAX_SNAP_M)}) : "
            "vérifiez la position du logement."
        )
    elif home.is_hemmed_in:
        reason = Omission.Reason.WINDOW
        sentence = (
            "Un autre passage du jour y est fait ou prévu, à moins de trois heures de toutes les heures permises."
        )
    else:
        reason = Omission.Reason.WINDOW
        sentence = "Les heures autorisées excluent ce jour : élargissez-les pour permettre un passage."
    return SetAside(visit=due, reason=reason, sentence=sentence, prize=prize)
