"""Seal a row's texts so that they die with a key: pure cryptography, no Django, no database, no file.

Each row has a random key of its own. That key seals the row's texts, and is itself wrapped by the key of the
ISO week in which the row must die: once the week's key is destroyed, nothing opens the row any more, in backups
either.
"""

from accounts.sealing.errors import (
    KeyBroken,
    KeyDoesNotOpen,
    SealBroken,
    SealingError,
    UnknownSealVersion,
)
from accounts.sealing.rows import KEY_BYTES, Place, RowKey, new_key
from accounts.sealing.weeks import Week

__all__ = [
    "KEY_BYTES",
    "KeyBroken",
    "KeyDoesNotOpen",
    "Place",
    "RowKey",
    "SealBroken",
    "SealingError",
    "UnknownSealVersion",
    "Week",
    "new_key",
]
