"""The calls of the desk after an anomaly: whom to call, number by number, and each call with its hours."""

import datetime as dt
import uuid
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.core import signing
from django.db import transaction

from absences.models import HouseholdContacts
from accounts import audit
from accounts.unsealing import unseal
from patrols.models import CallAttempt, Passage, PassageNote
from patrols.services.desk.once import take_turn

Step = CallAttempt.Step
SALT = "patrols.desk.call"
# Whoever leaves a call open longer has forgotten it: its length would mean nothing.
LONGEST_CALL = dt.timedelta(hours=2)
FIELDS = {Step.OWNER: ("phone",), Step.TRUSTED_PERSON: ("trusted_name", "trusted_phone")}


@dataclass(frozen=True, kw_only=True)
class Callee:
    """Whom one call reaches; ``number`` is empty where none was declared. Kept by nobody beyond one answer."""

    number: str
    name: str = ""
    has_keys: bool = False

    def __repr__(self) -> str:
        return "Callee(…)"


@dataclass(frozen=True, kw_only=True)
class CallUnderWay:
    """A call that has begun: it stands in the page that shows the number, signed, until the page says its end."""

    passage: int
    step: Step
    reference: UUID
    started_at: dt.datetime

    def sign(self) -> str:
        """Write it for a form's hidden field."""
        said = [self.passage, self.step, str(self.reference), self.started_at.isoformat()]
        return signing.dumps(said, salt=SALT)


@dataclass(frozen=True, kw_only=True)
class CallStep:
    """One step of the chain with the calls that were made; ``is_next`` is the one to call now."""

    step: Step
    calls: tuple[CallAttempt, ...]
    is_next: bool

    @property
    def is_reached(self) -> bool:
        return any(call.outcome == CallAttempt.Outcome.REACHED for call in self.calls)


def read_steps(passage: Passage) -> list[CallStep]:
    """Read the chain of an anomaly: the first step whose call nobody told is next, until somebody is reached."""
    calls = list(CallAttempt.objects.of_visit(passage).order_by("started_at"))
    is_over = any(call.outcome == CallAttempt.Outcome.REACHED for call in calls)
    tried = {call.step for call in calls if call.outcome != CallAttempt.Outcome.NOT_SAID}
    following = None if is_over else next((step for step in Step if step not in tried), None)
    return [
        CallStep(step=step, calls=tuple(call for call in calls if call.step == step), is_next=step == following)
        for step in Step
    ]


def is_anybody_to_call(passage: Passage) -> bool:
    """Say whether an anomaly's chain is still open: nobody was reached, and somebody was not called."""
    return any(step.is_next for step in read_steps(passage))


def begin_call(passage: Passage, step: Step, *, now: dt.datetime) -> tuple[CallUnderWay, Callee]:
    """Begin a call: its hour, and the number to dial, of which the reading leaves its trace.

    Raises
    ------
    accounts.sealing.SealingError
        When a key is gone or a row was tampered with.
    """
    call = CallUnderWay(passage=passage.pk, step=step, reference=uuid.uuid4(), started_at=now)
    return call, _read_callee(passage, step)


def read_note(passage: Passage) -> str:
    """Read what the crew wrote, for whoever is about to call; empty where it wrote nothing."""
    note = PassageNote.objects.filter(passage=passage).first()
    return unseal(note, "text", reason=audit.Reason.PATROL)["text"] if note else ""


def read_call_under_way(signed: str) -> CallUnderWay | None:
    """Read a call from a form; None where it is not ours or has lasted too long."""
    try:
        passage, step, reference, started_at = signing.loads(signed, salt=SALT, max_age=LONGEST_CALL)
    except signing.BadSignature:
        return None
    return CallUnderWay(
        passage=passage,
        step=Step(step),
        reference=UUID(reference),
        started_at=dt.datetime.fromisoformat(started_at),
    )


@transaction.atomic
def end_call(call: CallUnderWay, outcome: str, *, now: dt.datetime) -> None:
    """Record a call that has ended, once however often it is said."""
    take_turn(call.reference)
    if CallAttempt.objects.filter(passage=call.passage, reference=call.reference).exists():
        return
    made = CallAttempt.objects.create(
        passage_id=call.passage,
        reference=call.reference,
        step=call.step,
        outcome=outcome,
        started_at=call.started_at,
        ended_at=max(now, call.started_at),
        recorded_at=TransactionNow(),
    )
    audit.record("anomaly.call_chain", subjects=[made], reason=audit.Reason.PATROL)


def _read_callee(passage: Passage, step: Step) -> Callee:
    if step is Step.NATIONAL_POLICE:
        return Callee(number=settings.NATIONAL_POLICE_PHONE)
    row = HouseholdContacts.objects.filter(absence=passage.absence_id).select_related("absence").first()
    if row is None:
        return Callee(number="")
    texts = unseal(row, *FIELDS[step], reason=audit.Reason.PATROL)
    if step is Step.OWNER:
        return Callee(number=texts["phone"])
    return Callee(number=texts["trusted_phone"], name=texts["trusted_name"], has_keys=row.trusted_has_keys)
