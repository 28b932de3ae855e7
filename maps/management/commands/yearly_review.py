"""Write the published review of a year as an accessible PDF."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Export
from accounts.services import exports
from geo.errors import GeoError
from geo.management.arguments import whole_number
from geo.models import Commune
from maps.errors import MapsError
from maps.exports import files
from maps.review.report import read_year, render_pdf

BAD_INPUT = 2


class Command(BaseCommand):
    help = "Écrit le bilan publié d'une année en PDF, avec son empreinte."

    def add_arguments(self, parser: CommandParser) -> None:
        year = whole_number(example=2025)
        parser.add_argument("--year", required=True, type=year, metavar="ANNÉE", help="année publiée")
        parser.add_argument(
            "--commune", default="", metavar="INSEE", help="code Insee, s'il y a plusieurs communes"
        )
        parser.add_argument("--to", required=True, type=Path, metavar="FICHIER.pdf", help="document à écrire")

    def handle(self, *args: object, **options: Any) -> None:
        to: Path = options["to"]
        try:
            commune = Commune.objects.of_site(options["commune"])
            told = read_year(commune, options["year"])
            document = render_pdf(told)
            exports.note_by_job(Export.Kind.REVIEW_PDF, document, about=commune, commune=commune.pk)
            (written,) = files.write_together(to.parent, {to.name: document})
        except (MapsError, GeoError) as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        self.stdout.write(f"{written}\nEmpreinte {told.fingerprint_told}")
