"""Note a meeting of a sector, and take it back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import allows, person_of
from sectors.errors import MeetingTaken
from sectors.forms.meetings import MeetingForm
from sectors.models import Meeting
from sectors.services.meetings import note_meeting, remove_meeting
from sectors.views.asking import KEEPS_SECTOR, READ_OR_SEND, keeps_sector, sector_or_404


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
@require_POST
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Take back a meeting that was noted by mistake."""
    meeting = Meeting.objects.filter(pk=key).first()
    if meeting is None or not keeps_sector(person_of(request), meeting.sector_id):
        raise Http404
    sector = meeting.sector_id
    remove_meeting(meeting)
    messages.success(request, _("La réunion est retirée."))
    return HttpResponseRedirect(resolve_url("sectors:sector", sector))
