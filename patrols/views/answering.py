"""How what goes wrong is answered: one table from the error to its status, one phrase in French."""

import datetime as dt
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import person_of
from accounts.roles import Role
from geo.errors import GeoError
from geo.routing.errors import RoutingError
from patrols.errors import NewerVersion, NotYourService, PatrolError, PlanHasChanged, PlanIsPublished
from patrols.models import Crew, Plan
from patrols.planner import PlannerError

REFUSED, CONFLICT = 400, 409
GONE = "gone"
STATUS: dict[type[Exception], tuple[int, str]] = {
    PlanHasChanged: (CONFLICT, "changed"),
    NewerVersion: (CONFLICT, "changed"),
    PlanIsPublished: (CONFLICT, "published"),
}
SERVICE_OF = {Role.MUNICIPAL_POLICE: Crew.Service.MUNICIPAL, Role.NATIONAL_POLICE: Crew.Service.NATIONAL}
View = Callable[..., HttpResponse]


class WrongForm(PatrolError):
    """Ce qui est envoyé n'est pas compris."""

    def __init__(self, form: forms.Form) -> None:
        super().__init__(" ".join(str(error) for errors in form.errors.values() for error in errors))


def answers_in_french(view: View) -> View:
    """Turn what a view raises into its phrase and its status, and undo what it had begun."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return view(request, *args, **kwargs)
        except (PatrolError, GeoError, RoutingError, PlannerError) as error:
            status, kind = STATUS.get(type(error), (REFUSED, "refused"))
            told: dict[str, object] = {"error": str(error), "kind": kind}
            if isinstance(error, PlanHasChanged):
                told["revision"] = error.revision
            return JsonResponse(told, status=status)

    return answer


def leads_back(view: View) -> View:
    """Answer a form, which has no script to read JSON, by the page of the plan's day and a message."""

    @wraps(view)
    def answer(request: HttpRequest, plan_id: int) -> HttpResponse:
        response = view(request, plan_id)
        if is_sent_by_script(request) or not isinstance(response, JsonResponse):
            return response
        told = _tell(request, response)
        day = Plan.objects.values_list("day", flat=True).get(pk=plan_id)
        return HttpResponseRedirect(address_of_day(day) + ("&retirer=1" if told.get("kind") == GONE else ""))

    return answer


def leads_back_if_refused(view: View) -> View:
    """Answer a form that asks for what cannot be done by the page of the day it names, and the reason."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        response = view(request)
        if is_sent_by_script(request) or request.method != "POST" or response.status_code < REFUSED:
            return response
        _tell(request, response)
        try:
            return HttpResponseRedirect(address_of_day(dt.date.fromisoformat(request.POST.get("day", ""))))
        except ValueError:
            return HttpResponseRedirect(reverse("maps:day"))

    return answer


def address_of_day(day: dt.date) -> str:
    """Return the address of the page of a day."""
    return f"{reverse('maps:day')}?jour={day:%Y-%m-%d}"


def _tell(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """Keep the phrase of an answer for the page that comes next, and return the whole of it."""
    told: dict[str, Any] = json.loads(response.content)
    if response.status_code < REFUSED:
        messages.success(request, told.get("sentence") or _("C'est fait."))
    else:
        said = (told.get("error", ""), *(each["sentence"] for each in told.get("broken", told.get("gone", ()))))
        messages.error(request, " ".join(said).strip())
    return told


def checked[Form: forms.Form](form: Form) -> Form:
    """Return a form that is valid.

    Raises
    ------
    WrongForm
    """
    if not form.is_valid():
        raise WrongForm(form)
    return form


def refuse_other_service(request: HttpRequest, service: str) -> None:
    """Refuse to plan the crews of the other service alone; the joint day is for both.

    Raises
    ------
    NotYourService
    """
    own = {SERVICE_OF[role] for role in person_of(request).roles if role in SERVICE_OF}
    if service and service not in own:
        raise NotYourService


def is_sent_by_script(request: HttpRequest) -> bool:
    """Say whether the page's script asks, which reads JSON, or a form, which wants a page."""
    return request.content_type == "application/json" or "application/json" in request.headers.get("Accept", "")
