import datetime as dt
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.errors import NotWritable
from maps.exports.files import distinct_file_names, file_name, write_together

DAY = dt.date(2026, 8, 12)


def test_a_file_is_named_by_day_plan_and_crew():
    assert file_name(DAY, 1, "gpx", "Équipage n° 2") == "tournee-2026-08-12-n1-equipage-n-2.gpx"
    assert file_name(DAY, 3, "geojson") == "tournees-2026-08-12-n3.geojson"


@given(st.lists(st.text(max_size=20), max_size=8))
def test_crews_never_share_a_file_nor_leave_the_folder(crews):
    names = distinct_file_names(DAY, 1, "csv", crews)
    assert len(set(names)) == len(crews)
    assert all(Path(name).name == name for name in names)


def test_files_are_written_whole_and_for_their_owner_only(tmp_path):
    (path,) = write_together(tmp_path / "sorties", {"a.csv": b"abc"})
    assert path.read_bytes() == b"abc"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_former_file_is_replaced(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"avant")
    write_together(tmp_path, {"a.csv": b"maintenant"})
    assert (tmp_path / "a.csv").read_bytes() == b"maintenant"


def test_nothing_is_written_when_one_name_is_taken_by_a_folder(tmp_path):
    (tmp_path / "b.csv").mkdir()
    (tmp_path / "a.csv").write_bytes(b"avant")
    with pytest.raises(NotWritable, match="un dossier porte déjà ce nom"):
        write_together(tmp_path, {"a.csv": b"a", "b.csv": b"b"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]
    assert (tmp_path / "a.csv").read_bytes() == b"avant"


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "sorties").write_bytes(b"")
    with pytest.raises(NotWritable, match="Choisissez un dossier"):
        write_together(tmp_path / "sorties", {"a.csv": b"a"})


def test_a_disk_that_fills_up_leaves_the_folder_as_it_was(tmp_path, monkeypatch):
    calls = []

    def full_at_second_file(descriptor):
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("maps.exports.files.os.fsync", full_at_second_file)
    with pytest.raises(NotWritable, match="No space left"):
        write_together(tmp_path, {"a.csv": b"a", "b.csv": b"b"})
    assert list(tmp_path.iterdir()) == []
