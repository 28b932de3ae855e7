"""The trainings of référents: listed for those who know them, noted by municipal police."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import allows, person_of
from accounts.presentation.sent_forms import sent_from
from sectors.forms.trainings import TrainingForm
from sectors.models import Sector, Training
from sectors.services import trainings
from sectors.services.referents import read_all_referents
from sectors.views.asking import APPOINTS, NAMED, READ_OR_SEND


@allows(NAMED)
@never_cache
@require_safe
def show_list(request: HttpRequest) -> HttpResponse:
    """List the trainings of the commune with how many came, the latest first."""
    context = {"trainings": Training.objects.all(), "may_note": person_of(request).may(APPOINTS)}
    return render(request, "sectors/trainings.html", context)


@allows(APPOINTS, NAMED)
@never_cache
@require_http_methods(READ_OR_SEND)
def note(request: HttpRequest) -> HttpResponse:
    """Ask for a training that was held and who came, and note it."""
    sectors = Sector.objects.filter(commune=person_of(request).commune).order_by("number")
    known = [
        (each.mandate, f"{sector}, {each.name or _('nom non renseigné')}")
        for sector, referents in read_all_referents(list(sectors), with_contact=False).items()
        for each in referents
    ]
    sent = request.POST if request.method == "POST" else None
    form = TrainingForm(sent, today=timezone.localdate(), mandates=known)
    if form.is_valid():
        trainings.note_training(person_of(request).commune, **form.cleaned_data)
        messages.success(request, _("La formation est notée."))
        return HttpResponseRedirect(resolve_url("sectors:trainings"))
    return render(request, "sectors/note_training.html", {"form": form})


@allows(APPOINTS, NAMED)
@never_cache
@sent_from("sectors:trainings")
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Take back a training that was noted by mistake."""
    training = Training.objects.filter(pk=key).first()
    if training is None:
        raise Http404
    trainings.remove_training(training)
    messages.success(request, _("La formation est retirée."))
    return HttpResponseRedirect(resolve_url("sectors:trainings"))
