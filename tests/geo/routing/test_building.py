import threading
from pathlib import Path
from queue import Queue

import numpy as np
import osmium
import pytest

from geo.routing import BuildFailed, Mode, RoutingDataMissing, activate, build, open_engine, prepare
from geo.routing.dataset import building_lock
from tests.geo.routing.towns import A, B, C, TownWriter, ring_town


def test_a_build_puts_its_version_in_service_and_reports_each_step(ring_file, tmp_path):
    steps = []
    version = build(ring_file, tmp_path / "routing", on_progress=lambda *step: steps.append(step))

    assert (tmp_path / "routing" / "current").resolve() == version.path.resolve()
    assert version.modes == tuple(Mode)
    assert version.highway_count == 5
    assert [(done, total) for _, done, total in steps] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert steps[0][0] == "extrait vérifié"
    assert sorted(label for label, _, _ in steps[1:]) == [
        "voiture : réseau prêt",
        "vélo : réseau prêt",
        "à pied : réseau prêt",
    ]


def test_the_same_extract_is_not_built_twice(ring_file, tmp_path):
    first = build(ring_file, tmp_path)
    files = {file: file.stat().st_mtime_ns for file in first.path.rglob("*")}

    again = build(ring_file, tmp_path)

    assert again == first
    assert {file: file.stat().st_mtime_ns for file in again.path.rglob("*")} == files


def test_whoever_serves_the_site_may_read_what_another_built(ring_file, tmp_path):
    version = build(ring_file, tmp_path, [Mode.CAR])

    assert version.path.stat().st_mode & 0o777 == 0o755
    assert {file.stat().st_mode & 0o777 for file in version.path.glob("car/*")} == {0o644}


def test_a_version_that_lost_a_file_is_built_again(ring_file, tmp_path):
    version = build(ring_file, tmp_path, [Mode.CAR])
    lost = next(version.path.glob("car/*.hsgr"))
    lost.unlink()

    build(ring_file, tmp_path, [Mode.CAR])

    assert lost.stat().st_size > 0


def test_two_builds_of_an_extract_give_the_same_version_and_the_same_times(ring_file, ring, tmp_path):
    build(ring_file, tmp_path)
    points = [A, B, C, (4.905, 44.9301)]

    for mode in Mode:
        built, before = open_engine(tmp_path, mode), open_engine(ring, mode)
        assert built.version == before.version
        assert np.array_equal(built.durations_s(points), before.durations_s(points))


@pytest.mark.parametrize("suffix", [".osm", ".osm.gz", ".osm.bz2", ".osm.pbf"])
def test_every_form_of_extract_gives_the_same_times(ring, tmp_path, suffix):
    extract = ring_town().write(tmp_path / f"ring{suffix}")

    build(extract, tmp_path / "routing", [Mode.CAR])

    points = [A, B, C]
    expected_s = open_engine(ring, Mode.CAR).durations_s(points)
    assert np.array_equal(open_engine(tmp_path / "routing", Mode.CAR).durations_s(points), expected_s)


def test_new_data_replace_the_old_while_those_who_hold_them_go_on(ring_file, tmp_path):
    old_version = build(ring_file, tmp_path, [Mode.CAR])
    old = open_engine(tmp_path, Mode.CAR)
    one_way_s = old.durations_s([C, B])

    two_way_town = TownWriter()
    two_way_town.add(B, C, highway="residential", maxspeed="50", name="Rue du Double Sens")
    build(two_way_town.write(tmp_path / "two_way.osm"), tmp_path, [Mode.CAR])
    new = open_engine(tmp_path, Mode.CAR)

    assert new.version != old.version
    assert new.durations_s([C, B])[0, 1] < one_way_s[0, 1] / 3
    assert np.array_equal(old.durations_s([C, B]), one_way_s)
    assert old.path([C, B]).legs[0].street_names == ("Rue du Retour", "D 533", "Rue du Nord")
    assert not old_version.path.exists()


def test_a_mode_that_was_not_asked_for_is_missing(ring_file, tmp_path):
    build(ring_file, tmp_path, [Mode.CAR])

    with pytest.raises(RoutingDataMissing, match="à pied"):
        open_engine(tmp_path, Mode.FOOT)


