"""Note a meeting of a sector, keep and hand over its minutes, take it back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.models import Export
from accounts.permissions import allows, person_of
from accounts.presentation.sent_forms import sent_from
from accounts.services import exports
from sectors.errors import MeetingTaken
from sectors.forms.meetings import MeetingForm, MinutesForm
from sectors.models import Meeting, Minutes
from sectors.services.meetings import keep_minutes, note_meeting, remove_meeting
from sectors.views.asking import KEEPS_SECTOR, NAMED, READ_OR_SEND, keeps_sector, sector_or_404
from sectors.views.documents import send_pdf


@allows(KEEPS_SECTOR)
@never_cache
@require_http_methods(READ_OR_SEND)
def note(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for a meeting that was held, and note it."""
    sector = sector_or_404(request, key)
    if not keeps_sector(person_of(request), sector.pk):
        raise Http404
    form = MeetingForm(request.POST if request.method == "POST" else None, today=timezone.localdate())
    if form.is_valid():
        try:
            note_meeting(sector, **form.cleaned_data)
        except MeetingTaken as error:
            form.add_error("held_on", str(error))
        else:
            messages.success(request, _("La réunion est notée."))
            return HttpResponseRedirect(resolve_url("sectors:sector", key))
    return render(request, "sectors/note_meeting.html", {"sector": sector, "form": form})


@allows(KEEPS_SECTOR)
@never_cache
@sent_from("sectors:list")
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Take back a meeting that was noted by mistake."""
    meeting = _kept_or_404(request, key)
    sector = meeting.sector_id
    remove_meeting(meeting)
    messages.success(request, _("La réunion est retirée."))
    return HttpResponseRedirect(resolve_url("sectors:sector", sector))


@allows(KEEPS_SECTOR)
@never_cache
@require_http_methods(READ_OR_SEND)
def receive_minutes(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for the minutes of a meeting and keep them, in place of the former ones."""
    meeting = _kept_or_404(request, key)
    sent = request.method == "POST"
    form = MinutesForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        keep_minutes(meeting, form.cleaned_data["content"])
        messages.success(request, _("Le compte rendu est joint."))
        return HttpResponseRedirect(resolve_url("sectors:sector", meeting.sector_id))
    has_minutes = Minutes.objects.filter(meeting=meeting).exists()
    context = {"meeting": meeting, "form": form, "has_minutes": has_minutes}
    return render(request, "sectors/receive_minutes.html", context)


@allows(NAMED)
@never_cache
@require_safe
def hand_over_minutes(request: HttpRequest, key: int) -> HttpResponse:
    """Send the minutes of a meeting to be saved: never shown in the page, and listed among the exports."""
    minutes: Any = Minutes.objects.select_related("meeting__sector").filter(meeting=key).first()
    if minutes is None:
        raise Http404
    content, meeting = bytes(minutes.content), minutes.meeting
    audit.record("meeting.minutes", subjects=[meeting])
    exports.note(Export.Kind.MINUTES, content, about=meeting, by=person_of(request))
    return send_pdf(content, f"compte-rendu-secteur-{meeting.sector.number}-{meeting.held_on}.pdf")


def _kept_or_404(request: HttpRequest, key: int) -> Meeting:
    """The meeting of that key, in a sector that whoever asks keeps."""
    meeting = Meeting.objects.select_related("sector").filter(pk=key).first()
    if meeting is None or not keeps_sector(person_of(request), meeting.sector_id):
        raise Http404
    return meeting
