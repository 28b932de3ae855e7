"""Invented days on real streets: homes at real house numbers, four crews, windows, second passages."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.matrices import house_numbers
from geo.routing import MAX_SNAP_M, Mode, open_engine
from patrols.planner import Crew, Problem, TimeWindow, Visit

HOUR_S = 3_600.0
ANY_TIME = (TimeWindow(14 * HOUR_S, 26 * HOUR_S),)
EVENING = (TimeWindow(17 * HOUR_S, 21 * HOUR_S),)
NIGHT = (TimeWindow(20 * HOUR_S, 26 * HOUR_S),)
SPLIT = (TimeWindow(14 * HOUR_S, 17.5 * HOUR_S), TimeWindow(21 * HOUR_S, 26 * HOUR_S))
SEPARATION_S = 3 * HOUR_S
SHIFTS = (
    ("a", Mode.CAR, TimeWindow(14 * HOUR_S, 22 * HOUR_S)),
    ("b", Mode.CAR, TimeWindow(18 * HOUR_S, 26 * HOUR_S)),
    ("c", Mode.BICYCLE, TimeWindow(14 * HOUR_S, 22 * HOUR_S)),
    ("d", Mode.FOOT, TimeWindow(18 * HOUR_S, 26 * HOUR_S)),
)
TWO_PASSAGES = 1 / 3
SECOND_SHARE = 0.6
TINY_SIZE = 20
WINDOWED = 0.3
"""Share of the homes of one passage with hours of their own."""


def sample_homes(osm: Path, routing_dir: Path, count: int, seed: int) -> npt.NDArray[np.float64]:
    """Return the points of a depot and `count` homes, shape (count + 1, 2), that every mode can reach."""
    points = house_numbers(osm)
    for mode in Mode:
        points = points[open_engine(routing_dir, mode).snap_distances_m(points) <= MAX_SNAP_M]
    return np.random.default_rng(seed).choice(points, count + 1, replace=False)


def make_day(durations_s: dict[Mode, npt.NDArray[np.float64]], seed: int) -> Problem:
    """Return a day over matrices of which row 0 is the depot: 14:00 to 02:00, two shifts, three ways of moving.

    A third of the homes are owed two passages three hours apart, one in the evening and one at night; of the
    others, three in ten have hours of their own. Priorities are whole numbers from 5 to 100.
    """
    rng = np.random.default_rng(seed)
    visits: list[Visit] = []
    for home in range(1, len(durations_s[Mode.CAR])):
        prize = float(np.clip(round(rng.gamma(2.0, 18.0)), 5, 100))
        service_s = float(rng.integers(3, 9) * 60)
        if rng.random() < TWO_PASSAGES:
            second = float(max(1, round(prize * SECOND_SHARE)))
            visits.append(_visit(home, 1, prize, service_s, EVENING))
            visits.append(_visit(home, 2, second, service_s, NIGHT))
        else:
            own = (EVENING, NIGHT, SPLIT)[int(rng.integers(3))]
            visits.append(_visit(home, 1, prize, service_s, own if rng.random() < WINDOWED else ANY_TIME))
    modes = list(durations_s)
    crews = tuple(
        Crew(id=name, profile=modes.index(mode), start_location=0, end_location=0, shift=shift)
        for name, mode, shift in SHIFTS
    )
    return Problem(durations_s=tuple(durations_s.values()), visits=tuple(visits), crews=crews)


def tiny_day() -> Problem:
    """Return a day of a few homes on a plane, to load and compile what a solver needs."""
    at_s = np.random.default_rng(TINY_SIZE).uniform(0.0, 600.0, (TINY_SIZE + 1, 2))
    apart_s = np.hypot(*(at_s[:, None] - at_s[None]).transpose(2, 0, 1))
    return make_day({mode: pace * apart_s for pace, mode in enumerate(Mode, start=1)}, seed=TINY_SIZE)


def _visit(home: int, number: int, prize: float, service_s: float, windows: tuple[TimeWindow, ...]) -> Visit:
    return Visit(
        id=f"{home}/{number}",
        home=str(home),
        location=home,
        prize=prize,
        service_s=service_s,
        windows=windows,
        min_separation_s=SEPARATION_S,
    )
