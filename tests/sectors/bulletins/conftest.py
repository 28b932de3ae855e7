import pytest

from accounts.roles import Role
from sectors.models import Bulletin
from tests.access.conftest import elsewhere, login_as, place, plain_static_files
from tests.access.people import Place
from tests.sectors.bulletins.messages import NOW, send_to

__all__ = ["elsewhere", "login_as", "place", "plain_static_files"]


@pytest.fixture
def sent(place: Place) -> Bulletin:
    """A message of the municipal police to the first sector, which has one référent."""
    return send_to(place, place.sectors[0], by=Role.MUNICIPAL_POLICE, now=NOW)
