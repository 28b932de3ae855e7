"""A perimeter of a drawing with fewer vertices, and what that moves."""

from collections.abc import Iterable
from dataclasses import dataclass

import shapely

from sectors import perimeter_geometry as geometry
from sectors.services.drawing import Drawing, count_addresses
from sectors.services.examination import Drawn
from sectors.services.grounds import to_degrees, told_in_degrees

# The usual one is less than the width of a street.
LIGHTENED_WITHIN_M = (1, 3, 5, 10, 20)
LIGHTENED_USUALLY_M = 3


@dataclass(frozen=True, kw_only=True)
class Lightening:
    """What a lighter border makes of a drawing, and of the perimeter that it was asked for.

    Parameters
    ----------
    neighbours
        Keys of the perimeters whose border moves with it.
    moved_m
        How far the border moves, at most.
    gained_m2, lost_m2, gained, lost
        Ground, and addresses, that come and go.
    """

    drawn: list[Drawn]
    neighbours: tuple[str, ...]
    vertices_before: int
    vertices_after: int
    moved_m: float
    gained_m2: float
    lost_m2: float
    gained: int
    lost: int


def lighten(drawing: Drawing, key: str, *, within_m: float, moving: Iterable[str]) -> Lightening:
    """Draw a perimeter with fewer vertices, its border at most so far from where it was.

    Parameters
    ----------
    moving
        Keys of the perimeters whose border may move with it where they share it; the others stay as they are.

    Raises
    ------
    UnknownNeighbour
        When there is none of that key.
    ShapeRefused
        When it is no valid area yet, or no vertex can go, with the place as (lon, lat).
    """
    commune, may_move = drawing.commune, set(moving)
    beside = drawing.beside(key)
    with told_in_degrees(commune):
        former = drawing.ground(key)
        lightened = geometry.lighten(
            former,
            drawing.town,
            within_m=within_m,
            moving={other: ground for other, ground in beside.items() if other in may_move},
            staying=[ground for other, ground in beside.items() if other not in may_move],
        )
    gained, lost = geometry.without(lightened.area, former), geometry.without(former, lightened.area)
    addresses = count_addresses([to_degrees(ground, commune) for ground in (gained, lost)], commune)
    return Lightening(
        drawn=drawing.redrawn({key: lightened.area, **lightened.neighbours}),
        neighbours=tuple(lightened.neighbours),
        vertices_before=_count_vertices(former),
        vertices_after=_count_vertices(lightened.area),
        moved_m=lightened.moved_m,
        gained_m2=gained.area,
        lost_m2=lost.area,
        gained=addresses[0],
        lost=addresses[1],
    )


def _count_vertices(area: shapely.Geometry) -> int:
    """Count the vertices of each ring once: its last is its first."""
    rings = sum(1 + len(part.interiors) for part in shapely.get_parts(area))
    return int(shapely.get_num_coordinates(area)) - rings
