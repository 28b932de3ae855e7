"""One's own account: what one holds, how one gets in, and a new password."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.adapters import client_address
from accounts.forms.own_account import ChangePasswordForm
from accounts.models import Account, Device
from accounts.permissions import logged_in, person_of
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from accounts.roles import Role
from accounts.services import passwords, second_factors, sessions
from accounts.services.lockout import forget_failures, password_door
from accounts.views.log_in import READ_OR_SEND


@logged_in
@never_cache
@require_safe
def show_account(request: HttpRequest) -> HttpResponse:
    """Show the identifier, the roles and their dates, the second factors, the devices and the last log-ins."""
    account: Account = request.user  # type: ignore[assignment]
    grants = account.grants.select_related("commune", "sector", "crew").defer("commune__outline")
    today = timezone.localdate()
    context = {
        "account": account,
        "grants": [
            {"grant": grant, "role": Role(grant.role).label, "last_day": grant.last_day}
            for grant in grants.ending_after(today).order_by("valid")
        ],
        "factors": second_factors.factors_of(account),
        "recovery_codes": second_factors.count_recovery_codes(account),
        "devices": Device.objects.in_use().filter(account=account).order_by("label"),
        "is_crew": person_of(request).is_crew_anywhere,
        "log_ins": sessions.last_log_ins(account),
        "may_read_journal": person_of(request).may("audit.own_entries"),
        "has_own_exports": Reach.OWN in person_of(request).reach_of("export.manifest"),
        "may_extract_data": person_of(request).may("dsar.extract_subject"),
    }
    return render(request, "accounts/account.html", context)


@logged_in
@never_cache
@sent_from("account")
def close_other_sessions(request: HttpRequest) -> HttpResponse:
    """Close the sessions left open elsewhere, and go on in this one."""
    account: Account = request.user  # type: ignore[assignment]
    sessions.end_other_sessions(account)
    sessions.renew(request, account)
    messages.success(request, _("Vos autres sessions sont fermées."))
    return HttpResponseRedirect(resolve_url("account"))


@logged_in
@never_cache
@sensitive_post_parameters("current", "password", "again")
@require_http_methods(READ_OR_SEND)
def change_password(request: HttpRequest) -> HttpResponse:
    """Change the password; every other session ends."""
    account: Account = request.user  # type: ignore[assignment]
    door = password_door(account.login, client_address(request))
    form = ChangePasswordForm(
        request.POST if request.method == "POST" else None, account=account, request=request, door=door
    )
    if not (form.is_bound and form.is_valid()):
        return render(request, "accounts/change_password.html", {"form": form})
    passwords.change(account, form.cleaned_data["password"])
    forget_failures(door)
    sessions.renew(request, account)
    messages.success(request, _("Mot de passe changé. Vos autres sessions sont fermées."))
    return HttpResponseRedirect(resolve_url("account"))
