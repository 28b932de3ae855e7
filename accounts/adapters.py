"""How django-allauth and django-axes are made to follow the house's rules."""

import io
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from axes.handlers.base import AxesHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts import audit, scope
from accounts.models import Account
from accounts.person import Person
from accounts.services import invitations, lockout, recognition, sealed_secrets, sessions

REFUSED = _("Identifiant ou mot de passe inexact.")
PASSKEY_REFUSED = _("Cette clé d'accès n'ouvre aucun compte ici. Connectez-vous avec votre mot de passe.")

LINK_WITHDRAWN = _(
    "Un lien permettait de refaire votre mot de passe. Vous n'en avez pas eu besoin : il ne vaut plus. "
    "Si vous ne l'aviez pas demandé, prévenez le délégué à la protection des données."
)


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]
    """Log-in by identifier and password; also asked on every request whether the account may still be used."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        """Check a password, the walls open on the account of that identifier only."""
        scope.claim(login=credentials.get("username") or "")
        return super().authenticate(request, **credentials)

    def get_user(self, user_id: Any) -> Any:
        """Return the account of a session, the walls open on it only."""
        if account := recognition.account_at_hand(int(user_id)):
            return account if self.user_can_authenticate(account) else None
        scope.claim(account=int(user_id))
        return super().get_user(user_id)

    def user_can_authenticate(self, user: Any) -> bool:
        """Refuse a disabled account at once, and an invented one everywhere but in the demonstration."""
        return user.is_active and (not user.is_invented or import_string(settings.DEMO_GATE)())


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Log-in without a word too many."""

    error_messages = DefaultAccountAdapter.error_messages | {"username_password_mismatch": REFUSED}

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Account | None:
        """Check a password; an account that may not be used answers as one that does not exist."""
        return authenticate(request, **credentials)

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Refuse an account that may not be used, whichever way it comes: a passkey asks no backend."""
        if AccountBackend().user_can_authenticate(user):
            return None
        messages.error(request, PASSKEY_REFUSED)
        return HttpResponseRedirect(reverse("account_login"))

    def login(self, request: HttpRequest, user: Any) -> None:
        """Open the session, under a new key, and start its clock; not for an account closed in the meantime."""
        if not AccountBackend().user_can_authenticate(user):
            clear_login(request)
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
        super().login(request, user)
        sessions.begin(request.session, now=timezone.now())
        scope.enter(Person(account_id=user.pk))
        audit.record("session.login")
        if invitations.withdraw_unneeded(user, now=timezone.now()):
            messages.warning(request, LINK_WITHDRAWN)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say that nobody signs up: an account is created by an administrator."""
        return False

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: Any = None,
    ) -> None:
        """Pass on what says something of the request, not the stock congratulations."""
        if message:
            messages.add_message(request, level, message, extra_tags=extra_tags)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Names, codes and seals of the second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": PASSKEY_REFUSED}

    def build_totp_svg(self, url: str) -> str:
        """Draw the QR code that an authentication app reads."""
        drawing = io.BytesIO()
        segno.make(url, error="m").save(drawing, kind="svg", scale=5, border=2, xmldecl=False, light="#ffffff")
        return drawing.getvalue().decode()

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is kept."""
        return sealed_secrets.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret that is kept."""
        return sealed_secrets.unseal(encrypted_text)

    def _get_site_name(self) -> str:
        return "Ronde"


class GrowingLockout(AxesHandler):  # type: ignore[misc]
    """What axes asks at each log-in; ``accounts.services.lockout`` counts."""

    def is_allowed(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        """Whether the password may be looked at; while the door is shut it is not."""
        request.lockout_wait = lockout.wait_at(_door(request, credentials), now=request.axes_attempt_time)
        return not request.lockout_wait

    def user_login_failed(
        self, sender: str, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        """Count a wrong password; what is tried while the door is shut does not count."""
        if request.axes_locked_out:
            return
        door = _door(request, credentials)
        request.lockout_wait = lockout.record_failure(door, now=request.axes_attempt_time)
        request.axes_locked_out = bool(request.lockout_wait)
        audit.record("session.refused", outcome="refused")

    def user_logged_in(self, sender: type, request: Any, user: Any, **kwargs: Any) -> None:
        """Forget the failures: the password, and the second factor if there is one, were right."""
        lockout.forget_failures(lockout.password_door(user.login, client_address(request)))

    def post_save_access_attempt(self, instance: Any, **kwargs: Any) -> None:
        """Nothing: axes tells its handler of its own rows."""

    def post_delete_access_attempt(self, instance: Any, **kwargs: Any) -> None:
        """Nothing: axes tells its handler of its own rows."""


def client_address(request: HttpRequest) -> str:
    """Return the address of the client, as the site's proxies tell it; empty on a unix socket."""
    address: str = import_string(settings.AXES_CLIENT_IP_CALLABLE)(request)
    return address


def _door(request: HttpRequest, credentials: dict[str, Any] | None) -> lockout.Door:
    return lockout.password_door((credentials or {}).get("username") or "", client_address(request))
