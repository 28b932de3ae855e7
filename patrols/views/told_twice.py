"""The desk looks at two passages that tell one visit, or may, and says whether they are one or two."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from absences.models import Absence
from accounts import audit
from accounts.models import Account
from accounts.permissions import allows
from accounts.rights import Reach
from patrols.errors import PassageRefused
from patrols.forms.passages import JoinForm, TwiceForm
from patrols.models import JoinedPassage, Passage
from patrols.services.desk.parting import decide, join

PARTED = gettext_lazy("Passages séparés : ils comptent pour deux.")
JOINED = gettext_lazy("Passages réunis : un seul compte.")
READ_OR_SEND = ["GET", "HEAD", "POST"]
TOLD_TWICE = ("passage.amend", "absence.address", "passage.time", "passage.result", "passage.crew_identity")


@allows(*TOLD_TWICE, reach=Reach.COMMUNE)
@never_cache
@require_http_methods(READ_OR_SEND)
def show_told_twice(request: HttpRequest, passage_id: int) -> HttpResponse:
    """Show the two of a pair, or a passage and those that may tell its visit; say that they are one, or two."""
    pair = _pair_of(passage_id)
    return _ask_about(request, pair) if pair else _ask_to_join(request, passage_id)


def _ask_about(request: HttpRequest, pair: JoinedPassage) -> HttpResponse:
    form = TwiceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        account: Account = request.user  # type: ignore[assignment]
        is_parted = form.cleaned_data["visits"] == TwiceForm.TWO
        decide(pair, is_parted=is_parted, by=account)
        messages.success(request, PARTED if is_parted else JOINED)
        return HttpResponseRedirect(resolve_url("absences:record", pair.passage.absence_id))
    both = [each for each in (pair.counts_as, pair.passage) if each]
    context = {"pair": pair, "passages": both, "account": request.user.pk}
    return _show(request, pair.passage.absence, both, "patrols/desk/told_twice.html", context)


def _ask_to_join(request: HttpRequest, key: int) -> HttpResponse:
    passages = Passage.objects.filter(absence__in=Absence.objects.listed()).select_related("origin__crew")
    passage = get_object_or_404(passages.select_related("absence__address"), pk=key)
    alike = passages.alike_to(key)
    if not alike:
        raise Http404
    form = JoinForm(request.POST if request.method == "POST" else None, alike=alike)
    if form.is_valid():
        account: Account = request.user  # type: ignore[assignment]
        try:
            join(passage, form.cleaned_data["other"].pk, by=account)
        except PassageRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, JOINED)
        return HttpResponseRedirect(resolve_url("absences:record", passage.absence_id))
    both = [passage, *alike]
    context = {"passages": both, "others": both[1:]}
    return _show(request, passage.absence, both, "patrols/desk/told_apart.html", context)


def _pair_of(key: int) -> JoinedPassage | None:
    pairs = JoinedPassage.objects.of_visit(key).filter(
        passage__absence__in=Absence.objects.listed(), counts_as__isnull=False
    )
    origins = ("passage__origin__crew", "counts_as__origin__crew")
    return pairs.select_related("passage__absence__address", *origins).first()


def _show(
    request: HttpRequest, absence: Absence, told: Sequence[Passage], template: str, context: Mapping[str, object]
) -> HttpResponse:
    audit.record("absence.address", subjects=[absence], reason=audit.Reason.PATROL)
    for action in ("passage.time", "passage.result", "passage.crew_identity"):
        audit.record(action, subjects=told, reason=audit.Reason.PATROL)
    return render(request, template, {"absence": absence, **context})
