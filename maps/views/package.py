"""The answer that gives a crew's phone the ground of its commune in one file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from accounts.permissions import allows, may_be_kept
from accounts.rights import Reach
from geo.errors import GeoError
from geo.models import Commune
from maps import tiles
from maps.ground_package import CONTENT_TYPE, read_package

ASK_AGAIN = "private, no-cache"


@allows("route.geometry", reach=Reach.ROUTE)
@may_be_kept
@require_safe
def send_ground_package(request: HttpRequest) -> HttpResponse:
    """The ground of the whole commune: open data, in which no request tells of a home."""
    answer = get_conditional_response(request, etag=quote_etag(tiles.stamp_of_ground()))
    if answer is None:
        try:
            stamp, content = read_package(Commune.objects.of_site())
        except GeoError as error:
            raise Http404 from error
        answer = HttpResponse(content, content_type=CONTENT_TYPE)
        answer["Content-Encoding"] = "gzip"
        answer["ETag"] = quote_etag(stamp)
    answer["Cache-Control"] = ASK_AGAIN
    return answer
