"""Correct, extend, end, restore and delete an absence."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from absences import records
from absences.errors import AbsencesError, ChangedMeanwhile, OutsideCommune
from absences.forms.departures import DEPARTURE
from absences.forms.endings import ExtendForm, ReturnForm, RevisionForm
from absences.forms.households import AllowedForms, AmendForm, refuse_outside_absence
from absences.models import Absence
from absences.services import registry
from absences.services.cautions import ToConfirm
from absences.views.asking import READ_OR_SEND, commune_of, confirmed_in, record_or_404
from accounts import audit
from accounts.permissions import allows
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from geo import french

Change = Callable[[int], Absence]


@allows("absence.update", "absence.address", "absence.start_end_dates", reach=Reach.COMMUNE)
@never_cache
@sensitive_post_parameters()
@sensitive_variables("form", "allowed")
@require_http_methods(READ_OR_SEND)
def amend(request: HttpRequest, key: int) -> HttpResponse:
    """Correct a record; what is sealed is replaced where something is typed, and read by nobody."""
    absence = record_or_404(key)
    sent = request.POST if request.method == "POST" else None
    form = AmendForm(
        sent,
        commune=commune_of(request),
        today=timezone.localdate(),
        people=_people(absence),
        initial=_initial(absence),
    )
    allowed: Any = AllowedForms(sent)
    audit.record("absence.address", subjects=[absence], reason=audit.Reason.PATROL)
    if sent is None or not _are_valid(form, allowed):
        return _ask(request, absence, form, allowed)
    try:
        registry.amend(
            key,
            form.amendment(allowed.given),
            revision=form.cleaned_data["revision"],
            today=timezone.localdate(),
            confirmed=confirmed_in(request),
        )
    except ToConfirm as doubt:
        return _ask(request, absence, form, allowed, warned=doubt.cautions)
    except ChangedMeanwhile as error:
        form.add_error(None, str(error))
        return _ask(request, absence, form, allowed, differences=_differences(absence, form))
    except AbsencesError as error:
        form.add_error("address_text" if isinstance(error, OutsideCommune) else None, str(error))
        return _ask(request, absence, form, allowed)
    messages.success(request, _("La fiche est modifiée."))
    return HttpResponseRedirect(resolve_url("absences:record", key))


@allows("absence.update", "absence.address", "absence.start_end_dates", reach=Reach.COMMUNE)
@never_cache
@require_http_methods(READ_OR_SEND)
def extend(request: HttpRequest, key: int) -> HttpResponse:
    """Let an absence last longer."""
    absence = record_or_404(key)
    sent = request.POST if request.method == "POST" else None
    form = ExtendForm(sent, present=absence.last_day, initial={"revision": absence.revision})
    warned: Any = ()
    audit.record("absence.address", subjects=[absence], reason=audit.Reason.PATROL)
    if sent is not None and form.is_valid():
        try:
            changed = registry.extend(
                key,
                form.cleaned_data["last_day"],
                revision=form.cleaned_data["revision"],
                today=timezone.localdate(),
                confirmed=confirmed_in(request),
            )
        except ToConfirm as doubt:
            warned = doubt.cautions
        except AbsencesError as error:
            form.add_error(None, str(error))
            form = _read_again(form, absence)
        else:
            messages.success(
                request, _("L'absence va maintenant jusqu'au %(day)s.") % {"day": french.day(changed.last_day)}
            )
            return HttpResponseRedirect(resolve_url("absences:record", key))
    context = {"absence": absence, "form": form, "warned": warned, "confirmed": confirmed_in(request)}
    return render(request, "absences/extend.html", context)


@allows("absence.update", "absence.address", "absence.start_end_dates", reach=Reach.COMMUNE)
@never_cache
@require_http_methods(READ_OR_SEND)
def return_early(request: HttpRequest, key: int) -> HttpResponse:
    """Say that a home is lived in again."""
    absence = record_or_404(key)
    sent = request.POST if request.method == "POST" else None
    today = timezone.localdate()
    form = ReturnForm(sent, initial={"revision": absence.revision, "day": today})
    audit.record("absence.address", subjects=[absence], reason=audit.Reason.PATROL)
    if sent is not None and form.is_valid():
        try:
            registry.return_early(
                key, form.cleaned_data["day"], revision=form.cleaned_data["revision"], today=today
            )
        except AbsencesError as error:
            form.add_error(None, str(error))
            form = _read_again(form, absence)
        else:
            messages.success(request, _("Retour enregistré : le logement n'est plus sur les tournées à venir."))
            return HttpResponseRedirect(resolve_url("absences:record", key))
    return render(request, "absences/return.html", {"absence": absence, "form": form})


@allows("absence.update", "absence.address", "absence.start_end_dates", reach=Reach.COMMUNE)
@never_cache
@require_http_methods(READ_OR_SEND)
def cancel(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw an absence, after having asked; it can be restored until its retention is over."""
    if request.method != "POST":
        absence = record_or_404(key)
        audit.record("absence.address", subjects=[absence], reason=audit.Reason.PATROL)
        form = RevisionForm(initial={"revision": absence.revision})
        # As if it were cancelled: until when its record could be read, and the absence restored.
        absence.cancelled_at = timezone.now()
        return render(request, "absences/cancel.html", {"absence": absence, "form": form})
    return _do(
        request,
        key,
        lambda revision: registry.cancel(key, revision=revision, now=timezone.now()),
        _("L'absence est annulée. Vous pouvez la rétablir tant que la fiche est gardée."),
    )


