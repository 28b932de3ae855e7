"""Sector perimeters from a boundary file, in force from a day."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.geos import MultiPolygon as GeosMultiPolygon
from django.db import IntegrityError, connection
from django.db.backends.postgresql.psycopg_any import DateRange
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo.errors import InvalidFile
from geo.importers.changes import Table, TableChanges
from geo.importers.polygons import PolygonFeature, read_polygons
from geo.importers.runs import ImportReport, locked, record_run
from geo.importers.source_files import fingerprint
from geo.importers.tally import Tally
from geo.models import WGS84, Commune
from geo.projections import OUTLINE_TOLERANCE_M, metric_srid, shapes_to_metres
from sectors.errors import PerimetersRefused
from sectors.importers.columns import MAX_NAME, MAX_NUMBER, NAME_COLUMNS, NUMBER_COLUMNS
from sectors.models import Perimeter, Sector
from sectors.perimeter_geometry import find_overlaps
from sectors.perimeter_geometry.errors import OverlappingPerimeters

# Two exports of one border differ in their last decimals; a moved border encloses more ground than this.
SAME_GROUND_M2 = 1.0
SECTORS = Table(model=Sector, label="secteurs", key=("number",), geometry="")
PERIMETERS = Table(model=Perimeter, label="périmètres", key=("sector",), geometry="area")


@dataclass(frozen=True, kw_only=True)
class DrawnSector:
    """A sector as the file draws it, in degrees and in metres."""

    number: int
    name: str
    area: MultiPolygon
    ground: BaseGeometry

    def __str__(self) -> str:
        return f"{self.number} · {self.name}"


@dataclass(frozen=True, kw_only=True)
class PerimeterSteps:
    """What the file does to the perimeters: which begin, which are redrawn, and which are closed before."""

    begun: list[tuple[DrawnSector, DateRange]]
    redrawn: dict[int, DrawnSector]
    closed: list[int]
    unchanged: int


def import_sectors(file: Path, commune: Commune, *, from_day: dt.date, is_dry_run: bool = False) -> ImportReport:
    """Put the perimeters of a file in force from a day; a sector that the file does not have stays as it is.

    Parameters
    ----------
    from_day
        First day of the new perimeters. A perimeter in force on that day is closed there when its ground differs,
        or redrawn if it begins that very day; the new one lasts as long as the old one would have.

    Raises
    ------
    InvalidFile
        Unreadable, without number or name, a number or name twice, or a sector off the commune.
    OverlappingPerimeters, PerimetersRefused
        Two sectors would share ground on a same day; the database is as it was.
    """
    sha256 = fingerprint(file)
    contours = read_polygons(file)
    drawn = _read_sectors(file, contours.features, commune)
    with locked(commune):
        sectors = {sector.number: sector for sector in Sector.objects.filter(commune=commune)}
        _refuse_taken_names(file, drawn, sectors)
        steps = _plan_perimeters(drawn, sectors, from_day)
        _refuse_overlaps(drawn, commune, from_day)
        report = ImportReport(
            file=file,
            changes=[_sector_changes(drawn, sectors), _perimeter_changes(steps)],
            tally=Tally(),
            is_dry_run=is_dry_run,
            remarks=contours.tell(NAME_COLUMNS),
        )
        if not is_dry_run:
            _write(drawn, sectors, commune, steps, from_day, file.name[:200])
            record_run(commune, "sectors", sha256, report)
    return report


def _read_sectors(file: Path, features: Sequence[PolygonFeature], commune: Commune) -> list[DrawnSector]:
    srid = metric_srid(commune.pk)
    outline = shapely.from_wkb(bytes(commune.outline.wkb))
    shapes = np.array([outline, *(feature.area for feature in features)], dtype=object)
    town, *grounds = shapes_to_metres(shapes, srid)
    around = shapely.buffer(town, OUTLINE_TOLERANCE_M)
    drawn: list[DrawnSector] = []
    for feature, ground in zip(features, grounds, strict=True):
        where = f"entité {feature.number}"
        number, name = feature.find_property(NUMBER_COLUMNS), feature.find_property(NAME_COLUMNS)
        if not number.isascii() or not number.isdigit() or int(number) > MAX_NUMBER or not name:
            raise InvalidFile(
                file,
                "il manque le numéro du secteur (un entier) ou son nom.",
                where=where,
                remedy=f"Colonnes reconnues : {', '.join(NUMBER_COLUMNS)} ; {', '.join(NAME_COLUMNS)}.",
            )
        if not around.covers(ground):
            raise InvalidFile(
                file,
                f"le secteur {number} sort de la commune {commune}.",
                where=where,
                remedy="Corrigez son tracé.",
            )
        drawn.append(DrawnSector(number=int(number), name=name[:MAX_NAME], area=feature.area, ground=ground))
    for column in ("number", "name"):
        values = [getattr(each, column) for each in drawn]
        twice = next((value for value in values if values.count(value) > 1), None)
        if twice is not None:
            raise InvalidFile(file, f"le secteur « {twice} » y est deux fois.", remedy="Gardez-en un seul.")
    return drawn


def _refuse_taken_names(file: Path, drawn: list[DrawnSector], sectors: Mapping[int, Sector]) -> None:
    owners = {sector.name: sector.number for sector in sectors.values()}
    for each in drawn:
        owner = owners.get(each.name, each.number)
        if owner != each.number:
            raise InvalidFile(
                file,
                f"le secteur {each.number} porte le nom « {each.name} », qui est celui du secteur {owner}.",
                remedy="Renommez l'un des deux.",
            )


def _plan_perimeters(drawn: list[DrawnSector], sectors: Mapping[int, Sector], from_day: dt.date) -> PerimeterSteps:
    begun: list[tuple[DrawnSector, DateRange]] = []
    redrawn: dict[int, DrawnSector] = {}
    closed: list[int] = []
    unchanged = 0
    for each in drawn:
        versions = Perimeter.objects.filter(sector=sectors.get(each.number), valid__endswith__gt=from_day)
        versions = versions | Perimeter.objects.filter(sector=sectors.get(each.number), valid__upper_inf=True)
        ahead = sorted(versions, key=lambda version: version.valid.lower)
        current = next((version for version in ahead if version.valid.lower <= from_day), None)
        if current is None:
            end = ahead[0].valid.lower if ahead else None
            begun.append((each, DateRange(from_day, end)))
        elif _is_same_ground(current, each):
            unchanged += 1
        elif current.valid.lower == from_day:
            redrawn[current.pk] = each
        else:
            closed.append(current.pk)
            begun.append((each, DateRange(from_day, current.valid.upper)))
    return PerimeterSteps(begun=begun, redrawn=redrawn, closed=closed, unchanged=unchanged)


def _is_same_ground(perimeter: Perimeter, drawn: DrawnSector) -> bool:
    stored = _to_ground([perimeter.area], perimeter.sector.commune_id)[0]
    return bool(shapely.area(shapely.symmetric_difference(stored, drawn.ground)) < SAME_GROUND_M2)


def _to_ground(areas: Iterable[GeosMultiPolygon], insee_code: str) -> list[BaseGeometry]:
    shapes = np.array([shapely.from_wkb(bytes(area.wkb)) for area in areas], dtype=object)
    return list(shapes_to_metres(shapes, metric_srid(insee_code))) if len(shapes) else []


def _refuse_overlaps(drawn: list[DrawnSector], commune: Commune, from_day: dt.date) -> None:
    """Compare the file with itself and the sectors it leaves alone; the database checks later versions."""
    others = list(
        Perimeter.objects.in_force_on(from_day)
        .filter(sector__commune=commune)
        .exclude(sector__number__in=[each.number for each in drawn])
        .select_related("sector")
    )
    grounds = {str(each): each.ground for each in drawn}
    grounds |= {
        str(other.sector): ground
        for other, ground in zip(others, _to_ground((other.area for other in others), commune.pk), strict=True)
    }
    for overlap in find_overlaps(grounds):
        raise OverlappingPerimeters(overlap.first, overlap.second, overlap.area_m2)


def _sector_changes(drawn: list[DrawnSector], sectors: Mapping[int, Sector]) -> TableChanges:
    known = [(sectors[each.number], each) for each in drawn if each.number in sectors]
    renamed = {sector.pk: {"name": each.name} for sector, each in known if sector.name != each.name}
    return TableChanges(
        table=SECTORS,
        added=[{"number": each.number, "name": each.name} for each in drawn if each.number not in sectors],
        changed=renamed,
        removed=[],
        unchanged=len(known) - len(renamed),
    )


def _perimeter_changes(steps: PerimeterSteps) -> TableChanges:
    return TableChanges(
        table=PERIMETERS,
        added=[{"sector": each.number, "valid": valid} for each, valid in steps.begun],
        changed={pk: {"area": each.area.wkb} for pk, each in steps.redrawn.items()}
        | {pk: {"valid": "closed"} for pk in steps.closed},
        removed=[],
        unchanged=steps.unchanged,
    )


def _write(
    drawn: list[DrawnSector],
    sectors: Mapping[int, Sector],
    commune: Commune,
    steps: PerimeterSteps,
    from_day: dt.date,
    source: str,
) -> None:
    Sector.objects.bulk_create(
        [Sector(commune=commune, number=each.number, name=each.name) for each in drawn],
        update_conflicts=True,
        unique_fields=["commune", "number"],
        update_fields=["name"],
    )
    by_number = {sector.number: sector for sector in Sector.objects.filter(commune=commune)}
    for perimeter in Perimeter.objects.filter(pk__in=steps.closed):
        perimeter.valid = DateRange(perimeter.valid.lower, from_day)
        perimeter.save(update_fields=["valid"])
    for perimeter in Perimeter.objects.filter(pk__in=steps.redrawn):
        perimeter.area, perimeter.source = _as_geos(steps.redrawn[perimeter.pk].area), source
        perimeter.save(update_fields=["area", "source"])
    try:
        Perimeter.objects.bulk_create(
            [
                Perimeter(sector=by_number[each.number], area=_as_geos(each.area), valid=valid, source=source)
                for each, valid in steps.begun
            ]
        )
        connection.check_constraints()
    except IntegrityError as error:
        raise PerimetersRefused(from_day) from error


def _as_geos(area: MultiPolygon) -> GeosMultiPolygon:
    return cast(GeosMultiPolygon, GEOSGeometry(memoryview(area.wkb), srid=WGS84))
