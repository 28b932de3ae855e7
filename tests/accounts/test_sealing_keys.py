import base64
import datetime as dt
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from accounts.keys import FolderStore, files
from accounts.keys.errors import (
    KeysAlreadyThere,
    KeysCorrupted,
    KeysError,
    KeysMissing,
    KeysOpenToOthers,
    KeysUnreadable,
    WeekDestroyed,
    WeekUnknown,
    WrongWrappingKey,
)
from accounts.sealing import Week

WEEK = Week(2027, 14)
OTHER_WEEK = Week(2027, 15)
BOUND = b"essai"
NONCE = bytes(12)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    FolderStore(tmp_path / "keys").create()
    return tmp_path / "keys"


def sealed_by(store: FolderStore, week: Week) -> bytes:
    return store.week_cipher(week, create=True).encrypt(NONCE, b"ronde", BOUND)


def opens(store: FolderStore, week: Week, sealed: bytes) -> bool:
    return store.week_cipher(week).decrypt(NONCE, sealed, BOUND) == b"ronde"


def test_files_are_the_owners_alone(folder):
    sealed_by(FolderStore(folder), WEEK)
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "wrapping.json": 0o600,
        "weeks.json": 0o600,
        "lock": 0o600,
    }
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_week_keeps_its_key_and_another_process_finds_it(folder):
    sealed = sealed_by(FolderStore(folder), WEEK)
    assert opens(FolderStore(folder), WEEK, sealed)


def test_the_file_of_the_weeks_holds_no_key_in_the_clear(folder):
    sealed = sealed_by(FolderStore(folder), WEEK)
    held = base64.b64decode(json.loads((folder / "weeks.json").read_text())["weeks"]["2027-W14"]["key"])
    # 12 bytes of nonce, 32 of key and 16 of tag: no 32 bytes among these 60 open what the week sealed.
    assert len(held) == 60
    for start in range(29):
        with pytest.raises(InvalidTag):
            AESGCM(held[start : start + 32]).decrypt(NONCE, sealed, BOUND)


def test_keys_are_never_made_over_others(folder):
    before = (folder / "wrapping.json").read_bytes()
    with pytest.raises(KeysAlreadyThere, match="rien n'est créé"):
        FolderStore(folder).create()
    assert (folder / "wrapping.json").read_bytes() == before


def test_keys_are_made_after_all_when_their_making_was_cut_short(folder):
    (folder / "wrapping.json").unlink()
    FolderStore(folder).create()
    assert FolderStore(folder).prepare([WEEK]) == 1


def test_keys_are_not_made_beside_weeks_whose_wrapping_key_is_lost(folder):
    sealed_by(FolderStore(folder), WEEK)
    (folder / "wrapping.json").unlink()
    with pytest.raises(KeysAlreadyThere):
        FolderStore(folder).create()


def test_a_destroyed_week_opens_nothing_and_is_never_made_again(folder):
    store, neighbour = FolderStore(folder), FolderStore(folder)
    sealed = sealed_by(store, WEEK)
    assert opens(neighbour, WEEK, sealed)
    assert store.destroy([WEEK, OTHER_WEEK]) == (WEEK,)
    for each in (store, neighbour, FolderStore(folder)):
        with pytest.raises(WeekDestroyed, match="2027-W14 a été détruite"):
            each.week_cipher(WEEK)
        with pytest.raises(WeekDestroyed):
            each.week_cipher(WEEK, create=True)


def test_destroying_leaves_nothing_of_the_key_in_the_former_file(folder):
    store = FolderStore(folder)
    sealed_by(store, WEEK)
    with (folder / "weeks.json").open("rb") as former:
        store.destroy([WEEK])
        left = former.read()
    assert left
    assert not left.strip(b"\0")


def test_a_week_that_was_never_made_is_told_from_a_destroyed_one(folder):
    with pytest.raises(WeekUnknown, match="Aucune clé n'existe pour la semaine 2027-W14"):
        FolderStore(folder).week_cipher(WEEK)


