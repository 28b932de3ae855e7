"""Bring an OpenStreetMap extract into the database, then build the travel data from it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from geo import routing
from geo.importers.osm import import_osm
from geo.management.printing import BAD_INPUT, bad_input_as_exit_code, print_report, step_bar
from geo.models import Commune
from geo.routing import DatasetVersion, RoutingError


class Command(BaseCommand):
    help = (
        "Importe les rues, les bâtiments, le fond de carte et les adresses d'un extrait OpenStreetMap "
        "(.osm, .osm.gz, .osm.pbf), puis construit les données de trajet."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER", help="fichier à importer")
        parser.add_argument("--commune", metavar="INSEE", help="code INSEE de la commune")
        parser.add_argument("--dry-run", action="store_true", help="montre la différence sans rien écrire")
        parser.add_argument("--no-routing", action="store_true", help="ne construit pas les données de trajet")
        parser.add_argument(
            "--accept-removals", action="store_true", help="accepte que plus de la moitié d'une table disparaisse"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        with bad_input_as_exit_code(), step_bar("Import de la carte") as on_step:
            commune = Commune.objects.of_site(options["commune"] or "")

            prepared: list[DatasetVersion] = []

            def prepare_routing(extract: Path) -> None:
                if not options["no_routing"]:
                    prepared.append(routing.prepare(extract, settings.ROUTING_DIR, on_progress=on_step))

            try:
                report = import_osm(
                    file,
                    commune,
                    is_dry_run=options["dry_run"],
                    accept_removals=options["accept_removals"],
                    before_commit=prepare_routing,
                    on_progress=on_step,
                )
            except RoutingError as error:
                raise CommandError(f"{error} La base de données n'a pas changé.", returncode=BAD_INPUT) from error
            try:
                for version in prepared:
                    routing.activate(version, settings.ROUTING_DIR)
            except RoutingError as error:
                raise CommandError(f"Les rues sont importées, mais : {error}", returncode=BAD_INPUT) from error
        print_report(self.stdout, report)
