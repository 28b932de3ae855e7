"""Ask for a calculation, follow it, stop it."""

import datetime as dt
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Account
from accounts.permissions import allows, person_of
from accounts.presentation.sent_forms import sent_from
from geo.models import Commune
from patrols.forms.exchange import CalculationForm, read_body
from patrols.models import Calculation, Plan
from patrols.services.calculations import Asked, ask, cancel
from patrols.views.answering import (
    address_of_day,
    answers_in_french,
    checked,
    is_sent_by_script,
    leads_back_if_refused,
    refuse_other_service,
)
from patrols.views.as_json import tell_calculation


@allows("route.plan")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@leads_back_if_refused
@answers_in_french
def serve_calculations(request: HttpRequest) -> HttpResponse:
    """The calculations underway for a day; or, sent, a new one."""
    commune = Commune.objects.defer("outline").of_site()
    if request.method != "POST":
        day = _day_or_404(request.GET.get("jour", ""))
        underway = Calculation.objects.underway().filter(commune=commune, day=day)
        return JsonResponse({"calculations": [_tell(request, each) for each in underway]})
    asked = checked(CalculationForm(read_body(request))).cleaned_data
    base = get_object_or_404(Plan, pk=asked["base"]) if asked["base"] else None
    refuse_other_service(request, base.service if base else asked["service"])
    calculation = ask(
        commune,
        Asked(
            day=base.day if base else asked["day"],
            seconds=asked["seconds"],
            kind=asked["kind"],
            service=asked["service"],
            shifts=asked["shifts"],
            base=base,
            delays_s=asked["delays_s"],
            weighs_facts=asked["weighs_facts"],
        ),
        by=cast(Account, request.user),
        now=timezone.now(),
    )
    if not is_sent_by_script(request):
        return HttpResponseRedirect(address_of_day(calculation.day))
    return JsonResponse(_tell(request, calculation), status=201)


@allows("route.plan")
@never_cache
@require_safe
def show_calculation(request: HttpRequest, calculation_id: int) -> HttpResponse:
    """How far a calculation has come."""
    return JsonResponse(_tell(request, get_object_or_404(Calculation, pk=calculation_id)))


@allows("route.plan")
@never_cache
@sent_from("maps:day")
def stop_calculation(request: HttpRequest, calculation_id: int) -> HttpResponse:
    """Stop a calculation, keeping the best so far."""
    calculation = get_object_or_404(Calculation, pk=calculation_id)
    cancel(calculation)
    if not is_sent_by_script(request):
        return HttpResponseRedirect(address_of_day(calculation.day))
    calculation.refresh_from_db()
    return JsonResponse(_tell(request, calculation))


def _tell(request: HttpRequest, calculation: Calculation) -> dict[str, object]:
    return tell_calculation(calculation, account=person_of(request).account_id)


def _day_or_404(day: str) -> dt.date:
    try:
        return dt.date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
