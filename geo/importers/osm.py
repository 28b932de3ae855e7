"""OpenStreetMap brought into the database: streets, buildings, basemap, and the addresses that only it knows."""

from collections.abc import Callable, Iterable
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from geo import french
from geo.errors import InvalidFile
from geo.importers.addresses import known_addresses
from geo.importers.changes import Table, TableChanges, Values, apply, compare
from geo.importers.osm_addresses import OsmAddress, OsmAddresses, make_addresses
from geo.importers.osm_clip import ClippedTown, clip_town
from geo.importers.osm_crop import cropped_if_large
from geo.importers.osm_reader import OsmExtract, read_osm
from geo.importers.runs import ImportReport, locked, record_run, refuse_mass_removal
from geo.importers.source_files import fingerprint
from geo.importers.tally import Tally
from geo.models import Address, Building, Commune, LandFeature, Street
from geo.projections import metric_srid

STREETS = Table(model=Street, label="rues", key=("osm_way",), geometry="course")
BUILDINGS = Table(model=Building, label="bâtiments", key=("osm_id",), geometry="outline")
FEATURES = Table(model=LandFeature, label="fond de carte", key=("osm_id", "kind"), geometry="shape")
ADDRESSES = Table(model=Address, label="adresses", key=("official_id",), geometry="point")

Progress = Callable[[str, int, int], None]
BeforeCommit = Callable[[Path], None]
SURROUNDINGS = "Fichier d'une région : seuls la commune et ses abords (3 km) ont été lus."
STEPS = ("lecture du fichier", "découpe à la commune", "comparaison avec la base", "écriture")


def import_osm(
    file: Path,
    commune: Commune,
    *,
    is_dry_run: bool = False,
    accept_removals: bool = False,
    before_commit: BeforeCommit = lambda extract: None,
    on_progress: Progress = lambda step, done, steps: None,
) -> ImportReport:
    """Replace what the database has of OpenStreetMap in a commune by what a file says.

    Parameters
    ----------
    before_commit
        Called inside the transaction once everything is written, with the file to build travel data from (the
        commune's surroundings where the given file is a whole region); if it raises, nothing is written.

    Raises
    ------
    InvalidFile
        Not an extract, damaged, or without any street of the commune; the database is as it was.
    TooManyRemovals
        More than half of a table would go, unless ``accept_removals``.
    """
    sha256 = fingerprint(file)
    tally = Tally()
    outline = shapely.from_wkb(bytes(commune.outline.wkb))
    with cropped_if_large(file, outline, metric_srid(commune.pk)) as extract_file:
        extract = read_osm(extract_file, tally)
        on_progress(STEPS[0], 1, len(STEPS))
        town = clip_town(extract.streets, extract.shapes, outline, tally)
        if not town.streets:
            raise InvalidFile(
                file,
                f"aucune rue de la commune {commune} ne s'y trouve.",
                remedy="Prenez l'extrait de votre région.",
            )
        on_progress(STEPS[1], 2, len(STEPS))
        with locked(commune):
            found = _make_addresses(extract, town, outline, commune)
            tally.treated.update(found.treated)
            changes = _compare_all(commune, town, found.addresses)
            on_progress(STEPS[2], 3, len(STEPS))
            if not accept_removals:
                for each in changes:
                    refuse_mass_removal(file, each)
            remarks = [*_remarks(town, found), *([SURROUNDINGS] if extract_file != file else [])]
            report = ImportReport(file=file, changes=changes, tally=tally, is_dry_run=is_dry_run, remarks=remarks)
            if not is_dry_run:
                for each in changes:
                    apply(each, {"commune": commune})
                record_run(commune, "osm", sha256, report)
                on_progress(STEPS[3], 4, len(STEPS))
                before_commit(extract_file)
    return report


def _make_addresses(
    extract: OsmExtract, town: ClippedTown, outline: BaseGeometry, commune: Commune
) -> OsmAddresses:
    stored = Address.objects.filter(commune=commune)
    return make_addresses(
        list(extract.numbers.values()),
        town.streets,
        extract.street_of_member,
        outline,
        known_addresses(stored.exclude(source=Address.Source.OSM).order_by("official_id")),
        set(stored.filter(source=Address.Source.OSM).values_list("official_id", flat=True)),
        metric_srid(commune.pk),
        set(
            Address.objects.exclude(commune=commune)
            .filter(source=Address.Source.OSM)
            .values_list("official_id", flat=True)
        ),
    )


def _compare_all(commune: Commune, town: ClippedTown, addresses: Iterable[OsmAddress]) -> list[TableChanges]:
    return [
        compare(
            STREETS,
            Street.objects.filter(commune=commune),
            [
                {
                    "osm_way": street.way,
                    "name": street.name,
                    "highway": street.highway,
                    "is_oneway": street.is_oneway,
                    "course": street.course.wkb,
                }
                for street in town.streets
            ],
            removable={},
        ),
        compare(
            BUILDINGS,
            Building.objects.filter(commune=commune),
            [{"osm_id": each.osm_id, "outline": each.shape.wkb} for each in town.buildings],
            removable={},
        ),
        compare(
            FEATURES,
            LandFeature.objects.filter(commune=commune),
            [
                {"osm_id": each.osm_id, "kind": each.kind, "name": each.name, "shape": each.shape.wkb}
                for each in town.features
            ],
            removable={},
        ),
        compare(
            ADDRESSES,
            Address.objects.filter(commune=commune),
            map(_as_row, addresses),
            removable={"source": Address.Source.OSM},
        ),
    ]


def _as_row(address: OsmAddress) -> Values:
    return {
        "official_id": address.official_id,
        "source": str(Address.Source.OSM),
        "house_number": address.house_number,
        "suffix": address.suffix,
        "street_name": address.street_name,
        "postcode": address.postcode,
        "city": address.city,
        "position_kind": address.position_kind,
        "point": shapely.Point(address.point).wkb,
    }


def _remarks(town: ClippedTown, found: OsmAddresses) -> Iterable[str]:
    names = {street.name for street in town.streets if street.name}
    yield f"Noms de voie différents dans la commune : {french.whole(len(names))}"
    cut = sum(street.course.length == 0 for street in town.streets)
    if cut:
        yield f"Rues dont l'extrait ne garde qu'un point, au bord (gardées, sans longueur) : {french.whole(cut)}"
    for source, count in found.streets_from.most_common():
        link = "dont la " if source.startswith("rue") else ""
        yield f"Adresses {link}{source} : {french.whole(count)}"
