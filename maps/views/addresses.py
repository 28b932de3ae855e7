"""Addresses offered while one types: asked by POST, so that none is ever in an address of the site or a log."""

import time

from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.permissions import allows, person_of
from accounts.rights import Reach
from geo.address_search import MAX_TYPED_CHARACTERS, search_addresses
from geo.errors import GeoError
from geo.models import Commune

CANDIDATES = 8
# A quick typist asks five times a second; more is a program. Counted by each process of the site.
SEARCHES_IN_A_SPAN = 100
SPAN_S = 10


@allows("absence.address", reach=Reach.COMMUNE)
@require_POST
@never_cache
def find_addresses(request: HttpRequest) -> JsonResponse:
    """The addresses that a text may mean, for whoever enters or looks for the homes of the commune."""
    text = request.POST.get("texte", "")
    if len(text) > MAX_TYPED_CHARACTERS:
        return _refuse(f"L'adresse est trop longue : {MAX_TYPED_CHARACTERS} signes au plus.", status=400)
    if _asks_too_often(person_of(request).account_id):
        return _refuse("Trop de recherches en peu de temps. Attendez quelques secondes.", status=429)
    try:
        commune = Commune.objects.defer("outline").of_site()
    except GeoError as error:
        return _refuse(str(error), status=400)
    found = [
        {
            "id": candidate.pk,
            "label": candidate.label,
            "lon": candidate.lon,
            "lat": candidate.lat,
            "is_exact": candidate.is_exact,
            "is_located": candidate.is_located,
        }
        for candidate in search_addresses(commune, text, CANDIDATES)
    ]
    return JsonResponse({"addresses": found})


def _asks_too_often(account: int | None) -> bool:
    key = f"address-searches-{account}-{int(time.monotonic() // SPAN_S)}"
    cache.add(key, 0, timeout=2 * SPAN_S)
    return cache.incr(key) > SEARCHES_IN_A_SPAN


def _refuse(problem: str, *, status: int) -> JsonResponse:
    return JsonResponse({"problem": problem}, status=status)
