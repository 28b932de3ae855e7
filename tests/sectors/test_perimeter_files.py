import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import shapely
from django.contrib.gis.geos import MultiPolygon, Polygon

from geo.importers.limited_process import PROJECT_DIR
from geo.models import WGS84, Commune
from geo.projections import shapes_to_metres, shapes_to_wgs84
from sectors.errors import UnreadablePerimeters
from sectors.importers import perimeter_files
from sectors.importers.perimeter_files import MAX_UNPACKED_BYTES, MEANS, read_perimeter_file
from tests.sectors.uploads import geojson_files, geopackage_files, xml_files, zip_files
from tests.sectors.uploads.ground import BOW_TIE, OUTLINE, SQUARE

FORMATS = (geojson_files, xml_files, zip_files, geopackage_files)
REFUSED = {f"{kind.__name__}: {name}": each for kind in FORMATS for name, each in kind.REFUSED.items()}
TAKEN = {f"{kind.__name__}: {name}": each for kind in FORMATS for name, each in kind.TAKEN.items()}


def commune():
    outline = MultiPolygon(Polygon.from_bbox(OUTLINE), srid=WGS84)
    return Commune(insee_code="26999", name="Valmont", outline=outline, source="essai")


def around():
    outline = shapes_to_metres(shapely.box([OUTLINE[0]], [OUTLINE[1]], [OUTLINE[2]], [OUTLINE[3]]), 2154)
    ground = shapely.buffer(outline, 1_000)
    return {
        "most_unpacked_bytes": MAX_UNPACKED_BYTES,
        "commune": "Valmont",
        "around": ground[0].wkb_hex,
        "srid": 2154,
        "expected": [list(shapes_to_wgs84(ground, 2154)[0].bounds)],
    }


@pytest.fixture(scope="session")
def told(tmp_path_factory):
    """Read a file of the corpus with the means of an upload, which it never exhausts; tell what came of it."""
    file, left = tmp_path_factory.mktemp("corpus") / "file", tmp_path_factory.mktemp("left")
    reader = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.sectors.uploads.read_all",
            json.dumps({"means": asdict(MEANS), "about": around()}),
        ],
        cwd=PROJECT_DIR,
        env={"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1", "TMPDIR": str(left)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def tell(make):
        file.write_bytes(make())
        reader.stdin.write(f"{file}\n")
        reader.stdin.flush()
        said = json.loads(reader.stdout.readline())
        assert "died" not in said
        assert said["peak_kib"] < MEANS.memory_bytes >> 10
        assert said["processor_s"] < MEANS.elapsed_s
        return said

    with reader:
        yield tell
    assert reader.returncode == 0
    assert list(left.iterdir()) == []


def test_the_corpus_is_large_enough():
    assert len(REFUSED) >= 60


@pytest.mark.parametrize("name", REFUSED)
def test_a_clumsy_or_hostile_file_is_refused_in_french_with_its_place(told, name):
    make, expected = REFUSED[name]
    answer = told(make)

    assert re.search(expected, f"{answer['where']} : {answer['problem']} {answer['remedy']}")
    assert answer["remedy"]


@pytest.mark.parametrize("name", TAKEN)
def test_a_file_that_is_only_clumsy_is_taken_and_what_was_supposed_is_said(told, name):
    make, names, remark = TAKEN[name]
    answer = told(make)["answer"]

    assert [f"{each['number'] or ''} {each['name']}".strip() for each in answer["perimeters"]] == names
    assert len(answer["remarks"]) == (remark is not None)
    assert re.search(remark or "", "".join(answer["remarks"]))


def test_an_uploaded_file_becomes_perimeters_of_the_commune():
    found = read_perimeter_file(geojson_files.SQUARES, commune())

    assert [(each.number, each.name) for each in found.perimeters] == [(None, "Laprat"), (None, "Chamberlière")]
    assert found.perimeters[0].area.equals(shapely.Polygon(SQUARE))
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            geojson_files.of_ring(BOW_TIE),
            "Entité 1 : le contour se croise près de 4.89000, 44.93000. Corrigez-le à cet endroit",
        ),
        (geojson_files.of_ring(SQUARE[:3]), "Entité 1 : le tracé est illisible .* Corrigez ce tracé."),
        (bytes((8 << 20) + 1), "Le fichier dépasse 8 Mio. Simplifiez"),
    ],
)
def test_a_refusal_is_one_french_sentence_and_leaves_nothing(tmp_path, monkeypatch, content, sentence):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = len(list(Path("/proc/self/fd").iterdir()))

    with pytest.raises(UnreadablePerimeters, match=sentence):
        read_perimeter_file(content, commune())

    assert list(tmp_path.iterdir()) == []
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_file_that_would_take_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(perimeter_files, "MEANS", replace(MEANS, elapsed_s=0.01))

    with pytest.raises(UnreadablePerimeters, match="Sa lecture demande trop de mémoire ou de temps"):
        read_perimeter_file(geojson_files.SQUARES, commune())
