"""The drawings of a proposal as they were saved: listed, seen, and taken up again."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import allows, person_of
from accounts.presentation.sent_forms import sent_from
from sectors.errors import SectorError
from sectors.forms.proposals import TakeUpForm
from sectors.models import Proposal, ProposalRevision
from sectors.services import proposals
from sectors.services.comparison import compare, day_compared
from sectors.services.examination import drawn_in
from sectors.services.grounds import to_metres
from sectors.views.proposals.asking import PROPOSE, READ, act_of, may_write, proposal_or_404, written_or_404

LISTED_AT_ONCE = 50
HECTARE_M2 = 10_000


@dataclass(frozen=True, kw_only=True)
class Row:
    """One saved drawing and the ground of all its areas; the last one is what stands."""

    saved: ProposalRevision
    hectares: float
    is_last: bool


@allows(READ)
@never_cache
@require_safe
def show_list(request: HttpRequest, key: int) -> HttpResponse:
    """List the drawings of a proposal, the last first."""
    proposal = proposal_or_404(key)
    revisions = proposal.revisions.prefetch_related("areas").order_by("-number")
    page = Paginator(revisions, LISTED_AT_ONCE).get_page(request.GET.get("page"))
    context = {
        "proposal": proposal,
        "page": page,
        "rows": [_row(proposal, saved) for saved in page],
        "may_take_up": _may_take_up(request, proposal),
    }
    return render(request, "sectors/proposals/saved_drawings.html", context)


@allows(READ)
@never_cache
@require_safe
def show(request: HttpRequest, key: int, number: int) -> HttpResponse:
    """Show what a saved drawing would have changed of what is in force."""
    proposal = proposal_or_404(key)
    saved = _saved_or_404(proposal, number)
    context = {
        "proposal": proposal,
        "saved": saved,
        "is_last": saved.number == proposal.revision,
        "changes": compare(proposal.commune, drawn_in(saved), day_compared(proposal, now=timezone.now())),
        "may_take_up": _may_take_up(request, proposal),
    }
    return render(request, "sectors/proposals/saved_drawing.html", context)


@allows(PROPOSE, READ)
@never_cache
@sent_from("sectors:proposal", "key")
def take_up(request: HttpRequest, key: int, number: int) -> HttpResponse:
    """Keep an earlier drawing as the next of a draft, unless somebody kept another since the page was given."""
    proposal = written_or_404(request, key)
    saved, form = _saved_or_404(proposal, number), TakeUpForm(request.POST)
    if not form.is_valid():
        return HttpResponseRedirect(resolve_url("sectors:saved_drawings", key))
    try:
        kept = proposals.take_up(proposal, saved.number, act_of(request, revision=form.cleaned_data["revision"]))
    except SectorError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(resolve_url("sectors:saved_drawings", key))
    messages.success(
        request,
        _("Le tracé n° %(number)s est repris : c'est maintenant le tracé n° %(kept)s. Les autres sont gardés.")
        % {"number": saved.number, "kept": kept.revision},
    )
    return HttpResponseRedirect(resolve_url("sectors:workshop", key))


def _row(proposal: Proposal, saved: ProposalRevision) -> Row:
    areas = [each.area for each in saved.areas.all() if each.area is not None]
    ground_m2 = sum(ground.area for ground in to_metres(areas, proposal.commune))
    return Row(saved=saved, hectares=ground_m2 / HECTARE_M2, is_last=saved.number == proposal.revision)


def _saved_or_404(proposal: Proposal, number: int) -> ProposalRevision:
    saved: ProposalRevision | None = proposal.revisions.filter(number=number).first()
    if saved is None:
        raise Http404
    return saved


def _may_take_up(request: HttpRequest, proposal: Proposal) -> bool:
    return proposal.state == Proposal.State.DRAFT and may_write(person_of(request), proposal.sector_ids)
