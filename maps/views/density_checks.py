"""What the maps of density were worth, and whether facts are followed by others nearby."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.permissions import allows
from geo.models import Commune
from geo.statistics.errors import StatisticsRefused
from maps.density.checks import (
    AREA_SHARE,
    CELL_M,
    NEAR_M,
    NEARNESS,
    RADIUS_M,
    read_near_repeats,
    try_maps,
    try_nearness,
)
from maps.views.density import EXACT
from reports.choices import Kind


@allows(EXACT)
@never_cache
@require_safe
def show_checks(request: HttpRequest) -> HttpResponse:
    """Set past maps against what followed, and tell near repeats of one kind by season."""
    commune, today = Commune.objects.of_site(), timezone.localdate()
    audit.record(EXACT, subjects=[commune])
    asked = request.GET.get("nature", "")
    kind = Kind(asked) if asked in Kind.values else Kind.BREAK_IN
    context: dict[str, Any] = {
        "tried": try_maps(commune, today),
        "kinds": Kind,
        "kind": kind,
        "cell": CELL_M,
        "radius": RADIUS_M,
        "near": NEAR_M[0],
        "percent": 100 * AREA_SHARE,
        "reach": NEARNESS,
        "nearness": try_nearness(commune, kind, today),
    }
    try:
        context["seasons"] = read_near_repeats(commune, kind, today)
    except StatisticsRefused as refused:
        context["refused"] = str(refused)
    return render(request, "maps/density/checks.html", context)
