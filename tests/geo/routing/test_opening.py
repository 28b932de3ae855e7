import pytest

from geo.routing import Mode, RoutingDataMissing, RoutingDataUnreadable, build, open_engine
from geo.routing.dataset import seal


def test_an_engine_is_loaded_once_for_a_version(ring):
    assert open_engine(ring, Mode.CAR) is open_engine(ring / ".." / ring.name, Mode.CAR)


def test_each_mode_has_its_engine(ring):
    engines = [open_engine(ring, mode) for mode in Mode]

    assert [engine.mode for engine in engines] == list(Mode)
    assert len({id(engine) for engine in engines}) == 3


@pytest.mark.parametrize("mode", Mode)
def test_data_never_built_are_missing_and_the_message_names_the_command(tmp_path, mode):
    with pytest.raises(RoutingDataMissing, match=r"python manage\.py import_osm") as missing:
        open_engine(tmp_path / "routing", mode)

    assert mode.label in str(missing.value)


def test_data_removed_after_they_were_opened_are_missing(ring_file, tmp_path):
    version = build(ring_file, tmp_path, [Mode.CAR])
    open_engine(tmp_path, Mode.CAR)
    (version.path / "manifest.json").unlink()

    with pytest.raises(RoutingDataMissing):
        open_engine(tmp_path, Mode.CAR)


def test_files_of_another_engine_are_unreadable_and_to_be_built_again(ring_file, tmp_path):
    version = build(ring_file, tmp_path, [Mode.CAR])
    hierarchy = next(version.path.glob("car/*.hsgr"))
    hierarchy.write_bytes(b"\0" * hierarchy.stat().st_size)

    with pytest.raises(RoutingDataUnreadable, match="Reconstruisez-les avec"):
        open_engine(tmp_path, Mode.CAR)


def test_a_version_replaced_while_it_was_being_opened_is_looked_for_again(ring_file, tmp_path, monkeypatch):
    stale = build(ring_file, tmp_path, [Mode.CAR])
    answers = iter([None, stale])
    monkeypatch.setattr("geo.routing.opening.current_version", lambda directory: next(answers))

    assert open_engine(tmp_path, Mode.CAR).version == stale.name


def test_a_file_cut_after_the_seal_makes_the_version_incomplete(tmp_path):
    version = tmp_path / "versions" / "abc"
    version.mkdir(parents=True)
    (version / "street.osrm").write_bytes(b"12345")
    seal(version, {"modes": ["car"], "highway_count": 1})
    (tmp_path / "current").symlink_to("versions/abc")
    (version / "street.osrm").write_bytes(b"123")

    with pytest.raises(RoutingDataMissing):
        open_engine(tmp_path, Mode.CAR)
