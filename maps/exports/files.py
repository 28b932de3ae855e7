"""Files of a plan: named without address or person, written all together or not at all."""

import contextlib
import datetime as dt
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.utils.text import slugify

from maps.errors import NotWritable

OWNER_ONLY = 0o600  # the content is nominative: addresses of empty homes


def file_name(day: dt.date, plan_number: int, extension: str, crew: str | None = None) -> str:
    """Name the file of one crew's round, or of the whole plan when ``crew`` is None."""
    if crew is None:
        return f"tournees-{day:%Y-%m-%d}-n{plan_number}.{extension}"
    return f"tournee-{day:%Y-%m-%d}-n{plan_number}-{slugify(crew) or 'equipage'}.{extension}"


def distinct_file_names(day: dt.date, plan_number: int, extension: str, crews: Iterable[str]) -> list[str]:
    """Name the files of several crews; crews that read alike once simplified get -2, -3… in turn."""
    names: list[str] = []
    for crew in crews:
        name = candidate = file_name(day, plan_number, extension, crew)
        turn = 2
        while candidate in names:
            stem = name.removesuffix(f".{extension}")
            candidate = f"{stem}-{turn}.{extension}"
            turn += 1
        names.append(candidate)
    return names


def write_together(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files into a folder, which is made when it is missing; every file appears whole.

    All contents are first written beside their final names, then renamed: a full disk or a missing right shows
    before the first rename, and leaves the folder as it was.

    Raises
    ------
    NotWritable
        When the folder cannot be made or written to.
    """
    waiting: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            target = folder / name
            if target.is_dir():
                raise IsADirectoryError(None, "un dossier porte déjà ce nom", str(target))
            waiting.append((_write_beside(target, content), target))
        for written, target in waiting:
            written.replace(target)
    except OSError as cause:
        for written, _ in waiting:
            with contextlib.suppress(OSError):
                written.unlink(missing_ok=True)
        raise NotWritable(folder, cause) from cause
    return [target for _, target in waiting]


def _write_beside(target: Path, content: bytes) -> Path:
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".ronde-", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(OWNER_ONLY)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
