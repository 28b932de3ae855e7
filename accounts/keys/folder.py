"""Keys kept in two files of one folder, owned by the account that runs Ronde.

``wrapping.json`` holds the wrapping key (two of them in the middle of a rotation, so that a crash there loses
nothing); ``weeks.json`` holds each week's key, wrapped, and the weeks whose key was destroyed. Neither file opens
anything without the other.
"""

import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from accounts.keys import files
from accounts.keys.errors import KeysAlreadyThere, KeysCorrupted, WeekDestroyed, WeekUnknown, WrongWrappingKey
from accounts.keys.store import KeyInventory, WeekEntry
from accounts.sealing import KeyBroken, Week, new_key
from accounts.sealing.errors import NotAWeek
from accounts.sealing.rows import KEY_BYTES, NONCE_BYTES, cipher_of

WRAPPING_FILE = "wrapping.json"
WEEKS_FILE = "weeks.json"
LOCK_FILE = "lock"
_BOUND_TO = "ronde week key 1|{week}|{wrapping}"
_INDEX_INFO = "ronde index key 1|{week}"


class FolderStore:
    """The keys of a folder; see `accounts.keys.store.KeyStore`.

    Parameters
    ----------
    folder
        Mode 0700, with files of mode 0600.
    today
        The clock, for the dates of the inventory.
    """

    def __init__(self, folder: Path, *, today: Callable[[], dt.date] = dt.date.today) -> None:
        self._wrapping = folder / WRAPPING_FILE
        self._weeks = folder / WEEKS_FILE
        self._lock = folder / LOCK_FILE
        self._today = today
        # What was read, and the files it was read from; threads of one process share it.
        self._ciphers: dict[Week, AESGCM] = {}
        self._index_keys: dict[Week, bytes] = {}
        self._read_from: tuple[files.Signature, files.Signature] | None = None
        self._thread_lock = Lock()

    def create(self) -> None:
        """Make the folder and its first wrapping key.

        Raises
        ------
        KeysAlreadyThere
            When there are keys: none is ever made over others. What a crash of this very step leaves has none.
        """
        folder = self._wrapping.parent
        folder.mkdir(mode=files.FOLDER_MODE, parents=True, exist_ok=True)
        with files.locked(self._lock, to_write=True):
            if self._wrapping.exists() or (self._weeks.exists() and any(self._read_weeks().values())):
                raise KeysAlreadyThere(folder)
            name, entry = self._new_wrapping_key()
            files.write(self._weeks, {"weeks": {}, "destroyed": {}})
            files.write(self._wrapping, {"current": name, "keys": {name: entry}})

    def exists(self) -> bool:
        """Whether keys were made here: also where one of the files is lost, which is not to be made anew."""
        return self._wrapping.exists() or self._weeks.exists()

    def week_cipher(self, week: Week, *, create: bool = False) -> AESGCM:
        return self._find(week, create=create)[0]

    def week_index_key(self, week: Week, *, create: bool = False) -> bytes:
        return self._find(week, create=create)[1]

    def prepare(self, weeks: Iterable[Week]) -> int:
        wanted = sorted(set(weeks))
        with self._held(to_write=True):
            content, wrapping = self._read_weeks(), self._read_wrapping()
            self._open_all(content, wrapping)
            known = content["weeks"].keys() | content["destroyed"].keys()
            missing = [week for week in wanted if str(week) not in known]
            for week in missing:
                content["weeks"][str(week)] = {
                    **self._wrap(week, new_key(), wrapping["current"], wrapping),
                    "made_on": self._today().isoformat(),
                }
            if missing:
                files.write(self._weeks, content)
        return len(missing)

    def destroy(self, weeks: Iterable[Week]) -> tuple[Week, ...]:
        with self._held(to_write=True):
            content = self._read_weeks()
            gone = tuple(week for week in sorted(set(weeks)) if content["weeks"].pop(str(week), None) is not None)
            content["destroyed"] |= {str(week): self._today().isoformat() for week in gone}
            if gone:
                files.write(self._weeks, content)
        return gone

    def rotate(self) -> int:
        with self._held(to_write=True):
            content, wrapping = self._read_weeks(), self._read_wrapping()
            keys = self._open_all(content, wrapping)
            name, entry = self._new_wrapping_key()
            both = {"current": name, "keys": {**wrapping["keys"], name: entry}}
            # In this order a crash leaves files that open: at worst the former wrapping key outlives the rotation.
            files.write(self._wrapping, both)
            for week, key in keys.items():
                content["weeks"][str(week)] |= self._wrap(week, key, name, both)
            files.write(self._weeks, content)
            files.write(self._wrapping, {"current": name, "keys": {name: entry}})
        return len(keys)

    def inventory(self) -> KeyInventory:
        with self._held(to_write=False):
            content, wrapping = self._read_weeks(), self._read_wrapping()
            self._open_all(content, wrapping)
        living = [
            WeekEntry(week=self._parse(week), made_on=_day(entry["made_on"], self._weeks))
            for week, entry in content["weeks"].items()
        ]
        destroyed = [
            WeekEntry(week=self._parse(week), made_on=None, destroyed_on=_day(day, self._weeks))
            for week, day in content["destroyed"].items()
        ]
        current = wrapping["keys"][wrapping["current"]]
        return KeyInventory(
            weeks=tuple(sorted(living + destroyed, key=lambda entry: entry.week)),
            wrapped_since=_day(current["made_on"], self._wrapping),
        )

    def _find(self, week: Week, *, create: bool) -> tuple[AESGCM, bytes]:
        """Return the cipher of a week and its index key."""
        with self._thread_lock:
            self._refresh()
            cipher, index_key = self._ciphers.get(week), self._index_keys.get(week, b"")
        if cipher is not None:
            return cipher, index_key
        if create:
            self.prepare([week])
            return self._find(week, create=False)
        with self._held(to_write=False):
            destroyed = self._read_weeks()["destroyed"]
        raise (WeekDestroyed if str(week) in destroyed else WeekUnknown)(str(week))

    def _refresh(self) -> None:
        """Read the files again when another process has replaced one; a key destroyed there is forgotten here."""
        now = (files.signature_of(self._wrapping), files.signature_of(self._weeks))
        if now == self._read_from:
            return
        self._ciphers, self._index_keys, self._read_from = {}, {}, None
        with self._held(to_write=False):
            now = (files.signature_of(self._wrapping), files.signature_of(self._weeks))
            keys = self._open_all(self._read_weeks(), self._read_wrapping())
        self._index_keys = {week: _derive_index_key(week, key) for week, key in keys.items()}
        self._ciphers, self._read_from = {week: cipher_of(key) for week, key in keys.items()}, now

    @contextmanager
    def _held(self, *, to_write: bool) -> Iterator[None]:
        """Hold the lock of a folder that has keys; a missing folder is told by the file that matters."""
        files.signature_of(self._wrapping)
        with files.locked(self._lock, to_write=to_write):
            yield

    def _read_weeks(self) -> dict[str, Any]:
        content = files.read(self._weeks)
        if not isinstance(content.get("weeks"), dict) or not isinstance(content.get("destroyed"), dict):
            raise KeysCorrupted(self._weeks)
        return {"weeks": content["weeks"], "destroyed": content["destroyed"]}

    def _read_wrapping(self) -> dict[str, Any]:
        content = files.read(self._wrapping)
        if not isinstance(content.get("keys"), dict) or content.get("current") not in content["keys"]:
            raise KeysCorrupted(self._wrapping)
        return {"current": content["current"], "keys": content["keys"]}

    def _open_all(self, content: dict[str, Any], wrapping: dict[str, Any]) -> dict[Week, bytes]:
        ciphers = {name: self._wrapping_cipher(entry) for name, entry in wrapping["keys"].items()}
        return {self._parse(week): self._unwrap(week, entry, ciphers) for week, entry in content["weeks"].items()}

    def _parse(self, week: str) -> Week:
        try:
            return Week.parse(week)
        except NotAWeek:
            raise KeysCorrupted(self._weeks) from None

    def _unwrap(self, week: str, entry: Any, ciphers: dict[str, AESGCM]) -> bytes:
        if not isinstance(entry, dict) or not {"under", "key", "made_on"} <= entry.keys():
            raise KeysCorrupted(self._weeks)
        under = str(entry["under"])
        sealed = files.decode(entry["key"], self._weeks)
        if under not in ciphers:
            raise WrongWrappingKey(self._weeks)
        try:
            return ciphers[under].decrypt(
                sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _BOUND_TO.format(week=week, wrapping=under).encode()
            )
        except (InvalidTag, ValueError):
            raise WrongWrappingKey(self._weeks) from None

    def _wrap(self, week: Week, key: bytes, name: str, wrapping: dict[str, Any]) -> dict[str, str]:
        nonce = new_key()[:NONCE_BYTES]
        bound = _BOUND_TO.format(week=week, wrapping=name).encode()
        sealed = nonce + self._wrapping_cipher(wrapping["keys"][name]).encrypt(nonce, key, bound)
        return {"under": name, "key": files.encode(sealed)}

    def _wrapping_cipher(self, entry: Any) -> AESGCM:
        if not isinstance(entry, dict) or not {"key", "made_on"} <= entry.keys():
            raise KeysCorrupted(self._wrapping)
        try:
            return cipher_of(files.decode(entry["key"], self._wrapping))
        except KeyBroken:
            raise KeysCorrupted(self._wrapping) from None

    def _new_wrapping_key(self) -> tuple[str, dict[str, str]]:
        day = self._today().isoformat()
        return f"{day}-{secrets.token_hex(4)}", {"key": files.encode(new_key()), "made_on": day}


def _derive_index_key(week: Week, key: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=_INDEX_INFO.format(week=week).encode()).derive(key)


def _day(text: object, path: Path) -> dt.date:
    try:
        return dt.date.fromisoformat(str(text))
    except ValueError:
        raise KeysCorrupted(path) from None
