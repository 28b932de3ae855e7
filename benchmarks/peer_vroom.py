"""VROOM: priorities, several windows. It stops of itself; its deepest exploration is asked for."""

import datetime as dt

import numpy as np
import vroom
from vroom.solution.solution import Solution

from benchmarks.peer_answer import Routes
from patrols.planner import Problem

SCALE = 100
"""Hundredths of the instance's time unit; VROOM counts in integers."""
MANY = 1_000
"""Visits from which whole units are counted: VROOM refuses greater sums of costs."""
EXPLORATION = 5
"""The deepest level it offers."""
GREATEST_PRIORITY = 100
UNREACHABLE = 200_000
"""Two days: more than any shift, little enough for its sums of costs."""


def vroom_routes(problem: Problem, seconds: float, seed: int) -> Routes:
    """Solve with VROOM, which has no seed; separations are left out (a relaxation)."""
    model = vroom.Input()
    scale = SCALE if len(problem.visits) < MANY else 1
    for profile, matrix in enumerate(problem.durations_s):
        whole = np.ceil(np.minimum(matrix, UNREACHABLE) * scale - 1e-6).astype(np.uint32)
        model.set_durations_matrix(profile=f"p{profile}", matrix_input=whole)
    for row, crew in enumerate(problem.crews):
        model.add_vehicle(
            vroom.Vehicle(
                row,
                start=crew.start_location,
                end=crew.end_location,
                profile=f"p{crew.profile}",
                time_window=_window(*crew.shift, scale),
            )
        )
    greatest = max(visit.prize for visit in problem.visits)
    factor = 1.0 if greatest <= GREATEST_PRIORITY else GREATEST_PRIORITY / greatest
    for row, visit in enumerate(problem.visits):
        model.add_job(
            vroom.Job(
                row,
                visit.location,
                default_service=int(np.ceil(visit.service_s * scale)),
                priority=round(visit.prize * factor),
                time_windows=[_window(*window, scale) for window in visit.windows],
            )
        )
    solution = model.solve(EXPLORATION, nb_threads=1, timeout=dt.timedelta(seconds=seconds))
    return _routes(problem, solution)


def _window(start_s: float, end_s: float, scale: int) -> vroom.TimeWindow:
    return vroom.TimeWindow(int(np.ceil(start_s * scale - 1e-6)), int(end_s * scale + 1e-6))


def _routes(problem: Problem, solution: Solution) -> Routes:
    steps = solution.routes
    jobs = steps[steps["type"] == "job"]
    routes: list[list[int]] = [[] for _ in problem.crews]
    for vehicle, job in zip(jobs["vehicle_id"], jobs["id"], strict=True):
        routes[int(vehicle)].append(int(job))
    return routes
