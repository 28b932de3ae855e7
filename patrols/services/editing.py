"""Changes that a person makes to a draft, by hand: tried first, saved only if every rule holds."""

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Account
from accounts.roles import Role
from patrols.errors import (
    NoPlaceFor,
    NothingToUndo,
    PlanHasChanged,
    PlanIsPublished,
    StopIsDone,
    UnknownChange,
    UnknownRound,
    UnknownVisit,
)
from patrols.models import Omission, Plan, PlanEdit
from patrols.planner.fingerprint import fingerprint
from patrols.services.arrangement import (
    Arrangement,
    InHand,
    Placed,
    problem_of,
    take_in_hand,
)
from patrols.services.consequences import Consequences, weigh
from patrols.services.left_out import tells_what_is_left_out
from patrols.services.places import Place, by_detour, suggest_places
from patrols.services.saving import prize_done, write_omissions, write_rounds
from patrols.services.stop_names import crew_of, done_in, name_gone, name_stop, name_stops_of, order_of
from patrols.services.timing import Timed, explain_left_out, holds, time_arrangement

Kind = PlanEdit.Kind


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change asked for.

    Parameters
    ----------
    act
        Which; ``UNDO`` is not a change of this kind.
    absence, number
        The passage; the number is 0 where all those of the home are meant.
    shift
        The round to go to, where one is chosen.
    place
        The place in that round, from 1, done stops included.
    """

    act: PlanEdit.Kind
    absence: int
    number: int = 0
    shift: int | None = None
    place: int = 0


@dataclass(frozen=True, kw_only=True)
class Author:
    """Who makes a change: which account, and in which role."""

    account: Account
    role: Role | None


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A change tried: what it would do, and the sentence that tells it.

    ``places`` are some that would do where a stop was to go and may not: each a shift, and a place from 1.
    """

    in_hand: InHand
    arrangement: Arrangement
    timed: Timed
    consequences: Consequences
    sentence: str
    places: tuple[Place, ...] = ()


def try_change(plan: Plan, change: Change, *, now: dt.datetime, routing_dir: Path) -> Trial:
    """Work out what a change would do, and save nothing.

    Raises
    ------
    UnknownVisit, UnknownRound, StopIsDone, NoPlaceFor, UnknownChange
        When there is nothing to try; the message says what to do.
    """
    in_hand = take_in_hand(plan, now=now, routing_dir=routing_dir)
    arrangement, sentence = _rearrange(in_hand, change)
    sentence += name_gone(in_hand, change.absence)
    timed = time_arrangement(in_hand, arrangement)
    consequences = weigh(plan, in_hand.day, arrangement, timed)
    is_refused = change.act == Kind.MOVE and not consequences.is_allowed
    return Trial(
        in_hand=in_hand,
        arrangement=arrangement,
        timed=timed,
        consequences=consequences,
        sentence=sentence,
        places=_offer(in_hand, change) if is_refused else (),
    )


def apply_change(
    plan: Plan, change: Change, *, revision: int, by: Author | None, now: dt.datetime, routing_dir: Path
) -> Trial:
    """Make a change and save the draft as its next revision, if every rule holds; the trial says whether.

    Parameters
    ----------
    revision
        The one that the person was looking at.

    Raises
    ------
    PlanIsPublished, PlanHasChanged
        When the plan may not be changed, or is no longer what the person was looking at; nothing is lost.
    UnknownVisit, UnknownRound, StopIsDone, NoPlaceFor, UnknownChange
        As for `try_change`.
    """
    with transaction.atomic():
        draft = hold_draft(plan, revision)
        trial = try_change(draft, change, now=now, routing_dir=routing_dir)
        if trial.consequences.is_allowed:
            save(trial, draft, kind=change.act, by=by, routing_dir=routing_dir)
    return trial


def undo_last(plan: Plan, *, revision: int, by: Author | None, now: dt.datetime, routing_dir: Path) -> Trial:
    """Put a draft back as it stood before its last change that is not undone yet.

    Raises
    ------
    NothingToUndo, PlanIsPublished, PlanHasChanged
    """
    with transaction.atomic():
        draft = hold_draft(plan, revision)
        last = draft.edits.filter(undone_in__isnull=True).exclude(kind=Kind.UNDO).last()
        if last is None:
            raise NothingToUndo
        in_hand = take_in_hand(draft, now=now, routing_dir=routing_dir)
        arrangement = _still_owed(Arrangement.from_json(last.before), in_hand)
        timed = time_arrangement(in_hand, arrangement)
        trial = Trial(
            in_hand=in_hand,
            arrangement=arrangement,
            timed=timed,
            consequences=weigh(draft, in_hand.day, arrangement, timed),
            sentence=f"Annulé : {last.sentence}",
        )
        if trial.consequences.is_allowed:
            save(trial, draft, kind=Kind.UNDO, by=by, routing_dir=routing_dir)
            draft.edits.filter(pk=last.pk).update(undone_in=draft.revision)
    return trial


