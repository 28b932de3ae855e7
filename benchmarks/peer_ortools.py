"""OR-Tools routing: disjunctions with the prize as penalty, parallel cheapest insertion, guided local search."""

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from benchmarks.peer_answer import Routes
from patrols.planner import Problem

SCALE = 100
"""Hundredths of the instance's time unit."""
PRIZE_WEIGHT = 100_000
"""Cost units per prize: travel, counted in hundredths, only breaks ties."""
UNREACHABLE = 10**9


def ortools_routes(problem: Problem, seconds: float, seed: int) -> Routes:
    """Solve with OR-Tools, which has no seed here; separations are left out (a relaxation)."""
    visits, crews = problem.visits, problem.crews
    depots = [place for crew in crews for place in (crew.start_location, crew.end_location)]
    places = np.array([visit.location for visit in visits] + depots)
    count = len(visits)
    starts = [count + 2 * row for row in range(len(crews))]
    manager = pywrapcp.RoutingIndexManager(len(places), len(crews), starts, [start + 1 for start in starts])
    routing = pywrapcp.RoutingModel(manager)
    travel, elapsed = _callbacks(problem, routing, places)
    for row, crew in enumerate(crews):
        routing.SetArcCostEvaluatorOfVehicle(travel[crew.profile], row)
    horizon = _up(max(crew.shift.end_s for crew in crews))
    routing.AddDimensionWithVehicleTransits(
        [elapsed[crew.profile] for crew in crews], horizon, horizon, False, "time"
    )
    time = routing.GetDimensionOrDie("time")
    for row, crew in enumerate(crews):
        time.CumulVar(routing.Start(row)).SetRange(_up(crew.shift.start_s), _down(crew.shift.end_s))
        time.CumulVar(routing.End(row)).SetRange(_up(crew.shift.start_s), _down(crew.shift.end_s))
    for row, visit in enumerate(visits):
        index = manager.NodeToIndex(row)
        routing.AddDisjunction([index], round(visit.prize * PRIZE_WEIGHT))
        cumul = time.CumulVar(index)
        opens, closes = _up(visit.windows[0].start_s), min(horizon, _down(visit.windows[-1].end_s))
        if opens > closes:
            routing.solver().Add(routing.ActiveVar(index) == 0)
            continue
        cumul.SetRange(opens, closes)
        for before, after in zip(visit.windows, visit.windows[1:], strict=False):
            cumul.RemoveInterval(_down(before.end_s) + 1, _up(after.start_s) - 1)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(int(seconds * 1000))
    return _routes(problem, routing, manager, routing.SolveWithParameters(parameters))


def _up(value: float) -> int:
    return int(np.ceil(value * SCALE - 1e-6))


def _down(value: float) -> int:
    return int(value * SCALE + 1e-6)


def _callbacks(
    problem: Problem, routing: pywrapcp.RoutingModel, places: np.ndarray
) -> tuple[list[int], list[int]]:
    """Register travel and travel-with-service matrices, one of each per profile."""
    service = np.zeros(len(places), dtype=np.int64)
    service[: len(problem.visits)] = [_up(visit.service_s) for visit in problem.visits]
    travel, elapsed = [], []
    for matrix in problem.durations_s:
        whole = np.ceil(np.minimum(matrix * SCALE, UNREACHABLE) - 1e-6).astype(np.int64)[np.ix_(places, places)]
        travel.append(routing.RegisterTransitMatrix(whole.tolist()))
        elapsed.append(routing.RegisterTransitMatrix((whole + service[:, None]).tolist()))
    return travel, elapsed


def _routes(
    problem: Problem,
    routing: pywrapcp.RoutingModel,
    manager: pywrapcp.RoutingIndexManager,
    solution: pywrapcp.Assignment | None,
) -> Routes:
    routes: list[list[int]] = [[] for _ in problem.crews]
    if solution is not None:
        for row, route in enumerate(routes):
            index = solution.Value(routing.NextVar(routing.Start(row)))
            while not routing.IsEnd(index):
                route.append(manager.IndexToNode(index))
                index = solution.Value(routing.NextVar(index))
    return routes
