"""The sectors in force on a day, as a file and as a drawing; what a proposal changes of them, as a drawing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import allows
from geo.models import Commune
from maps.changes import map_change
from maps.charts import PRINT
from maps.exports.sectors import NAME, SECTOR_FORMATS, render_sectors
from maps.perimeters_of_day import map_perimeters
from maps.views.shared import day_or_404
from sectors.models import Proposal


@allows("sector.perimeter", "sector.name")
@require_safe
def download_sectors(request: HttpRequest, day: str, wanted: str) -> HttpResponse:
    """Hand over the sectors of a day; it holds nobody, and is not among the exports that are listed."""
    on_day = day_or_404(day)
    content = render_sectors(Commune.objects.of_site(), on_day, wanted)
    response = HttpResponse(content, content_type=SECTOR_FORMATS[wanted].content_type)
    response["Content-Disposition"] = f'attachment; filename="{NAME}-{on_day}.{wanted}"'
    return response


@allows("sector.perimeter", "sector.name")
@never_cache
@require_safe
def draw_perimeters(request: HttpRequest, day: str, number: int | None = None) -> HttpResponse:
    """Draw the sectors of a day, or one among its neighbours; the pages that show it tell the same in words."""
    drawn = map_perimeters(Commune.objects.of_site(), day_or_404(day), about=number)
    if drawn is None:
        raise Http404
    return HttpResponse(drawn.draw(PRINT, key="carte"), content_type="image/svg+xml")


@allows("sector.perimeter_draft", "sector.perimeter", "sector.name")
@never_cache
@require_safe
def draw_change(request: HttpRequest, key: int, rank: int, number: int | None = None) -> HttpResponse:
    """Draw one sector of a saved drawing, the last or another; its page says the same in numbers and streets."""
    proposal = get_object_or_404(Proposal.objects.select_related("commune"), pk=key)
    saved = get_object_or_404(proposal.revisions, number=number or proposal.revision)
    drawn = map_change(saved, rank, now=timezone.now())
    if drawn is None:
        raise Http404
    return HttpResponse(drawn.draw(PRINT, key="carte"), content_type="image/svg+xml")
