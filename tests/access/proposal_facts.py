"""What the rows of perimeters find: proposals that are read, made and approved, files that were taken in."""

import re

from sectors.models import Proposal
from tests.access.evidence import Evidence
from tests.access.fact import Fact
from tests.access.people import Place
from tests.access.stage import Stage


def _proposals(place: Place, *states: str) -> set[object]:
    return set(Proposal.objects.filter(commune=place.town.commune, state__in=states).values_list("pk", flat=True))


def _of_first_sector(place: Place) -> set[object]:
    return set(Proposal.objects.about(place.sectors[:1]).values_list("pk", flat=True))


def _told(evidence: Evidence, stage: Stage) -> set[object]:
    """Proposals whose page was given, or that any page names."""
    named = re.findall(r"/propositions/(\d+)/", evidence.text())
    return {*evidence.open("proposal"), *map(int, named)}


PROPOSALS = {
    "sector.perimeter_draft": Fact(
        seen=_told, all=lambda place: _proposals(place, "draft", "checked"), of_sector=_of_first_sector
    ),
    "sector.propose_perimeter": Fact(
        seen=lambda evidence, stage: evidence.done["sector.propose_perimeter"],
        all=lambda place: _proposals(place, "draft"),
        of_sector=_of_first_sector,
    ),
    "sector.import_geo": Fact(
        seen=lambda evidence, stage: evidence.done["sector.import_geo"],
        all=lambda place: _proposals(place, "draft"),
        of_sector=_of_first_sector,
    ),
    "sector.approve_perimeter": Fact(
        seen=lambda evidence, stage: evidence.done["sector.approve_perimeter"],
        all=lambda place: _proposals(place, "checked"),
    ),
}
