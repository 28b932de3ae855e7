"""The desk notes a passage that a crew tells by radio."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from absences.models import Absence
from accounts import audit
from accounts.permissions import allows
from accounts.rights import Reach
from patrols.errors import PassageRefused
from patrols.forms.passages import RadioForm
from patrols.models import Crew, Passage, Shift, Stop
from patrols.services.desk.recording import record_told, stop_of

READ_OR_SEND = ["GET", "HEAD", "POST"]
RECORD = ("passage.create", "absence.address", "absence.start_end_dates")


@allows(*RECORD, reach=Reach.COMMUNE)
@never_cache
@sensitive_post_parameters()
@require_http_methods(READ_OR_SEND)
def record_at_home(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Note a passage from the record of its home."""
    absence, now = _home_or_404(absence_id), timezone.now()
    # By the shift and not by the day: after midnight its crew is still out with the plan of the day before.
    planned = Stop.objects.filter(
        absence=absence, route__plan__version__isnull=False, route__shift__in=Shift.objects.out_at(now)
    )
    latest = planned.order_by("-route__plan__day", "-route__plan__version", "starts_at")
    planned_for = latest.values_list("route__shift__crew", flat=True).first()
    return _record(request, absence, crew=planned_for)


@allows(*RECORD, reach=Reach.COMMUNE)
@never_cache
@sensitive_post_parameters()
@require_http_methods(READ_OR_SEND)
def record_at_stop(request: HttpRequest, stop_id: int) -> HttpResponse:
    """Note a passage from the stop that was planned for it."""
    stop = get_object_or_404(Stop.objects.select_related("route__shift"), pk=stop_id)
    return _record(request, _home_or_404(stop.absence_id), crew=stop.route.shift.crew_id, stop=stop)


def _record(request: HttpRequest, absence: Absence, *, crew: int | None, stop: Stop | None = None) -> HttpResponse:
    audit.record("absence.address", subjects=[absence], reason=audit.Reason.PATROL)
    now = timezone.localtime()
    form = RadioForm(
        request.POST if request.method == "POST" else None,
        crews=Crew.objects.filter(commune=absence.commune_id),
        initial={"day": now.date(), "hour": now.time(), "crew": crew},
    )
    if request.method == "POST" and form.is_valid():
        try:
            told, is_another = form.told(absence, stop), form.cleaned_data["confirmed"]
            told = replace(told, stop=stop_of(told))
            passage = record_told(told, now=timezone.now(), is_another=is_another)
        except PassageRefused as refusal:
            form.tell(refusal)
        else:
            return lead_on(request, passage)
    return render(request, "patrols/desk/record.html", {"absence": absence, "form": form})


def lead_on(request: HttpRequest, passage: Passage) -> HttpResponse:
    """After an anomaly one calls; otherwise the record shows the passage."""
    if passage.result == Passage.Result.ANOMALY:
        messages.success(request, _("Anomalie enregistrée. Appelez dans l'ordre, jusqu'à joindre quelqu'un."))
        return HttpResponseRedirect(resolve_url("patrols:call_chain", passage.pk))
    messages.success(request, _("Passage enregistré : rien à signaler."))
    return HttpResponseRedirect(resolve_url("absences:record", passage.absence_id))


def _home_or_404(key: int) -> Absence:
    return get_object_or_404(Absence.objects.listed().select_related("address"), pk=key)
