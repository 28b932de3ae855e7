"""The ground under a drawing: streets, water, green, rail and buildings of a commune, cut to a frame.

Drawings are in Web Mercator (EPSG:3857), which keeps angles and has north upwards; nothing is measured in it.
Where a drawing needs a length, ``metres_per_unit`` gives the true metres of one of its units at its middle.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from shapely import LineString, from_wkb, get_coordinates, get_parts, transform
from shapely.geometry.base import BaseGeometry

EARTH_RADIUS_M = 6378137.0  # the sphere of EPSG:3857
HALF_WORLD_M = math.pi * EARTH_RADIUS_M
SQL_FOLDER = Path(__file__).parent / "sql"
PATHS_SQL = (SQL_FOLDER / "ground_as_svg.sql").read_text(encoding="utf-8")
NAMES_SQL = (SQL_FOLDER / "street_names.sql").read_text(encoding="utf-8")
SHAPES_SQL = (SQL_FOLDER / "ground_as_coordinates.sql").read_text(encoding="utf-8")
BUILDINGS_SQL = (SQL_FOLDER / "buildings_near_plan.sql").read_text(encoding="utf-8")

ATTRIBUTION = "© contributeurs d'OpenStreetMap (ODbL), Base Adresse Nationale (Licence Ouverte 2.0)"
# OpenStreetMap's highway values by the weight of their line, heaviest first; other values are paths.
STREET_CLASSES: dict[str, tuple[str, ...]] = {
    "major": ("motorway", "trunk", "primary", "motorway_link", "trunk_link", "primary_link"),
    "middle": ("secondary", "tertiary", "secondary_link", "tertiary_link"),
    "minor": ("residential", "unclassified", "living_street", "pedestrian", "road", "busway"),
    "service": ("service",),
}
PATH_CLASS = "path"
CLASS_BY_HIGHWAY = {highway: name for name, highways in STREET_CLASSES.items() for highway in highways}
Coordinates = tuple[float, float]
Parameters = dict[str, str | int | float | list[str]]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A rectangle in Web Mercator metres, and the paper or screen units it is drawn on."""

    west: float
    south: float
    east: float
    north: float
    units_per_metre: float

    def place(self, longitude: float, latitude: float) -> Coordinates:
        """Return where a position (WGS 84 degrees) is drawn: units from the left and from the top."""
        x, y = mercator(longitude, latitude)
        return (x - self.west) * self.units_per_metre, (self.north - y) * self.units_per_metre

    def unplace(self, drawn: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the positions, (lon, lat) in degrees, of drawn points, shape (n, 2)."""
        x = self.west + drawn[:, 0] / self.units_per_metre
        y = self.north - drawn[:, 1] / self.units_per_metre
        latitudes_rad = 2 * np.arctan(np.exp(y / EARTH_RADIUS_M)) - np.pi / 2
        return np.degrees(np.column_stack([x / EARTH_RADIUS_M, latitudes_rad]))

    @property
    def width(self) -> float:
        return (self.east - self.west) * self.units_per_metre

    @property
    def height(self) -> float:
        return (self.north - self.south) * self.units_per_metre

    @property
    def metres_per_unit(self) -> float:
        """True metres on the ground for one drawn unit, at the middle of the frame."""
        middle_rad = 2 * math.atan(math.exp((self.south + self.north) / 2 / EARTH_RADIUS_M)) - math.pi / 2
        return math.cos(middle_rad) / self.units_per_metre


@dataclass(frozen=True, kw_only=True)
class StreetName:
    """A street's name and its longest unbroken line inside the frame, in drawn units."""

    name: str
    street_class: str
    line: LineString


def mercator(longitude: float, latitude: float) -> Coordinates:
    """Project WGS 84 degrees to Web Mercator metres."""
    return (
        EARTH_RADIUS_M * math.radians(longitude),
        EARTH_RADIUS_M * math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)),
    )


