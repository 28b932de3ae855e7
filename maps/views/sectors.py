"""The sectors in force on a day, as a file."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.permissions import allows
from geo.models import Commune
from maps.exports.sectors import NAME, SECTOR_FORMATS, render_sectors
from maps.views.shared import day_or_404


@allows("sector.perimeter", "sector.name")
@require_safe
def download_sectors(request: HttpRequest, day: str, wanted: str) -> HttpResponse:
    """Hand over the sectors of a day; it holds nobody, and is not among the exports that are listed."""
    on_day = day_or_404(day)
    content = render_sectors(Commune.objects.of_site(), on_day, wanted)
    response = HttpResponse(content, content_type=SECTOR_FORMATS[wanted].content_type)
    response["Content-Disposition"] = f'attachment; filename="{NAME}-{on_day}.{wanted}"'
    return response
