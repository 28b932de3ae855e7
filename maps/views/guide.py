"""The pages of the guide."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import public
from maps import guide
from maps.errors import UnknownGuidePage


@public
@require_safe
def show_guide_page(request: HttpRequest, name: str) -> HttpResponse:
    """A page of the guide."""
    try:
        page = guide.read_guide_page(name)
    except UnknownGuidePage as error:
        raise Http404 from error
    pages = [guide.read_guide_page(other) for other in guide.PAGES]
    return render(request, "maps/guide.html", {"page": page, "pages": pages})
