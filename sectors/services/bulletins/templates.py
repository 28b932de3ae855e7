"""The texts from which messages begin: those that come with Ronde, and what a commune makes of them."""

import json
from functools import cache
from pathlib import Path

from geo.models import Commune
from sectors.models import BulletinTemplate

STARTERS = Path(__file__).parents[2] / "data" / "bulletin_templates.json"


def load_starters(commune: Commune) -> int:
    """Give a commune the texts that come with Ronde, but those whose title it has; return how many were added."""
    known = set(BulletinTemplate.objects.filter(commune=commune).values_list("title", flat=True))
    added = [BulletinTemplate(commune=commune, **each) for each in read_starters() if each["title"] not in known]
    BulletinTemplate.objects.bulk_create(added)
    return len(added)


@cache
def read_starters() -> tuple[dict[str, str], ...]:
    """Read the texts that come with Ronde: title, subject and text of each."""
    return tuple(json.loads(STARTERS.read_text(encoding="utf-8")))
