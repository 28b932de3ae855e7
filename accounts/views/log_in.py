"""The way in: identifier and password, then a code or a passkey; or a passkey alone. And the way out."""

import datetime as dt
from typing import Any

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.utils import url_str_to_user_pk
from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit, scope
from accounts.permissions import person_of, public

TOO_MANY_REQUESTS = 429
SECONDS_A_MINUTE = 60
READ_OR_SEND = ("GET", "HEAD", "POST")

_log_in = LoginView.as_view(template_name="accounts/log_in.html")
_give_code = AuthenticateView.as_view(template_name="accounts/give_code.html")
_use_passkey = LoginWebAuthnView.as_view(template_name="accounts/log_in.html")


@public
@sensitive_post_parameters("login", "password")
@require_http_methods(READ_OR_SEND)
def log_in(request: HttpRequest) -> HttpResponse:
    """Ask for the identifier and the password."""
    claim_pending(request)
    answer: HttpResponse = _log_in(request)
    return answer


@public
@sensitive_post_parameters("code", "credential")
@require_http_methods(READ_OR_SEND)
def give_code(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of the account whose password was given."""
    claim_pending(request)
    answer: HttpResponse = _give_code(request)
    return answer


@public
@never_cache
@sensitive_post_parameters("credential")
@require_http_methods(READ_OR_SEND)
def use_passkey(request: HttpRequest) -> HttpResponse:
    """Log in by a passkey alone: its challenge (JSON), then its answer."""
    claim_pending(request)
    answer: HttpResponse = _use_passkey(request)
    return answer


@public
@never_cache
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session, or a log-in that stopped halfway."""
    if person_of(request).is_known:
        audit.record("session.logout")
    logout(request)
    messages.success(request, _("Vous êtes déconnecté."))
    return HttpResponseRedirect(resolve_url("account_login"))


def explain_lockout(request: HttpRequest, response: HttpResponse | None, credentials: Any) -> HttpResponse:
    """Answer a try while the door is shut: how long to wait, the same whether the identifier exists or not."""
    wait: dt.timedelta = request.lockout_wait  # type: ignore[attr-defined]
    audit.record("session.locked", outcome="refused")
    minutes = -(-int(wait.total_seconds()) // SECONDS_A_MINUTE) or 1
    words = ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    page = render(request, "accounts/locked_out.html", {"wait": words}, status=TOO_MANY_REQUESTS)
    page["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return page


def claim_pending(request: HttpRequest) -> None:
    """Open the walls on the account whose password was given and whose second factor is awaited, if any."""
    pending = request.session.get(LOGIN_SESSION_KEY)
    if isinstance(pending, dict) and pending.get("user_pk"):
        scope.claim(account=url_str_to_user_pk(pending["user_pk"]))
