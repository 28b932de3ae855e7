"""What is drawn among the perimeters of the commune: what it holds, what is wrong with it, and how to mend it.

A perimeter is told by the key of its sector (`Drawn.key`), drawn anew or left as it is in force. Places and areas
are in degrees; the kernel measures in metres. Nothing is saved here: a mend gives the drawing that it makes.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import cast

import shapely
from django.conf import settings
from django.contrib.gis.geos import LineString, MultiPolygon, Point
from django.db.models import Count, Q
from shapely import LineString as Line
from shapely import MultiPolygon as ShapelyMultiPolygon
from shapely.geometry.base import BaseGeometry

from geo.models import Address, Commune
from sectors import perimeter_geometry as geometry
from sectors.errors import NameTaken, UnknownNeighbour
from sectors.models import Sector
from sectors.services.examination import Drawn, key_of, refuse_taken_names
from sectors.services.grounds import in_force_on, to_degrees, to_metres, told_in_degrees, town_of

# A place that a person points at in a gap, or beside it.
POINTED_WITHIN_M = 5.0


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A drawing with the perimeters around it, in metres; those that are no valid area yet are left out."""

    commune: Commune
    drawn: tuple[Drawn, ...]
    sectors: Mapping[str, Sector]
    grounds: Mapping[str, BaseGeometry]
    former: Mapping[str, BaseGeometry]
    town: BaseGeometry

    @property
    def names(self) -> dict[str, str]:
        """How each perimeter is called, those in force and those that are drawn."""
        in_force = {key: str(sector) for key, sector in self.sectors.items()}
        return in_force | {each.key: str(each) for each in self.drawn}

    def left(self) -> ShapelyMultiPolygon:
        """Return the ground that has a sector today and would have none; what is no valid area yet leaves none."""
        unfinished = {each.key for each in self.drawn if each.area is not None and each.key not in self.grounds}
        before = [ground for key, ground in self.former.items() if key not in unfinished]
        return geometry.left_ground(before, self.grounds.values())

    def beside(self, key: str) -> dict[str, BaseGeometry]:
        """Return the other perimeters."""
        return {other: ground for other, ground in self.grounds.items() if other != key}

    def ground(self, key: str) -> BaseGeometry:
        """Return a perimeter of the drawing, or one in force that it leaves.

        Raises
        ------
        UnknownNeighbour
            When there is none of that key.
        ShapeRefused
            When it is no valid area yet, with the place in metres.
        """
        if key in self.grounds:
            return self.grounds[key]
        area = next((each.area for each in self.drawn if each.key == key), None)
        if area is None:
            raise UnknownNeighbour
        (shape,) = to_metres([area], self.commune)
        return geometry.check_drawn(shape, self.town)

    def redrawn(self, changed: Mapping[str, BaseGeometry | None]) -> list[Drawn]:
        """Return what is drawn once some perimeters have changed, sectors left as they were so far included."""
        areas = {
            key: None if ground is None else to_degrees(ground, self.commune) for key, ground in changed.items()
        }
        drawn = [replace(each, area=areas[each.key]) if each.key in areas else each for each in self.drawn]
        there = {each.key for each in self.drawn}
        return drawn + [Drawn(sector=self.sectors[key], area=areas[key]) for key in areas if key not in there]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One piece of ground that is wrong, and the keys of the perimeters that it concerns."""

    neighbours: tuple[str, ...]
    area: MultiPolygon
    area_m2: float
    addresses: int
    is_sliver: bool
    is_beside: bool

    @property
    def place(self) -> tuple[float, float]:
        """A place in it, as (lon, lat)."""
        inside = self.area.point_on_surface
        return inside.x, inside.y


@dataclass(frozen=True, kw_only=True)
class Left:
    """What the sectors of a drawing hold today and no sector would: ground, and its addresses."""

    area_m2: float
    addresses: int

    def __bool__(self) -> bool:
        return bool(self.addresses) or self.area_m2 > geometry.OVERLAP_TOLERANCE_M2


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """What a perimeter holds as it is drawn, and what is wrong with it; shares are from 0 to 1."""

    area_m2: float
    share_of_commune: float
    addresses: int
    share_of_addresses: float
    residents: int
    overlaps: tuple[Fault, ...]
    gaps: tuple[Fault, ...]
    left: Left
    bordering: tuple[str, ...]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All that is wrong, overlaps first."""
        return self.overlaps + self.gaps


