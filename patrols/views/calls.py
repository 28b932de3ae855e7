"""The desk calls after an anomaly: the owner, then the trusted person, then the national police."""

import logging

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from absences.models import Absence
from accounts import audit
from accounts.permissions import allows
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from accounts.sealing import SealingError
from accounts.services.sessions import goes_on
from patrols.forms.passages import OutcomeForm
from patrols.models import CallAttempt, Passage
from patrols.services.desk.calls import Step, begin_call, end_call, read_call_under_way, read_note, read_steps

READ_OR_SEND = ["GET", "HEAD", "POST"]
CALL = ("anomaly.call_chain", "absence.address", "passage.time", "passage.result")
logger = logging.getLogger(__name__)


@allows(*CALL, reach=Reach.COMMUNE)
@never_cache
@require_safe
def show_call_chain(request: HttpRequest, passage_id: int) -> HttpResponse:
    """Whom to call, in order, and the calls made; no number yet. Of an anomaly no more, what was done."""
    passage = _anomaly_or_404(passage_id)
    _trace(passage)
    steps = read_steps(passage)
    context = {
        **_frame(passage),
        "steps": steps,
        "is_reached": any(step.is_reached for step in steps),
        "amendments": passage.amendments.all(),
        "account": request.user.pk,
    }
    return render(request, "patrols/desk/call_chain.html", context)


@allows(
    *CALL, "absence.phone", "absence.trusted_person", reach=Reach.COMMUNE, needs_recent_proof=True, goes_on=True
)
@never_cache
@sensitive_variables("callee", "note", "said")
@require_http_methods(READ_OR_SEND)
def call(request: HttpRequest, passage_id: int) -> HttpResponse:
    """Show the number of the step that the address says, and begin to time its call; asked again, show none."""
    passage = _anomaly_or_404(passage_id)
    is_asked = goes_on(request, lasts=settings.PROOF_LASTS, now=timezone.now())
    if not is_asked and passage.is_anomaly:
        messages.info(request, _("Appuyez sur « Appeler » : le numéro s'affiche quand l'appel commence."))
    if not is_asked or not passage.is_anomaly:
        return _back(passage)
    if request.GET.get("etape") not in Step.values:
        raise Http404
    _trace(passage)
    try:
        under_way, callee = begin_call(passage, Step(request.GET["etape"]), now=timezone.now())
        note = read_note(passage)
    except SealingError as error:
        logger.error("Les contacts d'un logement ne s'ouvrent pas : %s", error)
        messages.error(request, _("Ces données ne s'ouvrent plus. Prévenez qui gère le serveur."))
        return _back(passage)
    said = {"call": under_way, "callee": callee, "note": note, "outcomes": CallAttempt.Outcome.choices}
    return render(request, "patrols/desk/call.html", {**_frame(passage), **said})


@allows("anomaly.call_chain", reach=Reach.COMMUNE)
@never_cache
@sent_from("patrols:call_chain", "passage_id")
def note_call(request: HttpRequest, passage_id: int) -> HttpResponse:
    """Record how a call ended; no second factor is asked anew, or a call that lasted would be lost.

    Neither is one lost that was under way when the anomaly was corrected: it was made.
    """
    passage = _anomaly_or_404(passage_id)
    form = OutcomeForm(request.POST)
    under_way = read_call_under_way(request.POST.get("call", ""))
    if not form.is_valid() or under_way is None or under_way.passage != passage.pk:
        messages.error(request, _("Cet appel n'a pas pu être noté : recommencez-le depuis cette page."))
    else:
        end_call(under_way, form.cleaned_data["outcome"], now=timezone.now())
        messages.success(request, _("Appel noté."))
    return _back(passage)


def _anomaly_or_404(key: int) -> Passage:
    anomalies = Passage.objects.ever_an_anomaly().filter(absence__in=Absence.objects.listed())
    return get_object_or_404(anomalies.select_related("absence__address"), pk=key)


def _trace(passage: Passage) -> None:
    audit.record("absence.address", subjects=[passage.absence], reason=audit.Reason.PATROL)
    for action in ("passage.time", "passage.result"):
        audit.record(action, subjects=[passage], reason=audit.Reason.PATROL)


def _frame(passage: Passage) -> dict[str, object]:
    return {"passage": passage, "absence": passage.absence, "emergency": settings.NATIONAL_POLICE_PHONE}


def _back(passage: Passage) -> HttpResponseRedirect:
    return HttpResponseRedirect(resolve_url("patrols:call_chain", passage.pk))
