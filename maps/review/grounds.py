"""Coverage of the scheme on any cut: the perimeters of a past day, or polygons that somebody gives.

Addresses and perimeters are open data: what is told here is computed when it is asked for, and counts nobody.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.conf import settings
from django.contrib.gis.geos import MultiPolygon
from django.db import connections
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.models import Address, Commune
from geo.projections import metric_srid, shapes_to_metres, shapes_to_wgs84, to_metres
from sectors.coverage import NOWHERE, Cut, Share, cover, find_gaps, find_moves, place
from sectors.models import Perimeter, Sector

AGGREGATES = "aggregates"
GAPS_TOLD = 10
STREETS_TOLD = 3
# Eight bytes a number, in one text: row by row, 16,000 points take ten times as long.
POINTS = """
SELECT string_agg(float8send(ST_X(point)), '' ORDER BY id), string_agg(float8send(ST_Y(point)), '' ORDER BY id)
  FROM geo_address WHERE commune_id = %s AND point IS NOT NULL
"""
DEGREES = np.dtype(">f8")


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The addresses of a commune, in metres, in the order of their keys; shape (addresses, 2)."""

    commune: Commune
    points_m: NDArray[np.float64]

    @property
    def residents(self) -> NDArray[np.float64]:
        """Estimated residents by address."""
        return np.full(len(self.points_m), settings.RESIDENTS_PER_ADDRESS)


@dataclass(frozen=True, kw_only=True)
class AreaCoverage:
    """What one area of a cut holds."""

    name: str
    addresses: int
    residents: float


@dataclass(frozen=True, kw_only=True)
class GapTold:
    """Addresses close to each other that no area holds, with the streets that have most of them.

    ``ground`` is in degrees: the squares in which they stand.
    """

    rank: int
    addresses: int
    residents: float
    streets: tuple[str, ...]
    ground: BaseGeometry


@dataclass(frozen=True, kw_only=True)
class MoveTold:
    """Addresses that lie in another area than in the cut that is compared; None stands for no area."""

    origin: str | None
    destination: str | None
    addresses: int
    residents: float


@dataclass(frozen=True, kw_only=True)
class CutCoverage:
    """Coverage of the scheme by one cut: in all, by area, its gaps with the most residents first."""

    addresses: Share
    residents: Share
    areas: tuple[AreaCoverage, ...]
    gaps: tuple[GapTold, ...]

    @property
    def percent(self) -> float:
        """Share of the addresses, from 0 to 100; 0 where there is none."""
        return 100 * (self.addresses.value or 0.0)


@dataclass(frozen=True, kw_only=True)
class NamedCut:
    """Areas by name, in metres, and where each address lies among them."""

    shapes_m: Mapping[str, BaseGeometry]
    cut: Cut[str]


def read_ground(commune: Commune, *, using: str = AGGREGATES) -> Ground:
    """Read where the addresses of a commune are."""
    with connections[using].cursor() as cursor:
        cursor.execute(POINTS, [commune.pk])
        lon, lat = (np.frombuffer(bytes(axis or b""), dtype=DEGREES).astype(float) for axis in cursor.fetchone())
    return Ground(commune=commune, points_m=np.column_stack(to_metres(lon, lat, metric_srid(commune.pk))))


def cut_of_day(ground: Ground, day: dt.date, *, using: str = AGGREGATES) -> NamedCut:
    """Cut the ground by the perimeters in force on a day, past or to come."""
    in_force = Perimeter.objects.using(using).in_force_on(day).filter(sector__commune=ground.commune.pk)
    rows = list(in_force.select_related("sector").order_by("sector__number"))
    return _cut(ground, {str(row.sector): row.area for row in rows})


def cut_by(ground: Ground, areas: Sequence[tuple[str, BaseGeometry]]) -> NamedCut:
    """Cut the ground by polygons in degrees, each with its name; one that bears another's gets its rank."""
    named: dict[str, BaseGeometry] = {}
    for rank, (name, area) in enumerate(areas, start=1):
        wanted = name or f"Zone {rank}"
        named[wanted if wanted not in named else f"{wanted} ({rank})"] = area
    return _cut(ground, named)


