"""What frames every page: the commune, the day, who one is, and the sections one may open."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from accounts.permissions import person_of
from accounts.roles import Role
from config.navigation import Entry, read_entries
from geo.errors import GeoError
from geo.models import Commune

# Beside the identifier there is room for two words.
SHORT_NAMES = {
    Role.VIGILANT: _("Citoyen vigilant"),
    Role.REFERENT: _("Référent"),
    Role.MUNICIPAL_POLICE: _("Police municipale"),
    Role.NATIONAL_POLICE: _("Police nationale"),
    Role.CREW: _("Équipage"),
    Role.CLSPD: _("CLSPD"),
    Role.ADMINISTRATOR: _("Administration"),
    Role.DPO: _("DPO"),
}


@dataclass(frozen=True, kw_only=True)
class Shell:
    """The frame of one page; ``login`` is empty for a visitor, ``commune`` while the site has none."""

    today: dt.date
    commune: str = ""
    login: str = ""
    roles: str = ""
    sections: tuple[Entry, ...] = ()
    account_url: str = ""
    log_in_url: str = ""
    log_out_url: str = ""
    # On an enrolled phone alone: what a crew noted there may wait to be sent as it logs out.
    round_url: str = ""
    # Where that may be told of: to crews, enrolled there or not, and before anybody has logged in.
    waiting_url: str = ""


def frame_page(request: HttpRequest) -> dict[str, object]:
    """Context processor: ``shell``, read from the database when a template first asks for it."""
    return {"shell": SimpleLazyObject(lambda: read_shell(request))}


def read_shell(request: HttpRequest) -> Shell:
    """Read the frame of a page; when the database does not answer, the day alone."""
    today = timezone.localdate()
    try:
        return _frame(request, today)
    except DatabaseError:
        return Shell(today=today)


def _frame(request: HttpRequest, today: dt.date) -> Shell:
    commune = _name_of_commune()
    person = person_of(request)
    round_url = reverse("patrols:phone_round")
    account = getattr(request, "user", None)
    if not person.is_known or not isinstance(account, Account):
        return Shell(today=today, commune=commune, log_in_url=reverse(settings.LOGIN_URL), waiting_url=round_url)
    return Shell(
        today=today,
        commune=commune,
        login=account.login,
        roles=" · ".join(str(SHORT_NAMES[role]) for role in Role if role in person.roles),
        sections=read_entries(request),
        account_url=reverse("account"),
        log_out_url=reverse("account_logout"),
        round_url=round_url if person.device_id else "",
        waiting_url=round_url if person.is_crew_anywhere else "",
    )


def _name_of_commune() -> str:
    try:
        return Commune.objects.defer("outline").of_site().name
    except GeoError:
        return ""
