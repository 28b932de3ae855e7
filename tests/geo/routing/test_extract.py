import gzip

import pytest

from geo.routing import InvalidExtract, build
from geo.routing.extract import count_highways
from tests.geo.routing.towns import TownWriter, grid_town

OSM_HEAD = '<?xml version="1.0"?>\n<osm version="0.6">\n'
BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a "haha"><!ENTITY b "&a;&a;">]><osm version="0.6">&b;</osm>'
)
PAVEMENT = '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="building" v="yes"/></way></osm>'
UNPUBLISHED = '<way id="-4" version="1"><nd ref="-1"/><nd ref="-2"/><tag k="highway" v="service"/></way></osm>'


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("vide.osm.pbf", b"", "il est vide"),
        ("texte.osm", b"Bonjour", "son XML est mal formé"),
        ("faux.osm.pbf", OSM_HEAD.encode(), "son contenu n'est pas du PBF valide"),
        ("faux.osm.gz", b"Bonjour", "son XML est mal formé"),
        ("coupe.osm", (OSM_HEAD + '<node id="1" lat="4').encode(), "son XML est tronqué"),
        ("rire.osm", BILLION_LAUGHS.encode(), "il contient des entités XML, qui sont refusées"),
        ("maisons.osm", (OSM_HEAD + PAVEMENT).encode(), "il ne contient aucune rue"),
        ("brouillon.osm", (OSM_HEAD + UNPUBLISHED).encode(), "la voie -4 a des identifiants négatifs"),
        ("ville.geojson", b"{}", "son nom doit se terminer par .osm"),
    ],
)
def test_a_bad_file_is_refused_by_name_with_its_reason_and_nothing_is_written(tmp_path, name, content, reason):
    file = tmp_path / name
    file.write_bytes(content)

    with pytest.raises(InvalidExtract, match=rf"« {name} » n'est pas un extrait .* : {reason}"):
        build(file, tmp_path / "routing")

    assert not (tmp_path / "routing").exists()


@pytest.mark.parametrize(
    ("suffix", "reason"),
    [
        (".osm.pbf", "il est tronqué"),
        (".osm.gz", "sa compression gzip est tronquée"),
        (".osm", "son XML est tronqué"),
    ],
)
def test_a_truncated_extract_is_told_from_a_whole_one(tmp_path, suffix, reason):
    whole = grid_town().write(tmp_path / f"whole{suffix}")
    half = tmp_path / f"half{suffix}"
    content = whole.read_bytes()
    half.write_bytes(content[: len(content) * 2 // 3])

    assert count_highways(whole) == 61
    with pytest.raises(InvalidExtract, match=reason):
        count_highways(half)


def test_an_absent_file_is_refused(tmp_path):
    with pytest.raises(InvalidExtract, match="il n'existe pas"):
        count_highways(tmp_path / "absent.osm.pbf")


def test_a_folder_is_refused(tmp_path):
    folder = tmp_path / "dossier.osm"
    folder.mkdir()

    with pytest.raises(InvalidExtract, match=r"« dossier\.osm »"):
        count_highways(folder)


def test_ways_other_than_streets_are_not_counted(tmp_path):
    town = TownWriter()
    town.add((4.9, 44.93), (4.9, 44.94), highway="residential")
    town.add((4.9, 44.93), (4.91, 44.93), railway="rail")

    assert count_highways(town.write(tmp_path / "town.osm")) == 1


def test_a_file_compressed_by_another_program_is_read(tmp_path):
    plain = grid_town().write(tmp_path / "grid.osm")
    packed = tmp_path / "packed.osm.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    assert count_highways(packed) == 61
