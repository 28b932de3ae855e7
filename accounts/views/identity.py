"""Who one is, as the site keeps it: read here and corrected by oneself alone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.forms.identity import HolderForm
from accounts.models import Account, Identity
from accounts.permissions import logged_in
from accounts.services import identities
from accounts.unsealing import unseal
from accounts.views.log_in import READ_OR_SEND


@logged_in
@never_cache
@sensitive_post_parameters("name", "phone", "email")
@sensitive_variables("form")
@require_http_methods(READ_OR_SEND)
def show_identity(request: HttpRequest) -> HttpResponse:
    """Show one's name and how one is reached, and correct them."""
    account: Account = request.user  # type: ignore[assignment]
    if request.method == "POST":
        form = HolderForm(request.POST)
        if form.is_valid():
            identities.correct(account, **form.cleaned_data)
            messages.success(request, _("Vos coordonnées sont enregistrées."))
            return HttpResponseRedirect(resolve_url("account"))
    else:
        form = HolderForm(initial=_read(account))
    return render(request, "accounts/identity.html", {"form": form})


def _read(account: Account) -> dict[str, str]:
    identity = Identity.objects.filter(account=account).first()
    if identity is None:
        return {}
    return unseal(identity, *Identity.sealed_names(), reason=audit.Reason.OWN_DATA)