def test_a_build_for_no_mode_is_refused(ring_file, tmp_path):
    with pytest.raises(ValueError, match="no mode"):
        build(ring_file, tmp_path / "routing", [])

    assert not (tmp_path / "routing").exists()


def test_a_build_that_fails_says_why_and_leaves_the_data_in_service(ring_file, tmp_path):
    version = build(ring_file, tmp_path, [Mode.CAR])
    works = TownWriter()
    works.add(A, B, highway="construction", name="Rue en travaux")

    with pytest.raises(BuildFailed, match=r"\(voiture\) a échoué dans osrm-extract") as failure:
        build(works.write(tmp_path / "works.osm"), tmp_path, [Mode.CAR])

    assert any("edges" in line for line in failure.value.last_lines)
    assert failure.value.log.read_text().endswith("\n".join([*failure.value.last_lines, ""]))
    assert open_engine(tmp_path, Mode.CAR).version == version.name
    assert [path.name for path in (tmp_path / "versions").iterdir()] == [version.name]


def test_what_a_killed_build_left_is_removed_by_the_next(ring_file, tmp_path):
    left = tmp_path / "versions" / "building-abcd"
    left.mkdir(parents=True)
    (left / "half.osrm").write_bytes(b"half")

    version = build(ring_file, tmp_path, [Mode.CAR])

    assert [path.name for path in (tmp_path / "versions").iterdir()] == [version.name]


def test_a_second_build_waits_for_the_first_and_says_so(ring_file, tmp_path):
    steps: Queue[str] = Queue()
    second = threading.Thread(
        target=build,
        args=(ring_file, tmp_path, [Mode.CAR]),
        kwargs={"on_progress": lambda step, done, total: steps.put(step)},
    )

    with building_lock(tmp_path, on_wait=lambda: None):
        second.start()
        assert steps.get(timeout=30) == "extrait vérifié"
        assert steps.get(timeout=30) == "attente d'une autre construction"
        assert not (tmp_path / "current").exists()
    second.join(timeout=30)

    assert steps.get(timeout=30) == "voiture : réseau prêt"
    assert (tmp_path / "current").exists()


@pytest.mark.real_data
@pytest.mark.parametrize("extract", ["lemans_fr_small", "monaco"])
def test_the_homes_of_a_real_town_are_reached(real_data: Path, tmp_path, extract):
    file = real_data / "osm" / f"{extract}.osm.pbf"
    build(file, tmp_path, [Mode.CAR, Mode.BICYCLE])
    numbered = osmium.FileProcessor(str(file), osmium.osm.NODE).with_filter(
        osmium.filter.KeyFilter("addr:housenumber")
    )
    homes = np.array([(node.lon, node.lat) for node in numbered])[:120]

    for mode in (Mode.CAR, Mode.BICYCLE):
        engine = open_engine(tmp_path, mode)
        durations_s = engine.durations_s(homes)
        joined = np.isfinite(durations_s)
        assert joined.mean() > 0.8  # the rest is cut off by the edge of the extract
        assert durations_s[joined].max() < 1_800
        start, end = np.argwhere(joined & (durations_s > 60))[0]
        path = engine.path(homes[[start, end]])
        assert path.duration_s == pytest.approx(durations_s[start, end], abs=0.11)
        assert path.legs[0].street_names


def test_what_is_prepared_is_not_in_service_until_it_is_activated(ring_file, tmp_path):
    version = prepare(ring_file, tmp_path, [Mode.CAR])
    with pytest.raises(RoutingDataMissing):
        open_engine(tmp_path, Mode.CAR)

    activate(version, tmp_path)

    assert open_engine(tmp_path, Mode.CAR).version == version.name


def test_a_prepared_version_that_another_build_removed_is_not_put_in_service(ring_file, tmp_path):
    version = prepare(ring_file, tmp_path, [Mode.CAR])
    build(ring_file, tmp_path, [Mode.FOOT])

    with pytest.raises(RoutingDataMissing):
        activate(version, tmp_path)

    assert open_engine(tmp_path, Mode.FOOT).mode is Mode.FOOT
