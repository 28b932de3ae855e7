"""The relayed reports of the commune, for the police: a list and a map of the exact places."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.permissions import allows
from accounts.presentation.tables import read_sorting
from accounts.rights import Reach
from geo.errors import GeoError
from geo.models import Commune
from maps import tiles
from maps.page_state import View, WrongAddress, read_choice
from maps.plan_on_map import CONTENT_TYPE
from maps.relayed_reports import COLUMNS, FIRST_WAITING, draw_reports, find_report, read_triage, tell_report
from maps.views.shared import explain
from reports.forms.triage import TriageFilter
from reports.models import Report
from reports.views.asking import FACT, read_texts

PLACE = "report.exact_point"
WHY = audit.Reason.REPORT


@allows(*FACT, PLACE, reach=Reach.COMMUNE)
@require_safe
@never_cache
def show_reports(request: HttpRequest) -> HttpResponse:
    """The relayed reports: map and table, narrowed and sorted alike."""
    try:
        commune = Commune.objects.of_site()
        view = read_choice(View, request.GET.get("vue", ""), View.BOTH, "Cet affichage")
    except (WrongAddress, GeoError) as error:
        return explain(request, "Cette adresse n'est pas comprise", str(error), status=400, page="maps:reports")
    wanted = TriageFilter(request.GET, commune=commune)
    sorting = read_sorting(request.GET.get("tri", ""), COLUMNS, default=FIRST_WAITING)
    sheet = read_triage(commune, wanted, sorting, page=request.GET.get("page"), now=timezone.now())
    audit.record(PLACE, subjects=[row.report for row in sheet.rows], reason=WHY)
    query = request.GET.copy()
    for shown_otherwise in ("page", "tri", "vue"):
        query.pop(shown_otherwise, None)
    context = {
        "sheet": sheet,
        "filter": wanted,
        "filters": query.urlencode(),
        "view": view,
        "views": [(View.MAP, "Carte"), (View.TABLE, "Tableau"), (View.BOTH, "Les deux")],
        "columns": COLUMNS,
        "sorting": sorting,
        "today": timezone.localdate(),
        "bounds": ",".join(f"{degrees:.5f}" for degrees in commune.outline.extent),
        "ground_stamp": tiles.stamp_of_ground(),
        "sector_stamp": tiles.stamp_of_sectors(),
    }
    return render(request, "maps/reports/reports.html", context)


@allows(*FACT, PLACE, reach=Reach.COMMUNE)
@require_safe
@never_cache
def draw_reports_on_map(request: HttpRequest) -> HttpResponse:
    """The exact places of the relayed reports, for the page's map."""
    try:
        commune = Commune.objects.defer("outline").of_site()
    except GeoError as error:
        raise Http404 from error
    text, drawn = draw_reports(commune, TriageFilter(request.GET, commune=commune), now=timezone.now())
    audit.record(PLACE, kind=Report, subjects=drawn, reason=WHY)
    return HttpResponse(text, content_type=CONTENT_TYPE)


@allows(*FACT, PLACE, "report.relayed_text", reach=Reach.COMMUNE)
@require_safe
@never_cache
@sensitive_variables("context")
def show_report(request: HttpRequest, number: int) -> HttpResponse:
    """The detail of a relayed report, a piece of the page."""
    report = find_report(Commune.objects.defer("outline").of_site(), number)
    if report is None:
        raise Http404
    audit.record(PLACE, subjects=[report], reason=WHY)
    context = {"row": tell_report(report, timezone.now()), "report": report}
    return render(request, "maps/reports/detail.html", {**context, **read_texts(report, WHY)})
