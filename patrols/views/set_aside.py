"""What phones sent and could not be taken in: the desk reads it, notes the passage by hand, or says why not."""

import logging
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.models import Account
from accounts.permissions import allows
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from accounts.sealing import SealingError
from patrols.errors import PassageRefused
from patrols.forms.passages import ALL_WELL, DismissalForm, RadioForm
from patrols.models import Crew, RefusedEntry
from patrols.services.desk.set_aside import (
    WHAT_TO_DO,
    SetAside,
    read_set_aside,
    record_set_aside,
    reference_of,
    settle,
)
from patrols.views.recording import lead_on

READ_OR_SEND = ["GET", "HEAD", "POST"]
SET_ASIDE = ("passage.create", "passage.crew_identity")
OPENED = (*SET_ASIDE, "passage.stop", "passage.time", "passage.result", "absence.address")
logger = logging.getLogger(__name__)


@allows(*SET_ASIDE, reach=Reach.COMMUNE)
@never_cache
@require_safe
def list_entries(request: HttpRequest) -> HttpResponse:
    """The entries that wait, the oldest first, then those that are settled; none is opened."""
    entries = RefusedEntry.objects.defer("content").select_related("crew")
    audit.record("passage.crew_identity", subjects=entries, reason=audit.Reason.PATROL)
    context = {
        "waiting": entries.waiting().order_by("received_at"),
        "settled": entries.exclude(settlement="").order_by("-settled_at"),
    }
    return render(request, "patrols/desk/set_aside.html", context)


@allows(*OPENED, reach=Reach.COMMUNE, needs_recent_proof=True)
@never_cache
@sensitive_variables("said", "form")
@sensitive_post_parameters()
@require_http_methods(READ_OR_SEND)
def show_entry(request: HttpRequest, key: UUID) -> HttpResponse:
    """Open one entry, with the form that notes its passage where it tells one."""
    entry = _entry_or_404(key)
    try:
        said = read_set_aside(entry)
    except SealingError as error:
        logger.error("Un envoi mis de côté ne s'ouvre pas : %s", error)
        messages.error(request, _("Cet envoi ne s'ouvre plus. Prévenez qui gère le serveur."))
        return HttpResponseRedirect(resolve_url("patrols:set_aside"))
    if said.home is not None:
        audit.record("absence.address", subjects=[said.home], reason=audit.Reason.PATROL)
    form = _form(request, entry, said)
    if request.method == "POST" and form is not None and said.home is not None and form.is_valid():
        try:
            told, is_another = form.told(said.home, None), form.cleaned_data["confirmed"]
            passage = record_set_aside(
                entry, told, by=_account(request), now=timezone.now(), is_another=is_another
            )
        except PassageRefused as refusal:
            form.tell(refusal)
        else:
            return lead_on(request, passage)
    context = {
        "entry": entry,
        "said": said,
        "form": form,
        "what_to_do": WHAT_TO_DO[RefusedEntry.Reason(entry.reason)],
        "dismissal": DismissalForm(auto_id="classer_%s"),
    }
    return render(request, "patrols/desk/set_aside_entry.html", context)


@allows(*SET_ASIDE, reach=Reach.COMMUNE)
@never_cache
@sent_from("patrols:set_aside_entry", "key")
def dismiss_entry(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say why nothing is kept of an entry."""
    entry = _entry_or_404(key)
    form = DismissalForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choisissez la suite donnée à cet envoi."))
        return HttpResponseRedirect(resolve_url("patrols:set_aside_entry", entry.pk))
    try:
        settle(entry, RefusedEntry.Settlement(form.cleaned_data["settlement"]), by=_account(request))
    except PassageRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Envoi classé."))
    return HttpResponseRedirect(resolve_url("patrols:set_aside"))


def _form(request: HttpRequest, entry: RefusedEntry, said: SetAside) -> RadioForm | None:
    """The form of the passage that an entry tells, filled in with it; None where it tells none, or is settled."""
    if said.passage is None or said.home is None or entry.settlement:
        return None
    done_at = timezone.localtime(said.passage.done_at)
    initial: dict[str, Any] = {
        "crew": entry.crew_id,
        "day": done_at.date(),
        "hour": done_at.time(),
        "found": said.passage.anomaly or ALL_WELL,
        "wrong": said.passage.wrong,
        "note": said.passage.note,
    }
    sent = None
    if request.method == "POST":
        sent = request.POST.copy()
        # Whatever form was open: an entry becomes one passage.
        sent["reference"] = str(reference_of(entry))
    return RadioForm(sent, crews=Crew.objects.filter(commune=said.home.commune_id), initial=initial)


def _entry_or_404(key: UUID) -> RefusedEntry:
    return get_object_or_404(RefusedEntry.objects.select_related("crew", "device"), pk=key)


def _account(request: HttpRequest) -> Account:
    account: Account = request.user  # type: ignore[assignment]
    return account