def changes_since(plan: Plan, revision: int) -> list[PlanEdit]:
    """Return what was changed in a draft after a revision, by anyone, in order."""
    return list(plan.edits.filter(revision__gt=revision))


def may_be_undone(edit: PlanEdit) -> bool:
    """Say whether a change still stands."""
    return edit.undone_in is None and edit.kind != Kind.UNDO


def hold_draft(plan: Plan, revision: int) -> Plan:
    """Return the draft, which nobody else changes until the transaction ends.

    Raises
    ------
    PlanIsPublished, PlanHasChanged
    """
    # A version cannot be locked by the site, which may not change it.
    if plan.version is not None:
        raise PlanIsPublished(plan.version)
    held = (
        Plan.objects.select_for_update(of=("self",)).select_related("commune", "base").filter(pk=plan.pk).first()
    )
    if held is None:
        published = Plan.objects.get(pk=plan.pk)
        raise PlanIsPublished(published.version or 0)
    if held.revision != revision:
        raise PlanHasChanged(held.revision, [edit.sentence for edit in changes_since(held, revision)])
    return held


def save(trial: Trial, draft: Plan, *, kind: PlanEdit.Kind, by: Author | None, routing_dir: Path) -> None:
    """Write a trial that breaks no rule as the next revision of a draft that is held."""
    before = trial.in_hand.arrangement.as_json()
    day, solution, arrangement = trial.in_hand.day, trial.timed.solution, trial.arrangement
    is_still_told = tells_what_is_left_out(trial.in_hand, arrangement)
    if not is_still_told:
        solution = replace(solution, omissions=explain_left_out(trial.in_hand, arrangement))
    kept = {crew: each.visits for crew, each in trial.timed.kept.items()}
    write_rounds(draft, day, solution, locked=arrangement.locked, kept=kept, routing_dir=routing_dir)
    if not is_still_told:
        write_omissions(draft, day, solution, excluded=arrangement.excluded)
    draft.revision += 1
    draft.prize = solution.prize + prize_done(day)
    draft.problem_sha256 = fingerprint(problem_of(day, arrangement))
    draft.save(update_fields=["revision", "prize", "problem_sha256"])
    PlanEdit.objects.create(
        plan=draft,
        revision=draft.revision,
        kind=kind,
        made_by=by.account if by else None,
        by_role=(by.role if by else None) or "",
        made_at=timezone.now(),
        sentence=trial.sentence,
        before=before,
    )
    audit.record("route.plan", subjects=[draft], reason=audit.Reason.PATROL)


def _rearrange(in_hand: InHand, change: Change) -> tuple[Arrangement, str]:
    match change.act:
        case Kind.MOVE:
            return _move(in_hand, change)
        case Kind.LOCK | Kind.UNLOCK:
            return _lock(in_hand, change)
        case Kind.EXCLUDE:
            return _exclude(in_hand, change)
        case Kind.READMIT:
            return _readmit(in_hand, change)
        case Kind.FORCE:
            return _force(in_hand, change)
    raise UnknownChange


def _move(in_hand: InHand, change: Change) -> tuple[Arrangement, str]:
    shift = _shift(in_hand, change.shift)
    place = _place_to_come(in_hand, shift, change)
    stop, was = _stop(in_hand, change)
    emptied = in_hand.arrangement.without(change.absence, change.number)
    moved = emptied.with_stop(stop, shift, min(place, len(emptied.rounds.get(shift, ()))))
    order = change.place
    if was is None:
        return moved, f"Un passage écarté est ajouté chez {crew_of(in_hand, shift)}, à la place {order}."
    left = name_stop(in_hand, change.absence, change.number, was)
    if was[0] == shift:
        return moved, f"{left} passe à la place {order}."
    return moved, f"{left} passe chez {crew_of(in_hand, shift)}, à la place {order}."


def _offer(in_hand: InHand, change: Change) -> tuple[Place, ...]:
    """Return places, from 1, for a stop that may not go where it was to."""
    shift = _shift(in_hand, change.shift)
    stop, _ = _stop(in_hand, change)
    without = in_hand.arrangement.without(change.absence, change.number)
    asked = (shift, _place_to_come(in_hand, shift, change))
    places = suggest_places(in_hand, without, stop, asked)
    moved = (change.absence, change.number)
    return tuple(
        (shift, order_of(in_hand, shift, in_hand.place_saved(shift, place, moved))) for shift, place in places
    )


