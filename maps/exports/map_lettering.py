"""Where numbers and street names go on a printed map, so that none hides another: pure geometry in drawn units."""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, Polygon, STRtree, box
from shapely.affinity import rotate, translate
from shapely.geometry.base import BaseGeometry

from maps.ground import StreetName

GOLDEN_ANGLE_RAD = math.pi * (3 - math.sqrt(5))
SPREADING_ROUNDS = 300
PULL_HOME = 0.02  # share of the way back to its point that a number goes at each round
MEAN_LETTER_WIDTH = 0.56  # of the font size, bold sans serif, measured on French street names
MOST_BENT = 0.97  # a name's line may be this much shorter straight than along the street
PLACES_TRIED = (0.5, 0.35, 0.65, 0.2, 0.8)  # along the street, as a share of its length
SIDES_TRIED = (0.0, -1.05, 1.05)  # on the street, above it, below it, in font sizes
Coordinates = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class PlacedName:
    """A street name, the middle of its text, and its turn in degrees, clockwise on the drawing."""

    name: str
    x: float
    y: float
    angle_deg: float


def spread(
    anchors: Sequence[Coordinates], *, fixed: Sequence[Coordinates], distance: float, frame: tuple[float, float]
) -> NDArray[np.float64]:
    """Move numbers off each other and off what cannot move, each as near its point as that allows.

    Parameters
    ----------
    anchors
        The points that are numbered, drawn units; may be empty, may coincide.
    fixed
        Middles of the marks that stay where they are.
    distance
        Least distance between two numbers' middles.
    frame
        Width and height that the middles stay within, half a ``distance`` inside.

    Returns
    -------
    ndarray
        Middles of the numbers, shape (n, 2). Same anchors, same answer.
    """
    points = np.asarray([*anchors, *fixed], dtype=float).reshape(-1, 2)
    moving = np.arange(len(points)) < len(anchors)
    turns = np.arange(len(points)) * GOLDEN_ANGLE_RAD
    # Points that coincide need a direction to part in.
    placed = points + 1e-3 * distance * np.column_stack([np.cos(turns), np.sin(turns)])
    lowest, highest = distance / 2, np.asarray(frame) - distance / 2
    for _ in range(SPREADING_ROUNDS):
        placed += PULL_HOME * (points - placed)
        placed += _pushes(placed, distance)
        placed = np.where(moving[:, None], np.clip(placed, lowest, highest), points)
    return placed[moving]


def place_names(
    streets: Iterable[StreetName],
    *,
    obstacles: Sequence[BaseGeometry],
    font_size: float,
    frame: tuple[float, float],
    most: int,
) -> list[PlacedName]:
    """Choose where street names are written along their streets, the first streets first.

    Parameters
    ----------
    streets
        Candidates, the most useful first.
    obstacles
        What must stay readable; a street under one of them has its name beside it.
    font_size
        Height of the text, drawn units.
    frame
        Width and height of the drawing; a name is written wholly inside.
    most
        Names after which to stop.
    """
    inside = box(0, 0, *frame)
    taken = list(obstacles)
    placed: list[PlacedName] = []
    for street in streets:
        tree = STRtree(taken)
        for label, area in _candidates(street, font_size):
            if inside.contains(area) and not len(tree.query(area, predicate="intersects")):
                placed.append(label)
                taken.append(area)
                break
        if len(placed) == most:
            break
    return placed


def _pushes(placed: NDArray[np.float64], distance: float) -> NDArray[np.float64]:
    apart = placed[:, None, :] - placed[None, :, :]
    far = np.linalg.norm(apart, axis=2)
    np.fill_diagonal(far, np.inf)
    overlap = np.clip(distance - far, 0.0, None)
    directions = apart / np.maximum(far, 1e-12)[:, :, None]
    pushes: NDArray[np.float64] = (directions * (overlap / 2)[:, :, None]).sum(axis=1)
    return pushes


def _candidates(street: StreetName, font_size: float) -> Iterable[tuple[PlacedName, Polygon]]:
    text_length = len(street.name) * font_size * MEAN_LETTER_WIDTH
    line = street.line
    if line.length < text_length:
        return
    for aside, share in itertools.product(SIDES_TRIED, PLACES_TRIED):
        middle = share * line.length
        begin, end = middle - text_length / 2, middle + text_length / 2
        if begin < 0 or end > line.length:
            continue
        start, finish = line.interpolate(begin), line.interpolate(end)
        if start.distance(finish) < MOST_BENT * text_length:
            continue
        yield _label(street.name, LineString([start, finish]), text_length, font_size, aside * font_size)


def _label(
    name: str, baseline: LineString, text_length: float, font_size: float, aside: float
) -> tuple[PlacedName, Polygon]:
    (x1, y1), (x2, y2) = baseline.coords
    if x2 < x1:
        x1, y1, x2, y2 = x2, y2, x1, y1
    angle = math.atan2(y2 - y1, x2 - x1)
    x = (x1 + x2) / 2 - aside * math.sin(angle)
    y = (y1 + y2) / 2 + aside * math.cos(angle)
    flat = box(-text_length / 2, -font_size * 0.6, text_length / 2, font_size * 0.6)
    area = translate(rotate(flat, math.degrees(angle), origin=(0, 0)), x, y)
    return PlacedName(name=name, x=x, y=y, angle_deg=math.degrees(angle)), area
