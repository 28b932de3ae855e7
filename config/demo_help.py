"""What the pages of log-in tell a newcomer to the demonstration: accounts, password, and the code of the moment.

Four locks, all of them every time: the account is invented, the site was started by ``script/serve --demo``, its
only commune is the invented one, and the request comes straight from this machine.
"""

from allauth.account.internal.stagekit import get_pending_stage
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import Account
from accounts.sealing import SealingError
from accounts.services.second_factors import next_code
from config.client_address import comes_from_this_machine
from fixtures.demo_accounts import PERSONAS, Persona, may_log_in, read_password


class DemoHelp:
    """Read when a template asks, and not before; every answer is empty while a lock is shut."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def accounts(self) -> tuple[Persona, ...]:
        """Who may be tried."""
        return PERSONAS if self._is_open() else ()

    @property
    def password(self) -> str:
        """The password that they share."""
        return read_password(settings.VAR_DIR / "demo") if self._is_open() else ""

    @property
    def code(self) -> str:
        """The code awaited, for the account that is logging in or is asked again."""
        account = self._account()
        if account is None or not account.is_invented or not self._is_open():
            return ""
        try:
            return next_code(account, now=timezone.now()) or ""
        except SealingError:
            return ""

    def _account(self) -> Account | None:
        if isinstance(self._request.user, Account):
            return self._request.user
        stage = get_pending_stage(self._request)
        return stage.login.user if stage else None

    def _is_open(self) -> bool:
        return comes_from_this_machine(self._request) and may_log_in()


def help_visitors(request: HttpRequest) -> dict[str, object]:
    """Context processor: ``demo``."""
    return {"demo": SimpleLazyObject(lambda: DemoHelp(request))}
