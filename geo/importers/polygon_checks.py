"""What a polygon must be before the rest of Ronde sees it; runs in the limited process."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from pyproj.exceptions import ProjError
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.importers.limited_process import Refusal
from geo.importers.polygon_formats.layers import PROJECTIONS, WGS84, Layer, check_ring_length
from geo.projections import FloatArray, shapes_to_wgs84, to_wgs84

type Box = tuple[float, float, float, float]

# Mending takes a time that grows with the square of the crossings: 40,000 of them took 1 s, 160,000 took 5 s.
MAX_CROSSINGS = 1_000
SEGMENTS_AT_ONCE = 64
KINDS = {
    "Point": "un point",
    "MultiPoint": "une suite de points",
    "LineString": "une ligne",
    "MultiLineString": "une suite de lignes",
    "GeometryCollection": "un assemblage d'objets divers",
}
# west, south, east, north of each French territory, with room for its neighbours' border towns.
FRANCE = (
    (-6.0, 41.0, 10.5, 51.6),
    (-63.3, 14.2, -60.5, 18.3),
    (-55.0, 2.0, -51.0, 6.2),
    (55.0, -21.6, 56.0, -20.7),
    (44.8, -13.2, 45.5, -12.5),
)


def checked_features(
    layer: Layer, expected: Sequence[Box] = FRANCE, *, most_vertices: int | None = None
) -> list[dict[str, Any]]:
    """Return the polygons of a layer in WGS 84, valid, as plain JSON values with hexadecimal WKB.

    Parameters
    ----------
    expected
        Boxes in degrees (west, south, east, north) where contours should lie. One that lies in none of them, and
        would if its coordinates were others than the file says, is refused.
    most_vertices
        Of all the contours together; those of a department's communes may be a million.

    Raises
    ------
    Refusal
        Naming the first feature concerned, counted from 1, and the place where that helps.
    """
    if not layer.rows:
        raise Refusal("le fichier ne contient aucun contour.", remedy="Vérifiez l'export.")
    for number, (_, shape) in enumerate(layer.rows, start=1):
        _check_raw(number, shape)
    shapes = np.array([shapely.force_2d(shape) for _, shape in layer.rows], dtype=object)
    vertices = int(shapely.get_num_coordinates(shapes).sum())
    if most_vertices is not None and vertices > most_vertices:
        raise Refusal(
            f"les contours ont {vertices} sommets en tout (au plus {most_vertices}).", remedy="Simplifiez-les."
        )
    try:
        degrees = shapes_to_wgs84(shapes, layer.projection)
    except ProjError as error:
        raise Refusal(
            "la projection ne peut pas être convertie en WGS 84.", remedy="Réexportez en WGS 84."
        ) from error
    for number, (raw, shape) in enumerate(zip(shapes, degrees, strict=True), start=1):
        _check_place(number, raw, shape, layer.projection, expected)
    return [
        _checked(number, properties, shape)
        for number, ((properties, _), shape) in enumerate(zip(layer.rows, degrees, strict=True), start=1)
    ]


def _check_raw(number: int, shape: BaseGeometry | None) -> None:
    where = f"entité {number}"
    if shape is None or shape.is_empty:
        raise Refusal("le contour est vide.", where=where, remedy="Retirez cette entité ou dessinez-la.")
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise Refusal(
            f"c'est {KINDS.get(shape.geom_type, 'autre chose')}, pas un polygone.",
            where=where,
            remedy="Ne gardez que des polygones.",
        )
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise Refusal("une coordonnée n'est pas un nombre fini.", where=where, remedy="Corrigez ce tracé.")
    for part in shapely.get_parts(shape):
        check_ring_length(number, int(shapely.get_num_coordinates(shapely.get_rings(part)).max()))


def _check_place(
    number: int, raw: BaseGeometry, shape: BaseGeometry, projection: int, expected: Sequence[Box]
) -> None:
    where = f"entité {number}"
    corners = shapely.get_coordinates(shapely.box(*raw.bounds))
    if not _is_in(shapely.get_coordinates(shapely.box(*shape.bounds)), expected):
        seeming = next(_seemings(corners, projection, expected), None)
        if seeming is not None:
            x, y = corners[0]
            raise Refusal(
                f"{seeming}, alors que le fichier les dit en {_name(projection)}.",
                where=f"{where}, {x:.4f}, {y:.4f}",
                remedy="Réexportez-le avec la bonne projection, la longitude en premier.",
            )
    west, south, east, north = shape.bounds
    if not np.isfinite(shape.bounds).all() or west < -180 or east > 180 or south < -90 or north > 90:
        raise Refusal(
            "les coordonnées ne sont pas sur la Terre dans la projection annoncée.",
            where=where,
            remedy="Vérifiez la projection du fichier.",
        )
    if east - west > 180:
        raise Refusal(
            f"le contour fait le tour de la Terre, de la longitude {west:.2f} à {east:.2f}.",
            where=where,
            remedy="Corrigez ce tracé.",
        )


def _seemings(corners: FloatArray, projection: int, expected: Sequence[Box]) -> Iterator[str]:
    """Say what coordinates would have to be to lie where they should, the likeliest first."""
    x, y = corners[:, 0], corners[:, 1]
    if _is_in(_as_degrees(y, x, projection), expected):
        yield (
            "longitude et latitude semblent inversées"
            if projection == WGS84
            else "les deux coordonnées semblent inversées"
        )
    for srid in PROJECTIONS:
        if srid != projection and _is_in(_as_degrees(x, y, srid), expected):
            yield f"les coordonnées semblent être en {_name(srid)}"
        if srid != projection and _is_in(_as_degrees(y, x, srid), expected):
            yield f"les coordonnées semblent être en {_name(srid)}, et inversées"


def _as_degrees(x: FloatArray, y: FloatArray, srid: int) -> FloatArray:
    return np.column_stack((x, y) if srid == WGS84 else to_wgs84(x, y, srid))


def _is_in(places: FloatArray, boxes: Sequence[Box]) -> bool:
    lon, lat = places[:, 0], places[:, 1]
    return any(
        bool(((west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)).all())
        for west, south, east, north in boxes
    )


def _name(srid: int) -> str:
    return f"{PROJECTIONS[srid]} (EPSG:{srid})"


def _checked(number: int, properties: dict[str, str], shape: BaseGeometry) -> dict[str, Any]:
    area, mended_near = _mended(f"entité {number}", shape)
    return {"number": number, "properties": properties, "wkb": area.wkb_hex, "mended_near": mended_near}


def _mended(where: str, shape: BaseGeometry) -> tuple[MultiPolygon, tuple[float, float] | None]:
    if shape.is_valid:
        return _as_multi(shape), None
    place = _place_of_fault(shape)
    if _crosses_without_end(shape):
        raise Refusal(
            f"le contour se croise plus de {MAX_CROSSINGS} fois, d'abord près de {place[0]:.5f}, {place[1]:.5f}.",
            where=where,
            remedy="Corrigez ce tracé.",
        )
    # The default method took 25 s on 300 crossing vertices.
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if mended.is_empty or mended.geom_type not in ("Polygon", "MultiPolygon"):
        raise Refusal(
            f"le contour se croise ou n'enferme rien, près de {place[0]:.5f}, {place[1]:.5f}.",
            where=where,
            remedy="Corrigez ce tracé.",
        )
    return _as_multi(mended), place


def _crosses_without_end(shape: BaseGeometry) -> bool:
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(shape))]
    segments = np.concatenate([shapely.linestrings(np.stack((ring[:-1], ring[1:]), axis=1)) for ring in rings])
    tree = shapely.STRtree(segments)
    crossings = 0
    for start in range(0, len(segments), SEGMENTS_AT_ONCE):
        firsts, seconds = tree.query(segments[start : start + SEGMENTS_AT_ONCE], predicate="crosses")
        crossings += int((seconds > firsts + start).sum())
        if crossings > MAX_CROSSINGS:
            return True
    return False


def _as_multi(shape: BaseGeometry) -> MultiPolygon:
    return MultiPolygon([part for part in shapely.get_parts(shape) if isinstance(part, Polygon)])


def _place_of_fault(shape: BaseGeometry) -> tuple[float, float]:
    found = re.search(r"\[(\S+) (\S+)\]", shapely.is_valid_reason(shape))
    if found is None:
        return shape.bounds[0], shape.bounds[1]
    return float(found[1]), float(found[2])
