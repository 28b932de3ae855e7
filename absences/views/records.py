"""The record of an absence: what is in the clear, and what is sealed, uncovered for one answer."""

import logging
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from absences import records
from absences.forms.endings import RevisionForm
from absences.models import Absence, HouseholdContacts
from absences.services.revealing import Household, reveal
from absences.services.watch.chain import read_watched_homes
from absences.views.asking import READ_OR_SEND, may_write, record_or_404
from accounts import audit
from accounts.permissions import allows, person_of
from accounts.rights import Reach
from accounts.sealing import SealingError
from accounts.services.sessions import goes_on
from accounts.unsealing import unseal_all

HOME = ("absence.exists_in_list", "absence.address", "absence.sector", "absence.start_end_dates")
WATCHED = "watch.entrusted_home"
PASSAGE = ("passage.stop", "passage.time", "passage.result")
SEALED = (
    "absence.name",
    "absence.phone",
    "absence.trusted_person",
    "absence.allowed_people",
    "absence.access_instructions",
)
# What is asked for beside the household.
NOTES = "notes"
logger = logging.getLogger(__name__)


@allows(*HOME, *PASSAGE, WATCHED, reach=Reach.COMMUNE)
@never_cache
@require_safe
def show_record(request: HttpRequest, key: int) -> HttpResponse:
    """Show one absence; what is sealed stays covered."""
    return _show(request, record_or_404(key))


@allows(*HOME, *PASSAGE, *SEALED, WATCHED, reach=Reach.COMMUNE, needs_recent_proof=True, goes_on=True)
@never_cache
@sensitive_variables("household")
@require_http_methods(READ_OR_SEND)
def reveal_record(request: HttpRequest, key: int) -> HttpResponse:
    """Uncover the household of a home, or its crews' notes, for this answer alone: asked again, it is covered."""
    absence = record_or_404(key)
    if not goes_on(request, lasts=settings.PROOF_LASTS, now=timezone.now()):
        return HttpResponseRedirect(resolve_url("absences:record", key))
    try:
        if request.GET.get("quoi") == NOTES:
            return _show(request, absence, reads_notes=True)
        household = reveal(absence)
    except SealingError as error:
        logger.error("Une fiche ne s'ouvre pas : %s", error)
        messages.error(request, _("Ces données ne s'ouvrent plus. Prévenez qui gère le serveur."))
        return HttpResponseRedirect(resolve_url("absences:record", key))
    return _show(request, absence, household)


def _show(
    request: HttpRequest, absence: Absence, household: Household | None = None, *, reads_notes: bool = False
) -> HttpResponse:
    today = timezone.localdate()
    audit.record("absence.address", subjects=[absence], reason=audit.Reason.PATROL)
    person = person_of(request)
    knows_crews = Reach.COMMUNE in person.reach_of("passage.crew_identity")
    may_amend = Reach.COMMUNE in person.reach_of("passage.amend")
    told = _passages(absence, knows_crews=knows_crews, may_amend=may_amend)
    noted = [passage for passage in told if hasattr(passage, "note")]
    if reads_notes:
        _open_notes(noted)
    state = records.state_of(absence, today)
    contacts = HouseholdContacts.objects.filter(absence=absence).only("trusted_has_keys").first()
    context = {
        "absence": absence,
        "household": household,
        "state": state,
        "state_label": records.label_of(state),
        "is_open": state in {records.State.TO_COME, records.State.VACANT, records.State.OVER},
        "is_lived_in_again": state in records.LIVED_IN_AGAIN,
        "is_vacant": state is records.State.VACANT,
        "days": list(records.tell_days(absence)),
        "home": list(records.tell_home(absence, today)),
        "departure": list(records.tell_departure(absence)),
        "watch": read_watched_homes().get(absence.pk),
        "owed": list(records.tell_passages(absence)),
        "passages": _put_beneath(told),
        "has_notes": bool(noted),
        "notes_read": reads_notes,
        "knows_crews": knows_crews,
        "account": person.account_id,
        "guests": _guests(absence, household),
        "trusted_has_keys": contacts is not None and contacts.trusted_has_keys,
        "revision": RevisionForm(initial={"revision": absence.revision}),
        "kept": records.tell_keeping(absence) if Reach.COMMUNE in person.reach_of("retention.state") else (),
        "may_write": may_write(request),
        "may_delete": Reach.COMMUNE in person.reach_of("absence.delete"),
        "has_begun": absence.has_begun(today),
        "may_record": absence.has_begun(today) and Reach.COMMUNE in person.reach_of("passage.create"),
        "may_amend": may_amend,
        "may_call": Reach.COMMUNE in person.reach_of("anomaly.call_chain"),
    }
    return render(request, "absences/record.html", context)


def _passages(absence: Absence, *, knows_crews: bool, may_amend: bool) -> list[Any]:
    """The passages of a home, the latest first, each leaving its trace.

    With who passed for whoever may know it, and those that may be joined as one visit for whoever may do so.
    """
    rows = absence.passages.order_by("-done_at").select_related("note", "joined", "told_beside")
    rows = rows.prefetch_related("amendments")
    rows = rows.with_alike() if may_amend else rows
    passages = list(rows.select_related("origin__crew") if knows_crews else rows)
    for action in ("passage.time", "passage.result", *(["passage.crew_identity"] if knows_crews else [])):
        audit.record(action, subjects=passages, reason=audit.Reason.PATROL)
    return passages


def _put_beneath(told: list[Any]) -> list[Any]:
    """Return the passages that count, each with the one beneath it that tells the same visit, if any."""
    counted = {passage.pk: passage for passage in told if not passage.counts_as_another}
    for passage in told:
        if passage.counts_as_another and passage.joined.counts_as_id in counted:
            counted[passage.joined.counts_as_id].beneath = passage
    return list(counted.values())


def _open_notes(passages: list[Any]) -> None:
    """Let each passage carry what its crew wrote; the reading leaves its trace."""
    notes = unseal_all([passage.note for passage in passages], "text", reason=audit.Reason.PATROL)
    for passage, read in zip(passages, notes, strict=True):
        passage.note_read = read["text"]


def _guests(absence: Absence, household: Household | None) -> list[tuple[records.Guest, str]]:
    names = dict(household.allowed) if household else {}
    people = list(absence.allowed_people.defer("name").order_by("pk"))
    return [(guest, names.get(guest.key, "")) for guest in records.tell_guests(people, timezone.localdate())]
