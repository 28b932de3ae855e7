"""The perimeters in force on a day with the proposals in work; one proposal, its course and what it changes."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import allows, person_of
from accounts.person import Person
from sectors.forms.proposals import ApproveForm, CommentForm, DayForm, DrawingForm, ReasonForm
from sectors.models import Perimeter, Proposal, Sector
from sectors.services import decisions
from sectors.services.comparison import compare_proposal, day_compared
from sectors.services.drawing import look_at_left, open_drawing
from sectors.services.examination import drawn_in
from sectors.views.asking import DOWNLOADS
from sectors.views.proposals.asking import DECIDE, READ, account_of, may_write, proposal_or_404, role_of
from sectors.views.proposals.phrases import tell_faults, tell_left

ENDED_SHOWN = 20
State = Proposal.State


@dataclass(frozen=True, kw_only=True)
class Row:
    """One sector on a day: its perimeter, the one that is planned next, and the proposal in work."""

    sector: Sector
    perimeter: Perimeter | None
    planned: Perimeter | None
    proposal: Proposal | None
    may_begin: bool


@allows(READ, "sector.name", "sector.perimeter")
@never_cache
@require_safe
def show_perimeters(request: HttpRequest) -> HttpResponse:
    """List the sectors with their perimeter on a day, today unless another is asked for."""
    person, today = person_of(request), timezone.localdate()
    asked = DayForm(request.GET if "jour" in request.GET else None, initial={"jour": today})
    day = (asked.is_valid() and asked.cleaned_data["jour"]) or today
    sectors = Sector.objects.filter(commune=person.commune)
    in_force = {each.sector_id: each for each in Perimeter.objects.in_force_on(day).filter(sector__in=sectors)}
    later = Perimeter.objects.filter(sector__in=sectors, valid__startswith__gt=day).order_by("-valid")
    planned = {each.sector_id: each for each in later}
    in_work = list(Proposal.objects.in_work())
    about = {key: proposal for proposal in in_work for key in proposal.sector_ids}
    rows = [
        Row(
            sector=sector,
            perimeter=in_force.get(sector.pk),
            planned=planned.get(sector.pk),
            proposal=about.get(sector.pk),
            may_begin=sector.pk not in about and may_write(person, [sector.pk]),
        )
        for sector in sectors
    ]
    context = {
        "form": asked,
        "rows": rows,
        "day": day,
        "is_today": day == today,
        "downloads": DOWNLOADS,
        "may_create": may_write(person, []),
        "newborn": [proposal for proposal in in_work if not proposal.sector_ids],
        "decided": decisions.unread_by(person.account_id),
        "ended": Proposal.objects.exclude(state__in=Proposal.IN_WORK).order_by("-ended_at")[:ENDED_SHOWN],
    }
    return render(request, "sectors/proposals/list.html", context)


@allows(READ)
@never_cache
@require_safe
def show_proposal(request: HttpRequest, key: int) -> HttpResponse:
    """Show a proposal: what it changes, its course so far, what the person may do next; note that they read it."""
    proposal = proposal_or_404(key)
    if request.method == "GET":
        decisions.note_reading(proposal, account_of(request), now=timezone.now())
    return render_proposal(request, proposal)


def render_proposal(request: HttpRequest, proposal: Proposal, **tried: CommentForm) -> HttpResponse:
    """Show a proposal with the forms of the steps that the person may take, and what was wrong with one tried."""
    person = person_of(request)
    forms = {step: form.at(proposal, step) for step, form in _offered(person, proposal).items()}
    now, saved = timezone.now(), proposal.last_saved()
    drawing = open_drawing(proposal.commune, drawn_in(saved), day_compared(proposal, now=now))
    # Those who read and mend nothing are told how much, and no address.
    mends = may_write(person, proposal.sector_ids) or person.may(DECIDE)
    faults = tell_faults(drawing, with_places=mends)
    context = {
        "proposal": proposal,
        "changes": [(change, faults.get(change.key, [])) for change in compare_proposal(proposal, now=now)],
        "leaves": tell_left(look_at_left(drawing)),
        "steps": proposal.steps.all(),
        "saved": saved,
        "forms": {step: tried.get(step, form) for step, form in forms.items()},
        # The one whose faults the title of the page tells.
        "form": next(iter(tried.values()), None),
        "refusals": [error for step in tried.keys() - forms.keys() for error in tried[step].non_field_errors()],
    }
    return render(request, "sectors/proposals/proposal.html", context)


def _offered(person: Person, proposal: Proposal) -> dict[str, type[CommentForm]]:
    """The steps that the person may take now, each with its form, in the order of the page."""
    is_writer, decides = may_write(person, proposal.sector_ids), person.may(DECIDE)
    offered: dict[str, type[CommentForm]] = {}
    if is_writer and proposal.state == State.DRAFT:
        offered = {"drawing": DrawingForm, "propose": CommentForm}
    elif decides and proposal.state == State.PROPOSED:
        offered = {"check": CommentForm, "refuse": ReasonForm}
    elif decides and proposal.state == State.CHECKED:
        offered = {"approve": ApproveForm, "refuse": ReasonForm}
    elif decides and proposal.is_still_to_begin(timezone.localdate()):
        offered = {"cancel": ReasonForm}
    # What police have checked is no more the référent's to take back.
    if is_writer and proposal.is_in_work and (decides or proposal.state != State.CHECKED):
        is_own = proposal.begun_by_role() == role_of(person)
        if is_own or proposal.state == State.DRAFT:
            offered["withdraw"] = CommentForm if is_own else ReasonForm
    return offered
