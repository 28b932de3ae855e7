"""The part of a large OpenStreetMap extract that a commune and its surroundings need.

A region is hundreds of megabytes; travel data built from it would take gigabytes of memory for one town.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import numpy as np
import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from geo.importers.osm_files import open_osm
from geo.projections import shapes_to_metres, shapes_to_wgs84

# Routes leave the commune where that is shorter; a by-pass or the next bridge is within this.
MARGIN_M = 3_000.0
# Below this, an extract is a town's already and is read as it is: OSRM takes about 30 times the size in memory.
CROP_FROM_BYTES = 32 << 20
KEPT_RELATIONS = ("multipolygon", "restriction", "associatedStreet", "building")

Bounds = tuple[float, float, float, float]


@contextmanager
def cropped_if_large(file: Path, outline: BaseGeometry, srid: int) -> Iterator[Path]:
    """Give the file itself, or for a large one a temporary extract around the outline (in degrees)."""
    if not file.is_file() or file.stat().st_size < CROP_FROM_BYTES:
        yield file
        return
    with TemporaryDirectory(prefix="ronde-") as folder:
        target = Path(folder) / "commune.osm.pbf"
        crop_osm(file, bounds_around(outline, srid), target)
        yield target


def bounds_around(outline: BaseGeometry, srid: int) -> Bounds:
    """Return west, south, east, north in degrees of a box 3 km wider than the outline on each side."""
    ground = shapes_to_metres(np.array([outline], dtype=object), srid)
    wider = shapely.box(*(np.array(ground[0].bounds) + MARGIN_M * np.array([-1, -1, 1, 1])))
    west, south, east, north = shapes_to_wgs84(np.array([wider], dtype=object), srid)[0].bounds
    return west, south, east, north


def crop_osm(file: Path, bounds: Bounds, target: Path) -> None:
    """Write the objects of a box: its nodes, the ways through them whole, and the relations that need those ways.

    Notes
    -----
    Ways of a kept multipolygon are kept too, so that a river or a wood that leaves the box stays an area. The same
    file and box give the same extract, byte for byte.

    Raises
    ------
    InvalidFile
        Not an OpenStreetMap file, truncated or damaged.
    """
    source = open_osm(file)
    tracker = osmium.IdTracker()
    _track_nodes(source, bounds, tracker)
    _track_ways(source, tracker)
    _track_relations(source, tracker)
    tracker.complete_backward_references(source, relation_depth=0)
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for thing in _objects(source, osmium.osm.ALL, tracker.id_filter()):
            writer.add(thing)


def _objects(source: osmium.io.File, kinds: Any, *filters: Any) -> Iterable[Any]:
    processor = osmium.FileProcessor(source, kinds)
    for each in filters:
        processor.with_filter(each)
    return cast(Iterable[Any], processor)


def _track_nodes(source: osmium.io.File, bounds: Bounds, tracker: osmium.IdTracker) -> None:
    west, south, east, north = bounds
    for node in _objects(source, osmium.osm.NODE):
        if south <= node.lat <= north and west <= node.lon <= east:
            tracker.add_node(node.id)


def _track_ways(source: osmium.io.File, tracker: osmium.IdTracker) -> None:
    ways = [way.id for way in _objects(source, osmium.osm.WAY, tracker.contains_filter())]
    for way in ways:
        tracker.add_way(way)


def _track_relations(source: osmium.io.File, tracker: osmium.IdTracker) -> None:
    """Track relations after the fact: adding one while reading would draw in those that only refer to it."""
    kinds = osmium.filter.TagFilter(*(("type", kind) for kind in KEPT_RELATIONS))
    relations = [each.id for each in _objects(source, osmium.osm.RELATION, kinds, tracker.contains_filter())]
    for relation in relations:
        tracker.add_relation(relation)
