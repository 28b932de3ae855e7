"""Verify the audit chain, keep its root of the day, and let go what has reached its term."""

import re
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.formats import number_format

from accounts.audit.keeping import cut_before, first_day_kept, write_root
from accounts.audit.wording import Reason
from accounts.errors import AccountsError
from accounts.services.verification import verify

UNSOUND = 1
ROOT_DIGITS = 64
ROOT = re.compile(f"[0-9a-f]{{{ROOT_DIGITS}}}")


class Command(BaseCommand):
    help = "Vérifie le journal des accès, en garde l'empreinte, ou en retire les mois arrivés à terme."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="verify|root|cut")
        verifying = acts.add_parser(
            "verify", help="dit si le journal a été modifié, et où ; code de sortie 1 si oui"
        )
        verifying.add_argument(
            "--root",
            nargs="+",
            default=[],
            type=_read_root,
            metavar="EMPREINTE",
            help="empreintes gardées ailleurs, à retrouver",
        )
        acts.add_parser("root", help="écrit l'empreinte du jour hors de la base et l'affiche, à garder ailleurs")
        cut = acts.add_parser("cut", help=f"retire les mois entiers vieux de plus de {settings.AUDIT_MONTHS} mois")
        cut.add_argument("--dry-run", action="store_true", help="dit ce qui serait retiré, sans rien retirer")

    def handle(self, *, act: str, **options: Any) -> None:
        folder: Path = settings.AUDIT_DIR
        try:
            match act:
                case "verify":
                    self._verify(folder, options["root"])
                case "root":
                    self._keep_root(folder)
                case _:
                    self._cut(folder, dry_run=options["dry_run"])
        except AccountsError as error:
            raise CommandError(str(error), returncode=UNSOUND) from error

    def _verify(self, folder: Path, expected_roots: list[str]) -> None:
        verdict = verify(folder, expected_roots=expected_roots, reason=Reason.UPKEEP)
        self.stdout.write(
            f"Entrées vérifiées : {_grouped(verdict.entries)}. Chaînes, une par compte et par tâche : "
            f"{_grouped(verdict.streams)}. Empreintes gardées : {_grouped(verdict.roots)}."
        )
        if not verdict.is_sound:
            told = ["Le journal ne se vérifie pas :", *verdict.problems]
            raise CommandError("\n".join(told), returncode=UNSOUND)
        self.stdout.write("Rien n'a été modifié, ajouté, déplacé ni retiré.")

    def _keep_root(self, folder: Path) -> None:
        root = write_root(folder)
        self.stdout.write(f"{timezone.localtime(root.at):%d/%m/%Y %H:%M} {root.digest.hex()}")

    def _cut(self, folder: Path, *, dry_run: bool) -> None:
        first_kept = first_day_kept(timezone.localdate(), settings.AUDIT_MONTHS)
        gone = cut_before(first_kept, folder, dry_run=dry_run)
        fate = "à retirer (rien n'a été retiré)" if dry_run else "retirées du journal"
        self.stdout.write(f"Entrées d'avant le {first_kept:%d/%m/%Y} {fate} : {_grouped(gone)}.")


def _read_root(text: str) -> str:
    """Read a root as it was printed; one that was cut short is a slip, and no sign of tampering."""
    if not ROOT.fullmatch(text.casefold()):
        raise ArgumentTypeError(
            f"« {text} » n'est pas une empreinte entière : recopiez les {ROOT_DIGITS} signes (0 à 9, a à f) "
            "que « audit root » a écrits"
        )
    return text.casefold()


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)
