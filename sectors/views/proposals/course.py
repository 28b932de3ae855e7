"""The steps of a proposal: begin, draw by a file, propose, check, approve, refuse, withdraw, cancel."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from accounts import audit
from accounts.permissions import allows, person_of
from accounts.presentation.sent_forms import sent_from
from sectors.errors import SectorError
from sectors.forms.proposals import ApproveForm, CommentForm, DrawingForm, ReasonForm
from sectors.importers.perimeter_files import read_perimeter_file
from sectors.models import Proposal, ProposalRevision, Sector
from sectors.perimeter_geometry.errors import DrawingRefused
from sectors.services import proposals
from sectors.services.contours import place_contours
from sectors.services.examination import Drawn, drawn_in
from sectors.services.grounds import in_force_on
from sectors.services.proposals import Act
from sectors.views.proposals.asking import (
    DECIDE,
    PROPOSE,
    READ,
    act_of,
    commune_of,
    may_write,
    proposal_or_404,
    written_or_404,
)
from sectors.views.proposals.phrases import tell, tell_obstacles
from sectors.views.proposals.reading import render_proposal

DONE = {
    "propose": gettext_lazy("La proposition est envoyée à la police municipale."),
    "check": gettext_lazy("La proposition est vérifiée : elle peut être approuvée."),
    "approve": gettext_lazy("La proposition est approuvée."),
    "refuse": gettext_lazy("La proposition est refusée."),
    "withdraw": gettext_lazy("La proposition est retirée."),
    "cancel": gettext_lazy("Le changement est annulé : ce qui est en vigueur continue."),
}
type Service = Callable[[Proposal, Act], Proposal]


@allows(PROPOSE, READ)
@never_cache
@sent_from("sectors:perimeters")
def begin(request: HttpRequest, sector: int) -> HttpResponse:
    """Begin a proposal from the perimeter that a sector has today, or from nothing where it has none."""
    commune = commune_of(request)
    here = Sector.objects.filter(pk=sector, commune=commune).first()
    if here is None or not may_write(person_of(request), [here.pk]):
        raise Http404
    area = in_force_on(commune, timezone.localdate()).get(here)
    try:
        proposal = proposals.begin(commune, [Drawn(area=area, sector=here)], act_of(request))
    except SectorError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(resolve_url("sectors:perimeters"))
    return HttpResponseRedirect(resolve_url("sectors:workshop", proposal.pk))


@allows("sector.import_geo", PROPOSE, READ)
@never_cache
@sent_from("sectors:proposal", "key")
def replace_drawing(request: HttpRequest, key: int) -> HttpResponse:
    """Save the contours of a file as the next drawing of a draft; the former ones are kept."""
    proposal = written_or_404(request, key)
    form = DrawingForm(request.POST, request.FILES, prefix="drawing")
    if not form.is_valid():
        return render_proposal(request, proposal, drawing=form)
    try:
        read = read_perimeter_file(form.cleaned_data["file"].read(), proposal.commune)
        contours = [(each.number, each.name, each.area.wkb) for each in read.perimeters]
        drawn = place_contours(proposal.commune, drawn_in(proposal.last_saved()), contours)
        if not may_write(person_of(request), [each.sector.pk for each in drawn if each.sector]):
            form.add_error("file", _("Ce fichier change aussi un secteur qui n'est pas le vôtre."))
            return render_proposal(request, proposal, drawing=form)
        act = act_of(request, revision=form.cleaned_data["revision"])
        proposals.save(proposal, drawn, act, origin=ProposalRevision.Origin.FILE)
    except SectorError as error:
        form.refuse([tell(error, proposal.commune)])
        return render_proposal(request, proposal, drawing=form)
    audit.record("sector.import_geo", subjects=[proposal])
    for remark in read.remarks:
        messages.warning(request, remark)
    messages.success(request, _("Le tracé du fichier est enregistré."))
    return _lead_to(proposal)


@allows(PROPOSE, READ)
@never_cache
@sent_from("sectors:proposal", "key")
def propose(request: HttpRequest, key: int) -> HttpResponse:
    """Hand the last drawing to police."""
    return _take(request, written_or_404(request, key), "propose", CommentForm, proposals.propose)


@allows(PROPOSE, READ)
@never_cache
@sent_from("sectors:proposal", "key")
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Give a proposal up."""
    return _take(request, written_or_404(request, key), "withdraw", CommentForm, proposals.withdraw)


@allows(DECIDE, READ)
@never_cache
@sent_from("sectors:proposal", "key")
def check(request: HttpRequest, key: int) -> HttpResponse:
    """Say that police have checked a proposal."""
    return _take(request, proposal_or_404(key), "check", CommentForm, proposals.check)


@allows(DECIDE, READ)
@never_cache
@sent_from("sectors:proposal", "key")
def refuse(request: HttpRequest, key: int) -> HttpResponse:
    """Refuse a proposal, with the reason."""
    return _take(request, proposal_or_404(key), "refuse", ReasonForm, proposals.refuse)


@allows(DECIDE, READ)
@never_cache
@sent_from("sectors:proposal", "key")
def cancel(request: HttpRequest, key: int) -> HttpResponse:
    """Take back what is approved and not in force yet, with the reason."""
    return _take(request, proposal_or_404(key), "cancel", ReasonForm, proposals.cancel)


@allows(DECIDE, READ)
@never_cache
@sent_from("sectors:proposal", "key")
def approve(request: HttpRequest, key: int) -> HttpResponse:
    """Bring a checked proposal into force from a day."""
    form = ApproveForm(request.POST, prefix="approve")

    def from_the_day(proposal: Proposal, act: Act) -> Proposal:
        return proposals.approve(proposal, act, from_day=form.cleaned_data["from_day"])

    return _carry_out(request, proposal_or_404(key), "approve", form, from_the_day)


def _take(
    request: HttpRequest, proposal: Proposal, step: str, kind: type[CommentForm], service: Service
) -> HttpResponse:
    return _carry_out(request, proposal, step, kind(request.POST, prefix=step), service)


def _carry_out(
    request: HttpRequest, proposal: Proposal, step: str, form: CommentForm, service: Service
) -> HttpResponse:
    if form.is_valid():
        said = form.cleaned_data
        try:
            service(proposal, act_of(request, revision=said["revision"], comment=said["comment"]))
        except DrawingRefused as refused:
            form.refuse(tell_obstacles(proposal, refused))
        except SectorError as error:
            form.refuse([tell(error, proposal.commune)])
        else:
            messages.success(request, DONE[step])
            return _lead_to(proposal)
    proposal.refresh_from_db(fields=["state", "revision"])
    return render_proposal(request, proposal, **{step: form})


def _lead_to(proposal: Proposal) -> HttpResponse:
    return HttpResponseRedirect(resolve_url("sectors:proposal", proposal.pk))
