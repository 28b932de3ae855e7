"""How many files that somebody handed over are read at once on this machine: each holds a place meanwhile.

A place is a lock on a file that is there for nothing else. The kernel lets go of it with the last process that has
the file open: one that is killed leaves nothing behind, and a reader that outlives who started it keeps its place.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOOK_AGAIN_S = 0.1
# Whoever takes a place needs to open its file, whichever account made it: a command's, or the site's.
READABLE_BY_ALL = 0o644


class NoPlace(Exception):
    """Every place is taken, and was for as long as could be waited."""


@contextmanager
def take_place(folder: Path, count: int, *, wait_s: float) -> Iterator[int]:
    """Hold one of ``count`` places, and yield its file descriptor, for a process that is to share it.

    Parameters
    ----------
    folder
        Where the files of the places are; made where it is missing.
    wait_s
        How long to wait for a place.

    Raises
    ------
    NoPlace
    """
    folder.mkdir(parents=True, exist_ok=True)
    until_s = time.monotonic() + wait_s
    while (place := _first_free(folder, count)) is None:
        if time.monotonic() >= until_s:
            raise NoPlace
        time.sleep(LOOK_AGAIN_S)
    try:
        yield place
    finally:
        os.close(place)


def _first_free(folder: Path, count: int) -> int | None:
    places = [os.open(folder / str(number), os.O_RDONLY | os.O_CREAT, READABLE_BY_ALL) for number in range(count)]
    free = next((place for place in places if _lock(place)), None)
    for place in places:
        if place != free:
            os.close(place)
    return free


def _lock(place: int) -> bool:
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
