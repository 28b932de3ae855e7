"""What every import shares: the commune, its lock and transaction, the report, and the row that tells of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from geo.errors import TooManyRemovals
from geo.importers.changes import TableChanges
from geo.importers.tally import Tally
from geo.models import Commune, ImportRun

# A file that makes more than half of a filled table vanish is more likely cut short than true.
MAX_REMOVED_SHARE = 0.5
SHARE_COUNTS_FROM_ROWS = 50


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did, or would do if ``is_dry_run``."""

    file: Path
    changes: Sequence[TableChanges]
    tally: Tally
    is_dry_run: bool
    remarks: Sequence[str] = ()

    @property
    def is_unchanged(self) -> bool:
        """Whether the file said nothing new."""
        return all(changes.is_empty for changes in self.changes)


@contextmanager
def locked(commune: Commune) -> Iterator[Commune]:
    """Open the import's transaction; a second import of the same commune waits, absences can still be declared."""
    with transaction.atomic():
        yield Commune.objects.select_for_update(no_key=True).get(pk=commune.pk)


def refuse_mass_removal(file: Path, changes: TableChanges) -> None:
    """Refuse a file that would empty more than half of a table.

    Raises
    ------
    TooManyRemovals
    """
    removed = len(changes.removed)
    existing = removed + changes.unchanged + len(changes.changed)
    if existing >= SHARE_COUNTS_FROM_ROWS and removed > MAX_REMOVED_SHARE * existing:
        raise TooManyRemovals(file, changes.table.label, removed, existing)


def record_run(commune: Commune | None, kind: str, sha256: str, report: ImportReport) -> ImportRun:
    """Store that the import was completed, with its counts."""
    return ImportRun.objects.create(
        commune=commune,
        kind=kind,
        file_name=report.file.name[:255],
        file_sha256=sha256,
        added=sum(len(each.added) for each in report.changes),
        changed=sum(len(each.changed) for each in report.changes),
        removed=sum(len(each.removed) for each in report.changes),
        refused=report.tally.as_json(),
    )
