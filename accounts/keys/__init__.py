"""Where the keys of the weeks are kept: outside the database and its backups.

`KeyStore` is all that the rest of Ronde knows; `FolderStore` keeps two files in a folder. A vault would be
another class with the same five methods, opened in `accounts.keys.current`.
"""

from accounts.keys.folder import FolderStore
from accounts.keys.store import KeyInventory, KeyStore, WeekEntry

__all__ = ["FolderStore", "KeyInventory", "KeyStore", "WeekEntry"]