def test_rotation_changes_the_wrapping_key_and_no_week(folder):
    store, neighbour = FolderStore(folder), FolderStore(folder)
    sealed = sealed_by(store, WEEK)
    former = json.loads((folder / "wrapping.json").read_text())["keys"]
    assert opens(neighbour, WEEK, sealed)
    assert store.rotate() == 1
    now = json.loads((folder / "wrapping.json").read_text())["keys"]
    assert len(now) == 1
    assert not former.keys() & now.keys()
    assert opens(neighbour, WEEK, sealed)
    assert opens(FolderStore(folder), WEEK, sealed)


@pytest.mark.parametrize("crash_at", [1, 2, 3])
def test_a_rotation_that_crashes_anywhere_loses_nothing(folder, monkeypatch, crash_at):
    store = FolderStore(folder)
    sealed = sealed_by(store, WEEK)
    real, calls = files.write, []

    def write(path: Path, content: dict) -> None:
        calls.append(path)
        if len(calls) == crash_at:
            raise OSError("le courant est coupé")
        real(path, content)

    monkeypatch.setattr(files, "write", write)
    with pytest.raises(OSError, match="courant"):
        store.rotate()
    monkeypatch.undo()
    assert opens(FolderStore(folder), WEEK, sealed)
    assert FolderStore(folder).rotate() == 1
    assert opens(FolderStore(folder), WEEK, sealed)
    assert len(json.loads((folder / "wrapping.json").read_text())["keys"]) == 1


def test_a_write_that_crashes_leaves_the_former_file_whole(folder, monkeypatch):
    store = FolderStore(folder)
    sealed = sealed_by(store, WEEK)

    def fail(handle: int) -> None:
        raise OSError("disque plein")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(KeysError):
        store.prepare([OTHER_WEEK])
    monkeypatch.undo()
    assert opens(FolderStore(folder), WEEK, sealed)


def test_weeks_are_prepared_once(folder):
    store = FolderStore(folder)
    assert store.prepare(WEEK.following(60)) == 60
    assert store.prepare(WEEK.following(61)) == 1
    assert len(store.inventory().living) == 61


def test_the_inventory_says_when_and_shows_no_key(folder):
    store = FolderStore(folder, today=lambda: dt.date(2027, 4, 1))
    store.prepare([WEEK, OTHER_WEEK])
    store.destroy([WEEK])
    inventory = store.inventory()
    assert [(str(entry.week), entry.made_on, entry.destroyed_on) for entry in inventory.weeks] == [
        ("2027-W14", None, dt.date(2027, 4, 1)),
        ("2027-W15", dt.date(2027, 4, 1), None),
    ]
    keys = json.loads((folder / "wrapping.json").read_text())["keys"].values()
    assert all(entry["key"] not in repr(inventory) for entry in keys)


@pytest.mark.parametrize("name", ["wrapping.json", "weeks.json"])
def test_a_missing_file_is_named_and_never_made_again(folder, name):
    (folder / name).unlink()
    for ask in (
        lambda: FolderStore(folder).week_cipher(WEEK, create=True),
        lambda: FolderStore(folder).prepare([WEEK]),
        lambda: FolderStore(folder).inventory(),
        lambda: FolderStore(folder).rotate(),
    ):
        with pytest.raises(KeysMissing, match=f"{name} manque"):
            ask()
    assert not (folder / name).exists()


def test_a_missing_folder_is_told_by_the_file_that_matters(tmp_path):
    with pytest.raises(KeysMissing, match=r"wrapping\.json manque.*keys create"):
        FolderStore(tmp_path / "absent").inventory()


def test_a_copy_without_its_lock_serves(folder):
    sealed = sealed_by(FolderStore(folder), WEEK)
    (folder / "lock").unlink()
    assert opens(FolderStore(folder), WEEK, sealed)
    assert FolderStore(folder).rotate() == 1


