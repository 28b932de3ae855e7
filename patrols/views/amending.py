"""The desk corrects what was found at a passage."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from absences.models import Absence
from accounts import audit
from accounts.models import Account
from accounts.permissions import allows
from accounts.rights import Reach
from patrols.errors import PassageRefused
from patrols.forms.passages import ALL_WELL, AmendForm
from patrols.models import Passage, PassageAmendment
from patrols.services.desk.amending import amend

READ_OR_SEND = ["GET", "HEAD", "POST"]
AMEND = ("passage.amend", "absence.address", "passage.time", "passage.result", "passage.crew_identity")


@allows(*AMEND, reach=Reach.COMMUNE)
@never_cache
@require_http_methods(READ_OR_SEND)
def amend_passage(request: HttpRequest, passage_id: int) -> HttpResponse:
    """Let a passage say another finding; what it said stays beneath."""
    passage = _passage_or_404(passage_id)
    form = AmendForm(request.POST if request.method == "POST" else None, initial=_said(passage))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        account: Account = request.user  # type: ignore[assignment]
        why, read_as_of = PassageAmendment.Why(said["why"]), said["read_as_of"]
        try:
            amend(passage.pk, form.finding(), why=why, by=account, read_as_of=read_as_of)
        except PassageRefused as refusal:
            form.tell(refusal)
            form = _read_again(form, passage)
        else:
            messages.success(request, _("Passage corrigé : ce qu'il disait reste lisible sur la fiche."))
            return HttpResponseRedirect(resolve_url("absences:record", passage.absence_id))
    _trace(passage)
    context = {"passage": passage, "absence": passage.absence, "form": form, "account": request.user.pk}
    return render(request, "patrols/desk/amend.html", context)


def _passage_or_404(key: int) -> Passage:
    passages = Passage.objects.counted().filter(absence__in=Absence.objects.listed())
    passages = passages.select_related("absence__address", "origin__crew")
    return get_object_or_404(passages.prefetch_related("amendments"), pk=key)


def _said(passage: Passage) -> dict[str, object]:
    is_well = passage.result == Passage.Result.NOTHING_TO_REPORT
    return {
        "found": ALL_WELL if is_well else passage.anomaly,
        "wrong": passage.wrong,
        "read_as_of": passage.amended_at.isoformat() if passage.amended_at else "",
    }


def _read_again(form: Any, passage: Passage) -> AmendForm:
    """Let the form that is shown again bear the correction that is shown beneath it."""
    form.data = form.data.copy()
    form.data["read_as_of"] = passage.amended_at.isoformat() if passage.amended_at else ""
    shown: AmendForm = form
    return shown


def _trace(passage: Passage) -> None:
    audit.record("absence.address", subjects=[passage.absence], reason=audit.Reason.PATROL)
    for action in ("passage.time", "passage.result", "passage.crew_identity"):
        audit.record(action, subjects=[passage], reason=audit.Reason.PATROL)
