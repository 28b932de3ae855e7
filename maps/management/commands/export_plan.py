"""Write a saved plan as GPX, GeoJSON, CSV or PDF."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Export
from accounts.services import exports
from geo.errors import GeoError
from maps.errors import MapsError
from maps.exports import files, geojson, gpx, road_sheet, table
from maps.exports.selection import add_plan_arguments, find_plan
from maps.round_reading import read_some_rounds
from maps.rounds import Round
from maps.traces import trace_export
from patrols.errors import PatrolError
from patrols.models import Plan

BAD_INPUT = 2


def _sheet(crew_round: Round) -> bytes:
    return road_sheet.render_round(crew_round, timezone.now())


PER_CREW: dict[str, Callable[[Round], bytes]] = {
    "gpx": lambda crew_round: gpx.render_round(crew_round).encode(),
    "csv": table.render_round,
    "pdf": _sheet,
}

KINDS = {
    "gpx": Export.Kind.ROUND_GPX,
    "csv": Export.Kind.ROUND_CSV,
    "pdf": Export.Kind.ROUND_PDF,
    "geojson": Export.Kind.PLAN_GEOJSON,
}


class Command(BaseCommand):
    help = "Écrit les tournées d'un plan enregistré : GPX, CSV ou PDF par équipage, GeoJSON pour le plan entier."

    def add_arguments(self, parser: CommandParser) -> None:
        add_plan_arguments(parser)
        parser.add_argument(
            "--format", required=True, choices=("gpx", "geojson", "csv", "pdf"), help="forme des fichiers"
        )
        parser.add_argument(
            "--to", required=True, type=Path, metavar="DOSSIER", help="où écrire ; créé s'il n'existe pas"
        )
        parser.add_argument(
            "--crews", nargs="+", default=[], metavar="ÉQUIPAGE", help="seulement ces équipages (défaut : tous)"
        )

    def handle(self, *args: object, **options: Any) -> None:
        try:
            plan = find_plan(
                plan_id=options["plan"],
                day=options["date"] or timezone.localdate(),
                insee_code=options["commune"],
            )
            rendered = contents(plan, options["format"], options["crews"])
            trace_export(plan, options["crews"])
            for content in rendered.values():
                exports.note_by_job(KINDS[options["format"]], content, about=plan, commune=plan.commune_id)
            written = files.write_together(options["to"], rendered)
        except (MapsError, PatrolError, GeoError) as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        for path in written:
            self.stdout.write(str(path))


def contents(plan: Plan, extension: str, crews: Sequence[str]) -> dict[str, bytes]:
    """Render every file of an export in memory, by file name, so that a failure leaves nothing half-written."""
    if extension == "geojson":
        return {files.file_name(plan.day, plan.number, extension): geojson.render_plan(plan, crews).encode()}
    rounds = read_some_rounds(plan, crews)
    names = files.distinct_file_names(plan.day, plan.number, extension, (round_.crew for round_ in rounds))
    return {name: PER_CREW[extension](round_) for name, round_ in zip(names, rounds, strict=True)}
