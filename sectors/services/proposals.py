"""The course of a proposal: begun, saved, proposed, checked, approved; or refused, withdrawn, cancelled."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Account
from accounts.roles import Role
from geo import french
from geo.models import Commune
from sectors.errors import (
    AlreadyInForce,
    CancellationRefused,
    DayHasPassed,
    DayTooFar,
    LaterVersionPlanned,
    NotAtThisStep,
    PerimetersRefused,
    ProposalHasChanged,
    ReasonMissing,
    SectorInWork,
    WithdrawnByAuthors,
)
from sectors.models import Perimeter, Proposal, ProposalRevision, ProposalStep, ProposedArea
from sectors.services.examination import Drawn, cut_to_commune, drawn_in, examine, refuse_taken_names

State, Step, Origin = Proposal.State, ProposalStep.Kind, ProposalRevision.Origin
FURTHEST_YEARS = 2
ACTIONS = {
    Step.BEGUN: "proposal.begin",
    Step.PROPOSED: "sector.propose_perimeter",
    Step.CHECKED: "proposal.check",
    Step.APPROVED: "sector.approve_perimeter",
    Step.REFUSED: "proposal.refuse",
    Step.WITHDRAWN: "proposal.withdraw",
    Step.CANCELLED: "proposal.cancel",
}


@dataclass(frozen=True, kw_only=True)
class Act:
    """Somebody does something to a proposal.

    Parameters
    ----------
    account, role
        Who, and in which of the roles that they hold: référent or municipal police.
    revision
        The drawing that they were looking at; 0 before any is saved.
    comment
        What they say of it; the others read it beside their role.
    """

    account: Account
    role: Role
    now: dt.datetime
    revision: int = 0
    comment: str = ""


@transaction.atomic
def begin(commune: Commune, drawn: Sequence[Drawn], act: Act) -> Proposal:
    """Begin a proposal with what is drawn so far, as its first saved drawing.

    Raises
    ------
    SectorInWork
        When another one in work changes one of the sectors.
    NameTaken
        When a sector has the number or the name of one that is drawn anew.
    """
    try:
        with transaction.atomic():
            proposal = Proposal.objects.create(commune=commune, sector_ids=_keys(drawn))
    except IntegrityError as error:
        raise SectorInWork from error
    _note(proposal, Step.BEGUN, act)
    return save(proposal, drawn, act, origin=Origin.BEGUN)


@transaction.atomic
def save(
    proposal: Proposal,
    drawn: Sequence[Drawn],
    act: Act,
    *,
    origin: ProposalRevision.Origin = Origin.DRAWN,
    takes_up: int | None = None,
) -> Proposal:
    """Keep a drawing as the next of a draft; it may be unfinished, and the former ones stay.

    Parameters
    ----------
    origin, takes_up
        What made it, and the number of the earlier drawing that it is equal to.

    Raises
    ------
    ProposalHasChanged
        When somebody saved another meanwhile: nothing is written.
    NotAtThisStep
        When it is no draft any more.
    SectorInWork, NameTaken
        As for `begin`.
    """
    held = _hold(proposal, act, State.DRAFT)
    refuse_taken_names(held.commune, drawn)
    if _keys(drawn) != held.sector_ids:
        _change_sectors(held, _keys(drawn))
    saved = ProposalRevision.objects.create(
        proposal=held,
        number=held.revision + 1,
        saved_at=act.now,
        saved_by=act.account,
        by_role=act.role,
        origin=origin,
        takes_up=takes_up,
    )
    ProposedArea.objects.bulk_create(
        ProposedArea(revision=saved, sector=each.sector, number=each.number, name=each.name, area=each.area)
        for each in cut_to_commune(held.commune, drawn, timezone.localdate(act.now))
    )
    held.revision = saved.number
    held.save(update_fields=["revision"])
    return held


def take_up(proposal: Proposal, number: int, act: Act) -> Proposal:
    """Keep an earlier drawing of a draft, as it was, as the next; none is changed.

    Raises
    ------
    ProposalRevision.DoesNotExist
        When there is none of that number.
    ProposalHasChanged, NotAtThisStep, SectorInWork, NameTaken
        As for `save`.
    """
    earlier = proposal.revisions.get(number=number)
    return save(proposal, drawn_in(earlier), act, origin=Origin.TAKEN_UP, takes_up=number)


@transaction.atomic
def propose(proposal: Proposal, act: Act) -> Proposal:
    """Hand the last drawing to police, if it is one that could be in force.

    Raises
    ------
    ProposalHasChanged, NotAtThisStep
        When the proposal is no longer what the person was looking at.
    NothingProposed, NothingChanged, NameTaken, DrawingRefused
        As for `examine`.
    """
    held = _hold(proposal, act, State.DRAFT)
    _examine(held, timezone.localdate(act.now))
    return _take(held, Step.PROPOSED, State.PROPOSED, act)


@transaction.atomic
def check(proposal: Proposal, act: Act) -> Proposal:
    """Say that police have checked a proposal; raises as `propose` does."""
    held = _hold(proposal, act, State.PROPOSED)
    _examine(held, timezone.localdate(act.now))
    return _take(held, Step.CHECKED, State.CHECKED, act)


@transaction.atomic
def approve(proposal: Proposal, act: Act, *, from_day: dt.date) -> Proposal:
    """Bring the perimeters of a checked proposal into force from a day; those before end there, and stay.

    Raises
    ------
    DayHasPassed, DayTooFar, LaterVersionPlanned
        When they cannot be in force from that day.
    PerimetersRefused
        When they would share ground with others planned for a later day.
    ProposalHasChanged, NotAtThisStep, NameTaken, DrawingRefused
        As for `propose`, on that day.
    """
    held = _hold(proposal, act, State.CHECKED)
    if from_day < timezone.localdate(act.now):
        raise DayHasPassed
    if from_day > (last := furthest_day(timezone.localdate(act.now))):
        raise DayTooFar(french.day(last))
    _refuse_planned(held, from_day)
    _examine(held, from_day)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT walls.bring_into_force(%s, %s)", [held.pk, from_day])
            connection.check_constraints()
    except IntegrityError as error:
        raise PerimetersRefused(french.day(from_day)) from error
    held.in_force_from, held.ended_at = from_day, act.now
    return _take(held, Step.APPROVED, State.APPROVED, act)


@transaction.atomic
def refuse(proposal: Proposal, act: Act) -> Proposal:
    """End a proposal with the reason why it is not approved.

    Raises
    ------
    ReasonMissing
        Without a reason.
    ProposalHasChanged, NotAtThisStep
        As for `propose`.
    """
    held = _hold(proposal, act, State.PROPOSED, State.CHECKED)
    _ask_why(act)
    held.ended_at = act.now
    return _take(held, Step.REFUSED, State.REFUSED, act)


@transaction.atomic
def withdraw(proposal: Proposal, act: Act) -> Proposal:
    """End a proposal that those who began it give up, référents or police; the others, a draft and with a reason.

    Raises
    ------
    WithdrawnByAuthors
        When it is not a draft, and the others began it.
    ReasonMissing
        When the others began it, without a reason.
    ProposalHasChanged, NotAtThisStep
        As for `propose`.
    """
    held = _hold(proposal, act, *Proposal.IN_WORK)
    if held.begun_by_role() != act.role:
        if held.state != State.DRAFT:
            raise WithdrawnByAuthors
        _ask_why(act)
    held.ended_at = act.now
    return _take(held, Step.WITHDRAWN, State.WITHDRAWN, act)


@transaction.atomic
def cancel(proposal: Proposal, act: Act) -> Proposal:
    """Take back, with the reason, what is approved and not in force yet; what was in force goes on.

    Raises
    ------
    ReasonMissing
        Without a reason.
    AlreadyInForce
        When its day has come.
    CancellationRefused
        When what is planned since would share ground with what goes on.
    NotAtThisStep
        When it is not approved, or somebody else took it back.
    """
    _ask_why(act)
    planned = Proposal.objects.get(pk=proposal.pk)
    if planned.state != State.APPROVED:
        raise NotAtThisStep(planned.get_state_display())
    if not planned.is_still_to_begin(timezone.localdate(act.now)):
        raise AlreadyInForce
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT walls.take_out_of_force(%s)", [planned.pk])
            (is_taken_out,) = cursor.fetchone()
            connection.check_constraints()
    except IntegrityError as error:
        raise CancellationRefused from error
    planned.refresh_from_db()
    if not is_taken_out:
        raise NotAtThisStep(planned.get_state_display())
    _note(planned, Step.CANCELLED, act)
    return planned


def furthest_day(today: dt.date) -> dt.date:
    """Return the last day from which a perimeter approved today may be in force: one further off is a slip."""
    return today + dt.timedelta(days=365 * FURTHEST_YEARS)


def _ask_why(act: Act) -> None:
    if not act.comment.strip():
        raise ReasonMissing


def _hold(proposal: Proposal, act: Act, *states: Proposal.State) -> Proposal:
    """Lock a proposal, if it stands where the person saw it."""
    held = (
        Proposal.objects.select_for_update(of=("self",)).select_related("commune").filter(pk=proposal.pk).first()
    )
    if held is None or held.state not in states:
        # What the walls let nobody change any more is not found.
        proposal.refresh_from_db(fields=["state"])
        raise NotAtThisStep(proposal.get_state_display())
    if held.revision != act.revision:
        raise ProposalHasChanged(held.revision)
    return held


def _examine(held: Proposal, day: dt.date) -> None:
    examine(held.commune, drawn_in(held.last_saved()), day)


def _refuse_planned(held: Proposal, from_day: dt.date) -> None:
    planned = Perimeter.objects.filter(sector__in=held.sector_ids, valid__startswith__gte=from_day)
    for version in planned.select_related("sector").order_by("valid"):
        raise LaterVersionPlanned(version.sector, french.day(version.valid.lower))


def _take(held: Proposal, kind: ProposalStep.Kind, state: Proposal.State, act: Act) -> Proposal:
    _note(held, kind, act)
    held.state = state
    held.save(update_fields=["state", "in_force_from", "ended_at"])
    return held


def _note(held: Proposal, kind: ProposalStep.Kind, act: Act) -> None:
    ProposalStep.objects.create(
        proposal=held,
        kind=kind,
        revision=held.revision,
        taken_at=act.now,
        taken_by=act.account,
        by_role=act.role,
        comment=act.comment.strip(),
    )
    audit.record(ACTIONS[kind], subjects=[held])


def _change_sectors(held: Proposal, keys: list[int]) -> None:
    held.sector_ids = keys
    try:
        with transaction.atomic():
            held.save(update_fields=["sector_ids"])
    except IntegrityError as error:
        raise SectorInWork from error


def _keys(drawn: Sequence[Drawn]) -> list[int]:
    return sorted(each.sector.pk for each in drawn if each.sector)
