"""The arithmetic of the audit chain, without the database: hashes, links and what can be wrong with them."""

import hashlib
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

DIGEST_BYTES = 32
LENGTH = struct.Struct(">I")


class Head(NamedTuple):
    """The end of a piece of chain: the number of its last entry and the hash of that entry."""

    number: int
    digest: bytes


def head_of(number: int, hexadecimal: str) -> Head:
    """Read a head as files and JSON columns write it."""
    return Head(int(number), bytes.fromhex(hexadecimal))


START = Head(0, bytes(DIGEST_BYTES))


class Link(NamedTuple):
    """One entry of a stream as it stands, beside the head that the database keeps for the stream.

    ``number`` is None for a stream that has no entry left; ``head`` is None for an entry of an unknown stream.
    ``expected`` is the hash computed anew from the entry's content.
    """

    stream: str
    head: Head | None
    number: int | None
    previous: bytes
    digest: bytes
    expected: bytes


class What(StrEnum):
    """What is wrong at a place of the chain."""

    CHANGED = "l'entrée a été modifiée : son contenu ne donne plus son empreinte"
    MISSING = "une ou plusieurs entrées manquent à partir de celle-ci"
    MISPLACED = "l'entrée ne suit pas celle qui la précède : elle a été ajoutée, remplacée ou déplacée"
    ADDED = "l'entrée vient après la dernière que le flux connaît : elle a été ajoutée"
    BEHEADED = "la fin du flux a été retirée"
    HEAD_CHANGED = "la dernière empreinte connue du flux n'est pas celle de sa dernière entrée"
    UNKNOWN_STREAM = "le flux n'est pas connu : ses entrées ont été ajoutées, ou son enregistrement retiré"
    NOT_AS_KEPT = "l'entrée n'est pas celle dont l'empreinte a été gardée hors de la base"
    LOST_SINCE_KEPT = "l'entrée dont l'empreinte a été gardée hors de la base n'y est plus"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something wrong at an entry of a stream."""

    stream: str
    number: int
    what: What


def digest_of(previous: bytes, fields: Iterable[str]) -> bytes:
    """Hash an entry: SHA-256 over the previous hash, then each field in UTF-8 behind its length.

    Parameters
    ----------
    previous
        Hash of the entry before, 32 bytes; zeros before the first entry.
    fields
        Stream, number, moment in microseconds since 1970 UTC, commune, action, kind, row references joined by
        commas, reason, outcome.

    Notes
    -----
    A length is 4 bytes, most significant first, so that no two lists of fields give the same bytes. The function
    ``walls.audit_digest`` computes the same in the database.
    """
    message = [previous]
    for field in fields:
        content = field.encode()
        message += (LENGTH.pack(len(content)), content)
    return hashlib.sha256(b"".join(message)).digest()


def find_faults(
    links: Iterable[Link], *, starts: Mapping[str, Head], kept: Mapping[tuple[str, int], bytes]
) -> Iterator[Fault]:
    """Walk every stream from its start to its head and say what is wrong, in order.

    Parameters
    ----------
    links
        All entries, stream by stream, by number within one; one link without number for a stream without entry.
    starts
        The last entry cut off each stream at the end of its retention; absent for a stream never cut.
    kept
        Hashes kept outside the database, by stream and number.
    """
    unseen = dict(kept)
    at: str | None = None
    behind, head = START, None
    for link in links:
        if link.stream != at:
            if at is not None:
                yield from _check_end(at, behind, head)
            at, head, behind = link.stream, link.head, starts.get(link.stream, START)
            if head is None:
                yield Fault(stream=at, number=link.number or 0, what=What.UNKNOWN_STREAM)
        if link.number is None:
            continue
        yield from _check_link(link, behind)
        promised = unseen.pop((link.stream, link.number), link.digest)
        if promised != link.digest:
            yield Fault(stream=link.stream, number=link.number, what=What.NOT_AS_KEPT)
        behind = Head(link.number, link.digest)
    if at is not None:
        yield from _check_end(at, behind, head)
    for stream, number in sorted(unseen):
        if number > starts.get(stream, START).number:
            yield Fault(stream=stream, number=number, what=What.LOST_SINCE_KEPT)


def _check_link(link: Link, behind: Head) -> Iterator[Fault]:
    assert link.number is not None  # noqa: S101 (for the type checker; the caller has skipped empty streams)
    if link.digest != link.expected:
        yield Fault(stream=link.stream, number=link.number, what=What.CHANGED)
    if link.number > behind.number + 1:
        yield Fault(stream=link.stream, number=behind.number + 1, what=What.MISSING)
    elif link.previous != behind.digest or link.number <= behind.number:
        yield Fault(stream=link.stream, number=link.number, what=What.MISPLACED)
    if link.head is not None and link.number == link.head.number + 1:
        yield Fault(stream=link.stream, number=link.number, what=What.ADDED)


def _check_end(stream: str, last: Head, head: Head | None) -> Iterator[Fault]:
    if head is None:
        return
    if last.number < head.number:
        yield Fault(stream=stream, number=last.number + 1, what=What.BEHEADED)
    elif last.number == head.number and last.digest != head.digest:
        yield Fault(stream=stream, number=last.number, what=What.HEAD_CHANGED)
