"""Compute a day's patrol routes and save them."""

import argparse
import datetime as dt
import math
import sys
from typing import Any, TextIO, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from geo.errors import GeoError
from geo.management.arguments import DAY_FORM, parse_day, whole_number
from geo.management.printing import BAD_INPUT, elapsing
from geo.models import Commune
from geo.routing.errors import RoutingError
from patrols.errors import PatrolError
from patrols.management.plan_summary import print_summary
from patrols.models import Plan
from patrols.planner import MaxIterations, MaxRuntime, PlannerInputError
from patrols.planner import Progress as SearchProgress
from patrols.planner.compile import compile_search
from patrols.services import plan_day

DEFAULT_SECONDS = 10.0
DEFAULT_SEED = 7
WIDTH_IN_A_FILE = 120


def parse_seconds(text: str) -> float:
    """Read a length of search, refused in words unless it is more than none."""
    try:
        seconds = float(text.replace(",", "."))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"« {text} » n'est pas un nombre de secondes : écrivez par exemple 10"
        ) from error
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"« {text} » : la durée du calcul doit être positive, par exemple 10")
    return seconds


class Command(BaseCommand):
    help = "Calcule les tournées d'un jour et les enregistre comme plan de ce jour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--date", type=parse_day, metavar=DAY_FORM, help="jour à planifier (défaut : aujourd'hui)"
        )
        parser.add_argument("--commune", default="", metavar="INSEE", help="code Insee de la commune")
        parser.add_argument(
            "--crews", nargs="+", default=(), metavar="ÉQUIPAGE", help="seulement ces équipages (défaut : tous)"
        )
        length = parser.add_mutually_exclusive_group()
        length.add_argument(
            "--seconds", type=parse_seconds, default=DEFAULT_SECONDS, metavar="S", help="durée (défaut : 10)"
        )
        length.add_argument(
            "--iterations",
            type=whole_number(least=1, example=100_000),
            metavar="N",
            help="nombre d'itérations : le résultat est reproductible",
        )
        parser.add_argument(
            "--seed",
            type=whole_number(example=DEFAULT_SEED),
            default=DEFAULT_SEED,
            metavar="N",
            help="graine du hasard (défaut : 7)",
        )
        parser.add_argument(
            "--draft",
            action="store_true",
            help="ne pas publier : les équipages ne verront le plan qu'une fois publié",
        )
        parser.add_argument("--if-none", action="store_true", help="ne rien calculer si ce jour a déjà un plan")

    def handle(self, **options: Any) -> None:
        try:
            commune = Commune.objects.of_site(options["commune"])
            day = options["date"] or timezone.localdate()
            if options["if_none"] and Plan.objects.of_day(commune, day).exists():
                self.stdout.write("Ce jour a déjà un plan : rien n'est calculé.")
                return
            plan = self._plan(commune, day, options)
        except (GeoError, PatrolError, RoutingError, PlannerInputError) as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        width = None if self.stdout.isatty() else WIDTH_IN_A_FILE
        console = Console(file=cast(TextIO, self.stdout), width=width)
        print_summary(Plan.objects.with_rounds().get(pk=plan.pk), console)

    def _plan(self, commune: Commune, day: dt.date, options: dict[str, Any]) -> Plan:
        stop = (
            MaxRuntime(options["seconds"])
            if options["iterations"] is None
            else MaxIterations(options["iterations"])
        )
        # Loads the compiled search, or compiles it if it has changed since set-up: not on the time asked for.
        with elapsing("Préparation du calcul (une minute si le code vient de changer)"):
            compile_search()
        with _progress_bar() as bar:
            task = bar.add_task("Calcul des tournées", total=1.0, found="")

            def show(progress: SearchProgress) -> None:
                bar.update(
                    task,
                    completed=progress.fraction,
                    found=f"{progress.visits} passages, priorité {progress.prize:.0f}",
                )

            return plan_day(
                commune,
                day,
                stop=stop,
                seed=options["seed"],
                routing_dir=settings.ROUTING_DIR,
                crew_names=options["crews"],
                publishes=not options["draft"],
                on_progress=show,
            )


def _progress_bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[found]}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    )
