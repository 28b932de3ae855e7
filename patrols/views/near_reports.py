"""From an anomaly to the reports relayed about that place and time: looked at beside each other, never joined."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from absences.models import Absence
from accounts import audit
from accounts.models import Account
from accounts.permissions import allows
from accounts.rights import Reach
from accounts.roles import Role
from patrols.models import Passage
from reports.choices import OPEN_TO_POLICE, Act
from reports.errors import AlreadyDealtWith
from reports.models import Report
from reports.services.nearby import find_relayed_near
from reports.services.triage import Officer, note_found

READ_OR_SEND = ["GET", "HEAD", "POST"]
ANOMALY = ("anomaly.call_chain", "absence.address", "passage.time", "passage.result")
REPORTS = ("report.close", "report.category", "report.sector", "report.status", "report.time_rounded_1h")


@allows(*ANOMALY, *REPORTS, "report.exact_point", reach=Reach.COMMUNE)
@never_cache
@require_http_methods(READ_OR_SEND)
def show_near_reports(request: HttpRequest, passage_id: int) -> HttpResponse:
    """The relayed reports near an anomaly, and the word that one of them was found by a crew."""
    found = Passage.Result.ANOMALY
    anomalies = Passage.objects.filter(result=found, absence__in=Absence.objects.listed())
    passage = get_object_or_404(anomalies.select_related("absence__address", "absence__commune"), pk=passage_id)
    near = find_relayed_near(passage.absence.commune, passage.absence.point, passage.done_at)
    if request.method == "POST":
        report = get_object_or_404(near, pk=request.POST.get("report"))
        account: Account = request.user  # type: ignore[assignment]
        try:
            note_found(report, Officer(account=account, role=Role.MUNICIPAL_POLICE, now=timezone.now()))
            messages.success(request, _("Le constat est noté sur le signalement, sans le logement ni l'heure."))
        except AlreadyDealtWith as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(resolve_url("patrols:near_reports", passage.pk))
    _trace(passage, list(near))
    rows = [
        (report, report.state in OPEN_TO_POLICE, report.steps.filter(act=Act.PATROL_FOUND).exists())
        for report in near
    ]
    context = {"passage": passage, "absence": passage.absence, "rows": rows}
    return render(request, "patrols/desk/near_reports.html", context)


def _trace(passage: Passage, near: list[Report]) -> None:
    audit.record("absence.address", subjects=[passage.absence], reason=audit.Reason.PATROL)
    for action in ("passage.time", "passage.result"):
        audit.record(action, subjects=[passage], reason=audit.Reason.PATROL)
    audit.record("report.exact_point", subjects=near, reason=audit.Reason.REPORT)
