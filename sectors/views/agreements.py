"""Record an agreement, amend it, denounce it, take that back; receive its signed copy and hand it over."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.models import Export
from accounts.permissions import allows, person_of
from accounts.presentation.sent_forms import sent_from
from accounts.services import exports
from geo import french
from sectors.errors import AgreementRefused
from sectors.forms.agreements import AgreementForm, DenunciationForm, SignedCopyForm
from sectors.models import Agreement, SignedCopy
from sectors.services import agreements
from sectors.views.asking import KEEPS_AGREEMENTS, READ_OR_SEND, SIGNED, agreement_or_404, sector_or_404
from sectors.views.documents import send_pdf


@allows(KEEPS_AGREEMENTS)
@never_cache
@sensitive_post_parameters()
@sensitive_variables("form")
@require_http_methods(READ_OR_SEND)
def record_agreement(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for a signed agreement and record it after the one that is in force."""
    sector, today = sector_or_404(request, key), timezone.localdate()
    sent = request.method == "POST"
    form = AgreementForm(request.POST if sent else None, request.FILES if sent else None, today=today)
    if sent and form.is_valid():
        try:
            agreements.record_agreement(
                sector,
                signed_on=form.cleaned_data["signed_on"],
                first_day=form.in_force_from,
                signatures=form.signatures,
                copy=form.cleaned_data["copy"],
            )
        except AgreementRefused as error:
            form.add_error("first_day", str(error))
        else:
            messages.success(request, _("La convention est enregistrée."))
            return HttpResponseRedirect(resolve_url("sectors:sector", key))
    former = Agreement.objects.filter(sector=sector).in_force_on(today).first()
    return render(request, "sectors/record_agreement.html", {"sector": sector, "form": form, "former": former})


@allows(KEEPS_AGREEMENTS, SIGNED)
@never_cache
@sensitive_post_parameters()
@sensitive_variables("form")
@require_http_methods(READ_OR_SEND)
def amend_agreement(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for an agreement that was recorded wrongly as it should be, and replace it; the wrong one stays told."""
    agreement = agreement_or_404(key)
    sent = request.method == "POST"
    form = AgreementForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        today=timezone.localdate(),
        initial=None if sent else _as_recorded(agreement),
    )
    if sent and form.is_valid():
        try:
            agreements.amend_agreement(
                agreement,
                signed_on=form.cleaned_data["signed_on"],
                first_day=form.in_force_from,
                signatures=form.signatures,
                copy=form.cleaned_data["copy"],
                now=timezone.now(),
            )
        except AgreementRefused as error:
            form.add_error("first_day", str(error))
        else:
            messages.success(request, _("La convention est corrigée ; l'ancienne saisie reste lisible."))
            return _lead_to(agreement)
    return render(request, "sectors/amend_agreement.html", {"agreement": agreement, "form": form})


@allows(KEEPS_AGREEMENTS)
@never_cache
@require_http_methods(READ_OR_SEND)
def denounce(request: HttpRequest, key: int) -> HttpResponse:
    """Ask who denounces an agreement and when it ends, and let it end."""
    agreement, today = agreement_or_404(key), timezone.localdate()
    term = agreement.term_on(today)
    initial = {"on": today, "last_day": term.last_day}
    form = DenunciationForm(request.POST if request.method == "POST" else None, today=today, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        try:
            agreements.denounce(
                agreement, on=given["on"], by=Agreement.Party(given["by"]), last_day=given["last_day"]
            )
        except AgreementRefused as error:
            form.add_error(None, str(error))
        else:
            said = _("La convention cesse après le %(day)s.") % {"day": french.day(given["last_day"])}
            messages.success(request, said)
            return _lead_to(agreement)
    return render(request, "sectors/denounce.html", {"agreement": agreement, "term": term, "form": form})


@allows(KEEPS_AGREEMENTS)
@never_cache
@sent_from("sectors:list")
def resume(request: HttpRequest, key: int) -> HttpResponse:
    """Take a denunciation back."""
    agreement = agreement_or_404(key)
    try:
        agreements.take_back_denunciation(agreement, today=timezone.localdate())
    except AgreementRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("La dénonciation est annulée : la convention se renouvelle de nouveau."))
    return _lead_to(agreement)


@allows(KEEPS_AGREEMENTS)
@never_cache
@sensitive_variables("form")
@require_http_methods(READ_OR_SEND)
def receive_copy(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for the signed document and keep it, in place of the former one."""
    agreement = agreement_or_404(key)
    sent = request.method == "POST"
    form = SignedCopyForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        agreements.keep_copy(agreement, form.cleaned_data["copy"])
        messages.success(request, _("La convention signée est jointe."))
        return _lead_to(agreement)
    has_copy = SignedCopy.objects.filter(agreement=agreement).exists()
    context = {"agreement": agreement, "form": form, "has_copy": has_copy}
    return render(request, "sectors/receive_copy.html", context)


@allows(SIGNED)
@never_cache
@require_safe
def hand_over_copy(request: HttpRequest, key: int) -> HttpResponse:
    """Send the signed document to be saved: never shown in the page, and listed among the exports."""
    copy: Any = SignedCopy.objects.select_related("agreement__sector").filter(agreement=key).first()
    if copy is None:
        raise Http404
    content = bytes(copy.content)
    audit.record("agreement.copy", subjects=[copy.agreement])
    exports.note(Export.Kind.AGREEMENT, content, about=copy.agreement, by=person_of(request))
    return send_pdf(content, f"convention-secteur-{copy.agreement.sector.number}-{copy.agreement.signed_on}.pdf")


def _lead_to(agreement: Agreement) -> HttpResponse:
    return HttpResponseRedirect(resolve_url("sectors:sector", agreement.sector_id))


def _as_recorded(agreement: Agreement) -> dict[str, Any]:
    """What was recorded, as the form asks for it; the names are told, and the log says so."""
    signatories = list(agreement.signatories.all())
    audit.record("agreement.signatories", subjects=[agreement] if signatories else [])
    names = {f"{each.party}_name": each.name for each in signatories}
    offices = {f"{each.party}_office": each.office for each in signatories}
    return {"signed_on": agreement.signed_on, "first_day": agreement.first_day} | names | offices