@pytest.mark.parametrize("name", ["wrapping.json", "weeks.json"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_keys_that_others_may_read_do_not_serve(folder, name, mode):
    (folder / name).chmod(mode)
    with pytest.raises(KeysOpenToOthers, match="chmod go="):
        FolderStore(folder).week_cipher(WEEK, create=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_keys_of_another_account_are_told_so(folder):
    (folder / "weeks.json").chmod(0)
    with pytest.raises(KeysUnreadable, match="appartenir au compte"):
        FolderStore(folder).inventory()


def test_a_folder_where_a_file_should_be_is_told_so(folder):
    (folder / "weeks.json").unlink()
    (folder / "weeks.json").mkdir()
    with pytest.raises(KeysUnreadable, match=r"weeks\.json"):
        FolderStore(folder).inventory()


@pytest.mark.parametrize("name", ["wrapping.json", "weeks.json"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "\x00\xff",
        '{"format": 2}',
        '{"format": 1}',
        '{"format": 1, "weeks": [], "destroyed": {}}',
        '{"format": 1, "weeks": {"2027-W14": 3}, "destroyed": {}}',
        '{"format": 1, "weeks": {"2027-W99": {"under": "a", "key": "", "made_on": ""}}, "destroyed": {}}',
        '{"format": 1, "weeks": {"2027-W14": {"under": "a", "key": "é!", "made_on": ""}}, "destroyed": {}}',
        '{"format": 1, "weeks": {}, "destroyed": {"2027-W14": "hier"}}',
        '{"format": 1, "current": "a", "keys": {"a": 3}}',
        '{"format": 1, "current": "a", "keys": {"b": {}}}',
        '{"format": 1, "current": "a", "keys": {"a": {"key": "AAAA", "made_on": "2027-01-01"}}}',
    ],
)
def test_a_damaged_file_is_named_and_left_as_it_is(folder, name, text):
    path = folder / name
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(KeysCorrupted, match=f"{name} est abîmé"):
        FolderStore(folder).inventory()
    assert path.read_bytes() == text.encode("latin-1")


def test_files_of_two_copies_do_not_open_each_other(folder, tmp_path):
    sealed_by(FolderStore(folder), WEEK)
    FolderStore(tmp_path / "other").create()
    (folder / "wrapping.json").write_bytes((tmp_path / "other" / "wrapping.json").read_bytes())
    with pytest.raises(WrongWrappingKey, match="même copie"):
        FolderStore(folder).week_cipher(WEEK)


def test_a_key_moved_to_another_week_does_not_open(folder):
    sealed_by(FolderStore(folder), WEEK)
    content = json.loads((folder / "weeks.json").read_text())
    content["weeks"]["2027-W15"] = content["weeks"]["2027-W14"]
    (folder / "weeks.json").write_text(json.dumps(content))
    with pytest.raises(WrongWrappingKey):
        FolderStore(folder).week_cipher(OTHER_WEEK)


def test_no_error_carries_a_key(folder):
    sealed_by(FolderStore(folder), WEEK)
    content = json.loads((folder / "weeks.json").read_text())
    key = content["weeks"]["2027-W14"]["key"]
    content["weeks"]["2027-W14"]["key"] = key[:-4] + "AAA="
    (folder / "weeks.json").write_text(json.dumps(content))
    with pytest.raises(KeysError) as refusal:
        FolderStore(folder).inventory()
    assert key[:16] not in f"{refusal.value!r} {refusal.value.__cause__!r}"


SEAL_EIGHT_WEEKS = """
import sys
from pathlib import Path
from accounts.keys import FolderStore
from accounts.sealing import Week
store = FolderStore(Path(sys.argv[1]))
for week in Week(2027, 14).following(8):
    print(store.week_cipher(week, create=True).encrypt(bytes(12), b"ronde", b"essai").hex())
"""


def test_processes_that_make_the_same_weeks_at_once_agree_on_their_keys(folder):
    command = [sys.executable, "-c", SEAL_EIGHT_WEEKS, str(folder)]
    workers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    answers = [worker.communicate(timeout=60)[0] for worker in workers]
    # One key a week, and the same nonce: the same bytes from all three.
    assert answers[0].count("\n") == 8
    assert set(answers) == {answers[0]}


def test_threads_seal_while_the_wrapping_key_rotates(folder):
    store = FolderStore(folder)
    expected = sealed_by(store, WEEK)
    seen: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: seen.extend(sealed_by(FolderStore(folder), WEEK) for _ in range(20)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for _ in range(5):
        store.rotate()
    for thread in threads:
        thread.join()
    assert set(seen) == {expected}
    assert len(seen) == 60
