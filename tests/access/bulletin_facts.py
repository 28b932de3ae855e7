"""What the rows of prevention messages find: texts that are read, relays noted, messages sent."""

from sectors.models import Bulletin
from tests.access.evidence import Evidence
from tests.access.fact import Fact
from tests.access.people import Place
from tests.access.stage import Stage, canary


def _messages_of(place: Place) -> list[Bulletin]:
    """One to the first sector, relayed there, and one to the second."""
    return list(Bulletin.objects.filter(commune=place.town.commune).order_by("pk"))


def _texts_read(evidence: Evidence, stage: Stage) -> set[object]:
    """Messages of which the text is told, or a document handed over."""
    documents: set[object] = {*evidence.open("piece")}
    return documents | {
        bulletin.pk
        for place in stage.places
        for number, bulletin in enumerate(_messages_of(place), start=1)
        if canary("message", place.insee, number) in evidence.everything
    }


def _of_first_sector(place: Place) -> set[object]:
    return {_messages_of(place)[0].pk}


BULLETINS = {
    "bulletin.text": Fact(
        seen=_texts_read,
        all=lambda place: {bulletin.pk for bulletin in _messages_of(place)},
        of_sector=_of_first_sector,
    ),
    "bulletin.relay": Fact(
        seen=lambda evidence, stage: evidence.done["bulletin.relay"],
        all=lambda place: set(),
        of_sector=_of_first_sector,
    ),
    "bulletin.send": Fact(
        seen=lambda evidence, stage: evidence.done["bulletin.send"], all=lambda place: {place.insee}
    ),
}
