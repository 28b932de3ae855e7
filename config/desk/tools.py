"""Pages of the tokens by which tools (QGIS, ogr2ogr…) read the sectors and their perimeters."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from accounts.errors import TokenLabelTaken, UnknownToken
from accounts.models import ServiceToken
from accounts.permissions import allows, person_of
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from accounts.services import service_tokens
from config.desk.forms import TokenForm


@allows("account.create", reach=Reach.COMMUNE)
@never_cache
@require_safe
def list_tokens(request: HttpRequest) -> HttpResponse:
    """List the tokens that were not withdrawn, with the form that makes one."""
    return _show(request, TokenForm(today=timezone.localdate()))


@allows("account.create", reach=Reach.COMMUNE, needs_recent_proof=True)
@never_cache
@sensitive_variables("secret")
@sent_from("desk_tokens")
def make_token(request: HttpRequest) -> HttpResponse:
    """Make a token and show its secret once, in the answer itself: it is kept nowhere."""
    today, account = timezone.localdate(), request.user
    form = TokenForm(request.POST, today=today)
    if not form.is_valid():
        return _show(request, form)
    try:
        token, secret = service_tokens.issue(
            commune=person_of(request).commune,
            by=account,  # type: ignore[arg-type]
            **form.cleaned_data,
        )
    except TokenLabelTaken as error:
        form.add_error("label", str(error))
        return _show(request, form)
    return _show(request, TokenForm(today=today), made=token, secret=secret)


@allows("account.create", reach=Reach.COMMUNE)
@never_cache
@sent_from("desk_tokens")
def revoke_token(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw a token: its tool reads nothing more."""
    try:
        token = service_tokens.revoke(key, commune=person_of(request).commune)
    except UnknownToken as error:
        raise Http404 from error
    messages.success(request, _("« %(label)s » est retiré : il n'ouvre plus rien.") % {"label": token.label})
    return HttpResponseRedirect(resolve_url("desk_tokens"))


def _show(request: HttpRequest, form: TokenForm, **made: object) -> HttpResponse:
    tokens = ServiceToken.objects.filter(commune=person_of(request).commune, revoked_at__isnull=True)
    context = {
        "form": form,
        "tokens": tokens,
        "today": timezone.localdate(),
        "address": request.build_absolute_uri(reverse("maps:ogc_landing")),
    }
    return render(request, "desk/tokens.html", context | made)
