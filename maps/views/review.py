"""The review: published figures of a period, coverage on any cut, and the tables as files."""

from typing import Any

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Export
from accounts.permissions import allows, person_of
from accounts.presentation.pages import read_page
from geo.models import Commune
from maps.charts import SCREEN, ChartTable, show
from maps.downloads import Download
from maps.review.course import read_course
from maps.review.drawing import map_cut, map_measure
from maps.review.files import CONTENT_TYPES, render_figures
from maps.review.forms import CutForm, DayForm, FiguresForm
from maps.review.grounds import NamedCut, cut_by, cut_of_day, read_ground, tell_coverage, tell_moves
from maps.review.measures import SHOWN_ON_MAP
from maps.review.periods import Period, read_period
from maps.review.reading import MeasureTable, Place, published_periods, read_figures
from maps.review.trends import draw_commune, draw_sectors, same_months
from maps.review.watched import tell_watched
from maps.views.shared import hand_over, may_open
from sectors.errors import UnreadablePerimeters
from sectors.importers.perimeter_files import read_perimeter_file

READ = "coverage.by_sector_month"
EXPORT = "coverage.export"
BY_ROUTE = "maps:route_coverage"
GIVE_BURGLARIES = "sectors:burglaries"
FEWEST_YEARS = 2
PLACES_ON_A_PAGE = 50
KINDS = {"csv": Export.Kind.REVIEW_CSV, "xlsx": Export.Kind.REVIEW_XLSX}


@allows(READ)
@never_cache
@require_safe
def show_figures(request: HttpRequest) -> HttpResponse:
    """Show the published figures of a period, the last year unless another is asked for."""
    commune = Commune.objects.of_site()
    periods = published_periods(commune)
    context: dict[str, Any] = {
        "may_read_routes": may_open(request, BY_ROUTE),
        "may_give_burglaries": may_open(request, GIVE_BURGLARIES),
    }
    if not periods:
        return render(request, "maps/review/none.html", context)
    form = FiguresForm(request.GET, periods=periods)
    context["form"] = form
    if form.is_valid():
        period = read_period(form.cleaned_data["periode"])
        figures = read_figures(commune, period) if period else None
        if period is None or figures is None:
            raise Http404
        table = figures.table(form.cleaned_data["mesure"])
        drawn = map_measure(commune, period, table)
        page = read_page(figures.parts, request.GET.get("page", ""), size=PLACES_ON_A_PAGE)
        context |= {
            "figures": figures,
            "table": table,
            "page": page,
            "rows": [row for row in table.rows if row.place.is_commune or row.place in page],
            "patrols": [row for row in figures.patrols if row.place.is_commune or row.place in page],
            "map": drawn.draw(SCREEN, key="carte") if drawn.areas else "",
            "trends": _draw_trends(commune, period, table, page),
            "watched": tell_watched(figures),
            "may_export": person_of(request).may(EXPORT),
            "on_map": SHOWN_ON_MAP,
        }
    return render(request, "maps/review/figures.html", context, status=200 if form.is_valid() else 400)


@allows(READ)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_coverage(request: HttpRequest) -> HttpResponse:
    """Show what the perimeters of a day cover, or polygons that are kept nowhere, beside those of today."""
    commune, today = Commune.objects.of_site(), timezone.localdate()
    asked = DayForm(request.GET if "jour" in request.GET else None, initial={"jour": today})
    given = CutForm(request.POST, request.FILES) if request.method == "POST" else CutForm()
    ground, day = read_ground(commune), asked.day(today)
    own = cut_of_day(ground, today)
    named: NamedCut | None = own if day == today else cut_of_day(ground, day)
    remarks: tuple[str, ...] = ()
    if request.method == "POST":
        named = None
        if given.is_valid():
            try:
                read = read_perimeter_file(given.cleaned_data["fichier"].read(), commune)
            except UnreadablePerimeters as refused:
                given.add_error("fichier", str(refused))
            else:
                named = cut_by(ground, [(each.name, each.area) for each in read.perimeters])
                remarks = read.remarks
    context: dict[str, Any] = {"asked": asked, "form": given, "day": day, "remarks": remarks}
    context |= {"is_today": day == today, "is_to_come": day > today, "is_given": request.method == "POST"}
    if named is not None:
        coverage = tell_coverage(ground, named)
        drawn = map_cut(commune, named, coverage)
        # What somebody gives is kept nowhere: it has no second page.
        size = len(coverage.areas) if context["is_given"] else PLACES_ON_A_PAGE
        context |= {
            "coverage": coverage,
            "page": read_page(coverage.areas, request.GET.get("page", ""), size=max(1, size)),
            "map": drawn.draw(SCREEN, key="carte") if drawn.areas else "",
            "moves": tell_moves(own, named) if named is not own else None,
        }
    return render(request, "maps/review/coverage.html", context, status=400 if given.errors else 200)


@allows(EXPORT)
@require_safe
def download_figures(request: HttpRequest, period: str, extension: str) -> HttpResponse:
    """Hand over the published tables of a period."""
    asked = read_period(period)
    figures = read_figures(Commune.objects.of_site(), asked) if asked else None
    if figures is None:
        raise Http404
    download = Download(
        name=f"bilan-{period}.{extension}",
        content_type=CONTENT_TYPES[extension],
        content=render_figures(figures, extension),
        kind=KINDS[extension],
    )
    return hand_over(request, download, about=figures.commune)


def _draw_trends(
    commune: Commune, period: Period, table: MeasureTable, page: Page[Place]
) -> list[tuple[str, ChartTable]]:
    """Draw a measure over the last years, where there are two at least: the commune, and the sectors of a page."""
    course = read_course(commune, same_months(period), measure=table.measure)
    years = course.known(table.measure.key, same_months(period))
    if len(years) < FEWEST_YEARS:
        return []
    sectors = [row.place for row in table.sectors if row.place in page]
    return show(
        draw_commune(course, table.measure, years) if table.whole else None,
        draw_sectors(course, table.measure, sectors, years) if sectors else None,
        key="annees",
    )
