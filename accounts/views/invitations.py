"""Following an invitation: the link is exchanged for a session at once, then a password is chosen."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.errors import InvitationNotOpen
from accounts.forms.own_account import NewPasswordForm
from accounts.permissions import person_of, public
from accounts.services import invitations
from accounts.views.log_in import READ_OR_SEND

LINK_IN_SESSION = "ronde.invitation"
GONE = 410


@public
@never_cache
@sensitive_variables("token")
@require_safe
def follow_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the link's secret out of the address, whatever it is worth: the next page says.

    A program that looks at links before the person does changes nothing by it.
    """
    request.session[LINK_IN_SESSION] = invitations.fingerprint_of(token)
    answer = HttpResponseRedirect(resolve_url("accept_invitation"))
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@public
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(READ_OR_SEND)
def accept_invitation(request: HttpRequest) -> HttpResponse:
    """Ask for the account's password, then log in."""
    if person_of(request).is_known:
        return render(request, "accounts/invitation_while_logged_in.html")
    fingerprint = request.session.get(LINK_IN_SESSION, "")
    try:
        account = invitations.find_open(fingerprint).account
        form = NewPasswordForm(request.POST if request.method == "POST" else None, account=account)
        if not (form.is_bound and form.is_valid()):
            return render(request, "accounts/accept_invitation.html", {"form": form, "login": account.login})
        account = invitations.accept(fingerprint, form.cleaned_data["password"])
    except InvitationNotOpen:
        audit.record("invitation.refused", outcome="refused")
        return render(request, "accounts/invitation_not_open.html", status=GONE)
    del request.session[LINK_IN_SESSION]
    answer: HttpResponse = perform_password_login(request, {}, Login(user=account))
    return answer
