"""Bring commune outlines or sector perimeters into the database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from geo.importers.communes import import_communes
from geo.importers.runs import ImportReport
from geo.management.arguments import DAY_FORM, parse_day
from geo.management.printing import BAD_INPUT, bad_input_as_exit_code, print_report, progress_bar
from geo.models import Commune
from sectors.errors import SectorError
from sectors.importers.sectors import import_sectors


class Command(BaseCommand):
    help = (
        "Importe le contour de communes ou des périmètres de secteurs (GeoJSON, GeoPackage, Shapefile zippé, KML)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER", help="fichier à importer")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--communes", action="store_true", help="le fichier contient des communes")
        what.add_argument("--sectors", action="store_true", help="le fichier contient les secteurs d'une commune")
        parser.add_argument("--insee", metavar="CODE", help="ne prend que cette commune (avec --communes)")
        parser.add_argument("--commune", metavar="INSEE", help="commune des secteurs (avec --sectors)")
        parser.add_argument(
            "--from",
            dest="from_day",
            type=parse_day,
            metavar=DAY_FORM,
            help="premier jour des périmètres (défaut : aujourd'hui)",
        )
        parser.add_argument("--dry-run", action="store_true", help="montre la différence sans rien écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        with bad_input_as_exit_code(), progress_bar("Lecture des contours", None):
            try:
                report = self._import(options)
            except SectorError as error:
                raise CommandError(f"{error} La base de données n'a pas changé.", returncode=BAD_INPUT) from error
        print_report(self.stdout, report)

    def _import(self, options: dict[str, Any]) -> ImportReport:
        file: Path = options["file"]
        if options["communes"]:
            return import_communes(file, insee_code=options["insee"], is_dry_run=options["dry_run"])
        return import_sectors(
            file,
            Commune.objects.of_site(options["commune"] or ""),
            from_day=options["from_day"] or timezone.localdate(),
            is_dry_run=options["dry_run"],
        )
