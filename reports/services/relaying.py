"""What a référent does with a report of the sector: rewrite and relay it, answer, or reject it with a reason."""

import datetime as dt
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import Account
from accounts.roles import Role
from reports.choices import Act, Audience, Rejection, State
from reports.errors import AlreadyDealtWith
from reports.models import Answer, Relay, Report, ReportStep
from reports.services.wording import admit


@transaction.atomic
def relay(report: Report, text: str, *, by: Account, now: dt.datetime) -> None:
    """Hand a report to the police in words of one's own.

    Raises
    ------
    reports.errors.TextRefused
        When the guard refuses the text; nothing is kept.
    AlreadyDealtWith
        When it does not wait any more.
    """
    admitted = admit(text)
    _move(report, state=State.NEW, relayed_at=now)
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
        _move(report, state=State.ANSWERED, ended_at=now)
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
    _move(report, state=State.REJECTED, ended_at=now, rejection=reason)
    write_answer(report, admitted, audience=Audience.AUTHOR, now=now)
    note_step(report, Act.REJECTED, role=Role.REFERENT, by=by, now=now)
    audit.record("report.reject", subjects=[report])


def write_answer(report: Report, admitted: str, *, audience: Audience, now: dt.datetime) -> None:
    """Keep an answer that the guard has read."""
    written = Answer(report=report, audience=audience, written_at=now, text=admitted)
    written.keep_until(report.kept_until)
    written.save(force_insert=True)


def note_step(report: Report, act: Act, *, role: Role, by: Account, now: dt.datetime) -> None:
    """Keep who did what with a report."""
    ReportStep.objects.create(report=report, act=act, taken_at=now, by_role=role, taken_by=by)


def _move(report: Report, **changes: Any) -> None:
    if not Report.objects.filter(pk=report.pk, state=State.TOLD).update(**changes):
        raise AlreadyDealtWith
    for name, value in changes.items():
        setattr(report, name, value)
