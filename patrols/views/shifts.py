"""The crews and shifts of a day: who works when, from where, with which break."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import allows, person_of
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from geo import french
from geo.models import Commune
from patrols.forms.shifts import EndForm, ShiftForm, said_of
from patrols.models import Crew, Depot, Route, Shift
from patrols.services import shifts
from patrols.services.crew_members import find_unmanned, read_members
from patrols.services.shifts import ShiftRefused
from patrols.views.answering import SERVICE_OF

READ_OR_SEND = ["GET", "HEAD", "POST"]
ONE_DAY = dt.timedelta(days=1)


@allows("route.plan", "route.schedule")
@never_cache
@require_safe
def show_shifts(request: HttpRequest) -> HttpResponse:
    """The shifts of a day."""
    day = _day(request.GET.get("jour"))
    commune = _commune()
    of_day = list(
        Shift.objects.of_day(commune, day)
        .select_related("crew", "start_depot")
        .prefetch_related("breaks", "routes")
    )
    own = _services(request)
    tells_members = _tells_members(request)
    members = read_members(of_day) if tells_members else {}
    rows = [
        {
            "shift": shift,
            "members": members.get(shift.pk, []),
            "is_own": shift.crew.service in own,
            "can_end": _is_on(shift),
        }
        for shift in of_day
    ]
    context = {
        "rows": rows,
        "tells_members": tells_members,
        "day": day,
        "before": day - ONE_DAY,
        "after": day + ONE_DAY,
        "end_form": EndForm(),
        "week_before": day - dt.timedelta(days=7),
    }
    return render(request, "patrols/shifts.html", context)


@allows("route.plan", "route.schedule")
@never_cache
@require_http_methods(READ_OR_SEND)
def add_shift(request: HttpRequest) -> HttpResponse:
    """Enter a shift."""
    day = _day(request.GET.get("jour"))
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            added = shifts.add_shift(form.hours_on(day))
        except ShiftRefused as refusal:
            form.tell(refusal)
        else:
            messages.success(request, _("Vacation de %(crew)s enregistrée.") % {"crew": added.crew})
            _warn_of_nobody(request, added)
            return _back(day)
    return render(request, "patrols/shift.html", {"form": form, "day": day, "shift": None})


@allows("route.plan", "route.schedule")
@never_cache
@require_http_methods(READ_OR_SEND)
def change_shift(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Change a shift of one's own crews."""
    shift = _own_shift(request, shift_id)
    form = _form(request, initial=said_of(shift))
    form.fields["crew"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            shifts.change_shift(shift, form.hours_on(shift.day))
        except ShiftRefused as refusal:
            form.tell(refusal)
        else:
            messages.success(request, _("Vacation de %(crew)s changée.") % {"crew": shift.crew})
            if Route.objects.filter(shift=shift).exists():
                messages.warning(request, _("Sa tournée garde les heures d'avant : recalculez le plan du jour."))
            _warn_of_nobody(request, shift)
            return _back(shift.day)
    return render(request, "patrols/shift.html", {"form": form, "day": shift.day, "shift": shift})


@allows("route.plan", "route.schedule")
@never_cache
@sent_from("patrols:shifts")
def remove_shift(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Take a shift away."""
    shift = _own_shift(request, shift_id)
    try:
        shifts.remove_shift(shift)
    except ShiftRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Vacation de %(crew)s retirée.") % {"crew": shift.crew})
    return _back(shift.day)


@allows("route.plan", "route.schedule")
@never_cache
@sent_from("patrols:shifts")
def end_early(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Let a crew stop before the end of its shift."""
    shift = _own_shift(request, shift_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Donnez l'heure à laquelle l'équipage s'arrête, par exemple 21:30."))
        return _back(shift.day)
    begins = timezone.localtime(shift.starts_at)
    at = dt.datetime.combine(begins.date(), form.cleaned_data["ends"], begins.tzinfo)
    if at <= shift.starts_at:
        at += ONE_DAY
    try:
        shifts.end_early(shift, at)
    except ShiftRefused as refusal:
        messages.error(request, str(refusal))
    else:
        told = {"crew": shift.crew, "hour": french.clock(at)}
        messages.success(request, _("%(crew)s s'arrête à %(hour)s : recalculez le reste du plan.") % told)
    return _back(shift.day)


@allows("route.plan", "route.schedule")
@never_cache
@sent_from("patrols:shifts")
def repeat_week(request: HttpRequest) -> HttpResponse:
    """Enter the shifts of a week before."""
    day = _day(request.POST.get("jour"))
    try:
        count = shifts.repeat_week(_commune(), day, _services(request))
    except ShiftRefused as refusal:
        messages.error(request, str(refusal))
    else:
        if count:
            told = {"shifts": french.counted(count, "vacation ajoutée", "vacations ajoutées")}
            messages.success(request, _("Comme la semaine précédente : %(shifts)s.") % told)
        else:
            messages.info(request, _("Rien à reprendre : ces équipages ont déjà leurs vacations ce jour."))
    return _back(day)


def _form(request: HttpRequest, **options: Any) -> ShiftForm:
    commune = _commune()
    return ShiftForm(
        request.POST if request.method == "POST" else None,
        crews=Crew.objects.filter(commune=commune, service__in=_services(request)),
        depots=Depot.objects.filter(commune=commune),
        **options,
    )


def _own_shift(request: HttpRequest, shift_id: int) -> Shift:
    own = Shift.objects.select_related("crew").filter(crew__service__in=_services(request))
    return get_object_or_404(own, pk=shift_id)


def _services(request: HttpRequest) -> set[str]:
    return {str(SERVICE_OF[role]) for role in person_of(request).roles if role in SERVICE_OF}


def _warn_of_nobody(request: HttpRequest, shift: Shift) -> None:
    """Say that a shift has nobody in its crew, to who may know."""
    if _tells_members(request) and find_unmanned([shift]):
        told = _(
            "Personne n'est dans l'équipage %(crew)s : sa tournée ne s'ouvrira sur aucun téléphone. "
            "L'administrateur y rattache un compte."
        )
        messages.warning(request, told % {"crew": shift.crew})


def _tells_members(request: HttpRequest) -> bool:
    return Reach.COMMUNE in person_of(request).reach_of("route.crew_members")


def _is_on(shift: Shift) -> bool:
    return shift.starts_at <= timezone.now() < shift.ends_at


def _day(said: str | None) -> dt.date:
    if not said:
        return timezone.localdate()
    try:
        return dt.date.fromisoformat(said)
    except ValueError as error:
        raise Http404 from error


def _commune() -> Commune:
    return Commune.objects.defer("outline").of_site()


def _back(day: dt.date) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('patrols:shifts')}?jour={day:%Y-%m-%d}")
