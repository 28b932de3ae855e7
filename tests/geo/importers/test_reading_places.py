import subprocess
import sys

import pytest

from geo.importers.reading_places import NoPlace, take_place

HOLD = """
import sys, time
from pathlib import Path
from geo.importers.reading_places import take_place
with take_place(Path(sys.argv[1]), 1, wait_s=0):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def hold(tmp_path):
    """Take the one place of a folder in a process of its own."""
    with subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        yield holder
        holder.kill()


def take(folder, count: int, wait_s: float = 0.0) -> None:
    with take_place(folder, count, wait_s=wait_s):
        pass


def test_so_many_places_are_held_at_once_and_no_more(tmp_path):
    new = tmp_path / "new"

    with take_place(new, 2, wait_s=0), take_place(new, 2, wait_s=0), pytest.raises(NoPlace):
        take(new, 2)


def test_a_place_that_was_left_is_taken_again(tmp_path):
    take(tmp_path, 1)
    take(tmp_path, 1)


def test_a_process_that_is_killed_frees_its_place_for_who_waits(tmp_path, hold):
    with pytest.raises(NoPlace):
        take(tmp_path, 1)
    hold.kill()

    take(tmp_path, 1, wait_s=30)
