"""Where the travel data live: immutable versions side by side, and a link to the current one.

    directory/current               symbolic link to versions/<name>, replaced in one rename
    directory/versions/<name>/      manifest.json, and per mode car/street.osrm.*, car.log
    directory/versions/building-*   a build under way, or what is left of one that was killed
    directory/.lock                 held by the process that builds

A name is the fingerprint of what went in: the same extract with the same engine is the same version.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.routing.protocol import Mode

CURRENT = "current"
VERSIONS = "versions"
MANIFEST = "manifest.json"
LOCK = ".lock"
BUILDING_PREFIX = "building-"
READABLE = 0o644  # OSRM keeps one of its files to its owner, who need not be the one who serves the site

# Contraction hierarchies (CH) answer fastest, and take 2 s to build for cars in a Geneva suburb; but 21 s for
# bicycles and 75 s for walkers, whose streets have no hierarchy. Multi-level Dijkstra (MLD) is built in 1 s
# there, and gives a 300 x 300 matrix in 0.29 s and 0.23 s against 0.09 s and 0.15 s.
ALGORITHMS = {Mode.CAR: "CH", Mode.BICYCLE: "MLD", Mode.FOOT: "MLD"}


@dataclass(frozen=True, kw_only=True)
class DatasetVersion:
    """A complete set of travel data.

    Parameters
    ----------
    name
        Fingerprint of the extract, the modes and the engine.
    path
        The directory of the version.
    modes
        What it answers for.
    highway_count
        Ways tagged `highway` in the extract it comes from.
    """

    name: str
    path: Path
    modes: tuple[Mode, ...]
    highway_count: int

    def base(self, mode: Mode) -> Path:
        """Return the path that OSRM completes with the extensions of its files."""
        return dataset_base(self.path, mode)


def dataset_base(version_path: Path, mode: Mode) -> Path:
    """Return where a version keeps the files of a mode."""
    return version_path / mode.value / "street.osrm"


def current_version(directory: Path) -> DatasetVersion | None:
    """Return the version in service, or None where there is none or it is incomplete."""
    try:
        name = (directory / CURRENT).readlink().name
    except OSError:
        return None
    return read_version(directory / VERSIONS / name)


def read_version(path: Path) -> DatasetVersion | None:
    """Return the version kept at `path`, or None unless every file has the size its build gave it."""
    try:
        manifest = json.loads((path / MANIFEST).read_text())
        is_complete = all((path / file).stat().st_size == size for file, size in manifest["sizes"].items())
    except (OSError, ValueError):
        return None
    if not is_complete:
        return None
    return DatasetVersion(
        name=path.name,
        path=path,
        modes=tuple(Mode(mode) for mode in manifest["modes"]),
        highway_count=manifest["highway_count"],
    )


def seal(path: Path, description: dict[str, Any]) -> None:
    """Write the manifest of a finished build, once its files are on the disk."""
    files = sorted(file for file in path.rglob("*") if file.is_file())
    for file in files:
        file.chmod(READABLE)
        _flush(file)
    sizes = {str(file.relative_to(path)): file.stat().st_size for file in files}
    manifest = path / MANIFEST
    manifest.write_text(json.dumps({**description, "sizes": sizes}, indent=1) + "\n")
    _flush(manifest)


def put_in_service(directory: Path, version_path: Path) -> None:
    """Make a version the current one in a single rename, then remove all others."""
    new_link = directory / f"{CURRENT}.new"
    new_link.unlink(missing_ok=True)
    new_link.symlink_to(Path(VERSIONS) / version_path.name)
    new_link.replace(directory / CURRENT)
    _flush(directory)
    # A process that has loaded an old version keeps it: Linux frees the files when the last user closes them.
    for other in version_path.parent.iterdir():
        if other.name != version_path.name:
            shutil.rmtree(other, ignore_errors=True)  # what resists is tried again after the next build


@contextmanager
def building_lock(directory: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Let one process at a time build in `directory`; the kernel frees the lock of one that dies."""
    with (directory / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
