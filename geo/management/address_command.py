"""The command that both official address files share."""

from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandParser

from geo.importers.addresses import import_addresses
from geo.management.printing import bad_input_as_exit_code, file_size, print_report, progress_bar
from geo.models import Address, Commune


class AddressCommand(BaseCommand):
    """Import one official address file; a subclass names the ``source``."""

    source: ClassVar[Address.Source]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER", help="fichier à importer")
        parser.add_argument("--commune", metavar="INSEE", help="code INSEE de la commune")
        parser.add_argument("--dry-run", action="store_true", help="montre la différence sans rien écrire")
        parser.add_argument(
            "--accept-removals", action="store_true", help="accepte que plus de la moitié des adresses disparaisse"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        with bad_input_as_exit_code():
            with progress_bar("Lecture des adresses", file_size(file)) as progress:
                report = import_addresses(
                    file,
                    Commune.objects.of_site(options["commune"] or ""),
                    self.source,
                    is_dry_run=options["dry_run"],
                    accept_removals=options["accept_removals"],
                    progress=progress,
                )
            print_report(self.stdout, report)
