"""Make, list and rotate the keys of sealed data. Destroying a week's key is the act of ``purge`` alone."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.errors import AccountsError
from accounts.keys.current import folder_store, key_store
from accounts.sealing import Week
from accounts.services.purge import WEEKS_AHEAD, weeks_in_use
from accounts.services.sealed_secrets import WITHOUT_END

BAD_INPUT = 2


class Command(BaseCommand):
    help = "Crée, énumère ou renouvelle les clés des données scellées (docs/guide/cles.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="create|inventory|rotate")
        create = acts.add_parser("create", help="crée le dossier des clés d'une installation neuve")
        create.add_argument("--if-none", action="store_true", help="ne rien faire si les clés existent déjà")
        acts.add_parser("inventory", help="énumère les semaines, sans montrer de clé")
        acts.add_parser("rotate", help="tire une nouvelle clé maîtresse ; les données scellées ne changent pas")

    def handle(self, *, act: str, **options: Any) -> None:
        try:
            match act:
                case "create":
                    self._create(if_none=options["if_none"])
                case "inventory":
                    self._list()
                case _:
                    self._rotate()
        except AccountsError as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error

    def _create(self, *, if_none: bool) -> None:
        store = folder_store(settings.KEYS_DIR)
        if if_none and store.exists():
            return
        if sealed := sum(weeks_in_use().values()):
            raise CommandError(
                f"La base contient des lignes scellées ({sealed}) : des clés neuves ne les ouvriraient pas. "
                f"Remettez la copie des clés dans {settings.KEYS_DIR}.",
                returncode=BAD_INPUT,
            )
        store.create()
        made = store.prepare(Week.of(timezone.localdate()).following(WEEKS_AHEAD))
        self.stdout.write(
            f"Clés créées dans {settings.KEYS_DIR}, pour {made} semaines. Copiez ce dossier ailleurs que les "
            "sauvegardes de la base."
        )

    def _list(self) -> None:
        inventory, rows = key_store().inventory(), weeks_in_use()
        with transaction.atomic():
            audit.record("keys.inventory", reason=audit.Reason.UPKEEP)
        self.stdout.write(f"Clé maîtresse du {inventory.wrapped_since:%d/%m/%Y}.")
        self.stdout.write("semaine   créée le    détruite le  lignes scellées")
        for entry in inventory.weeks:
            made = f"{entry.made_on:%d/%m/%Y}" if entry.made_on else "-"
            destroyed = f"{entry.destroyed_on:%d/%m/%Y}" if entry.destroyed_on else "-"
            self.stdout.write(f"{entry.week}  {made:10}  {destroyed:11}  {rows.get(entry.week, 0)}")
        if any(entry.week == WITHOUT_END for entry in inventory.weeks):
            self.stdout.write(f"{WITHOUT_END} : sans limite, pour les secrets des seconds facteurs.")

    def _rotate(self) -> None:
        with transaction.atomic(durable=True):
            audit.record("keys.rotate", reason=audit.Reason.UPKEEP)
        rewrapped = key_store().rotate()
        self.stdout.write(
            f"Nouvelle clé maîtresse ; {rewrapped} clés de semaine réemballées. Refaites la copie des clés, et "
            "effacez l'ancienne."
        )
