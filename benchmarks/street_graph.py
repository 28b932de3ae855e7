"""The street graphs that scipy is given, to measure `geo.routing` against: with turns, and without.

With turns it is the graph OSRM itself searches: a state for each direction of each piece of street between
junctions, an arc for each turn, with OSRM's turn costs and the restrictions of the extract.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import KDTree

# The speeds of OSRM's car profile (km/h), which drives at 80 % of a posted limit.
SPEEDS_KM_H = {
    "motorway": 90,
    "motorway_link": 45,
    "trunk": 85,
    "trunk_link": 40,
    "primary": 65,
    "primary_link": 30,
    "secondary": 55,
    "secondary_link": 25,
    "tertiary": 40,
    "tertiary_link": 20,
    "unclassified": 25,
    "residential": 25,
    "living_street": 10,
    "service": 15,
}
SHARE_OF_LIMIT = 0.8
CLOSED = {"no", "private", "agricultural", "forestry", "emergency"}
KM_H_PER_M_S = 3.6
M_PER_DEGREE = 111_195

# The turn costs of the same profile.
TURN_PENALTY_S = 7.5
TURN_BIAS = 1.075
ONCOMING_PENALTY_S = 2.0
U_TURN_PENALTY_S = 20.0
SIGNAL_PENALTY_S = 2.0


@dataclass(frozen=True, kw_only=True)
class Way:
    """A drivable way: its nodes in order, its speed, and the directions it may be driven in."""

    id: int
    nodes: list[int]
    speed_m_s: float
    is_open_forward: bool
    is_open_backward: bool


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One direction of a way between two kept nodes; bearings in degrees, clockwise from north."""

    way: int
    start: int
    end: int
    duration_s: float
    bearing_out: float
    bearing_in: float


class StreetGraph:
    """The drivable ways of an extract; nodes are numbered from 0 in the order of first use."""

    def __init__(self, osm_file: Path) -> None:
        self.ways: list[Way] = []
        self.restrictions: list[tuple[str, int, int, int]] = []
        positions: dict[int, tuple[float, float]] = {}
        signals: set[int] = set()
        for item in osmium.FileProcessor(str(osm_file)).with_locations():
            if item.is_node() and item.tags.get("highway") == "traffic_signals":
                signals.add(item.id)
            elif item.is_way() and _is_drivable(item.tags):
                inside = [node for node in item.nodes if node.location.valid()]
                positions.update((node.ref, (node.lon, node.lat)) for node in inside)
                self.ways.append(_read_way(item.id, item.tags, [node.ref for node in inside]))
            elif item.is_relation() and "restriction" in item.tags:
                self.restrictions.extend(_read_restriction(item))
        self.numbers = {node: number for number, node in enumerate(positions)}
        self.signals = {self.numbers[node] for node in signals if node in self.numbers}
        lon, lat = np.array(list(positions.values())).T
        self.centre_cosine = float(np.cos(np.radians(lat.mean())))
        self.metres = np.column_stack([lon * self.centre_cosine, lat]) * M_PER_DEGREE
        _, component = connected_components(self.without_turns(range(len(self.metres))), connection="strong")
        self.main = np.flatnonzero(component == np.bincount(component).argmax())

    def nearest(self, points: np.ndarray) -> np.ndarray:
        """Return the number of the node of the main network nearest to each point (lon, lat)."""
        metres = points * (self.centre_cosine, 1) * M_PER_DEGREE
        return self.main[KDTree(self.metres[self.main]).query(metres)[1]]

    def junctions(self, stops: np.ndarray) -> list[int]:
        """Return the numbers of the junctions, dead ends and stops, in order."""
        uses = Counter(self.numbers[node] for way in self.ways for node in way.nodes)
        kept = {number for number, count in uses.items() if count > 1}
        kept.update(self.numbers[node] for way in self.ways for node in (way.nodes[0], way.nodes[-1]))
        return sorted(kept | set(stops.tolist()))

    def without_turns(self, kept: Iterable[int]) -> csr_array:
        """Return the graph of the kept nodes: seconds between neighbours, the shorter of parallel pieces."""
        rank = {number: index for index, number in enumerate(kept)}
        times: dict[tuple[int, int], float] = {}
        for piece in self.pieces(rank):
            arc = rank[piece.start], rank[piece.end]
            times[arc] = min(piece.duration_s, times.get(arc, np.inf))
        return _as_matrix(times, len(rank))

    def with_turns(self, kept: Iterable[int], stops: np.ndarray) -> tuple[csr_array, np.ndarray, np.ndarray]:
        """Return the graph of turns between pieces cut at the kept nodes, and each stop's two ends in it."""
        pieces = list(self.pieces(dict.fromkeys(kept)))
        leaving, arriving = defaultdict(list), defaultdict(list)
        for index, piece in enumerate(pieces):
            leaving[piece.start].append(index)
            arriving[piece.end].append(index)
        arcs: dict[tuple[int, int], float] = {}
        forbidden = self._forbidden_turns(pieces, leaving)
        for node, indices in arriving.items():
            roads = {pieces[index].start for index in indices} | {pieces[index].end for index in leaving[node]}
            for before in indices:
                for after in leaving[node]:
                    cost_s = _turn_s(pieces[before], pieces[after], len(roads))
                    if np.isfinite(cost_s) and (pieces[before].way, node, pieces[after].way) not in forbidden:
                        arcs[before, after] = pieces[before].duration_s + cost_s
        distinct, places = np.unique(stops, return_inverse=True)
        begins, ends = len(pieces) + places, len(pieces) + len(distinct) + places
        for rank, stop in enumerate(distinct.tolist()):
            arcs.update(((len(pieces) + rank, index), 0.0) for index in leaving[stop])
            target = len(pieces) + len(distinct) + rank
            arcs.update(((index, target), pieces[index].duration_s) for index in arriving[stop])
        return _as_matrix(arcs, len(pieces) + 2 * len(distinct)), begins, ends

    def pieces(self, kept: dict[int, int] | dict[int, None]) -> Iterator[Piece]:
        """Yield both directions, where open, of every way between the kept nodes it passes."""
        for way in self.ways:
            numbers = [self.numbers[node] for node in way.nodes]
            steps = np.diff(self.metres[numbers], axis=0)
            bearings = np.degrees(np.arctan2(steps[:, 0], steps[:, 1]))
            waits = np.cumsum([number in self.signals for number in numbers]) * SIGNAL_PENALTY_S
            along_s = np.concatenate(([0], np.cumsum(np.hypot(*steps.T)))) / way.speed_m_s
            for first, last in pairwise(index for index, number in enumerate(numbers) if number in kept):
                start, end, drive_s = numbers[first], numbers[last], along_s[last] - along_s[first]
                out, into = bearings[first], bearings[last - 1]
                if way.is_open_forward:
                    wait_s = waits[last] - waits[first]
                    yield _piece(way, start, end, drive_s + wait_s, out, into)
                if way.is_open_backward:
                    wait_s = waits[last - 1] - (waits[first - 1] if first else 0)
                    yield _piece(way, end, start, drive_s + wait_s, into + 180, out + 180)

    def _forbidden_turns(self, pieces: list[Piece], leaving: dict[int, list[int]]) -> set[tuple[int, int, int]]:
        forbidden = set()
        for kind, start, via, end in self.restrictions:
            node = self.numbers.get(via, -1)
            others = {pieces[index].way for index in leaving.get(node, [])} - {end}
            forbidden.update((start, node, way) for way in ({end} if kind.startswith("no_") else others))
        return forbidden


