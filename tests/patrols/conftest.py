from pathlib import Path

import pytest

from geo.routing import build
from tests.street_network import write_streets


@pytest.fixture(scope="session")
def routing_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("routing")
    build(write_streets(folder / "streets.osm.pbf"), folder)
    return folder
