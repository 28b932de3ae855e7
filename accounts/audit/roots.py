"""The day's root: one hash over the heads of all streams, kept in a file outside the database, signed and chained.

A line of the file is one JSON object. It lists the heads that moved since the line before, so that the file grows
with what happened and not with the number of accounts.
"""

import datetime as dt
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from accounts.audit.chain import DIGEST_BYTES, Head, digest_of, head_of
from accounts.audit.signing import is_signed
from accounts.errors import AccountsError

FILE = "roots.jsonl"
OWNER_READS = 0o600

Heads = Mapping[str, Head]


@dataclass(frozen=True, kw_only=True)
class Root:
    """One line of the file: the heads that moved, and the hash over all heads and the root before."""

    at: dt.datetime
    moved: Heads
    digest: bytes
    signature: bytes

    @property
    def message(self) -> bytes:
        """What is signed."""
        return signed_message(self.at, self.digest)


class RootsBroken(AccountsError):
    """Le fichier des empreintes du journal a été modifié."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        self.line = line
        super().__init__(f"Fichier des empreintes {path}, ligne {line} : {what}.")


def signed_message(at: dt.datetime, digest: bytes) -> bytes:
    """Return the bytes that the signature of a root covers."""
    return b"ronde-audit-root\x00" + at.isoformat().encode() + digest


def root_digest(previous: bytes, heads: Heads) -> bytes:
    """Hash all heads, in the order of their streams, behind the root before."""
    digest = hashlib.sha256(previous)
    for stream in sorted(heads):
        digest.update(digest_of(heads[stream].digest, (stream, str(heads[stream].number))))
    return digest.digest()


def append_root(path: Path, heads: Heads, at: dt.datetime, key: Ed25519PrivateKey) -> Root:
    """Add the root of these heads to the file and return it.

    Raises
    ------
    RootsBroken
        When the file as it stands does not hold.
    """
    with _locked(path) as file:
        before = read_roots(path, key.public_key())
        known = all_heads(before)
        digest = root_digest(before[-1].digest if before else bytes(DIGEST_BYTES), {**known, **heads})
        moved = {stream: head for stream, head in heads.items() if known.get(stream) != head}
        root = Root(at=at, moved=moved, digest=digest, signature=key.sign(signed_message(at, digest)))
        file.write(f"{_write(root)}\n")
        file.flush()
        os.fsync(file.fileno())
    return root


def read_roots(path: Path, public: Ed25519PublicKey) -> list[Root]:
    """Read the file, each line checked against the one before and its signature; empty when there is none yet.

    Raises
    ------
    RootsBroken
        At the first line that was changed, added or removed.
    """
    if not path.exists():
        return []
    return list(_check_lines(path, path.read_text(encoding="ascii").splitlines(), public))


def all_heads(roots: Sequence[Root]) -> dict[str, Head]:
    """Return the heads as they were at the last root."""
    heads: dict[str, Head] = {}
    for root in roots:
        heads.update(root.moved)
    return heads


def _check_lines(path: Path, lines: Sequence[str], public: Ed25519PublicKey) -> Iterator[Root]:
    previous, heads = bytes(DIGEST_BYTES), dict[str, Head]()
    for number, line in enumerate(lines, start=1):
        try:
            root = _read(line)
        except (ValueError, KeyError, TypeError) as error:
            raise RootsBroken(path, number, "elle n'est pas lisible") from error
        heads.update(root.moved)
        if not is_signed(public, root.signature, root.message):
            raise RootsBroken(path, number, "sa signature n'est pas celle de la clé de ce site")
        if root_digest(previous, heads) != root.digest:
            raise RootsBroken(path, number, "elle ne suit pas la précédente, une ligne a été modifiée ou retirée")
        previous = root.digest
        yield root


def _write(root: Root) -> str:
    return json.dumps(
        {
            "at": root.at.isoformat(),
            "moved": {stream: [head.number, head.digest.hex()] for stream, head in sorted(root.moved.items())},
            "root": root.digest.hex(),
            "signature": root.signature.hex(),
        },
        separators=(",", ":"),
    )


def _read(line: str) -> Root:
    said = json.loads(line)
    return Root(
        at=dt.datetime.fromisoformat(said["at"]),
        moved={stream: head_of(*pair) for stream, pair in said["moved"].items()},
        digest=bytes.fromhex(said["root"]),
        signature=bytes.fromhex(said["signature"]),
    )


@contextmanager
def _locked(path: Path) -> Iterator[TextIO]:
    """Open the file to add to it; of two processes that do, the second waits and sees what the first has added."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER_READS)
    with os.fdopen(descriptor, "a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
