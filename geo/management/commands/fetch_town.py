"""Download a commune's outline, addresses and map from the open-data services, and import them in that order."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from geo.importers.communes import import_communes
from geo.importers.download import Download, fetch
from geo.importers.town import town_downloads
from geo.management.printing import DRY_RUN, bad_input_as_exit_code, download_bar, print_report


class Command(BaseCommand):
    help = (
        "Télécharge le contour, les adresses et la carte d'une commune, reprend un téléchargement interrompu, "
        "vérifie les fichiers et les importe."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("insee", metavar="INSEE", help="code INSEE de la commune, par exemple 26362")
        parser.add_argument("--download-only", action="store_true", help="n'importe rien")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="télécharge et montre la différence, sans rien écrire dans la base",
        )
        parser.add_argument("--no-routing", action="store_true", help="ne construit pas les données de trajet")

    def handle(self, *args: Any, **options: Any) -> None:
        insee = options["insee"].upper()
        with bad_input_as_exit_code():
            downloads = town_downloads(insee, settings.TOWN_SOURCES, settings.DOWNLOAD_DIR)
            files = {name: self._fetch(download) for name, download in downloads.items()}
            if options["download_only"]:
                return
        if not options["dry_run"]:
            self._import(insee, files, no_routing=options["no_routing"])
            return
        # Each file is compared with what the one before it leaves: all are written, and all is taken back.
        with transaction.atomic():
            self._import(insee, files, no_routing=True)
            transaction.set_rollback(True)
        self.stdout.write(DRY_RUN)

    def _import(self, insee: str, files: dict[str, Path], *, no_routing: bool) -> None:
        self.stdout.write("Contour :")
        with bad_input_as_exit_code():
            print_report(self.stdout, import_communes(files["outline"], insee_code=insee))
        self._run("Adresses", "import_ban", files["addresses"], commune=insee)
        self._run("Carte", "import_osm", files["osm"], commune=insee, no_routing=no_routing)

    def _fetch(self, download: Download) -> Path:
        with download_bar(f"Téléchargement : {download.label}") as progress:
            file = fetch(download, progress=progress)
        self.stdout.write(f"Reçu : {download.label} ({file.stat().st_size / 1e6:.1f} Mo)".replace(".", ","))
        return file

    def _run(self, title: str, command: str, file: Path, **options: object) -> None:
        self.stdout.write(f"{title} :")
        call_command(command, file, stdout=self.stdout, **options)
