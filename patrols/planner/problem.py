"""The day to plan, as plain frozen data that refuses itself when it makes no sense."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from patrols.planner.errors import PlannerInputError

LATEST_TIME_S = 4 * 86_400.0
"""No time of a plan's day lies beyond four days: compiled times are milliseconds with room to add."""

Durations = npt.NDArray[np.float64]


class TimeWindow(NamedTuple):
    """Bounds in seconds since midnight of the plan's day, both included; over 86 400 after midnight."""

    start_s: float
    end_s: float


@dataclass(frozen=True, kw_only=True)
class Break:
    """A pause that must start within ``[earliest_s, latest_s]``.

    The crew takes it where it is between two stops: before leaving the place it has just served, or on
    arriving at the next one before serving it (the depots included). Breaks are taken in order of
    ``earliest_s``.
    """

    earliest_s: float
    latest_s: float
    duration_s: float


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A passage that may be made at a home.

    Parameters
    ----------
    id
        Unique name of the visit.
    home
        What ties together the passages at one home; see `min_separation_s`.
    location
        Row of the home in the duration matrices.
    prize
        What the visit is worth, finite and >= 0.
    service_s
        Seconds spent at the door, >= 0.
    windows
        When the service may start: at least one, sorted, disjoint.
    min_separation_s
        Least time between the starts of two visits of one home, in either order and whichever crews make
        them. Between two visits that differ, the larger of both holds.
    excluded_crews
        Crews that may not make the visit.
    """

    id: str
    home: str
    location: int
    prize: float
    service_s: float
    windows: tuple[TimeWindow, ...]
    min_separation_s: float = 0.0
    excluded_crews: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Crew:
    """A crew on shift: leaves `start_location` no earlier than the shift begins, is back by its end.

    One that `is_under_way` cannot be asked to have begun earlier.
    """

    id: str
    profile: int
    start_location: int
    end_location: int
    shift: TimeWindow
    breaks: tuple[Break, ...] = ()
    is_under_way: bool = False


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One day: who is on shift, which homes may be visited, and how long everything takes.

    Parameters
    ----------
    durations_s
        One matrix per profile, shape (n, n), seconds, diagonal 0, ``inf`` where unreachable.
    visits, crews
        May both be empty.
    locked_beginnings
        Crew id -> ids of the visits that begin its route, in that order.
    locked_crews
        Visit id -> id of the crew that must make it.

    Raises
    ------
    PlannerInputError
        When something contradicts itself; the message is French and names the id.
    """

    durations_s: tuple[Durations, ...]
    visits: tuple[Visit, ...]
    crews: tuple[Crew, ...]
    locked_beginnings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    locked_crews: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _refuse_bad_matrices(self.durations_s)
        _refuse_duplicates("passage", (visit.id for visit in self.visits))
        _refuse_duplicates("équipage", (crew.id for crew in self.crews))
        size = len(self.durations_s[0]) if self.durations_s else 0
        crew_ids = {crew.id for crew in self.crews}
        for crew in self.crews:
            _refuse_bad_crew(crew, size, len(self.durations_s))
        for visit in self.visits:
            _refuse_bad_visit(visit, size, crew_ids)
        _refuse_bad_locks(self)


def narrow(problem: Problem, visits: Collection[str]) -> Problem:
    """Return the problem of some of the visits, by id, with the places that these and the crews need; no lock."""
    kept = [visit for visit in problem.visits if visit.id in visits]
    ends = (place for crew in problem.crews for place in (crew.start_location, crew.end_location))
    places = sorted({*(visit.location for visit in kept), *ends})
    row = {place: number for number, place in enumerate(places)}
    return Problem(
        durations_s=tuple(matrix[np.ix_(places, places)] for matrix in problem.durations_s),
        visits=tuple(replace(visit, location=row[visit.location]) for visit in kept),
        crews=tuple(
            replace(crew, start_location=row[crew.start_location], end_location=row[crew.end_location])
            for crew in problem.crews
        ),
    )


def _refuse_bad_matrices(matrices: tuple[Durations, ...]) -> None:
    for number, matrix in enumerate(matrices):
        name = f"La matrice des temps de trajet n° {number}"
        if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
            raise PlannerInputError(f"{name} n'est pas carrée (forme {matrix.shape}).")
        if matrix.shape != matrices[0].shape:
            raise PlannerInputError(
                f"{name} a une autre taille que la première ({len(matrix)} au lieu de {len(matrices[0])})."
            )
        if np.isnan(matrix).any() or (matrix < 0).any():
            row, column = np.argwhere(np.isnan(matrix) | (matrix < 0))[0]
            raise PlannerInputError(f"{name} contient une durée invalide, ligne {row}, colonne {column}.")
        if np.diagonal(matrix).any():
            raise PlannerInputError(f"{name} a une diagonale non nulle : un lieu est à 0 s de lui-même.")


def _refuse_duplicates(kind: str, ids: Iterable[str]) -> None:
    twice = [name for name, count in Counter(ids).items() if count > 1]
    if twice:
        raise PlannerInputError(f"Le même identifiant de {kind} est donné deux fois : {twice[0]}.")


def _refuse_bad_time(name: str, *times_s: float) -> None:
    for time_s in times_s:
        if not math.isfinite(time_s) or abs(time_s) > LATEST_TIME_S:
            raise PlannerInputError(
                f"{name} : l'heure {time_s} s est hors de la journée (au plus {LATEST_TIME_S:.0f} s)."
            )