def open_drawing(commune: Commune, drawn: Sequence[Drawn], day: dt.date) -> Drawing:
    """Put what is drawn among the perimeters that are in force on a day."""
    in_force = in_force_on(commune, day)
    keys = {each.key for each in drawn}
    left = {key_of(sector): area for sector, area in in_force.items() if key_of(sector) not in keys}
    shown = {each.key: each.area for each in drawn if each.area is not None}
    shapes = dict(zip([*left, *shown], to_metres([*left.values(), *shown.values()], commune), strict=True))
    former = {key_of(sector): area for sector, area in in_force.items() if key_of(sector) in keys}
    return Drawing(
        commune=commune,
        drawn=tuple(drawn),
        sectors={key_of(sector): sector for sector in in_force},
        grounds={key: ground for key, ground in shapes.items() if shapely.is_valid(ground)},
        former=dict(zip(former, to_metres(former.values(), commune), strict=True)),
        town=town_of(commune, in_force),
    )


def look_at(drawing: Drawing, key: str) -> Feedback:
    """Tell what a drawn perimeter holds and what is wrong with it.

    Raises
    ------
    ShapeRefused
        When it is no area of the commune; the place is (lon, lat).
    UnknownNeighbour
        When nothing is drawn under that key.
    """
    area = next((each.area for each in drawing.drawn if each.key == key), None)
    if area is None:
        raise UnknownNeighbour
    commune = drawing.commune
    with told_in_degrees(commune):
        (shape,) = to_metres([area], commune)
        ground = geometry.check_drawn(shape, drawing.town)
    left = drawing.left()
    faults = geometry.find_faults(ground, drawing.beside(key), drawing.town, left=left)
    known = Address.objects.filter(commune=commune, point__isnull=False)
    addresses, everywhere = known.filter(point__coveredby=area).count(), known.count()
    return Feedback(
        area_m2=ground.area,
        share_of_commune=ground.area / drawing.town.area,
        addresses=addresses,
        share_of_addresses=addresses / everywhere if everywhere else 0.0,
        residents=estimate_residents(addresses),
        overlaps=_tell(faults.overlaps, commune),
        gaps=_tell(faults.gaps, commune),
        left=_tell_left(left, commune),
        bordering=geometry.find_bordering(ground, drawing.beside(key)),
    )


def look_at_left(drawing: Drawing) -> Left:
    """Tell what the drawing as a whole leaves without a sector."""
    return _tell_left(drawing.left(), drawing.commune)


def count_addresses(areas: Sequence[MultiPolygon], commune: Commune) -> list[int]:
    """Count the addresses of each area, in one query."""
    if not areas:
        return []
    within = [Q(point__coveredby=area) for area in areas]
    inside = Address.objects.filter(reduce(or_, within), commune=commune)
    counts = inside.aggregate(**{f"area_{order}": Count("pk", filter=each) for order, each in enumerate(within)})
    return [counts[f"area_{order}"] for order in range(len(areas))]


def estimate_residents(addresses: int) -> int:
    """Estimate how many people live at some addresses, by the setting ``RESIDENTS_PER_ADDRESS``."""
    return round(addresses * settings.RESIDENTS_PER_ADDRESS)


def trim(drawing: Drawing, key: str, other: str) -> list[Drawn]:
    """Give the ground that a perimeter shares with another to the other.

    Raises
    ------
    UnknownNeighbour
        When one of them is not there; for every mend.
    ShapeRefused
        When it cannot be done, with the place as (lon, lat); for every mend.
    """
    with told_in_degrees(drawing.commune):
        return drawing.redrawn({key: geometry.trim(drawing.ground(key), drawing.ground(other))})


