"""GPX and KML: XML read by expat as it comes, with no document type, no entity and no other file.

Of a GPX the closed tracks and routes are taken, of a KML its polygons and closed lines. Both are in WGS 84.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry import MultiPolygon, Polygon

from geo.importers.limited_process import Refusal
from geo.importers.polygon_formats.layers import (
    ACCEPTED,
    MAX_VERTICES_A_RING,
    WGS84,
    Layer,
    Row,
    as_columns,
    check_ring_length,
)

MAX_DEPTH = 100
# Three numbers of twenty digits and their separators.
MAX_RING_CHARACTERS = 64 * MAX_VERTICES_A_RING
MAX_FIELD_CHARACTERS = 2_000
# A walk round a quarter ends near its beginning: the two ends of a receiver's track are never the same point.
MAX_GAP_M = 50.0
OTHER_XML = {
    "OGRVRTDataset": "c'est un fichier VRT, qui renvoie à d'autres fichiers.",
    "html": "c'est une page web, pas un fichier de contours.",
    "svg": "c'est un dessin SVG, sans position sur la Terre.",
}
GROUND = Geod(ellps="WGS84")

type _Ring = np.ndarray


@dataclass(kw_only=True)
class _Entity:
    """A placemark, a track or a route while it is read."""

    columns: dict[str, str] = field(default_factory=dict)
    polygons: list[list[_Ring]] = field(default_factory=list)
    line: list[tuple[float, float]] = field(default_factory=list)


def read_xml(content: bytes) -> Layer:
    """Read a GPX or a KML, told apart by its outermost element."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.begin, reader.end
    parser.CharacterDataHandler = reader.read
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Refusal(
            "le XML est abîmé ou tronqué.",
            where=f"ligne {error.lineno}, caractère {error.offset}",
            remedy="Réexportez-le.",
        ) from error
    rows = [reader.row(number, entity) for number, entity in enumerate(reader.entities, start=1)]
    taken = [row for row in rows if row is not None]
    if not taken:
        raise Refusal(
            "le fichier n'a ni polygone ni trace fermée.",
            remedy=f"Revenez au point de départ, à {MAX_GAP_M:.0f} m près, ou tracez un polygone.",
        )
    return Layer(projection=WGS84, rows=taken, remarks=reader.remarks)


def _refuse_document_type(*_: object) -> None:
    raise Refusal(
        "le XML contient une déclaration DOCTYPE, qui peut renvoyer à d'autres fichiers.",
        remedy="Réexportez-le sans elle.",
    )


class _Reader:
    """Follows the elements of one file; what it does not know it passes over."""

    def __init__(self) -> None:
        self.entities: list[_Entity] = []
        self.remarks: list[str] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._data_name = ""

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if not self._path:
            _check_outermost(name)
        self._path.append(name)
        if len(self._path) > MAX_DEPTH:
            raise Refusal("le XML est imbriqué sans fin.", remedy=ACCEPTED)
        self._text, self._length = [], 0
        match name:
            case "NetworkLink":
                raise Refusal(
                    "le KML renvoie à un autre fichier (NetworkLink), qui n'est pas ouvert.",
                    where=f"après l'entité {len(self.entities)}",
                    remedy="Enregistrez les contours eux-mêmes dans le fichier.",
                )
            case "Placemark" | "trk" | "rte":
                self.entities.append(_Entity())
            case "Polygon":
                self._entity.polygons.append([])
            case "trkpt" | "rtept":
                self._add_point(attributes)
            case "Data" | "SimpleData":
                self._data_name = attributes.get("name", "")

    def read(self, text: str) -> None:
        self._length += len(text)
        if self._length <= MAX_RING_CHARACTERS:
            self._text.append(text)

    def end(self, tag: str) -> None:
        name, text = self._path.pop(), "".join(self._text).strip()
        parent = self._path[-1] if self._path else ""
        match name:
            case "coordinates":
                self._add_coordinates(parent)
            case "name" if parent in ("Placemark", "trk", "rte"):
                self._entity.columns["name"] = text[:MAX_FIELD_CHARACTERS]
            case "value" | "SimpleData" if self._data_name:
                self._entity.columns.setdefault(self._data_name, text[:MAX_FIELD_CHARACTERS])
        self._text, self._length = [], 0

    def row(self, number: int, entity: _Entity) -> Row | None:
        """Return what an entity encloses; nothing for one that encloses nothing, which is said."""
        try:
            shapes = [Polygon(shell, holes) for shell, *holes in entity.polygons]
            if (closed := self._close(number, entity)) is not None:
                shapes.append(closed)
        except (ValueError, shapely.errors.GEOSException) as error:
            raise Refusal(
                "le tracé est illisible (anneau ouvert ou trop peu de points).",
                where=f"entité {number}",
                remedy="Corrigez ce tracé.",
            ) from error
        if not shapes:
            self.remarks.append(f"Entité {number} : ni polygone ni trace fermée, elle est laissée de côté.")
            return None
        shape = shapes[0] if len(shapes) == 1 else MultiPolygon(shapes)
        return as_columns(entity.columns), shape

    @property
    def _entity(self) -> _Entity:
        if not self.entities:
            self.entities.append(_Entity())
        return self.entities[-1]

    def _add_point(self, attributes: Mapping[str, str]) -> None:
        line = self._entity.line
        line.append(_position(len(self.entities), (attributes.get("lon", ""), attributes.get("lat", ""))))
        check_ring_length(len(self.entities), len(line))

    def _add_coordinates(self, parent: str) -> None:
        number = len(self.entities)
        if self._length > MAX_RING_CHARACTERS:
            check_ring_length(number, MAX_VERTICES_A_RING * self._length // MAX_RING_CHARACTERS + 1)
        # Some programs put a space after each comma.
        places = re.sub(r"\s*,\s*", ",", "".join(self._text)).split()
        check_ring_length(number, len(places))
        positions = [_position(number, place.split(",")) for place in places]
        if "Polygon" in self._path and self._entity.polygons:
            rings = self._entity.polygons[-1]
            rings.insert(len(rings) if "innerBoundaryIs" in self._path else 0, np.array(positions).reshape(-1, 2))
        elif parent in ("LineString", "LinearRing"):
            self._entity.line.extend(positions)

    def _close(self, number: int, entity: _Entity) -> Polygon | None:
        if len(entity.line) < 3:
            return None
        (west, south), (east, north) = entity.line[0], entity.line[-1]
        gap_m = GROUND.inv(west, south, east, north)[2]
        if not gap_m <= MAX_GAP_M:
            return None
        if gap_m > 0:
            self.remarks.append(
                f"Entité {number} : la trace s'arrêtait à {gap_m:.0f} m de son départ ; elle a été fermée."
            )
        return Polygon([*entity.line, entity.line[0]])


def _check_outermost(name: str) -> None:
    if name not in ("kml", "gpx"):
        problem = OTHER_XML.get(name, "c'est du XML, mais ni un GPX ni un KML.")
        raise Refusal(problem, where="début du fichier", remedy=ACCEPTED)


def _position(number: int, said: tuple[str, ...] | list[str]) -> tuple[float, float]:
    try:
        return float(said[0]), float(said[1])
    except (ValueError, IndexError) as error:
        raise Refusal(
            "une coordonnée n'est pas un nombre.", where=f"entité {number}", remedy="Corrigez ce tracé."
        ) from error
