"""The published orienteering instances (Solomon, Cordeau; 100 to 240 places) as planner problems."""

import math
from pathlib import Path

import numpy as np

from patrols.planner import Crew, Problem, TimeWindow, Visit

DECIMALS = {"pr": 2}
"""Distances are floored to this many decimals; 1 for the other families."""


def read_toptw(path: Path, crews: int) -> Problem:
    """Read one instance; the depot is the first row, its window the shift of each of `crews` crews.

    A row is ``i x y d S f a list O C``: service, prize, then the window as the last two columns.
    """
    rows = [line.split() for line in path.read_text().splitlines()[2:] if line.strip()]
    points = np.array([[float(row[1]), float(row[2])] for row in rows])
    scale = 10 ** DECIMALS.get(path.stem[:2], 1)
    apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    durations = np.floor(apart * scale + 1e-9) / scale
    shift = TimeWindow(float(rows[0][-2]), float(rows[0][-1]))
    visits = tuple(
        Visit(
            id=row[0],
            home=row[0],
            location=place,
            prize=float(row[4]),
            service_s=float(row[3]),
            windows=(TimeWindow(float(row[-2]), float(row[-1])),),
        )
        for place, row in enumerate(rows)
        if place > 0
    )
    fleet = tuple(
        Crew(id=f"{number + 1}", profile=0, start_location=0, end_location=0, shift=shift)
        for number in range(crews)
    )
    if not math.isfinite(durations.sum()):
        raise ValueError(f"{path.name}: unreadable coordinates")
    return Problem(durations_s=(durations,), visits=visits, crews=fleet)
