"""An OpenStreetMap extract read once, streamed: what Ronde keeps of it, not yet clipped to a commune.

Nothing here knows the database. Filters run in libosmium, so that Python sees tagged objects of interest only.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import InvalidFile
from geo.importers.osm_files import AGAIN, open_osm
from geo.importers.source_files import read_lines
from geo.importers.tally import Tally

KEYS = (
    "highway",
    "building",
    "addr:housenumber",
    "addr:interpolation",
    "waterway",
    "natural",
    "landuse",
    "leisure",
)
LINE_KEYS = ("railway",)
RELATION_KEYS = ("type",)
NOT_A_STREET = frozenset({"proposed", "no", "razed", "abandoned", "disused", "demolished"})
NOT_A_BUILDING = frozenset({"no", "demolished", "razed"})
POI_KEYS = ("amenity", "shop", "office", "tourism", "leisure", "craft", "healthcare", "club")
WATER_LINES = frozenset({"river", "stream", "canal", "ditch", "drain"})
RAILS = frozenset({"rail", "light_rail", "tram", "subway", "narrow_gauge", "funicular"})
AREA_KINDS = {
    ("natural", "water"): "water",
    ("waterway", "riverbank"): "water",
    ("landuse", "reservoir"): "water",
    ("landuse", "basin"): "water",
    ("natural", "wood"): "green",
    ("natural", "scrub"): "green",
    ("natural", "grassland"): "green",
    ("natural", "heath"): "green",
    ("landuse", "forest"): "green",
    ("landuse", "grass"): "green",
    ("landuse", "meadow"): "green",
    ("landuse", "recreation_ground"): "green",
    ("landuse", "village_green"): "green",
    ("landuse", "allotments"): "green",
    ("landuse", "cemetery"): "green",
    ("landuse", "orchard"): "green",
    ("landuse", "vineyard"): "green",
    ("leisure", "park"): "green",
    ("leisure", "garden"): "green",
    ("leisure", "nature_reserve"): "green",
    ("leisure", "pitch"): "green",
    ("leisure", "golf_course"): "green",
}
MAX_NAME = 200
MAX_HIGHWAY = 40

TYPE_NAMES = {"n": "node", "w": "way", "r": "relation"}
TWICE = "un objet y est deux fois : c'est un fichier d'historique ou de changements."
NOT_UTF_8 = "le texte est abîmé ou n'est pas en UTF-8."

OPEN_BUILDING = "bâtiment dont le contour n'est pas fermé"
BROKEN_BUILDING = "bâtiment dont le contour est incomplet ou se croise"
NO_COURSE = "rue dont aucun point n'est dans l'extrait"
INTERPOLATION = "ligne d'interpolation d'adresses (pas une adresse)"
UNDERGROUND = "eau ou voie ferrée souterraine"


@dataclass(frozen=True, kw_only=True, slots=True)
class OsmStreet:
    """One way with a ``highway``; the course runs in the direction of traffic where it is one-way."""

    way: int
    name: str
    highway: str
    is_oneway: bool
    course: BaseGeometry


@dataclass(frozen=True, kw_only=True, slots=True)
class OsmShape:
    """A building (``kind`` "building") or a feature of the basemap ("water", "green", "rail")."""

    osm_id: str
    kind: str
    name: str
    shape: BaseGeometry


@dataclass(kw_only=True, slots=True)
class OsmNumber:
    """One object that carries a house number; ``shape`` is None where the extract lacks its points."""

    osm_id: str
    text: str
    street: str
    postcode: str
    city: str
    is_node: bool
    is_building: bool
    is_poi: bool
    is_entrance: bool
    shape: BaseGeometry | None = None


@dataclass(kw_only=True)
class OsmExtract:
    """Everything that was kept of a file, in the order of the file."""

    streets: list[OsmStreet] = field(default_factory=list)
    shape_of_object: dict[tuple[str, str], OsmShape] = field(default_factory=dict)
    numbers: dict[str, OsmNumber] = field(default_factory=dict)
    street_of_member: dict[str, str] = field(default_factory=dict)
    has_objects: bool = False

    @property
    def shapes(self) -> list[OsmShape]:
        """The buildings and the features of the basemap; of a river drawn as a line and an area, the area."""
        return list(self.shape_of_object.values())

    def keep(self, osm_id: str, kind: str, name: str, shape: BaseGeometry) -> None:
        """Keep a building or a feature of the basemap."""
        self.shape_of_object[osm_id, kind] = OsmShape(osm_id=osm_id, kind=kind, name=name, shape=shape)


def read_osm(file: Path, tally: Tally) -> OsmExtract:
    """Read a ``.osm``, ``.osm.gz`` or ``.osm.pbf`` file to its end.

    Raises
    ------
    InvalidFile
        Not such a file, damaged or truncated (with the line or the byte), or without any object.
    """
    source = open_osm(file)
    reading = _Reading(tally)
    processor = osmium.FileProcessor(source).with_areas(osmium.filter.KeyFilter(*KEYS))
    processor.with_filter(osmium.filter.KeyFilter(*KEYS, *LINE_KEYS, *RELATION_KEYS))
    for thing in _things(file, processor):
        try:
            reading.take(thing)
        except UnicodeDecodeError as error:
            where = f"{TYPE_NAMES.get(thing.type_str(), 'area')}/{thing.id}"
            raise InvalidFile(file, NOT_UTF_8, where=where, remedy=AGAIN) from error
    return reading.finish(file)


def _things(file: Path, processor: osmium.FileProcessor) -> Iterator[Any]:
    try:
        yield from processor
    except (RuntimeError, ValueError, IndexError, OverflowError, osmium.InvalidLocationError) as error:
        raise _as_refusal(file, error) from error


class _Reading:
    """The state of one pass: ways wait for the area that libosmium builds from them."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.extract = OsmExtract()
        self.to_hex = osmium.geom.WKBFactory()
        self.building_rings: dict[int, BaseGeometry | None] = {}
        self.building_relations: set[int] = set()
        self.street_members: list[tuple[str, list[tuple[str, str]]]] = []

    def take(self, thing: Any) -> None:
        self.extract.has_objects = True
        if not thing.visible:  # deleted since, in a file that keeps the history
            return
        if thing.is_way():
            self._take_way(thing)
        elif thing.is_area():
            self._take_area(thing)
        elif thing.is_node():
            if "addr:housenumber" in thing.tags:
                self._take_number(f"node/{thing.id}", thing.tags, _point(thing.location))
        elif thing.is_relation():
            self._take_relation(thing)

    def _take_way(self, way: Any) -> None:
        tags = way.tags
        highway = tags.get("highway", "")
        is_rail = tags.get("railway") in RAILS
        is_water_line = tags.get("waterway") in WATER_LINES
        has_number = "addr:housenumber" in tags
        is_building = _is_building(tags)
        if not (highway or is_rail or is_water_line or has_number or is_building or "addr:interpolation" in tags):
            return
        line = self._line(way)
        if highway and highway not in NOT_A_STREET:
            self._take_street(way.id, tags, highway, line)
        if is_rail or is_water_line:
            self._take_line_feature(way.id, tags, "rail" if is_rail else "water", line)
        if "addr:interpolation" in tags and not has_number:
            self.tally.pass_over(INTERPOLATION)
        if has_number:
            self._take_number(f"way/{way.id}", tags, line)
        if is_building:
            if way.is_closed():
                self.building_rings[way.id] = line
            elif tags.get("type") != "multipolygon":
                self.tally.refuse(OPEN_BUILDING, f"way/{way.id}")

    def _take_street(self, way: int, tags: Any, highway: str, line: BaseGeometry | None) -> None:
        if line is None:
            self.tally.refuse(NO_COURSE, f"way/{way}")
            return
        oneway = tags.get("oneway", "")
        is_against = oneway in ("-1", "reverse")
        implied = tags.get("junction") in ("roundabout", "circular") or highway in ("motorway", "motorway_link")
        self.extract.streets.append(
            OsmStreet(
                way=way,
                name=_name(tags),
                highway=highway[:MAX_HIGHWAY],
                is_oneway=is_against or oneway in ("yes", "true", "1") or (implied and oneway != "no"),
                course=shapely.reverse(line) if is_against else line,
            )
        )

    def _take_line_feature(self, way: int, tags: Any, kind: str, line: BaseGeometry | None) -> None:
        if tags.get("tunnel", "no") != "no":
            self.tally.pass_over(UNDERGROUND)
        elif line is not None and line.length > 0:
            self.extract.keep(f"way/{way}", kind, _name(tags), line)

    def _take_area(self, area: Any) -> None:
        tags = area.tags
        osm_id = f"{'way' if area.from_way() else 'relation'}/{area.orig_id()}"
        number = self.extract.numbers.get(osm_id)
        kind = next((kind for (key, value), kind in AREA_KINDS.items() if tags.get(key) == value), "")
        is_building = _is_building(tags)
        wanted = is_building or kind or "addr:housenumber" in tags
        if not wanted or not area.num_rings()[0]:  # no ring: libosmium could not close it, ``finish`` tries
            return
        shape = shapely.from_wkb(self.to_hex.create_multipolygon(area))
        if is_building:
            self.building_rings.pop(area.orig_id(), None) if area.from_way() else None
            self.extract.keep(osm_id, "building", "", shape)
        if kind and "highway" not in tags:
            self.extract.keep(osm_id, kind, _name(tags), shape)
        if number is not None:
            number.shape = shape
        elif "addr:housenumber" in tags:
            self._take_number(osm_id, tags, shape)

    def _take_relation(self, relation: Any) -> None:
        tags = relation.tags
        osm_id = f"relation/{relation.id}"
        if "addr:housenumber" in tags and osm_id not in self.extract.numbers:
            self._take_number(osm_id, tags, None)
        if _is_building(tags) and tags.get("type") == "multipolygon":
            self.building_relations.add(relation.id)
        if tags.get("type") == "associatedStreet":
            members = [(f"{TYPE_NAMES[member.type]}/{member.ref}", member.role) for member in relation.members]
            self.street_members.append((tags.get("name", "") or tags.get("addr:street", ""), members))

    def _take_number(self, osm_id: str, tags: Any, shape: BaseGeometry | None) -> None:
        self.extract.numbers[osm_id] = OsmNumber(
            osm_id=osm_id,
            text=tags["addr:housenumber"].strip(),
            street=(tags.get("addr:street") or tags.get("addr:place") or "").strip()[:MAX_NAME],
            postcode=tags.get("addr:postcode", "").strip()[:10],
            city=tags.get("addr:city", "").strip()[:120],
            is_node=osm_id.startswith("node/"),
            is_building=_is_building(tags),
            is_poi=any(key in tags for key in POI_KEYS),
            is_entrance="entrance" in tags,
            shape=shape,
        )

    def _line(self, way: Any) -> BaseGeometry | None:
        """Return the way's course, in pieces where the extract lacks points, None where it lacks them all.

        A way of which one point is left has a course of no length: its name and place are known all the same.
        """
        try:
            return shapely.from_wkb(self.to_hex.create_linestring(way))
        except (RuntimeError, osmium.InvalidLocationError):
            return _pieces([node.location for node in way.nodes])

    def finish(self, file: Path) -> OsmExtract:
        """Settle what waited: buildings that libosmium could not close, and the streets of associatedStreet."""
        if not self.extract.has_objects:
            raise InvalidFile(file, "le fichier ne contient aucune rue ni adresse.", remedy=AGAIN)
        if self.tally.refused[NO_COURSE] and not self.extract.streets:
            raise InvalidFile(
                file,
                "aucune rue n'a de points : l'extrait est incomplet, ou les nœuds y viennent après les rues.",
                where=self.tally.examples[NO_COURSE][0],
                remedy="Prenez un extrait complet, trié (nœuds, chemins, relations).",
            )
        for way, ring in self.building_rings.items():
            shape = _mended_ring(ring)
            if shape is None:
                self.tally.refuse(BROKEN_BUILDING, f"way/{way}")
            else:
                self.extract.keep(f"way/{way}", "building", "", shape)
        for relation in sorted(self.building_relations):
            if (f"relation/{relation}", "building") not in self.extract.shape_of_object:
                self.tally.refuse(BROKEN_BUILDING, f"relation/{relation}")
        names = {f"way/{street.way}": street.name for street in self.extract.streets if street.name}
        for name, members in self.street_members:
            street = name or next((names[ref] for ref, role in members if role == "street" and ref in names), "")
            if street:
                self.extract.street_of_member |= {ref: street for ref, role in members if role != "street"}
        return self.extract


