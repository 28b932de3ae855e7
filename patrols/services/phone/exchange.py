"""Take in what phones send, exactly once: an entry is its crew, its identifier and the hash of its content.

Whatever happens to the request or to its answer, the phone sends again what was not acknowledged. All that a batch
changes is one transaction, opened by receipts; a second sending finds them, and is acknowledged from them.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import NAMESPACE_OID, UUID, uuid5

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction

from accounts import audit
from accounts.retention import days_kept
from patrols.errors import UnreadableEntry
from patrols.models import CallAttempt, Passage, PassageNote, PassageOrigin, RefusedEntry
from patrols.services.phone import receipts
from patrols.services.phone.clock import settle
from patrols.services.phone.entries import (
    CALL,
    PASSAGE,
    Batch,
    Entry,
    SaidCall,
    SaidPassage,
    read_call,
    read_passage,
)
from patrols.services.phone.joining import join_told, read_passages_told
from patrols.services.phone.receipts import Key
from patrols.services.phone.rounds import RecentRounds, read_recent_rounds

# A call waits this long for the passage that it follows; then the passage is taken to be lost with its phone.
CALL_WAITS = dt.timedelta(days=2)
Refusal = RefusedEntry.Reason


class State(StrEnum):
    """What became of an entry, for the phone: the first two may be forgotten there, the others are sent again."""

    RECORDED = "recorded"
    REFUSED = "refused"
    LATER = "later"
    OF_ANOTHER_CREW = "of_another_crew"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a phone is told of one entry."""

    reference: UUID
    state: State
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who sends: the crews that they are in now, and the device that they send from."""

    crews: frozenset[int]
    device: int | None


@dataclass(frozen=True, kw_only=True)
class _Intake:
    """What is the same for all entries of a batch; ``off`` is what to add to the phone's clock to have ours."""

    sender: Sender
    rounds: RecentRounds
    off: dt.timedelta
    now: dt.datetime


@transaction.atomic
def take_in(batch: Batch, sender: Sender, *, now: dt.datetime) -> list[Answer]:
    """Record the entries of a batch that were not recorded yet, and answer for each.

    Parameters
    ----------
    batch
        Entries in any order; the same one may come again, in this batch or another.
    sender
        Entries of crews that the sender is not in are left for a later log-in.
    now
        Our clock, to judge the phone's.

    Returns
    -------
    list of Answer
        One for each entry, in the order of the batch.

    Notes
    -----
    The same identifier with another content is refused and kept sealed for the police: the first one stands.
    """
    mine = _each_once(entry for entry in batch.entries if entry.crew in sender.crews)
    intake = _Intake(sender=sender, rounds=read_recent_rounds(), off=now - batch.sent_at, now=now)
    _take_passages([entry for entry in mine.values() if entry.kind == PASSAGE], intake)
    waiting = _take_calls([entry for entry in mine.values() if entry.kind == CALL], intake)
    _refuse_changed([entry for entry in batch.entries if entry.crew in sender.crews], intake)
    told = receipts.read(sender.crews, {entry.reference for entry in mine.values()})
    return [_answer(entry, told, waiting) for entry in batch.entries]


def _each_once(entries: Iterable[Entry]) -> dict[Key, Entry]:
    """The first entry of each identifier."""
    once: dict[Key, Entry] = {}
    for entry in entries:
        once.setdefault(receipts.key_of(entry), entry)
    return once


def _take_passages(entries: Sequence[Entry], intake: _Intake) -> None:
    fresh = receipts.take(entries)
    made: dict[Key, Passage] = {}
    notes: dict[Key, str] = {}
    refused: dict[Key, Refusal] = {}
    for entry in entries:
        key = receipts.key_of(entry)
        if key not in fresh:
            continue
        try:
            said = read_passage(_whole_content(entry))
        except UnreadableEntry:
            refused[key] = Refusal.UNREADABLE
            continue
        if not intake.rounds.shifts_at(entry.crew, said.home):
            refused[key] = Refusal.NOT_ON_ROUND
            continue
        made[key] = _passage(entry, said, intake)
        if said.note:
            notes[key] = said.note
    Passage.objects.bulk_create(made.values())
    PassageOrigin.objects.bulk_create(passage.origin for passage in made.values())
    join_told(made.values())
    _seal_notes(made, notes)
    audit.record("passage.create", kind=Passage, subjects=_keys_of(made), reason=audit.Reason.PATROL)
    receipts.settle(fresh, passages={key: passage.pk for key, passage in made.items()}, refused=refused)
    _keep_refused(entries, refused, intake)


def _passage(entry: Entry, said: SaidPassage, intake: _Intake) -> Passage:
    """The passage of an entry, with its origin."""
    time = settle(
        said.done_at, off=intake.off, shifts=intake.rounds.shifts_at(entry.crew, said.home), now=intake.now
    )
    passage = Passage(
        absence_id=said.home,
        stop_id=said.stop if intake.rounds.is_stop_at(said.stop, said.home) else None,
        done_at=time.at,
        clock=time.clock,
        # The database's own hour: its wall takes no other.
        recorded_at=TransactionNow(),
        result=said.result,
        anomaly=said.anomaly,
        checked=list(said.checked),
        wrong=list(said.wrong),
        presence=said.presence,
    )
    passage.origin = PassageOrigin(
        passage=passage,
        crew_id=entry.crew,
        device_id=intake.sender.device,
        reference=entry.reference,
        content_sha256=entry.sha256,
        phone_said_at=said.done_at,
        clock_off_s=time.off_s,
    )
    return passage


