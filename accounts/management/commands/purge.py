"""Erase what is past its retention, or say what would be erased."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.errors import AccountsError
from accounts.services.purge import PurgeReport, purge
from accounts.services.purge_runs import carry_out_daily, carry_out_waiting

BAD_INPUT = 2
LOOK_EVERY_S = 5


class Command(BaseCommand):
    help = "Efface ce qui est arrivé au terme de sa durée de conservation ; les nombres restent."

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--dry-run", action="store_true", help="dire ce qui serait effacé, sans rien effacer")
        how.add_argument(
            "--on-request",
            type=int,
            metavar="SECONDES",
            help="pendant ce temps, effacer ou compter quand le DPO ou l'administrateur le demande sur le site",
        )

    def handle(self, *, dry_run: bool, on_request: int | None = None, **options: Any) -> None:
        if on_request is not None:
            self._serve(on_request)
            return
        today = timezone.localdate()
        try:
            report = purge(today, dry_run=True) if dry_run else carry_out_daily(today)
        except AccountsError as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        self._show(report, dry_run=dry_run)

    def _serve(self, length_s: int) -> None:
        """Look for what was asked, at short intervals, until the time is over."""
        if length_s < 0:
            raise CommandError("--on-request : une durée ne peut pas être négative.", returncode=BAD_INPUT)
        until = time.monotonic() + length_s
        while True:
            if done := carry_out_waiting(timezone.localdate()):
                self.stdout.write(f"Demandes du site exécutées : {done}.")
            left = until - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(LOOK_EVERY_S, left))

    def _show(self, report: PurgeReport, *, dry_run: bool) -> None:
        for table in report.tables:
            if table.rows:
                self.stdout.write(f"{table.title} : {table.rows}")
        verb = "qui seraient effacées" if dry_run else "effacées"
        self.stdout.write(
            f"Lignes {verb} : {report.rows}. Semaines dont la clé est détruite : {len(report.weeks)}."
        )
        if dry_run:
            self.stdout.write("Essai à blanc : rien n'a été changé.")
        for week in report.held_back:
            self.stderr.write(
                f"La semaine {week} est finie, mais des lignes scellées en dépendent encore : sa clé est gardée. "
                "Prévenez le DPO."
            )
