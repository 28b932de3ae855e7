"""What a référent does with a report of the sector: rewrite and relay it, answer, or reject it with a reason."""

import datetime as dt

from django.db import transaction

from accounts import audit
from accounts.models import Account
from accounts.roles import Role
from reports.choices import Act, Audience, Rejection, State
from reports.errors import AuthorsWords
from reports.models import Relay, Report, Telling
from reports.services.moving import move, note_step, write_answer
from reports.services.wording import admit, is_same, open_text

WAITING = (State.TOLD,)


@transaction.atomic
def relay(report: Report, text: str, *, by: Account, now: dt.datetime) -> None:
    """Hand a report to the police in words of one's own; what was spoken has no other words.

    Raises
    ------
    reports.errors.TextRefused
        When the guard refuses the text; nothing is kept.
    reports.errors.AuthorsWords
        When the text is what the author wrote; nothing is kept.
    reports.errors.AlreadyDealtWith
        When it does not wait any more.
    """
    admitted = admit(text)
    if not report.is_spoken and is_same(admitted, open_text(Telling, report, audit.Reason.REPORT)):
        raise AuthorsWords
    move(report, out_of=WAITING, state=State.NEW, relayed_at=now)
    written = Relay(report=report, text=admitted)
    written.keep_until(report.kept_until)
    written.save(force_insert=True)
    note_step(report, Act.RELAYED, role=Role.REFERENT, by=by, now=now)
    audit.record("report.relay", subjects=[report])


@transaction.atomic
def answer(report: Report, text: str, *, by: Account, now: dt.datetime) -> None:
    """Answer the author; a report that still waits ends with it.

    Raises
    ------
    reports.errors.TextRefused, AlreadyDealtWith
        As in `relay`.
    """
    admitted = admit(text)
    if report.state == State.TOLD:
        move(report, out_of=WAITING, state=State.ANSWERED, ended_at=now)
    write_answer(report, admitted, audience=Audience.AUTHOR, now=now)
    note_step(report, Act.ANSWERED, role=Role.REFERENT, by=by, now=now)
    audit.record("report.answer", subjects=[report])


@transaction.atomic
def reject(report: Report, reason: Rejection, text: str, *, by: Account, now: dt.datetime) -> None:
    """End a report that is not followed up, with a reason and a sentence for its author.

    Raises
    ------
    reports.errors.TextRefused, AlreadyDealtWith
        As in `relay`.
    """
    admitted = admit(text)
    move(report, out_of=WAITING, state=State.REJECTED, ended_at=now, rejection=reason)
    write_answer(report, admitted, audience=Audience.AUTHOR, now=now)
    note_step(report, Act.REJECTED, role=Role.REFERENT, by=by, now=now)
    audit.record("report.reject", subjects=[report])