def frame_around(
    points: Iterable[Coordinates], *, width: float, height: float, margin: float, least_width_m: float
) -> Frame:
    """Find the frame that shows all the points, whole and as large as it can.

    Parameters
    ----------
    points
        (lon, lat) in WGS 84 degrees; at least one.
    width, height
        Size of the drawing, in its units.
    margin
        Units kept free of points on every side.
    least_width_m
        Web Mercator metres that the frame spans at least, so that a round of one street still shows its quarter.
    """
    xs, ys = zip(*(mercator(*point) for point in points), strict=True)
    units_per_metre = min(
        (width - 2 * margin) / max(max(xs) - min(xs), 1e-9),
        (height - 2 * margin) / max(max(ys) - min(ys), 1e-9),
        width / least_width_m,
    )
    middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    half_width, half_height = width / units_per_metre / 2, height / units_per_metre / 2
    return Frame(
        west=middle_x - half_width,
        south=middle_y - half_height,
        east=middle_x + half_width,
        north=middle_y + half_height,
        units_per_metre=units_per_metre,
    )


def ground_paths(insee_code: str, frame: Frame, *, least_building: float) -> dict[str, str]:
    """Draw the ground inside a frame as SVG path data, one path a layer, in whole units.

    Parameters
    ----------
    insee_code
        The commune whose ground is drawn.
    frame
        What is drawn and how large.
    least_building
        Buildings drawn smaller than this many square units are left out.

    Returns
    -------
    dict
        Path data by layer: ``water``, ``water_line``, ``green``, ``rail``, ``building`` and the street classes;
        layers without anything inside the frame are absent.
    """
    with connection.cursor() as cursor:
        cursor.execute(PATHS_SQL, {**_parameters(insee_code, frame), "least_building": least_building})
        return dict(cursor.fetchall())


def street_names(insee_code: str, frame: Frame) -> list[StreetName]:
    """List the named streets inside a frame, the heaviest class first, then the longest line."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES_SQL, _parameters(insee_code, frame))
        rows = cursor.fetchall()
    order = [*STREET_CLASSES, PATH_CLASS]
    names = [
        StreetName(name=name, street_class=kind, line=LineString(get_coordinates(from_wkb(bytes(line)))))
        for name, kind, line in rows
    ]
    return sorted(names, key=lambda street: (order.index(street.street_class), -street.line.length, street.name))


def street_lines(insee_code: str) -> list[StreetName]:
    """List a commune's named streets, heaviest class first, with their longest unbroken line in WGS 84 degrees."""
    whole = Frame(
        west=-HALF_WORLD_M, south=-HALF_WORLD_M, east=HALF_WORLD_M, north=HALF_WORLD_M, units_per_metre=1
    )
    return [
        StreetName(name=street.name, street_class=street.street_class, line=transform(street.line, whole.unplace))
        for street in street_names(insee_code, whole)
    ]


def _parameters(insee_code: str, frame: Frame) -> Parameters:
    return {
        "commune": insee_code,
        "west": frame.west,
        "south": frame.south,
        "east": frame.east,
        "north": frame.north,
        "units_per_metre": frame.units_per_metre,
        **_street_classes(),
    }


def ground_shapes(insee_code: str) -> dict[str, list[BaseGeometry]]:
    """List the ground of a whole commune by layer, without buildings, as lines and polygons of WGS 84 degrees.

    Returns
    -------
    dict
        As for :func:`ground_paths`; layers without anything are absent.
    """
    with connection.cursor() as cursor:
        cursor.execute(SHAPES_SQL, {"commune": insee_code, **_street_classes()})
        return {layer: list(get_parts(from_wkb(bytes(shapes)))) for layer, shapes in cursor.fetchall()}


def buildings_near(insee_code: str, plan_id: int, *, within_m: float) -> list[BaseGeometry]:
    """List the buildings of a commune near a plan's courses and homes, as polygons of WGS 84 degrees."""
    parameters: Parameters = {"commune": insee_code, "plan": plan_id, "within_m": within_m}
    with connection.cursor() as cursor:
        cursor.execute(BUILDINGS_SQL, parameters)
        return [from_wkb(bytes(outline)) for (outline,) in cursor.fetchall()]


def _street_classes() -> Parameters:
    return {
        "highways": list(CLASS_BY_HIGHWAY),
        "classes": list(CLASS_BY_HIGHWAY.values()),
        "path_class": PATH_CLASS,
    }
