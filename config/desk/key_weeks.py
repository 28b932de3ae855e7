"""The inventory of keys, sorted by what one may look for: what serves now, what is made ahead, what is gone."""

import datetime as dt
from dataclasses import dataclass

from accounts.keys.store import KeyInventory, WeekEntry
from accounts.sealing import Week
from accounts.services.sealed_secrets import WITHOUT_END


@dataclass(frozen=True, kw_only=True)
class SortedKeys:
    """The entries of an inventory; ``held_back`` are weeks that are over and whose key still exists."""

    without_end: tuple[WeekEntry, ...]
    held_back: tuple[WeekEntry, ...]
    present: tuple[WeekEntry, ...]
    ahead: tuple[WeekEntry, ...]
    destroyed: tuple[WeekEntry, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no key was ever made."""
        return not (self.without_end or self.held_back or self.present or self.ahead or self.destroyed)


def sort_keys(inventory: KeyInventory, today: dt.date) -> SortedKeys:
    """Sort an inventory as it stands today; the weeks that are gone, the latest first."""
    living = [entry for entry in inventory.weeks if entry.destroyed_on is None]
    gone = [entry for entry in inventory.weeks if entry.destroyed_on is not None]
    this_week = Week.of(today)
    dated = [entry for entry in living if entry.week != WITHOUT_END]
    return SortedKeys(
        without_end=tuple(entry for entry in living if entry.week == WITHOUT_END),
        held_back=tuple(entry for entry in dated if entry.week < this_week),
        present=tuple(entry for entry in dated if entry.week == this_week),
        ahead=tuple(entry for entry in dated if entry.week > this_week),
        destroyed=tuple(reversed(gone)),
    )
