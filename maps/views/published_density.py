"""The published map of density, in figures that single nobody out."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Export
from accounts.permissions import allows
from geo import french
from geo.models import Commune
from maps.charts import SCREEN
from maps.density.published import PublishedMap, published_quarters, read_published
from maps.disclosure import SUPPRESSED
from maps.disclosure.figures import Unit
from maps.downloads import Download
from maps.review.periods import read_period
from maps.views.shared import hand_over

PUBLISHED = "heatmap.published"


@allows(PUBLISHED)
@never_cache
@require_safe
def show_published(request: HttpRequest) -> HttpResponse:
    """Show the published map of a quarter, the latest unless another is asked for."""
    commune = Commune.objects.of_site()
    quarters = published_quarters(commune)
    asked = request.GET.get("trimestre", "")
    shown = _read_or_404(commune, asked or quarters[0].key) if quarters else None
    context: dict[str, Any] = {"shown": shown, "quarters": quarters}
    if shown:
        context |= {"map": shown.drawn.draw(SCREEN, key="carte"), "why": SUPPRESSED.why(Unit.REPORTS)}
    return render(request, "maps/density/published.html", context)


@allows(PUBLISHED)
@never_cache
@require_safe
def download_published(request: HttpRequest, quarter: str) -> HttpResponse:
    """Hand over the published map as one page that needs no network."""
    # folium takes its time to import: only who asks for a file waits for it.
    from maps.folium_map.sectors_map import render_sectors

    commune = Commune.objects.of_site()
    shown = _read_or_404(commune, quarter)
    standing = _("%(commune)s, publiée le %(day)s.")
    content = render_sectors(
        shown.drawn,
        heading=shown.drawn.title,
        standing=standing % {"commune": commune.name, "day": french.day(shown.published_on)},
        why_left_out=SUPPRESSED.why(Unit.REPORTS),
    )
    download = Download(
        name=f"densite-{quarter}.html",
        content_type="text/html; charset=utf-8",
        content=content.encode(),
        kind=Export.Kind.DENSITY_HTML,
    )
    return hand_over(request, download, about=commune)


def _read_or_404(commune: Commune, quarter: str) -> PublishedMap:
    period = read_period(quarter)
    shown = read_published(commune, period) if period else None
    if shown is None or shown.quarter.key != quarter:
        raise Http404
    return shown
