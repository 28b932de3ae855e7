"""The second factor again, before what asks for a recent one."""

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
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

NEXT = "next"


@on_the_way_in()
@never_cache
@sensitive_post_parameters("code", "credential")
@require_http_methods(READ_OR_SEND)
def prove(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a passkey, then go on to where the person was going."""
    account: Account = request.user  # type: ignore[assignment]
    factors = {factor.type for factor in second_factors.factors_of(account)}
    if not factors:
        return HttpResponseRedirect(resolve_url("second_factors"))
    form = _form(request, account)
    if form.is_bound and form.is_valid():
        form.save()
        sessions.renew(request, account)
        onward = _onward(request)
        sessions.note_purpose(request.session, onward, now=timezone.now())
        audit.record("session.proof")
        return HttpResponseRedirect(onward)
    has_passkey = Authenticator.Type.WEBAUTHN in factors
    context: dict[str, object] = {
        "form": form if isinstance(form, StepUpCodeForm) else StepUpCodeForm(user=account),
        "passkey_errors": form.errors.get("credential", []),
        "passkey_options": begin_authentication(account) if has_passkey else None,
        "next": request.POST.get(NEXT) or request.GET.get(NEXT, ""),
    }
    return render(request, "accounts/prove.html", context)


def _form(request: HttpRequest, account: Account) -> StepUpCodeForm | StepUpPasskeyForm:
    if request.method != "POST":
        return StepUpCodeForm(user=account)
    form = StepUpPasskeyForm if "credential" in request.POST else StepUpCodeForm
    return form(request.POST, user=account)


def _onward(request: HttpRequest) -> str:
    onward = request.POST.get(NEXT) or request.GET.get(NEXT, "")
    if url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        return onward
    return resolve_url("account")
