"""Two invented towns small enough to work out by hand, written as OpenStreetMap files."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

# On the WGS 84 ellipsoid a degree of latitude is 111,132.95 - 559.85 cos 2φ = 111,131 m at φ = 44.9345°, and one
# of longitude 111,412.88 cos φ - 93.5 cos 3φ = 78,930 m at 44.939° and 78,943 m at 44.930°.
SOUTH, NORTH = 44.930, 44.939  # 0.009°: 1,000.2 m
WEST, EAST = 4.900, 4.910  # 0.010°: 789.3 m at NORTH, 789.4 m at SOUTH

A, B, C, D = (WEST, SOUTH), (WEST, NORTH), (EAST, NORTH), (EAST, SOUTH)
ISLAND_SOUTH, ISLAND_NORTH = (4.950, 44.930), (4.950, 44.932)


@dataclass
class TownWriter:
    """Collects streets; two that share a corner share a node."""

    nodes: dict[tuple[float, float], int] = field(default_factory=dict)
    ways: list[tuple[list[int], dict[str, str]]] = field(default_factory=list)

    def add(self, *corners: tuple[float, float], **tags: str) -> None:
        numbers = [self.nodes.setdefault(corner, len(self.nodes) + 1) for corner in corners]
        self.ways.append((numbers, tags))

    def write(self, path: Path) -> Path:
        with osmium.SimpleWriter(path, overwrite=True) as writer:
            for corner, number in self.nodes.items():
                writer.add_node(Node(id=number, version=1, location=corner))
            for number, (nodes, tags) in enumerate(self.ways, start=1):
                writer.add_way(Way(id=number, version=1, nodes=nodes, tags=tags))
        return path


def ring_town() -> TownWriter:
    """Four streets in a ring without any junction, one of them one-way, and an island 3.1 km to the east.

        B --Rue du Sens Unique-->-- C
        |                           |
    Rue du Nord              Rue du Retour          Chemin de l'Île
        |                           |                     |
        A --------- D 533 --------- D
    """
    town = TownWriter()
    town.add(A, B, highway="residential", maxspeed="50", name="Rue du Nord")
    town.add(B, C, highway="residential", maxspeed="50", name="Rue du Sens Unique", oneway="yes")
    town.add(C, D, highway="residential", maxspeed="50", name="Rue du Retour")
    town.add(D, A, highway="residential", maxspeed="50", ref="D 533")
    town.add(ISLAND_SOUTH, ISLAND_NORTH, highway="residential", maxspeed="50", name="Chemin de l'Île")
    return town


GRID_STEP = 0.001  # degrees: blocks of 111 m by 79 m
GRID_SIZE = 6
FRAGMENT = ((WEST + 0.0004, SOUTH + 0.0001), (WEST + 0.0006, SOUTH + 0.0001))  # 11 m from a street, joined to none


def grid_town() -> TownWriter:
    """Six streets by six, a way for each block, and a fragment of alley that nothing joins to them."""
    town = TownWriter()
    for i in range(GRID_SIZE):
        for j in range(GRID_SIZE - 1):
            town.add(corner(j, i), corner(j + 1, i), highway="residential", name=f"Rue {i}")
            town.add(corner(i, j), corner(i, j + 1), highway="residential", name=f"Avenue {i}")
    town.add(*FRAGMENT, highway="residential", name="Allée isolée")
    return town


def corner(column: int, row: int) -> tuple[float, float]:
    return round(WEST + column * GRID_STEP, 6), round(SOUTH + row * GRID_STEP, 6)


def encode_polyline6(vertices: Iterable[tuple[int, int]]) -> str:
    """Encode (lon, lat) in millionths of a degree, number by number: the slow way, to check the fast one."""
    text, before = "", (0, 0)
    for lon, lat in vertices:
        for difference in (lat - before[1], lon - before[0]):
            zigzag = 2 * difference if difference >= 0 else -2 * difference - 1
            while zigzag >= 32:
                text += chr((zigzag % 32) + 32 + 63)
                zigzag //= 32
            text += chr(zigzag + 63)
        before = (lon, lat)
    return text