def _seal_notes(passages: Mapping[Key, Passage], texts: Mapping[Key, str]) -> None:
    notes = []
    for key, text in texts.items():
        note = PassageNote(passage=passages[key], text=text)
        note.keep_until(passages[key].done_at.date() + dt.timedelta(days=days_kept("passage")))
        notes.append(note)
    PassageNote.objects.bulk_create(notes)


def _take_calls(entries: Sequence[Entry], intake: _Intake) -> set[Key]:
    """Record the calls whose passage was sent, or told by radio; return those that wait for theirs."""
    said: dict[Key, SaidCall] = {}
    refused: dict[Key, Refusal] = {}
    for entry in entries:
        try:
            said[receipts.key_of(entry)] = read_call(_whole_content(entry))
        except UnreadableEntry:
            refused[receipts.key_of(entry)] = Refusal.UNREADABLE
    passages = receipts.read(intake.sender.crews, {call.passage for call in said.values()})
    followed = {(key[0], call.passage) for key, call in said.items()}
    told = read_passages_told() if followed - passages.keys() else {}
    waiting: set[Key] = set()
    follows: dict[Key, int] = {}
    for key, call in said.items():
        receipt = passages.get((key[0], call.passage))
        passage = told.get((key[0], call.passage)) if receipt is None else receipt.passage_id
        if passage is not None:
            follows[key] = passage
        elif receipt is None and intake.now - (call.ended_at + intake.off) < CALL_WAITS:
            waiting.add(key)
        else:
            refused[key] = Refusal.NO_PASSAGE
    fresh = receipts.take([entry for entry in entries if receipts.key_of(entry) not in waiting])
    refused = {key: reason for key, reason in refused.items() if key in fresh}
    made = [_call(key, said[key], passage, intake) for key, passage in follows.items() if key in fresh]
    CallAttempt.objects.bulk_create(made)
    audit.record(
        "anomaly.call_chain", kind=CallAttempt, subjects=[call.pk for call in made], reason=audit.Reason.PATROL
    )
    receipts.settle(fresh, passages={}, refused=refused)
    _keep_refused(entries, refused, intake)
    return waiting


def _call(key: Key, said: SaidCall, passage: int, intake: _Intake) -> CallAttempt:
    return CallAttempt(
        passage_id=passage,
        reference=key[1],
        step=said.step,
        outcome=said.outcome,
        started_at=min(said.started_at + intake.off, intake.now),
        ended_at=min(said.ended_at + intake.off, intake.now),
        recorded_at=TransactionNow(),
    )


def _refuse_changed(entries: Sequence[Entry], intake: _Intake) -> None:
    """Keep, once each, the entries whose identifier came first with another content."""
    told = receipts.read(intake.sender.crews, {entry.reference for entry in entries})
    changed = {}
    for entry in entries:
        receipt = told.get(receipts.key_of(entry))
        if receipt is not None and receipt.content_sha256 != entry.sha256:
            other = Entry(
                reference=uuid5(NAMESPACE_OID, f"{entry.reference} {entry.sha256}"),
                crew=entry.crew,
                kind=entry.kind,
                sha256=entry.sha256,
                content=entry.content,
            )
            changed[receipts.key_of(other)] = other
    fresh = receipts.take(list(changed.values()))
    refused = dict.fromkeys(fresh, Refusal.CHANGED)
    receipts.settle(fresh, passages={}, refused=refused)
    _keep_refused(list(changed.values()), refused, intake)


def _keep_refused(entries: Iterable[Entry], refused: Mapping[Key, Refusal], intake: _Intake) -> None:
    rows = []
    for entry in entries:
        if reason := refused.get(receipts.key_of(entry)):
            row = RefusedEntry(
                crew_id=entry.crew,
                device_id=intake.sender.device,
                reason=reason,
                received_at=TransactionNow(),
                content=entry.content,
            )
            row.keep_until(intake.now.date() + dt.timedelta(days=days_kept("passage")))
            rows.append(row)
    RefusedEntry.objects.bulk_create(rows)


def _whole_content(entry: Entry) -> str:
    if not entry.is_whole:
        raise UnreadableEntry
    return entry.content


def _keys_of(made: Mapping[Key, Passage]) -> list[int]:
    return [passage.pk for passage in made.values()]


def _answer(entry: Entry, told: receipts.Told, waiting: set[Key]) -> Answer:
    key = receipts.key_of(entry)
    if key in waiting:
        return Answer(reference=entry.reference, state=State.LATER)
    receipt = told.get(key)
    if receipt is None:
        return Answer(reference=entry.reference, state=State.OF_ANOTHER_CREW)
    if receipt.content_sha256 != entry.sha256:
        return Answer(reference=entry.reference, state=State.REFUSED, reason=Refusal.CHANGED.label)
    reason = Refusal(receipt.reason).label if receipt.reason else ""
    return Answer(reference=entry.reference, state=State(receipt.outcome), reason=reason)
