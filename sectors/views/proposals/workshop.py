"""The workshop: the page where a draft is drawn, on a map, by its list of vertices, or from a list of streets."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import allows
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from geo import french
from sectors.errors import NameTaken, SectorError
from sectors.forms.proposals import NewSectorForm, StreetForm, StreetsForm
from sectors.models import Proposal, ProposalRevision
from sectors.services import proposals
from sectors.services.comparison import compare_proposal
from sectors.services.examination import Drawn, drawn_in
from sectors.services.lightening import LIGHTENED_USUALLY_M, LIGHTENED_WITHIN_M
from sectors.services.street_perimeters import compose_perimeter
from sectors.views.asking import READ_OR_SEND
from sectors.views.proposals.asking import PROPOSE, READ, act_of, commune_of, written_or_404


@allows(PROPOSE, READ, reach=Reach.COMMUNE)
@never_cache
@require_http_methods(READ_OR_SEND)
def begin_sector(request: HttpRequest) -> HttpResponse:
    """Begin the proposal of a sector that is not there yet, around some streets."""
    commune = commune_of(request)
    form = NewSectorForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            composed = compose_perimeter(commune, said["streets"], day=timezone.localdate())
            drawn = Drawn(area=composed.area, number=said["number"], name=said["name"])
            proposal = proposals.begin(commune, [drawn], act_of(request))
        except NameTaken as error:
            form.add_error(None, str(error))
        except SectorError as error:
            form.add_error("streets", str(error))
        else:
            for remark in composed.remarks:
                messages.warning(request, remark)
            return HttpResponseRedirect(resolve_url("sectors:workshop", proposal.pk))
    return render(request, "sectors/proposals/new_sector.html", {"form": form})


@allows(PROPOSE, READ)
@never_cache
@require_safe
def show_workshop(request: HttpRequest, key: int) -> HttpResponse:
    """Show the draft where it is drawn; one that is no draft any more is on its own page."""
    proposal = written_or_404(request, key)
    if proposal.state != Proposal.State.DRAFT:
        return HttpResponseRedirect(resolve_url("sectors:proposal", proposal.pk))
    return _render(request, proposal, StreetsForm.about(proposal))


@allows(PROPOSE, READ)
@never_cache
@sent_from("sectors:workshop", "key")
def compose_from_streets(request: HttpRequest, key: int) -> HttpResponse:
    """Keep the perimeter around a list of streets as the next drawing; or only add a street to the list."""
    proposal = written_or_404(request, key)
    form = StreetsForm.about(proposal, request.POST)
    if "add" in request.POST:
        return _add_street(request, proposal, form)
    if not form.is_valid():
        return _render(request, proposal, form)
    drawn = drawn_in(proposal.last_saved())
    one = next(each for each in drawn if each.key == form.cleaned_data["key"])
    try:
        composed = compose_perimeter(
            proposal.commune, form.cleaned_data["streets"], day=timezone.localdate(), sector=one.sector
        )
        redrawn = [replace(each, area=composed.area) if each is one else each for each in drawn]
        act = act_of(request, revision=form.cleaned_data["revision"])
        saved = proposals.save(proposal, redrawn, act, origin=ProposalRevision.Origin.STREETS)
    except SectorError as error:
        form.add_error("streets", str(error))
        return _render(request, proposal, form)
    for remark in composed.remarks:
        messages.warning(request, remark)
    messages.success(
        request,
        _("Le périmètre de %(name)s est construit et enregistré : %(addresses)s.")
        % {"name": one, "addresses": french.counted(composed.addresses, _("adresse"))},
    )
    # The list stays in the page, to be corrected: a page led to would have lost it.
    said = form.cleaned_data
    return _render(request, saved, StreetsForm.about(saved, streets=said["streets"], key=said["key"]))


def _add_street(request: HttpRequest, proposal: Proposal, form: StreetsForm) -> HttpResponse:
    streets, key = form.listed()
    street = StreetForm(request.POST, prefix="street")
    if not street.is_valid():
        return _render(request, proposal, StreetsForm.about(proposal, streets=streets, key=key), street)
    longer = "\n".join(filter(None, [streets.strip(), street.line()]))
    return _render(request, proposal, StreetsForm.about(proposal, streets=longer, key=key))


def _render(
    request: HttpRequest, proposal: Proposal, form: StreetsForm, street: StreetForm | None = None
) -> HttpResponse:
    commune = proposal.commune
    context = {
        "proposal": proposal,
        "form": form,
        "street": street or StreetForm(prefix="street"),
        "changes": compare_proposal(proposal, now=timezone.now()),
        "saved": proposal.last_saved(),
        "lightened_within": LIGHTENED_WITHIN_M,
        "lightened_usually": LIGHTENED_USUALLY_M,
        "bounds": ",".join(f"{degrees:.5f}" for degrees in commune.outline.extent),
    }
    return render(request, "sectors/proposals/workshop.html", context)
