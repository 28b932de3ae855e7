"""The form of a passage told by radio, as a browser sends it."""

import re
import uuid

from tests.access.people import Place
from tests.builders import DAY


def told(place: Place, **changes: object) -> dict[str, object]:
    """Alpha says « all is well » at a quarter past seven; ``changes`` by field."""
    return {
        "reference": str(uuid.UUID(int=7)),
        "crew": place.town.crews[0].pk,
        "day": DAY.isoformat(),
        "hour": "19:15",
        "found": "ras",
        "note": "",
        **changes,
    }


def hidden(page: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]
