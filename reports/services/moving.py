"""What référents and police do alike with a report: move it on, answer, and keep who did what."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from accounts.models import Account
from accounts.roles import Role
from reports.choices import Act, Audience, State
from reports.errors import AlreadyDealtWith
from reports.models import Answer, Report, ReportStep


def move(report: Report, *, out_of: Iterable[State], **changes: Any) -> None:
    """Change a report that still stands where whoever acts has seen it.

    Raises
    ------
    AlreadyDealtWith
        When somebody moved it meanwhile.
    """
    if not Report.objects.filter(pk=report.pk, state__in=list(out_of)).update(**changes):
        raise AlreadyDealtWith
    for name, value in changes.items():
        setattr(report, name, value)


def write_answer(report: Report, admitted: str, *, audience: Audience, now: dt.datetime) -> None:
    """Keep an answer that the guard has read."""
    written = Answer(report=report, audience=audience, written_at=now, text=admitted)
    written.keep_until(report.kept_until)
    written.save(force_insert=True)


def note_step(report: Report, act: Act, *, role: Role, by: Account, now: dt.datetime) -> None:
    """Keep who did what with a report."""
    ReportStep.objects.create(report=report, act=act, taken_at=now, by_role=role, taken_by=by)
