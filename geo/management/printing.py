"""What the import commands show: progress on a terminal, then the difference and the counts."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from geo import french
from geo.errors import GeoError
from geo.importers.runs import ImportReport
from geo.importers.tally import Tally

BAD_INPUT = 2
DRY_RUN = "Essai à blanc : la base de données n'a pas été modifiée."


@contextmanager
def bad_input_as_exit_code() -> Iterator[None]:
    """Turn the app's refusals into the command's message and exit code 2."""
    try:
        yield
    except GeoError as error:
        raise CommandError(str(error), returncode=BAD_INPUT) from error


@contextmanager
def progress_bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show a bar on the error stream while it is a terminal; give the function that moves it."""
    with _bar() as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def download_bar(what: str) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how much has arrived and how fast; give the function that is told the bytes there."""
    columns = (TextColumn("{task.description}"), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def step_bar(what: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show on a terminal which step is done, of how many; give the function that is told."""
    with _bar() as bar:
        task = bar.add_task(what, total=None)
        yield lambda step, done, steps: bar.update(
            task, description=f"{what} : {step}", completed=done, total=steps
        )


@contextmanager
def elapsing(what: str) -> Iterator[None]:
    """Show on a terminal the time that goes by in a step that cannot tell how far it is."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        bar.add_task(what, total=None)
        yield


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True)


def file_size(file: Path) -> int | None:
    """Return the size in bytes for a progress bar, or None where there is no such file."""
    return file.stat().st_size if file.is_file() else None


def print_report(out: OutputWrapper, report: ImportReport) -> None:
    """Print the difference by table, then what was refused and passed over, then the conclusion."""
    for changes in report.changes:
        if changes.is_empty and not changes.unchanged and not changes.protected:
            continue
        out.write(
            f"{changes.table.label.capitalize()} – ajouts : {french.whole(len(changes.added))}, "
            f"modifications : {french.whole(len(changes.changed))}, "
            f"retraits : {french.whole(len(changes.removed))}, "
            f"sans changement : {french.whole(changes.unchanged)}"
        )
        if changes.protected:
            out.write(
                f"  {french.whole(len(changes.protected))} ne sont plus dans le fichier mais sont gardées : "
                "une absence déclarée s'y réfère."
            )
    print_tally(out, report.tally)
    for remark in report.remarks:
        out.write(remark)
    if report.is_unchanged:
        out.write("Rien n'a changé.")
    elif report.is_dry_run:
        out.write(DRY_RUN)


def print_tally(out: OutputWrapper, tally: Tally) -> None:
    """Print counts by reason; refusals with the first places where they occur."""
    _print_counts(out, "Numéros de rue du fichier", tally.treated, {})
    _print_counts(out, "Laissés de côté", tally.passed_over, {})
    _print_counts(out, "Refusés", tally.refused, tally.examples)


def _print_counts(out: OutputWrapper, title: str, counts: Counter[str], examples: dict[str, list[str]]) -> None:
    if not counts:
        return
    out.write(f"{title} : {french.whole(counts.total())}")
    for reason, count in counts.most_common():
        places = (
            f" ({', '.join(examples[reason])}{', …' if count > len(examples[reason]) else ''})" if examples else ""
        )
        out.write(f"  {french.whole(count):>9}  {reason}{places}")
