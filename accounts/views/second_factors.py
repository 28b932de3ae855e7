"""Set up, list and remove one's second factors."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import AppAlreadyThere, LastSecondFactor
from accounts.forms.own_account import SECRET_IN_SESSION, AddAppForm, AddPasskeyForm
from accounts.models import Account
from accounts.permissions import on_the_way_in, person_of
from accounts.presentation.sent_forms import sent_from
from accounts.services import sealed_secrets, second_factors, sessions
from accounts.views.log_in import READ_OR_SEND

CODES_IN_SESSION = "ronde.recovery_codes"
# So few recovery codes are soon none.
FEW_CODES = 2
SECRET_GROUP = 4  # letters that are read in one glance


@on_the_way_in()
@never_cache
@require_safe
def list_factors(request: HttpRequest) -> HttpResponse:
    """Show the second factors, or how to choose the first one."""
    account = _account(request)
    factors = [
        {"key": factor.pk, "name": _name_of(factor), "made_at": factor.created_at, "used_at": factor.last_used_at}
        for factor in second_factors.factors_of(account)
    ]
    left = second_factors.count_recovery_codes(account)
    context = {
        "factors": factors,
        "has_app": second_factors.has_app(account),
        "recovery_codes": left,
        "has_few_codes": left <= FEW_CODES,
        "is_compulsory": person_of(request).must_have_second_factor,
    }
    return render(request, "accounts/second_factors.html", context)


@on_the_way_in(needs_recent_proof=True)
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(READ_OR_SEND)
def add_app(request: HttpRequest) -> HttpResponse:
    """Give the secret to an authentication app, and read its first code."""
    account = _account(request)
    form = AddAppForm(request.POST if request.method == "POST" else None, session=request.session)
    if form.is_bound and form.is_valid():
        try:
            factor, codes = second_factors.add_app(account, form.secret, step=form.step)
        except AppAlreadyThere as error:
            messages.info(request, str(error))
            return HttpResponseRedirect(resolve_url("second_factors"))
        del request.session[SECRET_IN_SESSION]
        return _welcome(request, account, factor, codes)
    adapter = get_adapter()
    context = {
        "form": form,
        # Drawn here by segno from the site's own words: no text of a person's is in it.
        "qr_code": mark_safe(adapter.build_totp_svg(adapter.build_totp_url(account, form.secret))),  # noqa: S308
        "secret": _in_groups(form.secret),
    }
    return render(request, "accounts/add_app.html", context)


@on_the_way_in(needs_recent_proof=True)
@never_cache
@sensitive_post_parameters("credential")
@require_http_methods(READ_OR_SEND)
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Have the browser or a key make a passkey, and keep its public half."""
    account = _account(request)
    form = AddPasskeyForm(request.POST if request.method == "POST" else None, user=account)
    if form.is_bound and form.is_valid():
        factor, codes = second_factors.add_passkey(
            account, form.cleaned_data["name"], form.cleaned_data["credential"]
        )
        return _welcome(request, account, factor, codes)
    context = {"form": form, "passkey_options": begin_registration(account, passwordless=True)}
    return render(request, "accounts/add_passkey.html", context)


@on_the_way_in(needs_recent_proof=True)
@never_cache
@sent_from("second_factors")
def remove_factor(request: HttpRequest, key: int) -> HttpResponse:
    """Remove one of them; the last one stays where a role demands it."""
    account = _account(request)
    try:
        second_factors.remove_factor(account, key, is_compulsory=person_of(request).must_have_second_factor)
    except Authenticator.DoesNotExist as error:
        raise Http404 from error
    except LastSecondFactor as error:
        messages.error(request, str(error))
    else:
        if not second_factors.has_second_factor(account):
            sessions.forget_proofs(request)
        sessions.renew(request, account)
        messages.success(request, _("Retiré. Vos autres sessions sont fermées."))
    return HttpResponseRedirect(resolve_url("second_factors"))


@on_the_way_in(needs_recent_proof=True)
@never_cache
@require_http_methods(READ_OR_SEND)
def renew_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes, or show those that were just made, once: the page then says how to make others."""
    account = _account(request)
    if not second_factors.has_second_factor(account):
        raise Http404
    if request.method == "POST":
        codes = second_factors.renew_recovery_codes(account)
        sessions.renew(request, account)
        return _lead_to_codes(request, codes)
    # A program that asks for the head of a page, as some do before the person, must not use them up.
    sealed = request.session.pop(CODES_IN_SESSION, "") if request.method == "GET" else ""
    codes = sealed_secrets.unseal(sealed).split() if sealed else []
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


def _lead_to_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Let the next page show them: loading it anew sends nothing again. Sealed: sessions are in the database."""
    request.session[CODES_IN_SESSION] = sealed_secrets.seal(" ".join(codes))
    return HttpResponseRedirect(resolve_url("renew_codes"))


def _welcome(request: HttpRequest, account: Account, factor: Authenticator, codes: list[str]) -> HttpResponse:
    """Count the factor just shown as given, go on in a new session, and show the first recovery codes."""
    sessions.note_proof(request, account, factor)
    sessions.renew(request, account)
    if codes:
        messages.success(request, _("La double authentification est en place."))
        return _lead_to_codes(request, codes)
    messages.success(request, _("Ajouté. Vos autres sessions sont fermées."))
    return HttpResponseRedirect(resolve_url("second_factors"))


def _account(request: HttpRequest) -> Account:
    account: Account = request.user  # type: ignore[assignment]
    return account


def _name_of(factor: Authenticator) -> str:
    if factor.type == Authenticator.Type.TOTP:
        return _("Application d'authentification")
    return _("Clé d'accès « %(name)s »") % {"name": factor.wrap().name}


def _in_groups(secret: str) -> str:
    return " ".join(secret[at : at + SECRET_GROUP] for at in range(0, len(secret), SECRET_GROUP))
