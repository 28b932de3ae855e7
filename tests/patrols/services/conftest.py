import pytest

from tests.builders import build_town
from tests.patrols.services.planning_hand import Hand, take


@pytest.fixture
def hand(routing_dir) -> Hand:
    """The tiny town with a draft that a search made, and one's hands on it."""
    return take(build_town(), routing_dir)
