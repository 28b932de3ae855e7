"""The key store of this installation, as its settings name it. A vault would be opened here."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from accounts.keys.folder import FolderStore
from accounts.keys.store import KeyStore


def key_store() -> KeyStore:
    """Return the key store of ``settings.KEYS_DIR``; opened once per process, and reread when its files change."""
    return folder_store(settings.KEYS_DIR)


@cache
def folder_store(folder: Path) -> FolderStore:
    """Return the store of a folder, one per process, so that its threads share what was read."""
    return FolderStore(folder, today=timezone.localdate)
