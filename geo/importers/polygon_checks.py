"""What a polygon must be before the rest of Ronde sees it; runs in the limited process."""

import re
from typing import Any

import numpy as np
import shapely
from pyproj.exceptions import ProjError
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.importers.polygon_formats import Layer, Refusal
from geo.projections import shapes_to_wgs84

MAX_VERTICES_A_RING = 10_000
# west, south, east, north of each French territory, with room for its neighbours' border towns.
FRANCE = (
    (-6.0, 41.0, 10.5, 51.6),
    (-63.3, 14.2, -60.5, 18.3),
    (-55.0, 2.0, -51.0, 6.2),
    (55.0, -21.6, 56.0, -20.7),
    (44.8, -13.2, 45.5, -12.5),
)


def checked_features(layer: Layer) -> list[dict[str, Any]]:
    """Return the polygons of a layer in WGS 84, valid, as plain JSON values with hexadecimal WKB.

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
    try:
        degrees = shapes_to_wgs84(shapes, layer.projection)
    except ProjError as error:
        raise Refusal(
            "la projection ne peut pas être convertie en WGS 84.", remedy="Réexportez en WGS 84."
        ) from error
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
            f"c'est un objet {shape.geom_type}, pas un polygone.",
            where=where,
            remedy="Ne gardez que des polygones.",
        )
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise Refusal("une coordonnée n'est pas un nombre fini.", where=where, remedy="Corrigez ce tracé.")
    for part in shapely.get_parts(shape):
        vertices = int(shapely.get_num_coordinates(shapely.get_rings(part)).max())
        if vertices > MAX_VERTICES_A_RING:
            raise Refusal(
                f"un anneau a {vertices} sommets (au plus {MAX_VERTICES_A_RING}).",
                where=where,
                remedy="Simplifiez le tracé.",
            )


def _checked(number: int, properties: dict[str, str], shape: BaseGeometry) -> dict[str, Any]:
    where = f"entité {number}"
    west, south, east, north = shape.bounds
    if not np.isfinite(shape.bounds).all() or west < -180 or east > 180 or south < -90 or north > 90:
        raise Refusal(
            "les coordonnées ne sont pas sur la Terre dans la projection annoncée.",
            where=where,
            remedy="Vérifiez la projection du fichier (Lambert-93 annoncé comme WGS 84 ?).",
        )
    if not _is_in_france(west, south) and _is_in_france(south, west):
        raise Refusal(
            f"longitude et latitude semblent inversées ({west:.4f}, {south:.4f}).",
            where=where,
            remedy="Réexportez le fichier avec la longitude en premier.",
        )
    area, mended_near = _mended(where, shape)
    return {"number": number, "properties": properties, "wkb": area.wkb_hex, "mended_near": mended_near}


def _is_in_france(lon: float, lat: float) -> bool:
    return any(west <= lon <= east and south <= lat <= north for west, south, east, north in FRANCE)


def _mended(where: str, shape: BaseGeometry) -> tuple[MultiPolygon, tuple[float, float] | None]:
    if shape.is_valid:
        return _as_multi(shape), None
    place = _place_of_fault(shape)
    # The default method took 25 s on 300 crossing vertices.
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if mended.is_empty or mended.geom_type not in ("Polygon", "MultiPolygon"):
        raise Refusal(
            f"le contour se croise ou n'enferme rien, près de {place[0]:.5f}, {place[1]:.5f}.",
            where=where,
            remedy="Corrigez ce tracé.",
        )
    return _as_multi(mended), place


def _as_multi(shape: BaseGeometry) -> MultiPolygon:
    return MultiPolygon([part for part in shapely.get_parts(shape) if isinstance(part, Polygon)])


def _place_of_fault(shape: BaseGeometry) -> tuple[float, float]:
    found = re.search(r"\[(\S+) (\S+)\]", shapely.is_valid_reason(shape))
    if found is None:
        return shape.bounds[0], shape.bounds[1]
    return float(found[1]), float(found[2])
