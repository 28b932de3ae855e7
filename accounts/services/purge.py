"""The end of retention: count the rows that are past their time, remove them, and destroy the weeks' keys."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction

from accounts import audit
from accounts.audit import keeping
from accounts.keys.current import key_store
from accounts.models.sealed import SealedModel
from accounts.retention import Retention
from accounts.sealing import Week
from accounts.services.identities import follow_roles
from accounts.services.register import declarations

BATCH = 5_000
# Keys made this far ahead are in the copy of the keys long before a row is sealed with them (docs/guide/cles.md).
WEEKS_AHEAD = 60


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the end of retention did, or would do, to one table: how many rows leave."""

    title: str
    label: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class PurgeReport:
    """What left: rows by table, and weeks whose key was destroyed.

    ``held_back`` are weeks that are over and whose key still opens rows: something keeps these too long.
    """

    tables: tuple[Outcome, ...]
    weeks: tuple[Week, ...]
    held_back: tuple[Week, ...]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


def purge(today: dt.date, *, dry_run: bool = False) -> PurgeReport:
    """Remove all that is past its time, one table after the other, each in a transaction of its own.

    Safe to repeat, and to stop in the middle: what was not done is done the next time.

    Parameters
    ----------
    today
        Rows and weeks over before this day leave.
    dry_run
        Say what would leave, and change nothing.

    Raises
    ------
    accounts.keys.errors.KeysError
        When the keys cannot be read; found before any row leaves.
    accounts.audit.keeping.ChainUnsound
        When the audit chain was tampered with: nothing is removed from it.
    """
    key_store().inventory()
    if dry_run:
        return _rehearse(today)
    tables = [_purge_table(model, retention, today) for model, retention in _own_durations()]
    follow_roles(today)
    key_store().prepare(Week.of(today).following(WEEKS_AHEAD))
    weeks, held_back = _weeks_that_end(today)
    _destroy(weeks)
    tables.append(_cut_audit(today))
    return PurgeReport(tables=tuple(tables), weeks=weeks, held_back=held_back)


@transaction.atomic
def _rehearse(today: dt.date) -> PurgeReport:
    """Remove, look at what is left, and undo it all."""
    tables = [_purge_table(model, retention, today) for model, retention in _own_durations()]
    weeks, held_back = _weeks_that_end(today)
    tables.append(_cut_audit(today, dry_run=True))
    transaction.set_rollback(True)
    return PurgeReport(tables=tuple(tables), weeks=weeks, held_back=held_back)


def _weeks_that_end(today: dt.date) -> tuple[tuple[Week, ...], tuple[Week, ...]]:
    """Return the weeks that are over and open no row any more, and those that still do."""
    over = [week for week in key_store().inventory().living if week.is_over(today)]
    held = set(weeks_in_use()).intersection(over)
    return tuple(week for week in over if week not in held), tuple(sorted(held))


def _destroy(weeks: Sequence[Week]) -> None:
    if not weeks:
        return
    # The trace is durable first: a key that is gone cannot be brought back by undoing a transaction.
    with transaction.atomic(durable=True):
        audit.record("keys.destroy_bucket", subjects=map(str, weeks), reason=audit.Reason.RETENTION)
    key_store().destroy(weeks)


def weeks_in_use() -> dict[Week, int]:
    """Return how many sealed rows die with each week, all tables together."""
    counts: dict[Week, int] = {}
    for model in sealed_models():
        for week, rows in model._default_manager.values_list("dies_in").annotate(models.Count("pk")).order_by():
            counts[Week.parse(week)] = counts.get(Week.parse(week), 0) + rows
    return dict(sorted(counts.items()))


def sealed_models() -> list[type[SealedModel]]:
    """Return the tables that have sealed fields."""
    return [model for model in declarations() if issubclass(model, SealedModel)]


def purge_rows(model: type[models.Model], today: dt.date) -> int:
    """Remove the rows of one table that are past their time, counting them first; return how many left.

    Raises
    ------
    KeyError
        When the table declares nothing.
    """
    return _remove(model, declarations()[model], today)


def _own_durations() -> Iterator[tuple[type[models.Model], Retention]]:
    return ((model, retention) for model, retention in declarations().items() if retention.duration)


def _purge_table(model: type[models.Model], retention: Retention, today: dt.date) -> Outcome:
    return Outcome(title=retention.title, label=model._meta.label, rows=_remove(model, retention, today))


def _over(model: type[models.Model], retention: Retention, today: dt.date) -> models.QuerySet[Any]:
    if retention.over is None:
        return model._default_manager.none()
    return model._default_manager.filter(retention.over(today))


@transaction.atomic
def _remove(model: type[models.Model], retention: Retention, today: dt.date) -> int:
    """Lock, count, remove and record the rows by batches, all in one transaction."""
    keys = list(
        _over(model, retention, today).order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True)
    )
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        if retention.count_first is not None:
            retention.count_first(batch)
        model._default_manager.filter(pk__in=batch).delete()
        audit.record("retention.run_now", subjects=_references(batch), kind=model, reason=audit.Reason.RETENTION)
    return len(keys)


def _references(keys: Sequence[Any]) -> Sequence[Any] | None:
    """Return keys that the audit chain may hold: a session's key is a secret, a number is not."""
    return keys if all(isinstance(key, int | UUID) for key in keys) else None


def _cut_audit(today: dt.date, *, dry_run: bool = False) -> Outcome:
    first_kept = keeping.first_day_kept(today, settings.AUDIT_MONTHS)
    rows = keeping.cut_before(first_kept, Path(settings.AUDIT_DIR), dry_run=dry_run)
    return Outcome(title="Journal des accès", label="accounts.AuditEntry", rows=rows)
