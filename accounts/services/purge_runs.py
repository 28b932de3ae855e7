"""Ask for an end of retention on the site, and carry it out by the worker: the site itself may remove nothing."""

import datetime as dt
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.errors import AccountsError
from accounts.models import Account, PurgeRun
from accounts.services.purge import PurgeReport, purge


def ask(by: Account, *, is_rehearsal: bool) -> PurgeRun:
    """Ask the worker for an end of retention, or for its rehearsal.

    One that waits already, of the same kind, is returned as it is.
    """
    with transaction.atomic():
        waiting = PurgeRun.objects.waiting().filter(is_rehearsal=is_rehearsal).first()
        if waiting is not None:
            return waiting
        run = PurgeRun.objects.create(asked_by=by, is_rehearsal=is_rehearsal)
        audit.record("retention.count_asked" if is_rehearsal else "retention.asked", subjects=[run])
    return run


def carry_out_daily(today: dt.date) -> PurgeReport:
    """Carry out an end of retention that nobody asked for on the site; see ``purge`` for what it raises."""
    return _carry_out(PurgeRun.objects.create(begun_at=timezone.now()), today)


def carry_out_waiting(today: dt.date) -> int:
    """Carry out what was asked for, one after the other; return how many. What fails is told on its run."""
    carried_out = 0
    for run in list(PurgeRun.objects.waiting()):
        # Of two workers, one takes it.
        if not PurgeRun.objects.waiting().filter(pk=run.pk).update(begun_at=timezone.now()):
            continue
        carried_out += 1
        try:
            _carry_out(run, today)
        except AccountsError:
            continue
    return carried_out


def _carry_out(run: PurgeRun, today: dt.date) -> PurgeReport:
    try:
        report = purge(today, dry_run=run.is_rehearsal)
    except AccountsError as error:
        PurgeRun.objects.filter(pk=run.pk).update(ended_at=timezone.now(), problem=str(error))
        raise
    PurgeRun.objects.filter(pk=run.pk).update(
        ended_at=timezone.now(),
        tables=[asdict(table) for table in report.tables if table.rows],
        weeks_destroyed=len(report.weeks),
        weeks_held_back=len(report.held_back),
    )
    return report
