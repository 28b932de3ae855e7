"""The limited process behind ``perimeter_files.read_perimeter_file``: run as a module, with the file on its input.

Whatever is asked of shapes that somebody made is asked here: two contours of 10,000 vertices may cross millions of
times. It imports neither Django nor the database.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.importers.limited_process import Refusal, serve
from geo.importers.polygon_worker import read_contours
from geo.projections import shapes_to_metres, to_wgs84
from sectors.importers.columns import MAX_NAME, MAX_NUMBER, NAME_COLUMNS, NUMBER_COLUMNS
from sectors.perimeter_geometry import MIN_AREA_M2, find_overlaps

# A commune has some tens of sectors; Paris has 80 quarters.
MAX_PERIMETERS = 200
MAX_VERTICES = 200_000
# Below this the two are one contour drawn once, or exported twice.
SAME_GROUND_SHARE = 0.999


def read_perimeters(
    content: bytes,
    *,
    most_unpacked_bytes: int,
    commune: str,
    around: str,
    srid: int,
    expected: Sequence[tuple[float, float, float, float]],
) -> dict[str, Any]:
    """Return the perimeters of a file that lie in a commune, as plain JSON values.

    Parameters
    ----------
    commune, around, srid
        Its name, the ground in which perimeters must lie (hexadecimal WKB in metres), and the projection of that.
    expected
        Boxes in degrees around that ground.

    Raises
    ------
    Refusal
        For what no file of contours may be; one that crosses itself, leaves the commune or is tiny; two that
        share ground.
    """
    contours = read_contours(
        content, most_unpacked_bytes=most_unpacked_bytes, expected=expected, most_vertices=MAX_VERTICES
    )
    features = contours["features"]
    if len(features) > MAX_PERIMETERS:
        raise Refusal(
            f"il y a {len(features)} contours (au plus {MAX_PERIMETERS}).", remedy="Gardez ceux des secteurs."
        )
    _refuse_crossed(features)
    shapes = np.array([shapely.from_wkb(feature["wkb"]) for feature in features], dtype=object)
    grounds = list(shapes_to_metres(shapes, srid))
    _check_grounds(grounds, shapely.from_wkb(around), commune, srid)
    _check_overlaps(grounds, srid)
    perimeters = [_named(feature) for feature in features]
    _refuse_twice(perimeters)
    return {"perimeters": perimeters, "remarks": contours["remarks"]}


def _refuse_crossed(features: Sequence[Mapping[str, Any]]) -> None:
    """Refuse what had to be mended: a perimeter is drawn, and what was meant is not for a program to say."""
    for feature in features:
        if feature["mended_near"]:
            lon, lat = feature["mended_near"]
            raise Refusal(
                f"le contour se croise près de {lon:.5f}, {lat:.5f}.",
                where=f"entité {feature['number']}",
                remedy="Corrigez-le à cet endroit, puis redonnez le fichier.",
            )


def _check_grounds(grounds: Sequence[BaseGeometry], around: BaseGeometry, commune: str, srid: int) -> None:
    for number, ground in enumerate(grounds, start=1):
        if not around.covers(ground):
            place = _place(shapely.difference(ground, around), srid)
            raise Refusal(
                f"le contour sort de la commune {commune}, près de {place}.",
                where=f"entité {number}",
                remedy="Corrigez ce tracé.",
            )
        if ground.area < MIN_AREA_M2:
            raise Refusal(
                f"le contour n'enferme que {ground.area:.0f} m² (au moins {MIN_AREA_M2:.0f}).",
                where=f"entité {number}",
                remedy="Vérifiez ce tracé.",
            )


def _check_overlaps(grounds: Sequence[BaseGeometry], srid: int) -> None:
    for overlap in find_overlaps(dict(enumerate(grounds, start=1))):
        where = f"entités {overlap.first} et {overlap.second}"
        first, second = grounds[overlap.first - 1], grounds[overlap.second - 1]
        if overlap.area_m2 > SAME_GROUND_SHARE * max(first.area, second.area):
            raise Refusal("les deux contours sont le même.", where=where, remedy="Gardez-en un seul.")
        place = _place(shapely.intersection(first, second), srid)
        raise Refusal(
            f"les deux contours se recouvrent sur {overlap.area_m2:.0f} m², près de {place}.",
            where=where,
            remedy="Corrigez l'un des deux.",
        )


def _place(ground: BaseGeometry, srid: int) -> str:
    point = shapely.point_on_surface(ground)
    lon, lat = to_wgs84(np.array([point.x]), np.array([point.y]), srid)
    return f"{lon[0]:.5f}, {lat[0]:.5f}"


def _named(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Take a whole number for the sector's number; any other text of such a column may be its name."""
    said = _first(feature, NUMBER_COLUMNS)
    is_number = said.isascii() and said.isdigit() and len(said) <= len(str(MAX_NUMBER)) and int(said) <= MAX_NUMBER
    return {
        "number": int(said) if is_number else None,
        "name": (_first(feature, NAME_COLUMNS) or ("" if is_number else said))[:MAX_NAME],
        "wkb": feature["wkb"],
    }


def _first(feature: Mapping[str, Any], columns: Sequence[str]) -> str:
    return next((feature["properties"][name] for name in columns if feature["properties"].get(name)), "")


def _refuse_twice(perimeters: Sequence[Mapping[str, Any]]) -> None:
    for column in ("number", "name"):
        seen: dict[object, int] = {}
        for entity, perimeter in enumerate(perimeters, start=1):
            value = perimeter[column]
            if value and value in seen:
                raise Refusal(
                    f"« {value} » est deux fois le nom ou le numéro d'un secteur.",
                    where=f"entités {seen[value]} et {entity}",
                    remedy="Corrigez l'un des deux.",
                )
            seen[value] = entity


if __name__ == "__main__":
    serve(read_perimeters)
