"""Addresses offered while one types: asked by POST, so that none is ever in an address of the site or a log."""

import time
from collections.abc import Sequence

from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.permissions import allows, person_of
from accounts.rights import Reach
from geo.address_search import MAX_TYPED_CHARACTERS, Candidate, search_addresses
from geo.errors import GeoError
from geo.models import Commune
from geo.typed_addresses import first_of_each_street, names_number, tell_missing_number, tell_other_town
from geo.typed_towns import set_town_aside, town_after

# A quick typist asks five times a second; more is a program. Counted by each process of the site.
SEARCHES_IN_A_SPAN = 100
SPAN_S = 10


@allows("absence.address", reach=Reach.COMMUNE)
@require_POST
@never_cache
def find_addresses(request: HttpRequest) -> JsonResponse:
    """The addresses that a text may mean, for whoever enters or looks for the homes of the commune."""
    return _answer(request)


@allows("report.create")
@require_POST
@never_cache
def find_places(request: HttpRequest) -> JsonResponse:
    """The streets, where no number is typed, and addresses that a text may mean, for whoever tells of a fact."""
    return _answer(request, offers_streets=True)


def _answer(request: HttpRequest, *, offers_streets: bool = False) -> JsonResponse:
    text = request.POST.get("texte", "")
    if len(text) > MAX_TYPED_CHARACTERS:
        return _refuse(f"L'adresse est trop longue : {MAX_TYPED_CHARACTERS} signes au plus.", status=400)
    if _asks_too_often(person_of(request).account_id):
        return _refuse("Trop de recherches en peu de temps. Attendez quelques secondes.", status=429)
    try:
        commune = Commune.objects.defer("outline").of_site()
    except GeoError as error:
        return _refuse(str(error), status=400)
    sought, town = set_town_aside(commune, text)
    candidates = search_addresses(commune, sought)
    if candidates and not town:
        town = town_after(commune, text, candidates[0].street)
    # A number found in a street of few of the typed letters tells that it is the one.
    with_number = {each.street for each in candidates if each.is_exact}
    streets = first_of_each_street(candidates) if offers_streets and not names_number(sought) else []
    found = [
        {
            "id": candidate.pk,
            "label": candidate.whole_street if is_street else candidate.label,
            "lon": candidate.lon,
            "lat": candidate.lat,
            "is_exact": candidate.is_exact,
            "is_in_its_street": candidate.is_in_its_street or candidate.street in with_number,
            "is_located": candidate.is_located,
            "is_street": is_street,
        }
        for is_street, rows in ((True, streets), (False, candidates))
        for candidate in rows
    ]
    return JsonResponse({"addresses": found, "note": _note(commune, town, candidates[:1])})


def _note(commune: Commune, town: str, best: Sequence[Candidate]) -> str:
    """Say in what the text is not the address that is offered first."""
    doubts = [tell_other_town(commune, town)] if town else []
    doubts += [
        tell_missing_number(each.street, each.missing_number)
        for each in best
        if each.missing_number and each.is_in_its_street
    ]
    return " ".join(doubts)


def _asks_too_often(account: int | None) -> bool:
    key = f"address-searches-{account}-{int(time.monotonic() // SPAN_S)}"
    cache.add(key, 0, timeout=2 * SPAN_S)
    return cache.incr(key) > SEARCHES_IN_A_SPAN


def _refuse(problem: str, *, status: int) -> JsonResponse:
    return JsonResponse({"problem": problem}, status=status)
