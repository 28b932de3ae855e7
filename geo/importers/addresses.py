"""Official addresses (BAN, BAL) brought into the database by their identifier."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.db.models import QuerySet

from geo.importers.address_files import (
    TAKEN_ELSEWHERE,
    AddressRow,
    keep_one_per_id,
    locate,
    refuse_mostly_wrong,
)
from geo.importers.address_matching import KnownAddress, match_addresses
from geo.importers.bal import read_bal
from geo.importers.ban import read_ban
from geo.importers.changes import Table, Values, apply, compare
from geo.importers.runs import ImportReport, locked, record_run, refuse_mass_removal
from geo.importers.source_files import Progress, fingerprint, no_progress
from geo.importers.tally import Tally
from geo.models import Address, Commune
from geo.projections import metric_srid

TABLE = Table(model=Address, label="adresses", key=("official_id",), geometry="point")
AddressRows = QuerySet[Address]
Reader = Callable[..., Iterator[AddressRow]]
READERS: dict[Address.Source, Reader] = {Address.Source.BAN: read_ban, Address.Source.BAL: read_bal}


def import_addresses(
    file: Path,
    commune: Commune,
    source: Address.Source,
    *,
    is_dry_run: bool = False,
    accept_removals: bool = False,
    progress: Progress = no_progress,
) -> ImportReport:
    """Add, update and remove a commune's official addresses, by their interoperability key.

    A row known from the other official file is updated in place. An address known from OpenStreetMap only that is
    the same house takes the official identifier, so that an absence that refers to it keeps its address; an
    OpenStreetMap address that would then be there twice goes.

    Raises
    ------
    InvalidFile
        Not such a file, damaged, or mostly wrong; the database is as it was.
    TooManyRemovals
        More than half of the source's addresses would go, unless ``accept_removals``.
    """
    sha256 = fingerprint(file)
    tally = Tally()
    outline = shapely.from_wkb(bytes(commune.outline.wkb))
    rows = READERS[source](file, commune.pk, tally, progress=progress)
    taken = keep_one_per_id(locate(rows, commune.pk, outline, tally), tally)
    refuse_mostly_wrong(file, taken, commune.pk, tally)
    with locked(commune):
        taken = _without_other_communes(commune, taken, tally)
        existing = Address.objects.filter(commune=commune)
        adopted, doubles = _find_osm_twins(commune, taken)
        wanted = [_as_row(row, source, adopted.get(row.official_id)) for row in taken]
        changes = compare(TABLE, existing, wanted, removable={"source": source})
        if not accept_removals:
            refuse_mass_removal(file, changes)
        remove_doubles = compare(TABLE, existing.filter(pk__in=doubles), [], removable={})
        report = ImportReport(file=file, changes=[changes, remove_doubles], tally=tally, is_dry_run=is_dry_run)
        if not is_dry_run:
            apply(remove_doubles, {})
            apply(changes, {"commune": commune})
            record_run(commune, source, sha256, report)
    return report


def _without_other_communes(commune: Commune, rows: list[AddressRow], tally: Tally) -> list[AddressRow]:
    """Refuse the identifiers that a neighbouring commune already has (merged communes keep their old codes)."""
    identifiers = [row.official_id for row in rows]
    elsewhere = set(
        Address.objects.exclude(commune=commune)
        .filter(official_id__in=identifiers)
        .values_list("official_id", flat=True)
    )
    for row in rows:
        if row.official_id in elsewhere:
            tally.refuse(TAKEN_ELSEWHERE, f"ligne {row.line}")
    return [row for row in rows if row.official_id not in elsewhere]


def _find_osm_twins(commune: Commune, rows: list[AddressRow]) -> tuple[dict[str, int], list[int]]:
    """Find the OpenStreetMap addresses that are among the rows: those that take an identifier, and the doubles."""
    from_osm = Address.objects.filter(commune=commune, source=Address.Source.OSM).order_by("official_id")
    matches = match_addresses(
        [_as_known(row) for row in rows],
        known_addresses(from_osm),
        metric_srid(commune.pk),
    )
    stored = set(Address.objects.filter(commune=commune).values_list("official_id", flat=True))
    adopted: dict[str, int] = {}
    doubles: list[int] = []
    for pk, match in zip(from_osm.values_list("pk", flat=True), matches, strict=True):
        if match is None:
            continue
        identifier = rows[match].official_id
        if identifier in stored or identifier in adopted:
            doubles.append(pk)
        else:
            adopted[identifier] = pk
    return adopted, doubles


def known_addresses(addresses: AddressRows) -> list[KnownAddress]:
    """Return what is needed to recognise stored addresses, in their order."""
    rows = list(addresses.values_list("house_number", "suffix", "street_name", AsWKB("point")))
    points = shapely.from_wkb(np.array([point and bytes(point) for *_, point in rows], dtype=object))
    return [
        KnownAddress(
            house_number=house_number,
            suffix=suffix,
            street_name=street,
            point=(point.x, point.y) if point else None,
        )
        for (house_number, suffix, street, _), point in zip(rows, points, strict=True)
    ]


def _as_known(row: AddressRow) -> KnownAddress:
    return KnownAddress(
        house_number=row.house_number, suffix=row.suffix, street_name=row.street_name, point=row.point
    )


def _as_row(row: AddressRow, source: Address.Source, adopted_pk: int | None) -> Values:
    values = {
        "official_id": row.official_id,
        "source": str(source),
        "house_number": row.house_number,
        "suffix": row.suffix,
        "street_name": row.street_name,
        "postcode": row.postcode,
        "city": row.city,
        "position_kind": row.position_kind,
        "point": shapely.Point(row.point).wkb if row.point else None,
        "pk": adopted_pk,
    }
    # A layout without postcodes leaves those that the other file brought; a null point is a position withdrawn.
    return {name: value for name, value in values.items() if value is not None or name == "point"}