def tell_coverage(ground: Ground, named: NamedCut) -> CutCoverage:
    """Say what a cut covers, and where the most residents live in none of its areas."""
    told = cover(named.cut, ground.residents)
    gaps = find_gaps(named.cut, ground.points_m, ground.residents, at_most=GAPS_TOLD)
    streets = _streets_of(ground.commune, [gap.addresses for gap in gaps])
    squares = shapes_to_wgs84(np.array([gap.ground for gap in gaps], dtype=object), metric_srid(ground.commune.pk))
    return CutCoverage(
        addresses=told.addresses,
        residents=told.residents,
        areas=tuple(
            AreaCoverage(name=name, addresses=int(count), residents=float(residents))
            for name, count, residents in zip(
                named.cut.areas, told.addresses_by_area, told.residents_by_area, strict=True
            )
        ),
        gaps=tuple(
            GapTold(rank=rank, addresses=len(gap.addresses), residents=gap.residents, streets=names, ground=square)
            for rank, (gap, names, square) in enumerate(zip(gaps, streets, squares, strict=True), start=1)
        ),
    )


def tell_moves(before: NamedCut, after: NamedCut) -> tuple[MoveTold, ...]:
    """Say how many addresses lie elsewhere in the one cut than in the other, the most first."""
    moves = [
        MoveTold(
            origin=move.origin,
            destination=move.destination,
            addresses=len(move.addresses),
            residents=len(move.addresses) * settings.RESIDENTS_PER_ADDRESS,
        )
        for move in find_moves(before.cut, after.cut)
    ]
    return tuple(sorted(moves, key=lambda move: -move.addresses))


def shapes_in_degrees(commune: Commune, named: NamedCut) -> dict[str, BaseGeometry]:
    """Return the areas of a cut as a map takes them."""
    shapes = shapes_to_wgs84(np.array(list(named.shapes_m.values()), dtype=object), metric_srid(commune.pk))
    return dict(zip(named.shapes_m, shapes, strict=True))


def count_covered(ground: Ground, areas: Mapping[Sector, MultiPolygon]) -> dict[int | None, int]:
    """Count the addresses in each sector's perimeter, by key; under None, those in any."""
    named = _cut(ground, {str(sector.pk): area for sector, area in areas.items()})
    counts: dict[int | None, int] = {
        int(key): int(count) for key, count in zip(named.cut.areas, named.cut.counts, strict=True)
    }
    return counts | {None: int((named.cut.of_address != NOWHERE).sum())}


def _cut(ground: Ground, areas: Mapping[str, MultiPolygon | BaseGeometry]) -> NamedCut:
    shapes = np.array([_as_shape(area) for area in areas.values()], dtype=object)
    metric = shapes_to_metres(shapes, metric_srid(ground.commune.pk)) if len(shapes) else shapes
    shapes_m = dict(zip(areas, metric, strict=True))
    return NamedCut(shapes_m=shapes_m, cut=place(ground.points_m, shapes_m))


def _as_shape(area: MultiPolygon | BaseGeometry) -> BaseGeometry:
    return shapely.from_wkb(bytes(area.wkb)) if isinstance(area, MultiPolygon) else area


def _streets_of(commune: Commune, gaps: Sequence[NDArray[np.int64]]) -> list[tuple[str, ...]]:
    """The streets with the most addresses of each gap."""
    if not gaps:
        return []
    known = Address.objects.using(AGGREGATES).filter(commune=commune.pk, point__isnull=False).order_by("pk")
    streets = np.array(list(known.values_list("street_name", flat=True)), dtype=object)
    told = []
    for addresses in gaps:
        names, counts = np.unique([name for name in streets[addresses] if name], return_counts=True)
        told.append(tuple(map(str, names[np.argsort(-counts, kind="stable")][:STREETS_TOLD])))
    return told
