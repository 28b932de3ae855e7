"""Whether what is drawn could be in force on a day: valid areas of the commune that share no ground."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib.gis.geos import MultiPolygon
from django.db.models import Q
from shapely.geometry.base import BaseGeometry

from geo import french
from geo.models import Commune
from sectors.errors import NameTaken, NothingChanged, NothingProposed
from sectors.models import ProposalRevision, Sector
from sectors.perimeter_geometry import check_drawn, find_shared
from sectors.perimeter_geometry.errors import (
    DrawingRefused,
    Obstacle,
    ShapeRefused,
    SharesGround,
)
from sectors.services.grounds import in_force_on, place_of, to_degrees, to_metres, told_in_degrees, town_of

UNNOTICED_M2 = 1.0  # what writing a contour down and reading it again may change of it


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What a drawing makes of one sector, in degrees.

    Parameters
    ----------
    area
        Its perimeter; None where the sector ends (two that merge).
    sector
        The sector; None for a new one, which has a number and a name instead.
    """

    area: MultiPolygon | None
    sector: Sector | None = None
    number: int | None = None
    name: str = ""

    @property
    def key(self) -> str:
        """What tells it from every other of its drawing, and from the sectors that are not in it."""
        return key_of(self.sector) if self.sector else f"new-{self.number}"

    def __str__(self) -> str:
        return str(self.sector) if self.sector else f"{self.number} · {self.name}"


def key_of(sector: Sector) -> str:
    """Return what tells a sector in a drawing."""
    return f"sector-{sector.pk}"


def drawn_in(revision: ProposalRevision) -> list[Drawn]:
    """Return what a saved drawing holds."""
    return [
        Drawn(area=each.area, sector=each.sector, number=each.number, name=each.name)
        for each in revision.areas.select_related("sector")
    ]


def examine(commune: Commune, drawn: Sequence[Drawn], day: dt.date) -> None:
    """Refuse a drawing that could not be in force on a day, beside the sectors that it does not change.

    Raises
    ------
    NothingProposed, NothingChanged
        When it draws nothing, or what is in force already.
    NameTaken
        When a sector has the number or the name of one that is drawn anew.
    DrawingRefused
        When areas are none, or not of the commune, or share more ground than a border drawn twice: all of it.
    """
    in_force = in_force_on(commune, day)
    # A sector without a perimeter, for which nothing is drawn yet.
    if all(each.area is None and each.sector not in in_force for each in drawn):
        raise NothingProposed
    if all(each.sector and _is_alike(each.area, in_force.get(each.sector), commune) for each in drawn):
        raise NothingChanged
    refuse_taken_names(commune, drawn)
    obstacles = _find_obstacles(commune, drawn, in_force)
    if obstacles:
        raise DrawingRefused(obstacles)


def cut_to_commune(commune: Commune, drawn: Sequence[Drawn], day: dt.date) -> list[Drawn]:
    """Return the drawing with what lies just outside the commune cut off; what is unfinished stays as it is."""
    town = town_of(commune, in_force_on(commune, day))
    return [each if each.area is None else replace(each, area=_cut(each.area, commune, town)) for each in drawn]


def refuse_taken_names(commune: Commune, drawn: Sequence[Drawn]) -> None:
    """Refuse the number and the name of a sector that is there for one that is drawn anew.

    Raises
    ------
    NameTaken
        Naming the sector.
    """
    for each in drawn:
        if each.sector is None:
            taken = Sector.objects.filter(Q(number=each.number) | Q(name=each.name), commune=commune).first()
            if taken is not None:
                raise NameTaken(taken)


def _find_obstacles(
    commune: Commune, drawn: Sequence[Drawn], in_force: Mapping[Sector, MultiPolygon]
) -> list[Obstacle]:
    """Find what is wrong with each area, as the workshop tells it; what two drawn ones share is told once."""
    areas: dict[str, MultiPolygon | None] = {key_of(sector): area for sector, area in in_force.items()}
    areas |= {each.key: each.area for each in drawn}
    names = {key_of(sector): str(sector) for sector in in_force} | {each.key: str(each) for each in drawn}
    shown = {key: area for key, area in areas.items() if area is not None}
    grounds = dict(zip(shown, to_metres(shown.values(), commune), strict=True))
    sound = {key: ground for key, ground in grounds.items() if ground.is_valid}
    town = town_of(commune, in_force)
    obstacles: list[Obstacle] = []
    told: set[str] = set()
    for key in (each.key for each in drawn if each.key in shown):
        try:
            with told_in_degrees(commune):
                ground = check_drawn(grounds[key], town)
        except ShapeRefused as refused:
            obstacles.append(Obstacle(key=key, name=names[key], order=1, error=refused))
            continue
        told.add(key)
        beside = {other: area for other, area in sound.items() if other != key}
        for order, piece in enumerate(find_shared(ground, beside), start=1):
            (other,) = piece.neighbours
            if other not in told:
                error = SharesGround(place_of(piece.ground, commune), names[other], french.ground(piece.area_m2))
                obstacles.append(Obstacle(key=key, name=names[key], order=order, error=error))
    return obstacles


def _is_alike(area: MultiPolygon | None, in_force: MultiPolygon | None, commune: Commune) -> bool:
    if area is None or in_force is None:
        return False
    drawn, held = to_metres([area, in_force], commune)
    return bool(drawn.is_valid and drawn.symmetric_difference(held).area < UNNOTICED_M2)


def _cut(area: MultiPolygon, commune: Commune, town: BaseGeometry) -> MultiPolygon:
    (ground,) = to_metres([area], commune)
    try:
        checked = check_drawn(ground, town)
    except ShapeRefused:
        return area
    return to_degrees(checked, commune) if checked.area < ground.area else area