def durations_s(graph: csr_array, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return the travel times from all starts to all ends by scipy's Dijkstra."""
    return dijkstra(graph, indices=starts)[:, ends]


def _turn_s(before: Piece, after: Piece, roads: int) -> float:
    """Return the cost of a turn by OSRM's car profile, infinite for a U-turn elsewhere than at a dead end."""
    if after.end == before.start and after.way == before.way:
        return U_TURN_PENALTY_S + TURN_PENALTY_S if roads == 1 else np.inf
    if roads <= 2:
        return 0.0
    angle = (after.bearing_out - before.bearing_in + 180) % 360 - 180
    bias = TURN_BIAS if angle >= 0 else 1 / TURN_BIAS
    share = 1 / (1 + np.exp(-(13 / bias * abs(angle) / 180 - 6.5 * bias)))
    return share * (TURN_PENALTY_S + (ONCOMING_PENALTY_S if angle < 0 else 0.0))


def _as_matrix(arcs: dict[tuple[int, int], float], size: int) -> csr_array:
    rows, columns = np.array(list(arcs)).T
    return csr_array((np.array(list(arcs.values())), (rows, columns)), shape=(size, size))


def _piece(way: Way, start: int, end: int, duration_s: float, bearing_out: float, bearing_in: float) -> Piece:
    return Piece(
        way=way.id, start=start, end=end, duration_s=duration_s, bearing_out=bearing_out, bearing_in=bearing_in
    )


def _is_drivable(tags: osmium.osm.TagList) -> bool:
    access = tags.get("motor_vehicle", tags.get("vehicle", tags.get("access", "yes")))
    return tags.get("highway") in SPEEDS_KM_H and access not in CLOSED and tags.get("area") != "yes"


def _read_way(number: int, tags: osmium.osm.TagList, nodes: list[int]) -> Way:
    limit = tags.get("maxspeed", "")
    speed_km_h = float(limit) * SHARE_OF_LIMIT if limit.isdigit() else SPEEDS_KM_H[tags["highway"]]
    is_round = tags.get("junction") == "roundabout" or tags["highway"] == "motorway"
    one_way = tags.get("oneway", "yes" if is_round else "no")
    return Way(
        id=number,
        nodes=nodes,
        speed_m_s=speed_km_h / KM_H_PER_M_S,
        is_open_forward=one_way != "-1",
        is_open_backward=one_way not in {"yes", "true", "1"},
    )


def _read_restriction(relation: osmium.osm.Relation) -> Iterator[tuple[str, int, int, int]]:
    members = {member.role: (member.type, member.ref) for member in relation.members}
    if {"from", "via", "to"} <= members.keys() and members["via"][0] == "n":
        yield relation.tags["restriction"], members["from"][1], members["via"][1], members["to"][1]
