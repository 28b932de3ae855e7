"""The interface of a key store, and what its inventory says."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from accounts.sealing import Week


@dataclass(frozen=True, kw_only=True)
class WeekEntry:
    """One week's key, without the key: made, and destroyed if it was."""

    week: Week
    made_on: dt.date | None
    destroyed_on: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class KeyInventory:
    """What a store holds, without a key: the weeks in order, and when the wrapping key was made."""

    weeks: tuple[WeekEntry, ...]
    wrapped_since: dt.date

    @property
    def living(self) -> tuple[Week, ...]:
        """The weeks whose key exists."""
        return tuple(entry.week for entry in self.weeks if entry.destroyed_on is None)


class KeyStore(Protocol):
    """Keeps the key of each week. Safe for several processes at a time; every error is a `KeysError`."""

    def week_cipher(self, week: Week, *, create: bool = False) -> AESGCM:
        """Return the cipher of a week's key; ``create`` makes the key where there is none yet.

        Raises
        ------
        WeekDestroyed, WeekUnknown
            When the key is gone for good, or was never made and ``create`` is false.
        """
        ...

    def week_index_key(self, week: Week, *, create: bool = False) -> bytes:
        """Return the key of the fingerprints by which rows of a week are searched, derived from the week's key.

        It tells nothing of the key that it comes from, and is gone with it.

        Raises
        ------
        WeekDestroyed, WeekUnknown
            As `week_cipher`.
        """
        ...

    def prepare(self, weeks: Iterable[Week]) -> int:
        """Make the keys that are missing among those of the weeks; return how many were made.

        A key that was destroyed is not made again. Made well ahead, keys are in the copy of the keys before the
        first row is sealed with them.
        """
        ...

    def destroy(self, weeks: Iterable[Week]) -> tuple[Week, ...]:
        """Destroy the keys of the weeks for good; return those that existed."""
        ...

    def rotate(self) -> int:
        """Draw a new wrapping key and wrap the weeks' keys again; return how many. Sealed rows do not change."""
        ...

    def inventory(self) -> KeyInventory:
        """Say what is kept, without a key."""
        ...
