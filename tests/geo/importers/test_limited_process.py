import json
import os
import subprocess
import sys

import pytest

from geo.importers.limited_process import PROJECT_DIR, Means, Refusal, TooHeavy, TooMany, ask, told_of
from geo.importers.reading_places import take_place

MEANS = Means(memory_bytes=512 << 20, answer_bytes=1 << 20, processor_s=8, elapsed_s=10)
IMPORTS = "import os, socket, subprocess\nfrom geo.importers.limited_process import serve, Refusal"
LENGTH = "def read(content, **about):\n    return {'length': len(content), **about}\n"


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """Let a module of a few lines answer, where the modules of the house are."""

    def write(body: str) -> str:
        package = tmp_path / "reader.py"
        package.write_text(f"{IMPORTS}\n{body}\nserve(read)\n")
        return "reader"

    (tmp_path / "geo").symlink_to(PROJECT_DIR / "geo")
    monkeypatch.setattr("geo.importers.limited_process.PROJECT_DIR", tmp_path)
    return write


def test_bytes_and_open_files_are_answered_with_what_else_is_asked(reader, tmp_path):
    (tmp_path / "file").write_bytes(b"four")

    assert ask(reader(LENGTH), b"fives", MEANS, unit="o") == {"length": 5, "unit": "o"}
    with (tmp_path / "file").open("rb") as file:
        assert ask("reader", file, MEANS) == {"length": 4}


def test_a_refusal_comes_back_with_its_place_and_remedy(reader):
    module = reader("def read(content):\n    raise Refusal('trop court.', where='octet 3', remedy='Allongez.')")

    with pytest.raises(Refusal, match="trop court") as refused:
        ask(module, b"", MEANS)

    assert (refused.value.where, refused.value.remedy) == ("octet 3", "Allongez.")


def test_what_no_check_foresaw_is_a_damaged_structure_and_says_nothing_of_the_file():
    def read(content: bytes) -> None:
        raise KeyError(content)

    assert told_of(read, b"secret") == {
        "problem": "la structure du fichier est abîmée.",
        "where": "",
        "remedy": "Réexportez-le.",
    }


@pytest.mark.parametrize("greed", ["bytearray(600 << 20)", "'x' * (2 << 20)", "os.abort()"])
def test_a_process_that_wants_more_than_its_means_is_told_as_too_heavy(reader, greed):
    module = reader(f"def read(content):\n    return {greed}")

    with pytest.raises(TooHeavy, match="trop de mémoire ou de temps") as refused:
        ask(module, b"", MEANS)

    assert isinstance(refused.value.__cause__, subprocess.CalledProcessError)


@pytest.mark.parametrize(
    ("processor_s", "elapsed_s", "cause"),
    [(1, 60, subprocess.CalledProcessError), (60, 0.5, subprocess.TimeoutExpired)],
)
def test_a_process_that_has_no_end_is_ended(reader, processor_s, elapsed_s, cause):
    module = reader("def read(content):\n    while True: pass")
    means = Means(memory_bytes=512 << 20, answer_bytes=1, processor_s=processor_s, elapsed_s=elapsed_s)

    with pytest.raises(TooHeavy) as refused:
        ask(module, b"", means)

    assert isinstance(refused.value.__cause__, cause)


@pytest.mark.parametrize(
    "forbidden",
    [
        "socket.socket()",
        "socket.socketpair()",
        "os.fork()",
        "subprocess.run(['/bin/true'])",
        "os.execv('/bin/true', ['true'])",
        "open('{folder}/new', 'w')",
        "open('{folder}/old')",
        "open('{folder}/old', 'r+')",
        "os.listdir('{folder}')",
        "os.remove('{folder}/old')",
        "os.rename('{folder}/old', '{folder}/new')",
        "os.mkdir('{folder}/new')",
        "os.symlink('/etc', '{folder}/new')",
        "os.link('{folder}/old', '{folder}/new')",
    ],
)
def test_the_process_has_no_network_no_program_and_no_other_file(reader, tmp_path, forbidden):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "old").write_text("as it was")
    call = forbidden.format(folder=folder)
    module = reader(
        f"def read(content):\n    try:\n        {call}\n"
        "    except PermissionError as error:\n        return error.errno\n    return 'done'"
    )

    assert ask(module, b"", MEANS) == 1
    assert [each.read_text() for each in folder.iterdir()] == ["as it was"]


def test_the_process_opens_few_files(reader):
    module = reader("def read(content):\n    return [os.dup(0) for _ in range(100)]")

    with pytest.raises(Refusal, match="abîmée"):
        ask(module, b"", MEANS)


def test_the_process_sees_nothing_of_the_environment(reader, monkeypatch):
    monkeypatch.setitem(os.environ, "RONDE_SECRET_KEY", "secret")

    assert "RONDE_SECRET_KEY" not in ask(reader("def read(content):\n    return list(os.environ)"), b"", MEANS)


def test_the_readers_of_files_know_neither_django_nor_the_database():
    program = (
        "import sys, json, geo.importers.sheet_worker, geo.importers.polygon_worker;"
        "print(json.dumps([name for name in ('django', 'psycopg', 'osgeo', 'pyogrio') if name in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT_DIR, capture_output=True, text=True, check=True
    )

    assert json.loads(done.stdout) == []


def test_one_file_more_than_is_read_at_once_is_to_be_sent_again(reader, tmp_path, settings, monkeypatch):
    settings.READING_DIR, settings.READ_AT_ONCE = tmp_path / "reading", 2
    monkeypatch.setattr("geo.importers.limited_process.PATIENCE_S", 0.1)
    module = reader(LENGTH)

    with take_place(settings.READING_DIR, 2, wait_s=0):
        assert ask(module, b"fives", MEANS) == {"length": 5}
        with take_place(settings.READING_DIR, 2, wait_s=0), pytest.raises(TooMany) as refused:
            ask(module, b"fives", MEANS)

    assert (refused.value.problem, refused.value.remedy) == (
        "d'autres fichiers sont lus en ce moment.",
        "Réessayez dans un instant.",
    )
    assert ask(module, b"fives", MEANS) == {"length": 5}


def test_the_process_holds_its_place_itself_and_may_outlive_who_started_it(reader, tmp_path, settings):
    settings.READING_DIR = tmp_path / "reading"
    module = reader(
        "def inode(number):\n"
        "    try:\n        return os.fstat(number).st_ino\n"
        "    except OSError:\n        return None\n"
        "def read(content):\n    return [inode(number) for number in range(1024)]"
    )

    held = ask(module, b"", MEANS)

    assert (settings.READING_DIR / "0").stat().st_ino in held
