"""The streets of the tiny hand-made town as an OpenStreetMap file, for tests that need real travel times."""

from collections.abc import Mapping
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

from tests.builders import EAST, MIDDLE, NORTH, SOUTH, STATION, WEST

Course = tuple[tuple[float, float], ...]
STREETS: dict[str, Course] = {
    "Rue des Lilas": ((WEST, 44.930), (MIDDLE, 44.930), (EAST, 44.930)),
    "Avenue de la Gare": ((MIDDLE, SOUTH), (MIDDLE, 44.930), STATION, (MIDDLE, 44.936), (MIDDLE, NORTH)),
    "Rue du Moulin": ((WEST, 44.936), (MIDDLE, 44.936), (EAST, 44.936)),
    # The way home of the fourth vacant home, 222 m south of the Rue des Lilas.
    "Impasse du Puits": ((4.897, 44.930), (4.897, 44.928)),
}


# A lane that no street leads to, 390 m north of the Rue du Moulin.
ISLAND = {"Chemin de l'Île": ((4.897, 44.9395), (4.899, 44.9395))}


def write_streets(path: Path, more: Mapping[str, Course] | None = None) -> Path:
    """Write the streets, and ``more`` of them, with a node where two cross, and return the path."""
    streets = {**STREETS, **(more or {})}
    corners = sorted({corner for course in streets.values() for corner in course})
    number = {corner: node for node, corner in enumerate(corners, start=1)}
    courses = {
        name: sorted({*course, *(corner for corner in corners if _is_on(corner, course))})
        for name, course in streets.items()
    }
    with osmium.SimpleWriter(path) as writer:
        for corner, node in number.items():
            writer.add_node(Node(id=node, version=1, location=corner))
        for way, (name, course) in enumerate(courses.items(), start=1):
            tags = {"highway": "residential", "name": name}
            writer.add_way(Way(id=way, version=1, nodes=[number[corner] for corner in course], tags=tags))
    return path


def _is_on(corner: tuple[float, float], course: tuple[tuple[float, float], ...]) -> bool:
    """Tell whether a corner lies on a street, all of which run due north or due east."""
    (west, south), (east, north) = course[0], course[-1]
    return min(west, east) <= corner[0] <= max(west, east) and min(south, north) <= corner[1] <= max(south, north)
