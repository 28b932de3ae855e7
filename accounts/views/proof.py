"""The second factor again, before what asks for a recent one."""

from urllib.parse import urlencode, urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.forms.log_in import StepUpCodeForm
from accounts.forms.passkeys import StepUpPasskeyForm
from accounts.models import Account
from accounts.permissions import on_the_way_in
from accounts.services import second_factors, sessions
from accounts.views.log_in import READ_OR_SEND

NEXT, BACK = "next", "retour"


@on_the_way_in()
@never_cache
@sensitive_post_parameters("code", "credential")
@require_http_methods(READ_OR_SEND)
def prove(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a passkey, then go on to where the person was going.

    A file is fetched from a page that says so: a browser that saves it would stay on the form.
    """
    account: Account = request.user  # type: ignore[assignment]
    factors = {factor.type for factor in second_factors.factors_of(account)}
    if not factors:
        return HttpResponseRedirect(resolve_url("second_factors"))
    onward, back = _read_address(request, NEXT), _read_address(request, BACK)
    if request.method != "POST" and is_file(onward) and _is_proved_for(request, onward):
        return render(request, "accounts/file_ready.html", {"file": onward, "back": back})
    form = _form(request, account)
    if form.is_bound and form.is_valid():
        form.save()
        sessions.renew(request, account)
        sessions.note_purpose(request.session, onward, now=timezone.now())
        audit.record("session.proof")
        return HttpResponseRedirect(address_of_proof(onward, back) if is_file(onward) else onward)
    has_passkey = Authenticator.Type.WEBAUTHN in factors
    context: dict[str, object] = {
        "form": form if isinstance(form, StepUpCodeForm) else StepUpCodeForm(user=account),
        "passkey_errors": form.errors.get("credential", []),
        "passkey_options": begin_authentication(account) if has_passkey else None,
        "next": onward,
        "back": back,
    }
    return render(request, "accounts/prove.html", context)


def address_of_proof(onward: str, back: str) -> str:
    """Return the address that asks for the second factor on the way to another, and the page where one was."""
    return f"{resolve_url('prove')}?{urlencode({NEXT: onward, BACK: back}, safe='/')}"


def is_file(address: str) -> bool:
    """Whether an address of the site is a file's: those of pages end with a slash."""
    return not urlsplit(address).path.endswith("/")


def _form(request: HttpRequest, account: Account) -> StepUpCodeForm | StepUpPasskeyForm:
    if request.method != "POST":
        return StepUpCodeForm(user=account)
    form = StepUpPasskeyForm if "credential" in request.POST else StepUpCodeForm
    return form(request.POST, user=account)


def _is_proved_for(request: HttpRequest, address: str) -> bool:
    return sessions.is_proved_for(request.session, address, lasts=settings.PROOF_LASTS, now=timezone.now())


def _read_address(request: HttpRequest, name: str) -> str:
    """Read an address of the site; what is none leads to one's account."""
    asked = request.POST.get(name) or request.GET.get(name, "")
    if url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure()):
        return asked
    return resolve_url("account")
