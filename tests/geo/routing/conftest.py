from pathlib import Path

import pytest

from geo.routing import build
from tests.geo.routing.towns import grid_town, ring_town


@pytest.fixture(scope="session")
def ring_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ring_town().write(tmp_path_factory.mktemp("ring") / "ring.osm.pbf")


@pytest.fixture(scope="session")
def ring(ring_file: Path) -> Path:
    """The directory of the ring town's travel data, for all three modes."""
    directory = ring_file.parent / "routing"
    build(ring_file, directory)
    return directory


@pytest.fixture(scope="session")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the grid town's travel data, for all three modes."""
    folder = tmp_path_factory.mktemp("grid")
    build(grid_town().write(folder / "grid.osm.pbf"), folder / "routing")
    return folder / "routing"
