"""The desk says that a stop which the plan took for made was not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from absences.models import Absence
from accounts import audit
from accounts.models import Account
from accounts.permissions import allows
from accounts.rights import Reach
from patrols.errors import PassageRefused
from patrols.forms.passages import MissedForm
from patrols.models import MissedStop, Stop
from patrols.services.desk.missing import say_missed
from patrols.views.answering import address_of_day

READ_OR_SEND = ["GET", "HEAD", "POST"]


@allows("passage.create", "passage.stop", "absence.address", "route.schedule", reach=Reach.COMMUNE)
@never_cache
@require_http_methods(READ_OR_SEND)
def say_stop_missed(request: HttpRequest, stop_id: int) -> HttpResponse:
    """Say why nobody passed at a stop."""
    stops = Stop.objects.filter(absence__in=Absence.objects.listed())
    stop = get_object_or_404(
        stops.select_related("absence__address", "route__plan__commune", "route__shift__crew"), pk=stop_id
    )
    back = address_of_day(stop.route.plan.day)
    audit.record("absence.address", subjects=[stop.absence], reason=audit.Reason.PATROL)
    form = MissedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        account: Account = request.user  # type: ignore[assignment]
        try:
            say_missed(stop, MissedStop.Why(form.cleaned_data["why"]), by=account)
        except PassageRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Arrêt dit non fait : le prochain calcul lui cherche une place."))
            return HttpResponseRedirect(back)
    return render(
        request, "patrols/desk/missed.html", {"stop": stop, "absence": stop.absence, "form": form, "back": back}
    )
