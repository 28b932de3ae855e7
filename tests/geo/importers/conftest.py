import gzip
from pathlib import Path

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from geo.models import WGS84, Commune
from tests.geo.importers.rows import BAL_HEADER, BAN_HEADER, EAST, NORTH, SOUTH, WEST


@pytest.fixture
def commune(db) -> Commune:
    return Commune.objects.create(
        insee_code="26999",
        name="Valmont-sur-Rhône",
        outline=MultiPolygon(Polygon.from_bbox((WEST, SOUTH, EAST, NORTH)), srid=WGS84),
        source="essai",
    )


@pytest.fixture
def write(tmp_path):
    """Write text or bytes to a named file, packed if the name ends with .gz."""

    def write_file(name: str, content: str | bytes) -> Path:
        data = content.encode() if isinstance(content, str) else content
        file = tmp_path / name
        file.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return file

    return write_file


@pytest.fixture
def write_ban(write):
    return lambda *rows, name="ban.csv": write(name, "\n".join([BAN_HEADER, *rows]) + "\n")


@pytest.fixture
def write_bal(write):
    return lambda *rows, name="bal.csv": write(name, "\n".join([BAL_HEADER, *rows]) + "\n")
