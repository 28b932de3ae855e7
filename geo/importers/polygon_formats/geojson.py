"""GeoJSON: RFC 7946, and the draft of 2008 that names its projection."""

import json
from collections.abc import Sequence
from typing import Any

import shapely

from geo.importers.limited_process import Refusal
from geo.importers.polygon_formats.layers import (
    ACCEPTED,
    WGS84,
    Layer,
    Row,
    as_columns,
    check_ring_length,
    known_projection,
)

# Longitude first in WGS 84; a file of the draft of 2008 says so, as IGN and QGIS still do.
WGS84_NAMES = ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "EPSG:4326")
# How deep the lists of coordinates stand around a ring.
DEPTH_OF_RINGS = {"Polygon": 1, "MultiPolygon": 2}


def read_geojson(content: bytes) -> Layer:
    """Read a collection, an entity or a bare polygon."""
    document = _parse(content)
    if not isinstance(document, dict):
        raise Refusal("ce n'est pas un GeoJSON.", remedy=ACCEPTED)
    kind = document.get("type")
    if kind in DEPTH_OF_RINGS:
        features: object = [{"geometry": document}]
    else:
        features = [document] if kind == "Feature" else document.get("features")
    if not isinstance(features, list):
        raise Refusal("le GeoJSON n'a pas de liste « features ».", remedy=ACCEPTED)
    return Layer(
        projection=_projection(document),
        rows=[_row(number, feature) for number, feature in enumerate(features, start=1)],
    )


def _parse(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        raise Refusal(
            "le texte n'est pas en UTF-8.", where=f"octet {error.start}", remedy="Enregistrez-le en UTF-8."
        ) from error
    except json.JSONDecodeError as error:
        raise Refusal(
            "le GeoJSON est abîmé ou tronqué.",
            where=f"ligne {error.lineno}, caractère {error.pos}",
            remedy="Téléchargez-le à nouveau.",
        ) from error
    except RecursionError as error:
        raise Refusal("le GeoJSON est imbriqué sans fin.", remedy=ACCEPTED) from error
    except ValueError as error:
        # Python's own limit of 4,300 digits.
        raise Refusal("un nombre du GeoJSON est démesuré.", remedy="Corrigez ce nombre.") from error


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Two programs would read a name that is there twice in two ways."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refusal(f"le nom « {twice[:40]} » est deux fois dans un même objet.", remedy="Gardez-en un seul.")
    return found


def _row(number: int, feature: object) -> Row:
    if not isinstance(feature, dict):
        raise Refusal(
            "l'entité n'est pas un objet GeoJSON.", where=f"entité {number}", remedy="Réexportez le fichier."
        )
    columns, geometry = as_columns(feature.get("properties")), feature.get("geometry")
    if geometry is None:
        return columns, None
    try:
        if (depth := DEPTH_OF_RINGS.get(geometry["type"])) is not None:
            _check_lengths(number, geometry["coordinates"], depth)
        return columns, shapely.from_geojson(json.dumps(geometry))
    except (shapely.errors.GEOSException, ValueError, TypeError, KeyError, RecursionError) as error:
        raise Refusal(
            "le tracé est illisible (anneau ouvert, trop peu de points, ou coordonnée qui n'est pas un nombre).",
            where=f"entité {number}",
            remedy="Corrigez ce tracé.",
        ) from error


def _check_lengths(number: int, coordinates: Any, depth: int) -> None:
    if depth == 0:
        check_ring_length(number, len(coordinates))
        return
    for part in coordinates:
        _check_lengths(number, part, depth - 1)


def _projection(document: dict[str, Any]) -> int:
    crs = document.get("crs")
    if crs is None:
        return WGS84
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return WGS84 if name in WGS84_NAMES else known_projection(str(name))