@allows("absence.update", reach=Reach.COMMUNE)
@never_cache
@sent_from("absences:record", "key")
def restore(request: HttpRequest, key: int) -> HttpResponse:
    """Take back a return or a cancellation."""
    return _do(
        request,
        key,
        lambda revision: registry.undo_end(key, revision=revision),
        _("L'absence est rétablie."),
    )


@allows("absence.delete", "absence.address", reach=Reach.COMMUNE)
@never_cache
@require_http_methods(READ_OR_SEND)
def erase(request: HttpRequest, key: int) -> HttpResponse:
    """Delete a record for good, after having said what that means."""
    absence = record_or_404(key)
    audit.record("absence.address", subjects=[absence], reason=audit.Reason.PATROL)
    sent = request.POST if request.method == "POST" else None
    form = RevisionForm(sent, initial={"revision": absence.revision})
    if sent is not None and form.is_valid():
        try:
            registry.erase(key, revision=form.cleaned_data["revision"], now=timezone.now())
        except AbsencesError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(resolve_url("absences:record", key))
        messages.success(request, _("La fiche est effacée : noms et téléphones aussitôt, le reste cette nuit."))
        return HttpResponseRedirect(resolve_url("home"))
    return render(request, "absences/erase.html", {"absence": absence, "form": form})


def _do(request: HttpRequest, key: int, change: Change, done: str) -> HttpResponse:
    record_or_404(key)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        change(form.cleaned_data["revision"])
    except AbsencesError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return HttpResponseRedirect(resolve_url("absences:record", key))


def _ask(
    request: HttpRequest,
    absence: Absence,
    form: AmendForm,
    allowed: Any,
    *,
    warned: Any = (),
    differences: Any = (),
) -> HttpResponse:
    context = {
        "absence": absence,
        "form": form,
        "allowed": allowed,
        "warned": warned,
        "confirmed": confirmed_in(request),
        "differences": differences,
        # Whoever was told of another's change saves over it knowingly.
        "revision": absence.revision,
    }
    return render(request, "absences/amend.html", context)


def _are_valid(form: AmendForm, allowed: Any) -> bool:
    is_valid = form.is_valid()
    if not allowed.is_valid() or (is_valid and not refuse_outside_absence(form, allowed)):
        form.add_error(None, _("Les personnes autorisées sont à corriger."))
        return False
    return is_valid


def _initial(absence: Absence) -> dict[str, object]:
    hours = absence.allowed_hours.first()
    address = str(absence.address)
    return {
        **{name: getattr(absence, name) for name in DEPARTURE},
        "address_text": address,
        "address_shown": address,
        "address": absence.address_id,
        "lon": absence.point.x,
        "lat": absence.point.y,
        "first_day": absence.first_day,
        "last_day": absence.last_day,
        "opens": hours and hours.opens,
        "closes": hours and hours.closes,
        "trusted_has_keys": _trusted_has_keys(absence),
        "revision": absence.revision,
    }


def _trusted_has_keys(absence: Absence) -> bool:
    contacts = getattr(absence, "household_contacts", None)
    return contacts is not None and contacts.trusted_has_keys


def _people(absence: Absence) -> list[tuple[str, str]]:
    people = list(absence.allowed_people.defer("name").order_by("pk"))
    guests = records.tell_guests(people, timezone.localdate())
    return [(guest.key, f"{guest.relation}, {guest.days}") for guest in guests]


def _differences(absence: Absence, form: AmendForm) -> list[tuple[str, str, str]]:
    """What the record says now and what was typed, where the two differ: label, record, typed."""
    initial = _initial(absence)
    told = []
    for name in ("address_text", "first_day", "last_day", *DEPARTURE, "opens", "closes"):
        now, typed = initial[name], form.cleaned_data.get(name)
        if (now or "") != (typed or ""):
            told.append((str(form[name].label), _say(form, name, now), _say(form, name, typed)))
    return told


def _say(form: AmendForm, name: str, value: Any) -> str:
    words = dict(getattr(form.fields[name], "choices", ()))
    if value in words:
        return str(words[value])
    if isinstance(value, dt.date):
        return french.day(value)
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    return french.clock(value) if isinstance(value, dt.time) else str(value or "—")


def _read_again(form: Any, absence: Absence) -> Any:
    """Let the form that is shown again bear the revision that is shown beside it."""
    form.data = form.data.copy()
    form.data["revision"] = absence.revision
    return form
