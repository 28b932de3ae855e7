"""What the police do with a relayed report: take it in hand, qualify it, answer, ask for a patrol, end it."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from accounts import audit
from accounts.models import Account
from accounts.roles import Role
from reports.choices import OPEN_TO_POLICE, Act, Audience, Category, Rejection, State
from reports.errors import AlreadyDealtWith
from reports.models import Report
from reports.services.moving import move, note_step, write_answer
from reports.services.wording import admit


@dataclass(frozen=True, kw_only=True)
class Officer:
    """Who acts for the police, in which of their roles, and when."""

    account: Account
    role: Role
    now: dt.datetime


@transaction.atomic
def take(report: Report, by: Officer) -> None:
    """Take a new report in hand.

    Raises
    ------
    reports.errors.AlreadyDealtWith
        When it is not new any more.
    """
    move(report, out_of=[State.NEW], state=State.IN_HAND, taken_at=by.now)
    _note(report, Act.TAKEN, by)
    audit.record("report.take", subjects=[report])


@transaction.atomic
def categorise(report: Report, category: Category, by: Officer) -> None:
    """Say what an open report is taken for.

    Raises
    ------
    reports.errors.AlreadyDealtWith
        When it has ended.
    """
    move(report, out_of=OPEN_TO_POLICE, category=category)
    _note(report, Act.CATEGORISED, by)
    audit.record("report.categorise", subjects=[report])


@transaction.atomic
def answer(report: Report, text: str, by: Officer) -> None:
    """Answer the référent, also once it has ended.

    Raises
    ------
    reports.errors.TextRefused
        When the guard refuses the text; nothing is kept.
    """
    _answer(report, admit(text), by)


@transaction.atomic
def close(report: Report, category: Category, text: str, by: Officer) -> None:
    """End an open report with what it was taken for, and a sentence for the référent if there is one.

    Raises
    ------
    reports.errors.TextRefused, AlreadyDealtWith
        As in `answer` and `categorise`.
    """
    admitted = admit(text) if text else ""
    move(report, out_of=OPEN_TO_POLICE, state=State.CLOSED, ended_at=by.now, category=category)
    if admitted:
        _answer(report, admitted, by)
    _note(report, Act.CLOSED, by)
    audit.record("report.close", subjects=[report])


@transaction.atomic
def reject(report: Report, reason: Rejection, text: str, by: Officer) -> None:
    """End an open report that is not followed up, with a reason and a sentence for the référent.

    Raises
    ------
    reports.errors.TextRefused, AlreadyDealtWith
        As in `answer` and `categorise`.
    """
    admitted = admit(text)
    move(report, out_of=OPEN_TO_POLICE, state=State.REJECTED, ended_at=by.now, rejection=reason)
    _answer(report, admitted, by)
    _note(report, Act.REJECTED, by)
    audit.record("report.reject", subjects=[report])


@transaction.atomic
def ask_patrol(report: Report, by: Officer) -> None:
    """Wish that a crew passes by the place; the desk finds it beside the plan.

    Raises
    ------
    reports.errors.AlreadyDealtWith
        As in `categorise`.
    """
    move(report, out_of=OPEN_TO_POLICE, patrol_asked_at=by.now)
    _note(report, Act.PATROL_ASKED, by)
    audit.record("report.patrol", subjects=[report])


@transaction.atomic
def end_patrol(report: Report, by: Officer, *, was_made: bool) -> None:
    """Take the wish back, or say that a crew has passed.

    Raises
    ------
    reports.errors.AlreadyDealtWith
        As in `categorise`.
    """
    move(report, out_of=OPEN_TO_POLICE, patrol_asked_at=None)
    _note(report, Act.PATROL_MADE if was_made else Act.PATROL_OFF, by)
    audit.record("report.patrol", subjects=[report])


@transaction.atomic
def note_found(report: Report, by: Officer) -> None:
    """Say that a crew found the same fact: not which, nor where, nor when.

    Raises
    ------
    reports.errors.AlreadyDealtWith
        When it has ended, or somebody said so already.
    """
    if report.state not in OPEN_TO_POLICE or report.steps.filter(act=Act.PATROL_FOUND).exists():
        raise AlreadyDealtWith
    _note(report, Act.PATROL_FOUND, by)
    audit.record("report.patrol", subjects=[report])


def _answer(report: Report, admitted: str, by: Officer) -> None:
    write_answer(report, admitted, audience=Audience.REFERENT, now=by.now)
    _note(report, Act.ANSWERED, by)
    audit.record("report.answer", subjects=[report])


def _note(report: Report, act: Act, by: Officer) -> None:
    note_step(report, act, role=by.role, by=by.account, now=by.now)
