"""An OpenStreetMap extract cut to a commune (pure): streets at the outline, buildings by where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.importers.osm_reader import OsmShape, OsmStreet
from geo.importers.tally import Tally

STREET_OUTSIDE = "rue hors de la commune"
BUILDING_OUTSIDE = "bâtiment hors de la commune"
FEATURE_OUTSIDE = "eau, espace vert ou voie ferrée hors de la commune"

Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, kw_only=True)
class ClippedTown:
    """What of an extract lies in the commune."""

    streets: list[OsmStreet]
    buildings: list[OsmShape]
    features: list[OsmShape]


def clip_town(
    streets: Sequence[OsmStreet], shapes: Sequence[OsmShape], outline: BaseGeometry, tally: Tally
) -> ClippedTown:
    """Keep what lies in the commune.

    Streets and features of the basemap are cut at the outline; a building is kept whole when its representative
    point is inside. What is left out is counted.
    """
    shapely.prepare(outline)
    buildings = [each for each in shapes if each.kind == "building"]
    features = [each for each in shapes if each.kind != "building"]
    return ClippedTown(
        streets=_clip_streets(streets, outline, tally),
        buildings=_keep_standing_inside(buildings, outline, tally),
        features=_clip_features(features, outline, tally),
    )


def _clip_streets(streets: Sequence[OsmStreet], outline: BaseGeometry, tally: Tally) -> list[OsmStreet]:
    courses = _array([street.course for street in streets])
    whole = shapely.covers(outline, courses)
    touching = shapely.intersects(outline, courses)
    kept: list[OsmStreet] = []
    for street, is_whole, is_touching in zip(streets, whole, touching, strict=True):
        course = street.course if is_whole else _cut_course(street.course, outline) if is_touching else None
        if course is None:
            tally.pass_over(STREET_OUTSIDE)
        else:
            kept.append(replace(street, course=as_lines(course)))
    return kept


def _cut_course(course: BaseGeometry, outline: BaseGeometry) -> MultiLineString | None:
    """Cut a line at the outline, its pieces in the direction and order in which the street runs."""
    pieces: list[LineString] = []
    for line in shapely.get_parts(course):
        inside = shapely.intersection(line, outline)
        parts = [part for part in shapely.get_parts(inside) if isinstance(part, LineString) and part.length > 0]
        pieces += sorted((_in_direction(part, line) for part in parts), key=partial(_place_along, line))
    return MultiLineString(pieces) if pieces else None


def _in_direction(part: LineString, line: BaseGeometry) -> LineString:
    """Turn a piece round if the overlay gave it backwards; a one-way street must keep its sense."""
    beginning = LineString(part.coords[:2])
    # Two places inside the first segment: its ends may be where a loop closes, which is at 0 and at the length.
    earlier, later = (line.project(beginning.interpolate(share, normalized=True)) for share in (1 / 3, 2 / 3))
    return part if earlier <= later else LineString(part.coords[::-1])


def _place_along(line: BaseGeometry, part: LineString) -> float:
    return float(line.project(LineString(part.coords[:2]).interpolate(0.5, normalized=True)))


def _keep_standing_inside(shapes: Sequence[OsmShape], outline: BaseGeometry, tally: Tally) -> list[OsmShape]:
    inside = shapely.covers(outline, shapely.point_on_surface(_array([each.shape for each in shapes])))
    tally.pass_over(BUILDING_OUTSIDE, int((~inside).sum()))
    return [
        replace(each, shape=as_areas(each.shape))
        for each, is_inside in zip(shapes, inside, strict=True)
        if is_inside
    ]


def _clip_features(features: Sequence[OsmShape], outline: BaseGeometry, tally: Tally) -> list[OsmShape]:
    shapes = _array([each.shape for each in features])
    invalid = ~shapely.is_valid(shapes)
    shapes[invalid] = shapely.make_valid(shapes[invalid], method="structure", keep_collapsed=False)
    cut = ~shapely.covers(outline, shapes)
    shapes[cut] = shapely.intersection(shapes[cut], outline)
    kept: list[OsmShape] = []
    for feature, shape in zip(features, shapes, strict=True):
        same_kind = as_areas(shape) if feature.shape.geom_type.endswith("Polygon") else as_lines(shape)
        if same_kind.is_empty:
            tally.pass_over(FEATURE_OUTSIDE)
        else:
            kept.append(replace(feature, shape=same_kind))
    return kept


def as_lines(shape: BaseGeometry) -> MultiLineString:
    """Return the lines of a geometry, without the points where it only touches the outline."""
    return MultiLineString([part for part in shapely.get_parts(shape) if isinstance(part, LineString)])


def as_areas(shape: BaseGeometry) -> MultiPolygon:
    """Return the areas of a geometry, without the lines and points where it only touches the outline."""
    return MultiPolygon([part for part in shapely.get_parts(shape) if isinstance(part, Polygon)])


def _array(shapes: Sequence[BaseGeometry]) -> Geometries:
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array
