"""Errors of the routing kernel. Messages never carry coordinates: a point may be a vacant home."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

# The command that builds the travel data, as the messages name it.
BUILD_COMMAND = ".venv/bin/python manage.py import_osm FICHIER.osm.pbf"
MAX_POINTS_NAMED = 5
METRES_PER_KM = 1000


class RoutingError(Exception):
    """Une erreur est survenue pendant le calcul des trajets."""


class RoutingDataMissing(RoutingError):
    """Les données de trajet manquent."""

    def __init__(self, directory: Path, mode_label: str) -> None:
        self.directory = directory
        super().__init__(
            f"Les données de trajet ({mode_label}) manquent dans « {directory} ». "
            f"Construisez-les avec : {BUILD_COMMAND}"
        )


class RoutingDataUnreadable(RoutingError):
    """Les données de trajet sont illisibles."""

    def __init__(self, directory: Path, mode_label: str, reason: str) -> None:
        self.directory = directory
        super().__init__(
            f"Les données de trajet ({mode_label}) de « {directory} » sont illisibles ou viennent d'une "
            f"autre version du moteur ({reason}). Reconstruisez-les avec : {BUILD_COMMAND}"
        )


class InvalidExtract(RoutingError):
    """Le fichier n'est pas un extrait OpenStreetMap utilisable."""

    def __init__(self, file: Path, reason: str) -> None:
        self.file = file
        self.reason = reason
        super().__init__(f"« {file.name} » n'est pas un extrait OpenStreetMap utilisable : {reason}.")


class BuildFailed(RoutingError):
    """La construction des données de trajet a échoué."""

    def __init__(self, program: str, mode_label: str, log: Path, last_lines: Sequence[str]) -> None:
        self.program = program
        self.log = log
        self.last_lines = tuple(last_lines)
        super().__init__(
            f"La construction des données de trajet ({mode_label}) a échoué dans {program} ; les données "
            f"en service n'ont pas changé. Journal complet : {log}. Dernières lignes :\n" + "\n".join(last_lines)
        )


class InvalidPoints(RoutingError):
    """Des points ne sont pas des positions (longitude, latitude)."""

    def __init__(self, problem: str, indices: Sequence[int] = ()) -> None:
        self.indices = tuple(indices)
        super().__init__(f"{_points_named(self.indices)}{problem}")


class TooFarFromStreet(RoutingError):
    """Des points sont trop loin de toute rue."""

    def __init__(self, indices: Sequence[int], distances_m: np.ndarray, max_snap_m: float) -> None:
        self.indices = tuple(indices)
        self.distances_m = tuple(float(distance) for distance in distances_m)
        named = [
            f"point n° {index + 1} à {format_distance(distance)}"
            for index, distance in zip(self.indices[:MAX_POINTS_NAMED], self.distances_m, strict=False)
        ]
        super().__init__(
            f"Trop loin de toute rue (limite : {format_distance(max_snap_m)}) : {', '.join(named)}"
            f"{_and_others(self.indices)}. Vérifiez la position, ou importez un extrait qui couvre ce lieu."
        )


class NoPath(RoutingError):
    """Aucun trajet ne relie deux arrêts qui se suivent."""

    def __init__(self, start_index: int, end_index: int) -> None:
        self.start_index = start_index
        self.end_index = end_index
        super().__init__(
            f"Aucun trajet ne mène de l'arrêt n° {start_index + 1} à l'arrêt n° {end_index + 1}. "
            "Retirez l'un des deux, ou changez de mode de déplacement."
        )


def format_distance(distance_m: float) -> str:
    """Write a distance as people read it: « 850 m », « 12,4 km »."""
    if round(distance_m) < METRES_PER_KM:
        return f"{distance_m:.0f} m"
    return f"{distance_m / METRES_PER_KM:.1f} km".replace(".", ",")


def _points_named(indices: Sequence[int]) -> str:
    if not indices:
        return ""
    numbers = ", ".join(str(index + 1) for index in indices[:MAX_POINTS_NAMED])
    noun = "Point n° " if len(indices) == 1 else "Points n° "
    return f"{noun}{numbers}{_and_others(indices)} : "


def _and_others(indices: Sequence[int]) -> str:
    others = len(indices) - MAX_POINTS_NAMED
    if others <= 0:
        return ""
    return " et un autre" if others == 1 else f" et {others} autres"
