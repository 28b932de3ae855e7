"""The coverage of the patrols by round: of some days for police, of its own round for a crew."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Export
from accounts.permissions import allows, person_of
from accounts.rights import Reach
from geo.models import Commune
from maps.charts import show
from maps.downloads import Download
from maps.route_coverage import DaysForm, Total, draw_crews, draw_hours, render_csv
from maps.views.shared import hand_over, may_open
from patrols.services.phone.tonight import open_rounds
from patrols.services.route_coverage import RouteCoverage, published_routes, read_coverage

READ = "coverage.by_route"
EXPORT = "coverage.export"


@allows(READ)
@never_cache
@require_safe
def show_route_coverage(request: HttpRequest) -> HttpResponse:
    """Show how far each round of some days went; a crew is shown its own, within the hours of its shift."""
    commune = Commune.objects.of_site()
    if Reach.COMMUNE not in person_of(request).reach_of(READ):
        told = read_coverage(open_rounds(), commune)
        return render(request, "maps/route_coverage/own.html", {"told": told, **_describe(told)})
    form = DaysForm(request.GET, today=timezone.localdate())
    if not form.is_valid():
        return render(request, "maps/route_coverage/page.html", {"form": form}, status=400)
    told = _read(form, commune)
    context: dict[str, Any] = {
        "form": form,
        "told": told,
        "may_export": may_open(request, "maps:download_route_coverage"),
        **_describe(told),
    }
    return render(request, "maps/route_coverage/page.html", context)


@allows(READ, EXPORT, reach=Reach.COMMUNE)
@never_cache
@require_safe
def download_route_coverage(request: HttpRequest) -> HttpResponse:
    """Hand over the rounds of some days as a table."""
    commune, form = Commune.objects.of_site(), DaysForm(request.GET, today=timezone.localdate())
    if not form.is_valid():
        raise Http404
    first, last = form.cleaned_data["du"], form.cleaned_data["au"]
    download = Download(
        name=f"tournees-{first}-{last}.csv",
        content_type="text/csv; charset=utf-8",
        content=render_csv(_read(form, commune)),
        kind=Export.Kind.ROUNDS_CSV,
    )
    return hand_over(request, download, about=commune)


def _read(form: DaysForm, commune: Commune) -> tuple[RouteCoverage, ...]:
    return read_coverage(published_routes(commune, form.cleaned_data["du"], form.cleaned_data["au"]), commune)


def _describe(told: tuple[RouteCoverage, ...]) -> dict[str, Any]:
    """What stands beside the table: its total, and the charts where there is something to draw."""
    if not told:
        return {}
    has_days = len({each.day for each in told}) > 1
    has_passages = any(each.passed_at for each in told)
    charts = show(draw_crews(told) if has_days else None, draw_hours(told) if has_passages else None, key="dessin")
    return {"total": Total.of(told), "charts": charts}