def _refuse_bad_location(name: str, location: int, size: int) -> None:
    if not 0 <= location < size:
        raise PlannerInputError(f"{name} : le lieu n° {location} n'est pas dans les matrices ({size} lieux).")


def _refuse_bad_duration(name: str, what: str, duration_s: float) -> None:
    if not math.isfinite(duration_s) or not 0 <= duration_s <= LATEST_TIME_S:
        raise PlannerInputError(f"{name} : {what} doit être comprise entre 0 et {LATEST_TIME_S:.0f} s.")


def _refuse_bad_crew(crew: Crew, size: int, profiles: int) -> None:
    name = f"Équipage {crew.id}"
    if not 0 <= crew.profile < profiles:
        raise PlannerInputError(f"{name} : aucun temps de trajet pour le profil n° {crew.profile}.")
    _refuse_bad_location(name, crew.start_location, size)
    _refuse_bad_location(name, crew.end_location, size)
    _refuse_bad_time(name, *crew.shift)
    if crew.shift.end_s < crew.shift.start_s:
        raise PlannerInputError(f"{name} : la vacation finit avant de commencer.")
    now_s = crew.shift.start_s
    for pause in breaks_in_order(crew):
        _refuse_bad_time(f"{name}, pause", pause.earliest_s, pause.latest_s)
        _refuse_bad_duration(f"{name}, pause", "la durée", pause.duration_s)
        starts_s = max(now_s, pause.earliest_s)
        now_s = starts_s + pause.duration_s
        if starts_s > pause.latest_s or now_s > crew.shift.end_s:
            raise PlannerInputError(
                f"{name} : la pause prévue entre {_hour(pause.earliest_s)} et {_hour(pause.latest_s)} ne tient "
                f"pas dans la vacation, de {_hour(crew.shift.start_s)} à {_hour(crew.shift.end_s)}. Changez les "
                "heures de l'une ou de l'autre."
            )


def _hour(time_s: float) -> str:
    """Write « 19 h » or « 19 h 05 »; the hours after midnight are those of the next day."""
    hours, minutes = divmod(round(time_s / 60), 60)
    return f"{hours % 24} h {minutes:02d}" if minutes else f"{hours % 24} h"


def _refuse_bad_visit(visit: Visit, size: int, crew_ids: set[str]) -> None:
    name = f"Passage {visit.id}"
    _refuse_bad_location(name, visit.location, size)
    if not math.isfinite(visit.prize) or visit.prize < 0:
        raise PlannerInputError(f"{name} : la priorité doit être un nombre positif ou nul.")
    _refuse_bad_duration(name, "la durée sur place", visit.service_s)
    _refuse_bad_duration(name, "la durée entre deux passages", visit.min_separation_s)
    if not visit.windows:
        raise PlannerInputError(f"{name} : aucune plage horaire n'est donnée.")
    previous_end_s = -math.inf
    for window in visit.windows:
        _refuse_bad_time(name, *window)
        if window.end_s < window.start_s:
            raise PlannerInputError(f"{name} : une plage horaire finit avant de commencer.")
        if window.start_s <= previous_end_s:
            raise PlannerInputError(f"{name} : les plages horaires doivent se suivre sans se toucher.")
        previous_end_s = window.end_s
    for crew_id in visit.excluded_crews - crew_ids:
        raise PlannerInputError(f"{name} : l'équipage exclu {crew_id} n'existe pas.")


def _refuse_bad_locks(problem: Problem) -> None:
    visits = {visit.id: visit for visit in problem.visits}
    crew_ids = {crew.id for crew in problem.crews}
    pairs = [(visit_id, crew_id) for visit_id, crew_id in problem.locked_crews.items()]
    begun = [
        (visit_id, crew_id) for crew_id, beginning in problem.locked_beginnings.items() for visit_id in beginning
    ]
    for crew_id in problem.locked_beginnings.keys() - crew_ids:
        raise PlannerInputError(f"Tournée commencée : l'équipage {crew_id} n'existe pas.")
    _refuse_duplicates("passage déjà commencé", (visit_id for visit_id, _ in begun))
    for visit_id, crew_id in pairs + begun:
        if visit_id not in visits:
            raise PlannerInputError(f"Passage verrouillé {visit_id} : ce passage n'existe pas.")
        if crew_id not in crew_ids:
            raise PlannerInputError(f"Passage verrouillé {visit_id} : l'équipage {crew_id} n'existe pas.")
        if crew_id in visits[visit_id].excluded_crews:
            raise PlannerInputError(f"Passage verrouillé {visit_id} : l'équipage {crew_id} en est exclu.")
        if problem.locked_crews.get(visit_id, crew_id) != crew_id:
            raise PlannerInputError(
                f"Passage verrouillé {visit_id} : déjà commencé par l'équipage {crew_id}, "
                f"il ne peut pas revenir à l'équipage {problem.locked_crews[visit_id]}."
            )


def breaks_in_order(crew: Crew) -> tuple[Break, ...]:
    """Return the breaks of a crew in the order it takes them."""
    return tuple(sorted(crew.breaks, key=lambda pause: (pause.earliest_s, pause.latest_s)))
