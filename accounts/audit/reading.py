"""Read the chain out of the database for those who check it."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import connection, transaction

from accounts.audit.chain import Head, Link, digest_of, head_of
from accounts.audit.signing import is_signed

ALL_LINKS = (Path(__file__).parent.parent / "sql" / "audit_all_links.sql").read_text(encoding="utf-8")
LINKS_FOR_KEEPERS = "SELECT * FROM walls.audit_links()"
ALL_CUTS = "SELECT before, heads::text, signature FROM accounts_auditcut ORDER BY id"
CUTS_FOR_KEEPERS = "SELECT before, heads::text, signature FROM walls.audit_cuts()"
ROWS_A_TRIP = 5000
# Any number will do, as long as whoever reads the chain and whoever cuts it use the same.
CUTTING = 20150708


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Months cut off the streams: for each stream, the last entry that is gone."""

    before: dt.date
    heads: dict[str, Head]
    signature: bytes

    def is_signed_by(self, public: Ed25519PublicKey) -> bool:
        """Whether the site's key has signed this cut."""
        return is_signed(public, self.signature, cut_message(self.before, self.heads))


def cut_message(before: dt.date, heads: dict[str, Head]) -> bytes:
    """Return the bytes that the signature of a cut covers."""
    return b"ronde-audit-cut\x00" + before.isoformat().encode() + written_heads(heads).encode()


def sign_cut(before: dt.date, heads: dict[str, Head], key: Ed25519PrivateKey) -> bytes:
    """Sign a cut that was checked."""
    return key.sign(cut_message(before, heads))


def written_heads(heads: dict[str, Head]) -> str:
    """Write heads as the JSON that the database keeps, always the same way."""
    return json.dumps({stream: [head.number, head.digest.hex()] for stream, head in sorted(heads.items())})


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the chain is read to be verified: a job in the tables, a keeper in functions that tell no content."""

    links: str
    read_link: Callable[[tuple[Any, ...]], Link]
    cuts: str


@contextmanager
def steady_chain(*, to_cut: bool = False) -> Iterator[None]:
    """Keep the start of the chain still: readers side by side, or one that cuts and nobody else."""
    lock = "pg_advisory_xact_lock" if to_cut else "pg_advisory_xact_lock_shared"
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {lock}(%s)", [CUTTING])
        yield


def read_links(source: Source) -> Iterator[Link]:
    """Read all entries of all streams, each with its hash computed anew; inside :func:`steady_chain`."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(source.links)
        while rows := cursor.fetchmany(ROWS_A_TRIP):
            yield from map(source.read_link, rows)


def read_cuts(source: Source) -> list[Cut]:
    """Read the cuts in the order they were made."""
    with connection.cursor() as cursor:
        cursor.execute(source.cuts)
        return [_cut(*row) for row in cursor.fetchall()]


def read_heads() -> dict[str, Head]:
    """Read the head of every stream."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stream, number, hash FROM accounts_auditstream")
        return {stream: Head(number, bytes(digest)) for stream, number, digest in cursor.fetchall()}


def read_last_before(moment: dt.datetime) -> dict[str, Head]:
    """Read for each stream the last entry made before a moment; streams without one are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (stream) stream, number, hash FROM accounts_auditentry WHERE at < %s "
            "ORDER BY stream, number DESC",
            [moment],
        )
        return {stream: Head(number, bytes(digest)) for stream, number, digest in cursor.fetchall()}


def _hash_anew(row: tuple[Any, ...]) -> Link:
    stream, head_number, head_digest, number, *content, previous, digest = row
    if number is None:
        return _link(stream, head_number, head_digest, None, b"", b"", b"")
    expected = digest_of(bytes(previous), (stream, str(number), *map(str, content)))
    return _link(stream, head_number, head_digest, number, previous, digest, expected)


def _trust_hash(row: tuple[Any, ...]) -> Link:
    """Read a link whose hash the database has computed anew; its content stays there."""
    stream, head_number, head_digest, number, *digests = row
    return _link(stream, head_number, head_digest, number, *(digest or b"" for digest in digests))


def _link(stream: str, head_number: Any, head_digest: Any, number: Any, *digests: Any) -> Link:
    head = None if head_number is None else Head(head_number, bytes(head_digest))
    return Link(stream, head, number, *map(bytes, digests))


def _cut(before: dt.date, heads: str, signature: bytes) -> Cut:
    read = {stream: head_of(*pair) for stream, pair in json.loads(heads).items()}
    return Cut(before=before, heads=read, signature=bytes(signature))


JOBS = Source(links=ALL_LINKS, read_link=_hash_anew, cuts=ALL_CUTS)
KEEPERS = Source(links=LINKS_FOR_KEEPERS, read_link=_trust_hash, cuts=CUTS_FOR_KEEPERS)