def _name(tags: Any) -> str:
    return str(tags.get("name", "")).strip()[:MAX_NAME]


def _is_building(tags: Any) -> bool:
    value = tags.get("building")
    return value is not None and value not in NOT_A_BUILDING


def _point(location: Any) -> BaseGeometry | None:
    return shapely.Point(location.lon, location.lat) if location.valid() else None


def _pieces(locations: list[Any]) -> BaseGeometry | None:
    pieces: list[list[tuple[float, float]]] = [[]]
    for location in locations:
        if not location.valid():
            pieces.append([])
        elif not pieces[-1] or pieces[-1][-1] != (location.lon, location.lat):
            pieces[-1].append((location.lon, location.lat))
    lines = [piece for piece in pieces if len(piece) > 1] or [piece * 2 for piece in pieces if piece][:1]
    return shapely.MultiLineString(lines) if lines else None


def _mended_ring(ring: BaseGeometry | None) -> BaseGeometry | None:
    """Make a polygon of a closed way that crosses itself, or None where nothing is left."""
    if not isinstance(ring, shapely.LineString) or len(ring.coords) < 4:
        return None
    shape = shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False)
    is_area = shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty
    return shape if is_area else None


def _as_refusal(file: Path, error: Exception) -> InvalidFile:
    """Say in French what libosmium found; its XML messages carry the line, those of PBF the kind of damage."""
    said = str(error)
    place = re.search(r"line (\d+), column (\d+)", said)
    where = f"ligne {place[1]}, colonne {place[2]}" if place else ""
    if "entities" in said:
        return InvalidFile(file, "le XML déclare des entités, ce qui est refusé.", where=where, remedy=AGAIN)
    if "not well-formed (invalid token)" in said:
        return InvalidFile(file, NOT_UTF_8, where=where, remedy=AGAIN)
    if "twice in input" in said:
        return InvalidFile(file, TWICE, remedy="Prenez un extrait simple, sans historique.")
    if place:
        return InvalidFile(file, "le XML est abîmé ou tronqué.", where=where, remedy=AGAIN)
    value = re.search(r"'([^']+)'$", said)
    where = _find_line(file, f'"{value[1]}"') if value else ""
    return InvalidFile(file, f"le contenu est abîmé ({said}).", where=where, remedy=AGAIN)


def _find_line(file: Path, text: str) -> str:
    """Name the first line that holds the value libosmium stumbled over."""
    return next((f"ligne {number}" for number, line in enumerate(read_lines(file), 1) if text in line), "")
