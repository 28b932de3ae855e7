"""The tools of the field read the sectors with a token: GeoPandas, ogr2ogr, QGIS where it is installed."""

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import geopandas
import pytest
from django.utils import timezone

from accounts.roles import Role
from accounts.services import service_tokens
from tests.access.people import build_place
from tests.builders import EAST, MIDDLE, NORTH, SOUTH, WEST

# The live site is made once for all, before this folder says where static files are; tools ask for none.
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:No directory at"),
]
GEOPANDAS_SCRIPT = Path(__file__).parent / "read_with_geopandas.py"
QGIS_SCRIPT = Path(__file__).parent / "read_with_qgis.py"
QGIS_PYTHON = "/usr/bin/python3"
A_MINUTE = 60


@pytest.fixture
def service(live_server, settings, monkeypatch) -> Iterator[str]:
    """The address of the service, whose token the tools of GDAL are given as an administrator would."""
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    place = build_place()
    _, secret = service_tokens.issue(
        commune=place.insee,
        label="QGIS",
        last_day=timezone.localdate() + dt.timedelta(days=1),
        by=place.accounts[Role.ADMINISTRATOR],
    )
    # As a password: the one way that every release of GDAL and QGIS knows.
    monkeypatch.setenv("GDAL_HTTP_USERPWD", f"jeton:{secret}")
    monkeypatch.setenv("RONDE_TEST_TOKEN", secret)
    return f"{live_server.url}/ogc"


def read_with_geopandas(service: str, **options: object) -> geopandas.GeoDataFrame:
    """In a process of its own: GDAL would keep Python to itself, and the live site here could not answer."""
    said = run([sys.executable, GEOPANDAS_SCRIPT, service, repr(options)])
    assert said.returncode == 0, said.stderr
    document = json.loads(said.stdout)
    return geopandas.GeoDataFrame.from_features(document, crs=document["system"])


def run(command: list[object]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(command, capture_output=True, text=True, timeout=A_MINUTE, check=False, env=environment)


def test_geopandas_reads_the_sectors_page_by_page_in_degrees_and_in_metres(service):
    degrees = read_with_geopandas(service, PAGE_SIZE=1)
    metres = read_with_geopandas(service, CRS="EPSG:2154")
    box = read_with_geopandas(service, bbox=(WEST, SOUTH, MIDDLE - 0.001, NORTH))

    assert sorted(degrees["numero"]) == [1, 2]
    assert tuple(degrees.total_bounds) == pytest.approx((WEST, SOUTH, EAST, NORTH), abs=1e-7)
    assert metres.crs.to_epsg() == 2154
    assert metres.area.sum() == pytest.approx(degrees.to_crs(2154).area.sum(), rel=1e-4)
    assert list(box["numero"]) == [1]


def test_ogr2ogr_copies_the_perimeters_into_a_geopackage(service, tmp_path):
    copy = tmp_path / "perimetres.gpkg"

    said = run(["ogr2ogr", "-f", "GPKG", "-t_srs", "EPSG:2154", copy, f"OAPIF:{service}", "perimetres"])

    assert (said.returncode, said.stderr) == (0, "")
    copied = geopandas.read_file(copy)
    assert (copied.crs.to_epsg(), sorted(copied["numero"])) == (2154, [1, 2])


def test_without_a_token_a_tool_reads_nothing(service, monkeypatch):
    monkeypatch.delenv("GDAL_HTTP_USERPWD")

    said = run(["ogr2ogr", "-f", "GeoJSON", "/vsistdout/", f"OAPIF:{service}", "perimetres"])

    assert "401" in said.stderr
    assert '"numero"' not in said.stdout


def test_qgis_opens_the_sectors_as_a_layer(service):
    if run([QGIS_PYTHON, "-c", "import qgis.core"]).returncode:
        pytest.skip("QGIS (packages python3-qgis and qgis-providers) is not installed here")

    said = run([QGIS_PYTHON, QGIS_SCRIPT, service])

    assert said.stdout.splitlines()[-1:] == ["2 1,2"], said.stderr
