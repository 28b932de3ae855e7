"""A process of its own, with limited means, to read a file that somebody hands over.

``ask`` starts it and returns its answer; the module that it runs calls ``serve``. The file goes in and the answer
comes out by files in memory: nothing of either ever lies on a disk. The process opens no other file: what it needs
is imported before. It knows neither Django nor the database. So many run at once on a machine, and no more
(``reading_places``): each may take as much memory as a process of the site.
"""

import codecs
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from geo.importers.forbidden_calls import forbid_calls
from geo.importers.reading_places import NoPlace, take_place

PROJECT_DIR = Path(__file__).resolve().parent.parent.parent
OPEN_FILES = 32
PATIENCE_S = 5.0
"""A person waits for a place no longer than a slow page takes."""
# Python reads the table of an encoding when it is first asked for; afterwards it can open nothing.
ENCODINGS = ("utf-8-sig", "ascii", "latin-1", "iso8859-15", "cp1252", "cp437", "cp850", "mac-roman")


@dataclass(frozen=True, kw_only=True)
class Means:
    """What a process may use: address space and answer in bytes, processor and elapsed time in seconds."""

    memory_bytes: int
    answer_bytes: int
    processor_s: int
    elapsed_s: float


class Refusal(Exception):
    """Le fichier ne peut pas être lu."""

    def __init__(self, problem: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(problem)
        self.problem, self.where, self.remedy = problem, where, remedy


class TooHeavy(Refusal):
    """sa lecture demande trop de mémoire ou de temps."""

    def __init__(self) -> None:
        super().__init__(self.__doc__ or "", remedy="Simplifiez le fichier, ou partagez-le.")


class TooMany(Refusal):
    """d'autres fichiers sont lus en ce moment."""

    def __init__(self) -> None:
        super().__init__(self.__doc__ or "", remedy="Réessayez dans un instant.")


def ask(module: str, content: bytes | BinaryIO, means: Means, **about: Any) -> Any:
    """Let a module of the house answer about a file, with these means and nothing of the environment.

    Parameters
    ----------
    module
        Dotted name of a module that calls ``serve`` when it is run.
    content
        The file: its bytes, or a real file open for reading.
    about
        Further arguments of the module's function, as plain JSON values.

    Raises
    ------
    Refusal
        What the module refuses the file for, ``TooHeavy`` where the means did not suffice, or ``TooMany`` where
        as many files are read as the machine reads at once.
    """
    # Here: the module is the readers' too, and these know no Django.
    from django.conf import settings

    question = json.dumps({"means": asdict(means), "about": about}).encode()
    given = content if isinstance(content, bytes) else b""
    with (
        _reading_place(settings.READING_DIR, settings.READ_AT_ONCE) as place,
        _in_memory(question) as asked,
        _in_memory(given) as file,
        _in_memory() as answer,
    ):
        try:
            subprocess.run(
                [sys.executable, "-m", module, str(asked.fileno())],
                stdin=file if isinstance(content, bytes) else content,
                pass_fds=(asked.fileno(), place),
                stdout=answer,
                stderr=subprocess.DEVNULL,
                cwd=PROJECT_DIR,
                env={"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"},
                timeout=means.elapsed_s,
                check=True,
            )
        except subprocess.SubprocessError as error:
            raise TooHeavy from error
        answer.seek(0)
        told = json.loads(answer.read())
    if "problem" in told:
        raise Refusal(told["problem"], where=told["where"], remedy=told["remedy"])
    return told["answer"]


def serve(read: Callable[..., Any]) -> None:
    """Answer what ``ask`` wants to know: give up all other means, read the input, write one JSON object."""
    with os.fdopen(int(sys.argv[1]), "rb") as question:
        asked = json.loads(question.read())
    give_up(Means(**asked["means"]))
    sys.stdout.write(json.dumps(told_of(read, sys.stdin.buffer.read(), **asked["about"])))


def told_of(read: Callable[..., Any], content: bytes, **about: Any) -> dict[str, Any]:
    """Return the answer of a reader, or the problem that keeps the file from being read."""
    try:
        return {"answer": read(content, **about)}
    except Refusal as refusal:
        return {"problem": refusal.problem, "where": refusal.where, "remedy": refusal.remedy}
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001
        # A file made to be odd in a way that no check foresaw: the process is there to be lost.
        return {"problem": "la structure du fichier est abîmée.", "where": "", "remedy": "Réexportez-le."}


def give_up(means: Means) -> None:
    """Limit this process, for good, to its means, and to no network, program or other file."""
    resource.setrlimit(resource.RLIMIT_AS, (means.memory_bytes, means.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (means.processor_s, means.processor_s))
    resource.setrlimit(resource.RLIMIT_FSIZE, (means.answer_bytes, means.answer_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name in ENCODINGS:
        codecs.lookup(name)
    forbid_calls()


@contextmanager
def _reading_place(folder: Path, count: int) -> Iterator[int]:
    with ExitStack() as stack:
        try:
            place = stack.enter_context(take_place(folder, count, wait_s=PATIENCE_S))
        except NoPlace as error:
            raise TooMany from error
        yield place


@contextmanager
def _in_memory(content: bytes = b"") -> Iterator[BinaryIO]:
    with os.fdopen(os.memfd_create("ronde"), "w+b") as file:
        file.write(content)
        file.seek(0)
        yield file