def _lock(in_hand: InHand, change: Change) -> tuple[Arrangement, str]:
    stop, was = _stop(in_hand, change)
    if was is None:
        raise UnknownVisit
    is_locked = change.act == Kind.LOCK
    named = name_stop(in_hand, change.absence, change.number, was)
    return (
        in_hand.arrangement.with_lock(stop.absence, stop.number, is_locked=is_locked),
        f"{named} est {'verrouillé' if is_locked else 'déverrouillé'}.",
    )


def _exclude(in_hand: InHand, change: Change) -> tuple[Arrangement, str]:
    if not any(due.absence.pk == change.absence for due in in_hand.day.visits.values()):
        return _withdraw(in_hand, change)
    left = in_hand.arrangement.without(change.absence)
    told = name_stops_of(in_hand, change.absence)
    return replace(left, excluded=left.excluded | {change.absence}), f"Un logement est écarté pour ce jour{told}."


def _withdraw(in_hand: InHand, change: Change) -> tuple[Arrangement, str]:
    """Take a home that is not to be visited any more out of its round: the arrangement has it no longer."""
    if not any(stop.absence == change.absence for stop in in_hand.gone):
        raise UnknownVisit
    told = name_stops_of(in_hand, change.absence)
    return in_hand.arrangement, f"Un logement qui n'est plus à visiter est retiré{told}."


def _readmit(in_hand: InHand, change: Change) -> tuple[Arrangement, str]:
    if change.absence not in in_hand.arrangement.excluded:
        raise UnknownVisit
    kept = in_hand.arrangement.excluded - {change.absence}
    return replace(in_hand.arrangement, excluded=kept), "Un logement écarté est réadmis."


def _force(in_hand: InHand, change: Change) -> tuple[Arrangement, str]:
    """Put a passage that was left out where it costs least travel and makes nobody late, and lock it there."""
    admitted = replace(in_hand.arrangement, excluded=in_hand.arrangement.excluded - {change.absence})
    stop = Placed(absence=change.absence, number=change.number, is_locked=True)
    if stop.visit not in in_hand.day.visits or admitted.find(change.absence, change.number) is not None:
        raise UnknownVisit
    wanted = [_shift(in_hand, change.shift)] if change.shift is not None else list(admitted.rounds)
    for shift, place in by_detour(in_hand, admitted, stop, wanted):
        tried = admitted.with_stop(stop, shift, place)
        if holds(in_hand, tried):
            order = order_of(in_hand, shift, place)
            return (
                tried,
                f"Un passage écarté est ajouté et verrouillé chez {crew_of(in_hand, shift)}, à la place {order}.",
            )
    raise NoPlaceFor(_why(in_hand.plan, change))


def _why(plan: Plan, change: Change) -> str:
    omission = Omission.objects.filter(plan=plan, absence=change.absence, visit_number=change.number).first()
    if omission is None or omission.reason == Omission.Reason.BY_HAND:
        return "Prolongez une vacation, ou écartez un autre passage."
    return omission.sentence


def _stop(in_hand: InHand, change: Change) -> tuple[Placed, tuple[int, int] | None]:
    """Return the stop that a change is about, and where it stands; nowhere where it was left out."""
    was = in_hand.arrangement.find(change.absence, change.number)
    if was is not None:
        return in_hand.arrangement.rounds[was[0]][was[1]], was
    done = (stop for begun in in_hand.day.begun.values() for stop in begun.done)
    if any((stop.absence.pk, stop.number) == (change.absence, change.number) for stop in done):
        raise StopIsDone
    stop = Placed(absence=change.absence, number=change.number)
    if stop.visit not in in_hand.day.visits or change.absence in in_hand.arrangement.excluded:
        raise UnknownVisit
    return stop, None


def _shift(in_hand: InHand, shift: int | None) -> int:
    if shift is None or shift not in {each.pk for each in in_hand.day.shifts.values()}:
        raise UnknownRound
    return shift


def _place_to_come(in_hand: InHand, shift: int, change: Change) -> int:
    """Return the place from 0 among the stops that are still to be made."""
    still_to_come = change.place - 1 - done_in(in_hand, shift)
    if still_to_come < 0:
        raise StopIsDone
    return in_hand.place_kept(shift, still_to_come, (change.absence, change.number))


def _still_owed(arrangement: Arrangement, in_hand: InHand) -> Arrangement:
    """Return an arrangement of before without what is done by now, or owed no more."""
    owed = set(in_hand.day.visits)
    rounds = {
        shift: tuple(stop for stop in stops if stop.visit in owed) for shift, stops in arrangement.rounds.items()
    }
    return replace(arrangement, rounds=rounds)
