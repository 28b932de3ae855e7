"""The review of a year as a document and as a map to take away."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Export
from accounts.permissions import allows
from geo.models import Commune
from maps.downloads import Download
from maps.errors import NotPublished
from maps.review.measures import SHOWN_ON_MAP
from maps.review.periods import Kind, read_period
from maps.views.shared import hand_over

EXPORT = "coverage.export"


@allows(EXPORT)
@require_safe
@never_cache
def print_report(request: HttpRequest, period: str) -> HttpResponse:
    """Hand over the review of a year as PDF."""
    # WeasyPrint takes a second to import: only who asks for a PDF waits for it.
    from maps.review.report import read_year, render_pdf

    commune, year = Commune.objects.of_site(), _year_or_404(period)
    try:
        content = render_pdf(read_year(commune, year))
    except NotPublished as error:
        raise Http404 from error
    name = f"bilan-{year}.pdf"
    download = Download(name=name, content_type="application/pdf", content=content, kind=Export.Kind.REVIEW_PDF)
    return hand_over(request, download, about=commune)


@allows(EXPORT)
@require_safe
@never_cache
def download_map(request: HttpRequest, period: str) -> HttpResponse:
    """Hand over one measure of a year, absences unless another is asked for, as a map that needs no network."""
    from maps.review.report import read_year, render_map

    commune, year = Commune.objects.of_site(), _year_or_404(period)
    measure = request.GET.get("mesure", SHOWN_ON_MAP[0])
    if measure not in SHOWN_ON_MAP:
        raise Http404
    try:
        content = render_map(read_year(commune, year), measure).encode()
    except NotPublished as error:
        raise Http404 from error
    download = Download(
        name=f"bilan-{year}-{measure}.html",
        content_type="text/html; charset=utf-8",
        content=content,
        kind=Export.Kind.REVIEW_HTML,
    )
    return hand_over(request, download, about=commune)


def _year_or_404(key: str) -> int:
    period = read_period(key)
    if period is None or period.kind is not Kind.YEAR:
        raise Http404
    return period.first_day.year
