"""Open the first account of a new town: its administrator's, who makes the others in the site's pages."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from accounts.errors import LoginTaken
from accounts.models import Account
from accounts.roles import Role
from accounts.services.accounts import ENTERED, GivenRole, administrators_of, open_account, propose_login
from geo import french
from geo.management.printing import BAD_INPUT, bad_input_as_exit_code
from geo.models import Commune

# Where script/serve answers on the machine itself unless told otherwise; passkeys ask for a host name.
OWN_ADDRESS = "http://localhost:8000"
YES = {"oui", "o"}


class Command(BaseCommand):
    help = "Crée le compte d'un premier administrateur et écrit, une seule fois, le lien par lequel il entrera."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--commune", metavar="INSEE", default="", help="commune, si la base en a plusieurs")
        parser.add_argument(
            "--login", metavar="IDENTIFIANT", help="identifiant (défaut : proposé, sans rapport avec un nom)"
        )
        parser.add_argument(
            "--site",
            default=settings.SITE_ADDRESS,
            metavar="ADRESSE",
            help=f"adresse du site, pour le lien (défaut : le réglage RONDE_SITE, sinon {OWN_ADDRESS})",
        )
        parser.add_argument(
            "--again", action="store_true", help="même s'il en existe déjà un, après avoir demandé confirmation"
        )

    def handle(self, *, commune: str, login: str | None, site: str, again: bool, **options: Any) -> None:
        address = self._check_site(site or OWN_ADDRESS)
        with bad_input_as_exit_code():
            town = Commune.objects.defer("outline").of_site(commune)
        login = self._check_login(login or propose_login())
        self._check_alone(town, again=again)
        role = GivenRole(role=Role.ADMINISTRATOR, first_day=timezone.localdate())
        try:
            account, token = open_account(login, [role], commune=town.pk, by=None)
        except LoginTaken as error:
            raise CommandError(f"{login} : {error}", returncode=BAD_INPUT) from error
        self.stdout.write(
            f"Compte d'administrateur créé pour {town.name}. Identifiant : {account.login}\n"
            f"{address}{reverse('invitation', args=[token])}\n"
            f"Ce lien sert une seule fois, dans les {settings.INVITATION_DAYS} jours, et ne sera plus affiché. "
            "Qui le détient peut prendre le compte : remettez-le en main propre."
        )
        if not site:
            self.stdout.write(
                f"Si le site répond ailleurs qu'à {OWN_ADDRESS} (autre port, autre nom), remplacez ce début du "
                "lien par son adresse ; --site ou le réglage RONDE_SITE l'écrivent d'emblée."
            )

    def _check_site(self, site: str) -> str:
        parts = urlsplit(site)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
            raise CommandError(
                f"« {site} » n'est pas l'adresse d'un site : écrivez par exemple --site https://ronde.exemple.fr",
                returncode=BAD_INPUT,
            )
        return f"{parts.scheme}://{parts.netloc}"

    def _check_login(self, login: str) -> str:
        try:
            Account(login=login).clean_fields(exclude={"password"})
        except ValidationError as error:
            raise CommandError(f"{login} : {' '.join(error.messages)}", returncode=BAD_INPUT) from error
        return login

    def _check_alone(self, town: Commune, *, again: bool) -> None:
        """Let nobody make themself an administrator unnoticed where there is one, in service or invited."""
        present = administrators_of(town.pk).filter(is_invented=False)
        entered = present.filter(ENTERED).count()
        waiting = list(present.exclude(ENTERED).order_by("login").values_list("login", flat=True))
        if not entered and not waiting:
            return
        if not again:
            raise CommandError(_tell_present(town, entered, waiting), returncode=BAD_INPUT)
        never_entered = french.counted(len(waiting), "compte", "comptes")
        self.stdout.write(
            f"Administrateurs de {town.name} : {entered} en service, {never_entered} où personne n'est entré. "
            "En créer un de plus ? [oui/non] ",
            ending="",
        )
        self.stdout.flush()
        if not self._answers_yes():
            raise CommandError("Rien n'est créé.", returncode=BAD_INPUT)

    def _answers_yes(self) -> bool:
        try:
            return input().strip().casefold() in YES
        except EOFError:
            return False


def _tell_present(town: Commune, entered: int, waiting: list[str]) -> str:
    if entered:
        return (
            f"{town.name} a déjà un administrateur en service : il crée les comptes dans « Comptes ». "
            "S'il ne peut plus entrer, relancez avec --again."
        )
    return (
        f"{town.name} a déjà un compte d'administrateur, où personne n'est encore entré : {', '.join(waiting)}. "
        "Son titulaire entre par le lien qui lui a été remis. Si ce lien est perdu, relancez avec --again, puis "
        "désactivez l'ancien compte dans « Comptes »."
    )
