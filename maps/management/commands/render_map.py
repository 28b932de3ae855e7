"""Write a saved plan as one standalone HTML map."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Export
from accounts.services import exports
from geo.errors import GeoError
from maps.errors import MapsError
from maps.exports import files
from maps.exports.selection import add_plan_arguments, find_plan
from maps.folium_map.plan_map import render_plan
from maps.traces import trace_export
from patrols.errors import PatrolError

BAD_INPUT = 2


class Command(BaseCommand):
    help = "Dessine un plan enregistré en une seule page HTML, qui ne demande rien au réseau."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject", choices=("plan",), metavar="plan", help="ce qui est dessiné : un plan")
        add_plan_arguments(parser)
        parser.add_argument("--to", required=True, type=Path, metavar="FICHIER.html", help="page à écrire")

    def handle(self, *args: object, **options: Any) -> None:
        to: Path = options["to"]
        try:
            plan = find_plan(
                plan_id=options["plan"],
                day=options["date"] or timezone.localdate(),
                insee_code=options["commune"],
            )
            page = render_plan(plan).encode()
            trace_export(plan)
            exports.note_by_job(Export.Kind.PLAN_HTML, page, about=plan, commune=plan.commune_id)
            written = files.write_together(to.parent, {to.name: page})
        except (MapsError, PatrolError, GeoError) as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        self.stdout.write(str(written[0]))
