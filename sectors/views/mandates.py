"""Appoint a référent in a sector, and end a mandate."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.errors import SectorHasTwoMandates
from accounts.models import Account, Grant
from accounts.permissions import allows, person_of
from accounts.roles import Role
from sectors.errors import MandateEndsTooSoon, MandateRefused
from sectors.forms.mandates import EndOfMandateForm, MandateForm
from sectors.models import Sector
from sectors.services import referents
from sectors.views.asking import APPOINTS, READ_OR_SEND, sector_or_404


@allows(APPOINTS)
@never_cache
@require_http_methods(READ_OR_SEND)
def appoint(request: HttpRequest, key: int) -> HttpResponse:
    """Ask whom to appoint in a sector, show whose account it is, and appoint them."""
    sector = sector_or_404(request, key)
    today, candidate = timezone.localdate(), None
    form = MandateForm(request.POST if request.method == "POST" else None, today=today)
    if form.is_valid():
        login, days = form.cleaned_data["login"], form.days()
        try:
            candidate = referents.find_candidate(login, today=today)
            # Whose account it is, is looked at first; another identifier typed since is looked at again.
            if request.POST.get("confirmed") != login:
                return _show(request, sector, form, candidate)
            referents.appoint(sector, candidate, **days, by=cast(Account, request.user))
        except MandateRefused as error:
            form.add_error("login", str(error))
        except SectorHasTwoMandates as error:
            form.add_error("first_day", str(error))
        else:
            messages.success(request, _("Le mandat est donné."))
            return HttpResponseRedirect(resolve_url("sectors:sector", key))
    return _show(request, sector, form, candidate)


def _show(
    request: HttpRequest, sector: Sector, form: MandateForm, candidate: referents.Candidate | None
) -> HttpResponse:
    return render(request, "sectors/appoint.html", {"sector": sector, "form": form, "candidate": candidate})


@allows(APPOINTS)
@never_cache
@require_http_methods(READ_OR_SEND)
def end(request: HttpRequest, key: int) -> HttpResponse:
    """Ask from which day a mandate ends, and end it."""
    today, commune = timezone.localdate(), person_of(request).commune
    held = Grant.objects.filter(pk=key, role=Role.REFERENT, commune=commune).ending_after(today)
    mandate = held.select_related("sector").first()
    if mandate is None or mandate.sector is None:
        raise Http404
    form = EndOfMandateForm(request.POST if request.method == "POST" else None, initial={"from_day": today})
    if form.is_valid():
        try:
            referents.end_mandate(mandate, **form.cleaned_data, today=today)
        except MandateEndsTooSoon as error:
            form.add_error("from_day", str(error))
        else:
            messages.success(request, _("La fin du mandat est enregistrée."))
            return HttpResponseRedirect(resolve_url("sectors:sector", mandate.sector_id))
    return render(request, "sectors/end_mandate.html", {"mandate": mandate, "form": form})
