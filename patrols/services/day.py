"""The day to plan, read from the database and put into the planner's terms."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geo.models import Commune
from geo.routing import MAX_SNAP_M, Engine, Mode, open_engine
from patrols.planner import Problem, Spot
from patrols.services.clock import DayClock
from patrols.services.day_crews import go_on, horizon_of, make_crew, read_shifts, refuse_far_depots
from patrols.services.day_homes import make_visit, read_absences, read_homes, set_aside
from patrols.services.day_terms import Begun, DayProblem, DueVisit
from patrols.services.nights import still_vacant
from patrols.services.risk import Weigh, weigh_nothing


def build_problem(
    commune: Commune,
    day: dt.date,
    *,
    crew_names: Sequence[str] = (),
    shifts_wanted: Collection[int] = (),
    service: str = "",
    elsewhere: Mapping[int, Sequence[dt.datetime]] | None = None,
    begun: Mapping[int, Begun] | None = None,
    weigh: Weigh = weigh_nothing,
    now: dt.datetime,
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
    weigh
        What weighs its homes by recent facts, and knows where crews may stay.
    now
        A home to which somebody came home by then is owed nothing more, in a night that goes on too.
    routing_dir
        Where `geo.routing` keeps its datasets.

    Raises
    ------
    NoShift, UnknownCrew, DepotTooFarFromStreet
    geo.routing.RoutingDataMissing
        If the town's streets were never imported.
    """
    clock = DayClock(day)
    shifts = read_shifts(commune, day, crew_names, shifts_wanted, service)
    begun = begun or {}
    depots = list({depot.pk: depot for s in shifts.values() for depot in (s.start_depot, s.end_depot)}.values())
    over_at = max(shift.ends_at for shift in shifts.values())
    absences = read_absences(commune, still_vacant(day, now=now, over_at=over_at))
    underway = {shift: each.point for shift, each in begun.items() if each.point is not None}
    places = [*(depot.point.coords for depot in depots), *(absence.point.coords for absence in absences)]
    # As a rule a crew is at a home of the day: between the same places, the travel times are known already.
    places += dict.fromkeys(point for point in underway.values() if point not in places)
    starts = {shift: places.index(point) for shift, point in underway.items()}
    risk = weigh(absences)
    first_spot = len(places)
    spots = risk.spots if risk else ()
    places += [spot.point for spot in spots]
    points = np.array(places)
    modes = tuple(dict.fromkeys(Mode(shift.crew.mode) for shift in shifts.values()))
    engines = {mode: open_engine(routing_dir, mode) for mode in modes}
    snap_m = {mode: engine.snap_distances_m(points) for mode, engine in engines.items()}
    refuse_far_depots(shifts.values(), depots, snap_m)
    nearest_m = np.vstack(list(snap_m.values())).min(axis=0)
    horizon = horizon_of(clock, shifts.values())
    homes = read_homes(
        absences, clock, horizon, len(depots), nearest_m, elsewhere or {}, risk.factors if risk else {}
    )
    visits = {
        f"{home.absence.pk}/{number}": (
            home,
            DueVisit(absence=home.absence, number=number, other=home.other),
            prize,
        )
        for home in homes
        for number, prize in home.prizes.items()
    }
    placed = {key: value for key, value in visits.items() if value[0].windows and value[0].far_m is None}
    return DayProblem(
        commune=commune,
        clock=clock,
        now=now,
        problem=Problem(
            durations_s=tuple(_travel_times(engines[mode], points, snap_m[mode]) for mode in modes),
            visits=tuple(make_visit(key, home, prize, shifts) for key, (home, _, prize) in placed.items()),
            crews=tuple(
                go_on(
                    make_crew(name, shift, modes, depots, clock), begun.get(shift.pk), starts.get(shift.pk), clock
                )
                for name, shift in shifts.items()
            ),
        ),
        shifts=shifts,
        visits={key: due for key, (_, due, _) in placed.items()},
        points=points,
        set_aside=tuple(
            set_aside(home, due, prize) for key, (home, due, prize) in visits.items() if key not in placed
        ),
        risk=risk,
        spots=tuple(
            Spot(id=str(number), location=first_spot + number, weight=spot.weight)
            for number, spot in enumerate(spots)
        ),
        begun=begun,
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