def share_border(drawing: Drawing, key: str, other: str) -> list[Drawn]:
    """Let two perimeters that overlap meet midway; both are then drawn."""
    with told_in_degrees(drawing.commune):
        first, second = geometry.share_overlap(drawing.ground(key), drawing.ground(other))
    return drawing.redrawn({key: first, other: second})


def fill_gap(drawing: Drawing, key: str, at: Point) -> list[Drawn]:
    """Let a perimeter take the gap beside it at a place."""
    with told_in_degrees(drawing.commune):
        return drawing.redrawn({key: geometry.fill_gap(drawing.ground(key), _gap_at(drawing, key, at))})


def share_gap(drawing: Drawing, key: str, other: str, at: Point) -> list[Drawn]:
    """Let two perimeters with a gap between them at a place meet midway; both are then drawn."""
    with told_in_degrees(drawing.commune):
        gap = _gap_at(drawing, key, at)
        first, second = geometry.share_gap(drawing.ground(key), drawing.ground(other), gap)
    return drawing.redrawn({key: first, other: second})


def snap(drawing: Drawing, key: str) -> list[Drawn]:
    """Let a border follow those of the neighbours and of the commune where it comes near them."""
    with told_in_degrees(drawing.commune):
        snapped = geometry.snap_to_neighbours(drawing.ground(key), drawing.beside(key).values(), drawing.town)
    return drawing.redrawn({key: snapped})


def split(drawing: Drawing, key: str, line: LineString, *, number: int, name: str) -> list[Drawn]:
    """Split a perimeter along a line: the larger side stays the sector's, the other becomes a new one.

    Raises
    ------
    NameTaken
        When a sector, drawn or there, has that number or that name.
    """
    with told_in_degrees(drawing.commune):
        (along,) = to_metres([line], drawing.commune)
        larger, smaller = geometry.split_along(drawing.ground(key), cast(Line, along))
    born = Drawn(area=to_degrees(smaller, drawing.commune), number=number, name=name)
    refuse_taken_names(drawing.commune, [born])
    if any(each.sector is None and (each.number == number or each.name == name) for each in drawing.drawn):
        raise NameTaken(born)
    return [*drawing.redrawn({key: larger}), born]


def merge(drawing: Drawing, key: str, other: str) -> list[Drawn]:
    """Give one perimeter the whole of another that borders it; the other's sector ends."""
    with told_in_degrees(drawing.commune):
        merged = geometry.merge(drawing.ground(key), drawing.ground(other))
    drawn = drawing.redrawn({key: merged, other: None})
    return [each for each in drawn if each.sector or each.area is not None]


def _gap_at(drawing: Drawing, key: str, at: Point) -> BaseGeometry:
    (place,) = to_metres([at], drawing.commune)
    faults = geometry.find_faults(drawing.ground(key), drawing.beside(key), drawing.town, left=drawing.left())
    near = [gap.ground for gap in faults.gaps if shapely.dwithin(gap.ground, place, POINTED_WITHIN_M)]
    if not near:
        raise UnknownNeighbour
    return min(near, key=lambda gap: gap.distance(place))


def _tell(pieces: Sequence[geometry.Piece[str]], commune: Commune) -> tuple[Fault, ...]:
    areas = [to_degrees(piece.ground, commune) for piece in pieces]
    return tuple(
        Fault(
            neighbours=piece.neighbours,
            area=area,
            area_m2=piece.area_m2,
            addresses=addresses,
            is_sliver=piece.is_sliver,
            is_beside=piece.is_beside,
        )
        for piece, area, addresses in zip(pieces, areas, count_addresses(areas, commune), strict=True)
    )


def _tell_left(left: ShapelyMultiPolygon, commune: Commune) -> Left:
    (addresses,) = count_addresses([to_degrees(left, commune)], commune)
    return Left(area_m2=left.area, addresses=addresses)
