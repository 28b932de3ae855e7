"""PyVRP: optional clients with prizes, several windows as mutually exclusive groups of clients."""

import numpy as np
import pyvrp
from pyvrp.stop import MaxRuntime

from benchmarks.peer_answer import Routes
from patrols.planner import Problem, TimeWindow

SCALE = 100
"""PyVRP counts in integers: hundredths of the instance's time unit."""
PRIZE_WEIGHT = 2_000
"""Cost units per prize: best for PyVRP over six instances, among 200, 2,000, 20,000 and 200,000."""
UNREACHABLE = 10**9


def pyvrp_routes(problem: Problem, seconds: float, seed: int) -> Routes:
    """Solve with PyVRP's iterated local search; separations are left out (a relaxation)."""
    owners: list[int] = []
    clients: list[pyvrp.Client] = []
    groups: list[pyvrp.ClientGroup] = []
    for row, visit in enumerate(problem.visits):
        group = len(groups) if len(visit.windows) > 1 else None
        members = []
        for window in visit.windows:
            members.append(len(clients))
            clients.append(
                pyvrp.Client(
                    location=visit.location,
                    service_duration=_up(visit.service_s),
                    tw_early=_up(window.start_s),
                    tw_late=int(window.end_s * SCALE + 1e-6),
                    prize=round(visit.prize * PRIZE_WEIGHT),
                    required=False,
                    group=group,
                )
            )
            owners.append(row)
        if group is not None:
            groups.append(pyvrp.ClientGroup(members, required=False))
    data = _data(problem, clients, groups)
    result = pyvrp.solve(data, MaxRuntime(seconds), seed=seed, display=False, collect_stats=False)
    return _routes(problem, result.best, owners)


def _data(problem: Problem, clients: list[pyvrp.Client], groups: list[pyvrp.ClientGroup]) -> pyvrp.ProblemData:
    places = sorted({place for crew in problem.crews for place in (crew.start_location, crew.end_location)})
    depots = [pyvrp.Depot(location=place) for place in places]
    matrices = [
        np.ceil(np.minimum(matrix * SCALE, UNREACHABLE) - 1e-6).astype(np.int64) for matrix in problem.durations_s
    ]
    types = [
        pyvrp.VehicleType(
            num_available=len(alike),
            start_depot=places.index(kind[1]),
            end_depot=places.index(kind[2]),
            tw_early=_up(kind[3].start_s),
            tw_late=int(kind[3].end_s * SCALE + 1e-6),
            profile=kind[0],
        )
        for kind, alike in kinds_of_crew(problem).items()
    ]
    locations = [pyvrp.Location(0, 0) for _ in problem.durations_s[0]]
    return pyvrp.ProblemData(locations, clients, depots, types, matrices, matrices, groups)


def kinds_of_crew(problem: Problem) -> dict[tuple[int, int, int, TimeWindow], list[int]]:
    """Return the rows of the crews that are alike: one vehicle type each, or the search wastes itself on twins."""
    kinds: dict[tuple[int, int, int, TimeWindow], list[int]] = {}
    for row, crew in enumerate(problem.crews):
        kinds.setdefault((crew.profile, crew.start_location, crew.end_location, crew.shift), []).append(row)
    return kinds


def _routes(problem: Problem, solution: pyvrp.Solution, owners: list[int]) -> Routes:
    free = [list(rows) for rows in kinds_of_crew(problem).values()]
    routes: list[list[int]] = [[] for _ in problem.crews]
    if solution.is_feasible():
        for route in solution.routes():
            routes[free[route.vehicle_type()].pop()] = [
                owners[activity.idx] for activity in route if activity.is_client()
            ]
    return routes


def _up(value: float) -> int:
    return int(np.ceil(value * SCALE - 1e-6))
