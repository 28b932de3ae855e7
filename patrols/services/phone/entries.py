"""The entries that a phone sends, read strictly: each is one passage or one call, under its own identifier."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from patrols.errors import UnreadableBatch, UnreadableEntry
from patrols.models import CallAttempt, Check, Passage
from patrols.models.passages import LONGEST_NOTE
from patrols.models.receipts import LONGEST_CONTENT

MOST_ENTRIES = 200  # a night of four crews; a phone sends the rest in further batches
PASSAGE, CALL = "passage", "call"
Kind = str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry as it was sent: ``content`` is the text whose SHA-256 is ``sha256``, not read yet."""

    reference: UUID
    crew: int
    kind: Kind
    sha256: str
    content: str

    @property
    def is_whole(self) -> bool:
        """Whether the content is the one that was hashed."""
        return hashlib.sha256(self.content.encode()).hexdigest() == self.sha256


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What a phone sends at once: its entries, in any order, and what its clock said then."""

    sent_at: dt.datetime
    entries: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True)
class SaidPassage:
    """A passage as a phone tells it; ``stop`` is None when the plan that had it is gone."""

    stop: int | None
    home: int
    done_at: dt.datetime
    result: str
    anomaly: str
    checked: tuple[str, ...]
    wrong: tuple[str, ...]
    presence: str
    note: str


@dataclass(frozen=True, kw_only=True)
class SaidCall:
    """A call as a phone tells it, after the passage of that reference."""

    passage: UUID
    step: str
    outcome: str
    started_at: dt.datetime
    ended_at: dt.datetime


def read_batch(body: bytes) -> Batch:
    """Read the body of a request.

    Raises
    ------
    UnreadableBatch
        When it is not a batch, or an entry has no identifier under which it could be answered.
    """
    try:
        told = json.loads(body)
        entries = tuple(_read_envelope(each) for each in told["entries"])
        sent_at = _moment(told["sent_at"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UnreadableBatch from error
    if len(entries) > MOST_ENTRIES:
        raise UnreadableBatch
    return Batch(sent_at=sent_at, entries=entries)


def read_passage(content: str) -> SaidPassage:
    """Read the content of a passage.

    Raises
    ------
    UnreadableEntry
        When a field is missing or holds what the closed lists do not have.
    """
    told = _fields(content)
    try:
        said = SaidPassage(
            stop=None if told["stop"] is None else _whole(told["stop"]),
            home=_whole(told["home"]),
            done_at=_moment(told["done_at"]),
            result=_one_of(Passage.Result.values, told["result"]),
            anomaly=_one_of(["", *Passage.Anomaly.values], told["anomaly"]),
            checked=_some_of(Check.values, told["checked"]),
            wrong=_some_of(Check.values, told["wrong"]),
            presence=_one_of(Passage.Presence.values, told["presence"]),
            note=_short_text(told["note"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableEntry from error
    is_anomaly = said.result == Passage.Result.ANOMALY
    if (
        bool(said.anomaly) != is_anomaly
        or not set(said.wrong) <= set(said.checked)
        or (said.wrong and not is_anomaly)
    ):
        raise UnreadableEntry
    return said


def read_call(content: str) -> SaidCall:
    """Read the content of a call.

    Raises
    ------
    UnreadableEntry
        When a field is missing or holds what the closed lists do not have, or the call ends before it starts.
    """
    told = _fields(content)
    try:
        said = SaidCall(
            passage=UUID(told["passage"]),
            step=_one_of(CallAttempt.Step.values, told["step"]),
            outcome=_one_of(CallAttempt.Outcome.values, told["outcome"]),
            started_at=_moment(told["started_at"]),
            ended_at=_moment(told["ended_at"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableEntry from error
    if said.ended_at < said.started_at:
        raise UnreadableEntry
    return said


def _read_envelope(told: Any) -> Entry:
    content, sha256 = told["content"], told["sha256"]
    if (
        not isinstance(content, str)
        or not isinstance(sha256, str)
        or len(sha256) > len(hashlib.sha256().hexdigest())
    ):
        raise TypeError
    return Entry(
        reference=UUID(told["reference"]),
        crew=_whole(told["crew"]),
        kind=_one_of([PASSAGE, CALL], told["kind"]),
        sha256=sha256,
        content=content[:LONGEST_CONTENT],
    )


def _fields(content: str) -> Mapping[str, Any]:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnreadableEntry from error
    if not isinstance(told, dict):
        raise UnreadableEntry
    return told


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 < value < 2**63:
        raise TypeError
    return value


def _moment(text: Any) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(dt.UTC)


def _one_of(values: Iterable[str], value: Any) -> str:
    if not isinstance(value, str) or value not in values:
        raise ValueError
    return value


def _some_of(values: Iterable[str], told: Any) -> tuple[str, ...]:
    """The values told, each once, in the order of the closed list."""
    if not isinstance(told, list):
        raise TypeError
    known = list(values)
    if set(told) - set(known):
        raise ValueError
    return tuple(value for value in known if value in told)


def _short_text(text: Any) -> str:
    if not isinstance(text, str) or len(text) > LONGEST_NOTE:
        raise ValueError
    # PostgreSQL would take it, since it is sealed; nobody could read it.
    return "".join(sign for sign in text if sign.isprintable() or sign == "\n").strip()
