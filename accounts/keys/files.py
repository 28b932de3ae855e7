"""Key files on disk: read, written and locked so that no crash and no second process leaves half a file."""

import base64
import binascii
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from accounts.keys.errors import KeysCorrupted, KeysMissing, KeysOpenToOthers, KeysUnreadable

FILE_MODE = 0o600
FOLDER_MODE = 0o700
OTHERS = 0o077
FORMAT = 1

type Signature = tuple[int, int, int, int]


def signature_of(path: Path) -> Signature:
    """Return what changes whenever a file is replaced; about a microsecond.

    Raises
    ------
    KeysMissing, KeysUnreadable
        When there is no such file, or its folder is closed to this account.
    """
    # Asked at every sealing: a third of the time of `path.stat` inside `_explaining`.
    try:
        stat = os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        raise KeysMissing(path) from None
    except OSError as error:
        raise KeysUnreadable(path, error.strerror) from error
    return stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size


def read(path: Path) -> dict[str, Any]:
    """Read a key file.

    Raises
    ------
    KeysMissing, KeysUnreadable, KeysOpenToOthers, KeysCorrupted
        When the file is not there, closed to this account, open to others, or not a key file.
    """
    with _explaining(path), path.open("rb") as file:
        if os.fstat(file.fileno()).st_mode & OTHERS:
            raise KeysOpenToOthers(path)
        text = file.read()
    try:
        content = json.loads(text)
    except ValueError:
        raise KeysCorrupted(path) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise KeysCorrupted(path)
    return content


def write(path: Path, content: dict[str, Any]) -> None:
    """Replace a key file in one step, on disk before this returns; what it held is then overwritten.

    Overwriting reaches the blocks of the former file where the disk writes in place. Where it does not (flash, a
    file system that copies on write, a snapshot), only an encrypted disk or a vault does better.
    """
    text = json.dumps({"format": FORMAT, **content}, indent=1).encode()
    fresh = path.with_name(f".{path.name}.new")
    with _explaining(path):
        former = os.open(path, os.O_WRONLY) if path.exists() else None
        try:
            fresh.unlink(missing_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
            _sync_folder(path.parent)
            if former is not None:
                os.pwrite(former, bytes(os.fstat(former).st_size), 0)
                os.fsync(former)
        finally:
            if former is not None:
                os.close(former)


@contextmanager
def locked(path: Path, *, to_write: bool) -> Iterator[None]:
    """Hold the folder's lock: alone to write, together to read. The kernel lets go of it when a process dies."""
    with _explaining(path):
        # Opened for reading, an existing lock can be held on a folder mounted read-only too.
        handle = os.open(path, (os.O_RDWR if to_write else os.O_RDONLY) | os.O_CREAT, FILE_MODE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if to_write else fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


def encode(key: bytes) -> str:
    """Write bytes as text for a key file."""
    return base64.b64encode(key).decode("ascii")


def decode(text: object, path: Path) -> bytes:
    """Read bytes from a key file.

    Raises
    ------
    KeysCorrupted
        When the text is none.
    """
    try:
        return base64.b64decode(str(text), validate=True)
    except binascii.Error:
        raise KeysCorrupted(path) from None


@contextmanager
def _explaining(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise KeysMissing(path) from None
    except OSError as error:
        raise KeysUnreadable(path, error.strerror) from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
