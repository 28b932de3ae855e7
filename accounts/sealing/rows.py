"""The key of a row, the texts it seals, and the wrapping of that key.

Format, frozen (version 1), the same for a text and for a wrapped key::

    1 byte    version, 0x01
    12 bytes  nonce, random
    n bytes   AES-256-GCM of the plain bytes
    16 bytes  GCM tag

A text is UTF-8, closed by 0x80 and padded with zeros to a multiple of 32 bytes, so that the length of a sealed
name tells little. Associated data bind what is sealed to its place: the version byte, then table, row, field (and
week, for a wrapped key), each behind its length in two bytes, most significant first.

Nonces are random, 96 bits. A row's key seals a few texts a few times; a week's key wraps at most some 10⁵ row
keys: both are far below the 2³² messages up to which random nonces are safe with one key (NIST SP 800-38D, 8.3).
No nonce is ever derived or counted, so that a database restored to an earlier day cannot make one come back.
"""

import os
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from accounts.sealing.errors import KeyBroken, KeyDoesNotOpen, SealBroken, UnknownSealVersion
from accounts.sealing.weeks import Week

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
VERSION = 1
PAD_TO_BYTES = 32

_HEAD = bytes([VERSION])
_SHORTEST = len(_HEAD) + NONCE_BYTES + TAG_BYTES
_PAD_MARK = b"\x80"
# No field can bear this name: it is not an identifier.
_ROW_KEY_FIELD = "<key>"


def new_key() -> bytes:
    """Return 32 random bytes from the operating system."""
    return os.urandom(KEY_BYTES)


def cipher_of(key: bytes) -> AESGCM:
    """Return the cipher of a key of 32 bytes.

    Raises
    ------
    KeyBroken
        When the key has another length.
    """
    if len(key) != KEY_BYTES:
        raise KeyBroken
    return AESGCM(key)


@dataclass(frozen=True)
class Place:
    """Where sealed texts belong: a table, named once and for all, and the identity of a row."""

    table: str
    row: UUID
    _bound: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_bound", _HEAD + _measured(self.table.encode()) + _measured(self.row.bytes))

    def bind(self, *parts: str) -> bytes:
        """Return the associated data of a text or a key of this row."""
        return self._bound + b"".join([_measured(part.encode()) for part in parts])

    def __str__(self) -> str:
        return f"{self.table} {self.row}"


@dataclass(frozen=True)
class RowKey:
    """The open key of one row, which seals and opens that row's texts; it never shows itself."""

    place: Place
    _key: bytes = field(repr=False)
    _cipher: AESGCM = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_cipher", cipher_of(self._key))

    @classmethod
    def new(cls, place: Place) -> Self:
        """Draw a key for a new row."""
        return cls(place, new_key())

    @classmethod
    def unwrap(cls, wrapped: bytes, place: Place, week: Week, week_cipher: AESGCM) -> Self:
        """Open a row's key with the key of its week.

        Raises
        ------
        UnknownSealVersion, KeyDoesNotOpen
            When the wrapped key is of another format, of another row or week, changed, or the week's key another.
        """
        bound = place.bind(_ROW_KEY_FIELD, str(week))
        try:
            return cls(place, _open(wrapped, bound, week_cipher, place))
        except InvalidTag:
            raise KeyDoesNotOpen(str(place)) from None

    def wrap(self, week: Week, week_cipher: AESGCM) -> bytes:
        """Return the key wrapped by the key of a week; wrapping again moves the day on which the row dies."""
        return _seal(self._key, self.place.bind(_ROW_KEY_FIELD, str(week)), week_cipher)

    def seal(self, name: str, text: str) -> bytes:
        """Seal a text for the field called ``name``; the same text gives other bytes each time."""
        plain = text.encode() + _PAD_MARK
        padded = plain + bytes(-len(plain) % PAD_TO_BYTES)
        return _seal(padded, self.place.bind(name), self._cipher)

    def open(self, name: str, sealed: bytes) -> str:
        """Open what was sealed for the field called ``name`` of this row.

        Raises
        ------
        UnknownSealVersion, SealBroken
            When the text is of another format, was changed, cut, or comes from another field, row or table.
        """
        try:
            padded = _open(sealed, self.place.bind(name), self._cipher, self.place)
        except InvalidTag:
            raise SealBroken(f"{self.place}, {name}") from None
        return padded.rstrip(b"\0")[: -len(_PAD_MARK)].decode()


def _measured(part: bytes) -> bytes:
    return len(part).to_bytes(2, "big") + part


def _seal(plain: bytes, bound: bytes, cipher: AESGCM) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return _HEAD + nonce + cipher.encrypt(nonce, plain, bound)


def _open(sealed: bytes, bound: bytes, cipher: AESGCM, place: Place) -> bytes:
    """Check the version and open; the caller says what a tag that does not fit means."""
    if len(sealed) < _SHORTEST:
        raise InvalidTag
    if sealed[:1] != _HEAD:
        raise UnknownSealVersion(str(place))
    return cipher.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], bound)
