"""The desk looks at a visit that was told twice, and parts its two passages where they were two."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from absences.models import Absence
from accounts import audit
from accounts.models import Account
from accounts.permissions import allows
from accounts.rights import Reach
from patrols.forms.passages import TwiceForm
from patrols.models import JoinedPassage
from patrols.services.desk.parting import decide

PARTED = gettext_lazy("Passages séparés : ils comptent pour deux.")
JOINED = gettext_lazy("Passages réunis : un seul compte.")
READ_OR_SEND = ["GET", "HEAD", "POST"]
TOLD_TWICE = ("passage.amend", "absence.address", "passage.time", "passage.result", "passage.crew_identity")


@allows(*TOLD_TWICE, reach=Reach.COMMUNE)
@never_cache
@require_http_methods(READ_OR_SEND)
def show_told_twice(request: HttpRequest, passage_id: int) -> HttpResponse:
    """Show both passages, which of them counts and why; say that they are two visits, or one."""
    pair = _pair_or_404(passage_id)
    form = TwiceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        account: Account = request.user  # type: ignore[assignment]
        is_parted = form.cleaned_data["visits"] == TwiceForm.TWO
        decide(pair, is_parted=is_parted, by=account)
        messages.success(request, PARTED if is_parted else JOINED)
        return HttpResponseRedirect(resolve_url("absences:record", pair.passage.absence_id))
    _trace(pair)
    context = {
        "pair": pair,
        "absence": pair.passage.absence,
        "passages": [pair.counts_as, pair.passage],
        "form": form,
        "account": request.user.pk,
        "knows_crews": True,
    }
    return render(request, "patrols/desk/told_twice.html", context)


def _pair_or_404(key: int) -> JoinedPassage:
    pairs = JoinedPassage.objects.of_visit(key).filter(
        passage__absence__in=Absence.objects.listed(), counts_as__isnull=False
    )
    origins = ("passage__origin__crew", "counts_as__origin__crew")
    return get_object_or_404(pairs.select_related("passage__absence__address", *origins))


def _trace(pair: JoinedPassage) -> None:
    audit.record("absence.address", subjects=[pair.passage.absence], reason=audit.Reason.PATROL)
    both = [passage for passage in (pair.passage, pair.counts_as) if passage]
    for action in ("passage.time", "passage.result", "passage.crew_identity"):
        audit.record(action, subjects=both, reason=audit.Reason.PATROL)
