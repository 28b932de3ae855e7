"""The tiles of the basemap and of the sectors."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from accounts.permissions import allows, may_be_kept, person_of, public
from maps import tiles
from maps.views.shared import day_or_404, tile_or_404

# A tile whose address carries the present stamp is the same for ever; without it, the browser must ask again.
# Kept by the browser alone: the sectors are for those who are logged in.
KEEP_STAMPED_TILE = "private, max-age=604800, immutable"
ASK_AGAIN = "private, no-cache"


@public
@may_be_kept
@require_safe
def send_ground_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """A tile of the public basemap."""
    tile = tile_or_404(z, x, y)
    return _send_tile(request, tiles.stamp_of_ground(), lambda: tiles.draw_ground_tile(tile))


@allows("sector.perimeter", "sector.name")
@may_be_kept
@require_safe
def send_sector_tile(request: HttpRequest, day: str, z: int, x: int, y: int) -> HttpResponse:
    """A tile of the sectors in force on a day."""
    tile, on_day, commune = tile_or_404(z, x, y), day_or_404(day), person_of(request).commune
    return _send_tile(
        request, tiles.stamp_of_sectors(), lambda: tiles.draw_sector_tile(tile, day=on_day, commune=commune)
    )


def _send_tile(request: HttpRequest, stamp: str, draw: Callable[[], bytes]) -> HttpResponse:
    etag = quote_etag(stamp)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        content = draw()
        response = HttpResponse(content, content_type=tiles.CONTENT_TYPE, status=200 if content else 204)
    response["ETag"] = etag
    response["Cache-Control"] = KEEP_STAMPED_TILE if request.GET.get("etat") == stamp else ASK_AGAIN
    return response
