"""Communes from a boundary file: one, or all those of a department."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from django.db import transaction

from geo.errors import InvalidFile
from geo.importers.changes import Table, apply, compare
from geo.importers.polygons import PolygonFeature, read_polygons
from geo.importers.runs import ImportReport, record_run
from geo.importers.source_files import fingerprint
from geo.importers.tally import Tally
from geo.models import Commune

# Column names met in IGN, geo.api.gouv.fr, OpenStreetMap and INSEE files, in lower case.
CODE_COLUMNS = (
    "insee_com",
    "code_insee",
    "insee",
    "ref:insee",
    "code_commune",
    "com_code",
    "codgeo",
    "code",
    "com",
)
NAME_COLUMNS = ("nom_officiel", "nom_com", "nom_commune", "com_name", "libgeo", "libelle", "nom", "name")
INSEE_CODE = re.compile(r"^[0-9][0-9AB][0-9]{3}$")
TABLE = Table(model=Commune, label="communes", key=("insee_code",), geometry="outline")
OTHER_COMMUNE = "autre commune que celle demandée"


def import_communes(file: Path, *, insee_code: str | None = None, is_dry_run: bool = False) -> ImportReport:
    """Add or update the communes of a file; a commune that the file does not have stays.

    Parameters
    ----------
    insee_code
        Take this commune only.

    Raises
    ------
    InvalidFile
        Unreadable, without INSEE codes or names, a commune twice, or without the commune asked for.
    """
    sha256 = fingerprint(file)
    tally = Tally()
    contours = read_polygons(file)
    taken = replace(contours, features=_choose(file, contours.features, insee_code, tally))
    with transaction.atomic():
        changes = compare(
            TABLE, Commune.objects.all(), [_as_row(file, each) for each in taken.features], removable=None
        )
        report = ImportReport(
            file=file, changes=[changes], tally=tally, is_dry_run=is_dry_run, remarks=taken.tell(NAME_COLUMNS)
        )
        if not is_dry_run:
            apply(changes, {})
            record_run(None, "communes", sha256, report)
    return report


def _choose(
    file: Path, features: Sequence[PolygonFeature], insee_code: str | None, tally: Tally
) -> tuple[PolygonFeature, ...]:
    taken: dict[str, PolygonFeature] = {}
    for feature in features:
        code = feature.find_property(CODE_COLUMNS).upper()
        where = f"entité {feature.number}"
        if not INSEE_CODE.match(code) or not feature.find_property(NAME_COLUMNS):
            raise InvalidFile(
                file,
                "il manque le code INSEE (cinq caractères) ou le nom de la commune.",
                where=where,
                remedy=f"Colonnes reconnues : {', '.join(CODE_COLUMNS)} ; {', '.join(NAME_COLUMNS)}.",
            )
        if insee_code and code != insee_code:
            tally.pass_over(OTHER_COMMUNE)
        elif code in taken:
            raise InvalidFile(file, f"la commune {code} y est deux fois.", where=where, remedy="Gardez-en une.")
        else:
            taken[code] = feature
    if not taken:
        raise InvalidFile(file, f"la commune {insee_code} ne s'y trouve pas.", remedy="Vérifiez le code INSEE.")
    return tuple(taken.values())


def _as_row(file: Path, feature: PolygonFeature) -> dict[str, object]:
    return {
        "insee_code": feature.find_property(CODE_COLUMNS).upper(),
        "name": feature.find_property(NAME_COLUMNS)[:120],
        "outline": feature.area.wkb,
        "source": file.name[:200],
    }
