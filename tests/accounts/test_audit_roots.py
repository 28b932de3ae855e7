import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accounts.audit.chain import Head
from accounts.audit.roots import RootsBroken, all_heads, append_root, read_roots
from accounts.audit.signing import KEY_FILE, SigningKeyUnusable, signing_key

MORNING = dt.datetime(2026, 8, 12, 5, tzinfo=dt.UTC)
ONE_DAY = dt.timedelta(days=1)
FIRST = {"account:1": Head(3, b"\1" * 32), "anonymous": Head(9, b"\2" * 32)}
SECOND = {**FIRST, "anonymous": Head(11, b"\3" * 32), "job:command:purge": Head(1, b"\4" * 32)}


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
def path(tmp_path, key):
    path = tmp_path / "roots.jsonl"
    append_root(path, FIRST, MORNING, key)
    append_root(path, SECOND, MORNING + ONE_DAY, key)
    append_root(path, SECOND, MORNING + 2 * ONE_DAY, key)
    return path


def test_what_was_written_is_read_back(path, key):
    roots = read_roots(path, key.public_key())

    assert [root.at for root in roots] == [MORNING, MORNING + ONE_DAY, MORNING + 2 * ONE_DAY]
    assert all_heads(roots) == SECOND


def test_a_line_holds_only_the_heads_that_moved(path):
    moved = [set(json.loads(line)["moved"]) for line in path.read_text().splitlines()]

    assert moved == [{"account:1", "anonymous"}, {"anonymous", "job:command:purge"}, set()]


def test_two_days_without_an_act_have_two_roots(path):
    roots = [json.loads(line)["root"] for line in path.read_text().splitlines()]

    assert len(set(roots)) == 3


def test_the_file_is_for_its_owner_alone(path):
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_file_yet_is_no_root_yet(tmp_path, key):
    assert read_roots(tmp_path / "roots.jsonl", key.public_key()) == []


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda lines: [lines[0].replace("[3,", "[4,"), *lines[1:]], 1),
        (lambda lines: [lines[0], lines[2]], 2),
        (lambda lines: lines[1:], 1),
        (lambda lines: [lines[1], lines[0], lines[2]], 1),
        (lambda lines: [*lines[:2], lines[2].replace("2026-08-14", "2026-08-15")], 3),
        (lambda lines: [*lines[:2], "{}"], 3),
        (lambda lines: [*lines[:2], lines[2][:40]], 3),
    ],
    ids=["a head changed", "a line removed", "the first removed", "two swapped", "a date", "empty", "cut short"],
)
def test_a_file_that_was_touched_is_refused_at_its_line(path, key, change, line):
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")

    with pytest.raises(RootsBroken) as refusal:
        read_roots(path, key.public_key())

    assert refusal.value.line == line


def test_roots_signed_by_another_key_are_refused(path):
    with pytest.raises(RootsBroken, match="signature"):
        read_roots(path, Ed25519PrivateKey.generate().public_key())


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path):
    folder = tmp_path / "audit"

    made, again = signing_key(folder, create=True), signing_key(folder, create=True)

    assert made.private_bytes_raw() == again.private_bytes_raw()
    assert (folder / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [file.name for file in folder.iterdir()] == [KEY_FILE]


def test_those_who_write_a_root_at_the_same_time_take_turns(tmp_path, key):
    path = tmp_path / "roots.jsonl"

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda day: append_root(path, FIRST, MORNING + day * ONE_DAY, key), range(24)))

    assert len(read_roots(path, key.public_key())) == 24


def test_a_missing_key_is_told_in_words(tmp_path):
    with pytest.raises(SigningKeyUnusable, match="n'existe pas"):
        signing_key(tmp_path)


def test_a_key_that_others_may_read_is_refused(tmp_path):
    signing_key(tmp_path, create=True)
    (tmp_path / KEY_FILE).chmod(0o640)

    with pytest.raises(SigningKeyUnusable, match="chmod 600"):
        signing_key(tmp_path)


def test_a_damaged_key_is_told_in_words(tmp_path):
    signing_key(tmp_path, create=True)
    (tmp_path / KEY_FILE).write_bytes(b"-----BEGIN PRIVATE KEY-----")

    with pytest.raises(SigningKeyUnusable, match="abîmée"):
        signing_key(tmp_path)
