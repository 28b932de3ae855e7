"""Erase what is past its retention, or say what would be erased."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.errors import AccountsError
from accounts.services.purge import PurgeReport, purge

BAD_INPUT = 2


class Command(BaseCommand):
    help = "Efface ce qui est arrivé au terme de sa durée de conservation ; les nombres restent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="dire ce qui serait effacé, sans rien effacer")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        try:
            report = purge(timezone.localdate(), dry_run=dry_run)
        except AccountsError as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        self._show(report, dry_run=dry_run)

    def _show(self, report: PurgeReport, *, dry_run: bool) -> None:
        for table in report.tables:
            if table.rows:
                self.stdout.write(f"{table.title} : {table.rows}")
        verb = "seraient effacées" if dry_run else "effacées"
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
