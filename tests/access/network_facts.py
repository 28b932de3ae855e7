"""What the rows of the network find: who the référents are, how they are reached, who was appointed."""

from accounts.models import Account
from accounts.roles import Role
from tests.access.evidence import Evidence
from tests.access.fact import Fact
from tests.access.people import Place
from tests.access.stage import canaries_of, canary

MASKED: frozenset[object] = frozenset({"masked"})


def _referents(place: Place) -> set[object]:
    held = Account.objects.filter(grants__commune=place.town.commune, grants__role=Role.REFERENT)
    return set(held.values_list("pk", flat=True))


def _of_first_sector(place: Place) -> set[object]:
    return {place.accounts[Role.REFERENT].pk}


def _referents_told(evidence: Evidence, *words: int) -> set[object]:
    """Référents of whom some of the sealed words are told, on any page but the extract of one's own data."""
    pages = evidence.text_but_of("extract")
    referents = Account.objects.filter(grants__role=Role.REFERENT)
    return {each.pk for each in referents if any(canaries_of(each)[word] in pages for word in words)}


def _vigilants_told(evidence: Evidence, masked: str, *words: int) -> set[object]:
    """Vigilants of whom some of the sealed words are told, and whether some are in their masked form."""
    vigilants = Account.objects.filter(grants__role=Role.VIGILANT)
    told: set[object] = {
        each.pk for each in vigilants if any(canaries_of(each)[word] in evidence.everything for word in words)
    }
    is_masked = f">{masked}</t" in evidence.text("sector")
    return told | (set(MASKED) if is_masked else set())


def words_told(expected: dict[str, set[object]]) -> set[str]:
    """The sealed words of accounts that somebody is to be told of others, by what each row is expected to show."""
    names = {canary("nom", pk) for pk in expected["sector.referent_names"]}
    contacts = expected["sector.referent_contact"]
    return names | {canary(kind, pk) for kind in ("tel", "courriel") for pk in contacts}


NETWORK = {
    "sector.referent_names": Fact(
        seen=lambda evidence, stage: _referents_told(evidence, 0),
        all=_referents,
        of_sector=_of_first_sector,
    ),
    "sector.referent_contact": Fact(
        seen=lambda evidence, stage: _referents_told(evidence, 1, 2),
        all=_referents,
        of_sector=_of_first_sector,
    ),
    # One's own extract tells it whole, and the page of a sector in initials.
    "vigilant.name": Fact(
        seen=lambda evidence, stage: _vigilants_told(evidence, "Z.", 0),
        all=lambda place: set(),
        own=lambda account: {account.pk},
        masked=MASKED,
    ),
    "vigilant.contact": Fact(
        seen=lambda evidence, stage: _vigilants_told(evidence, "z···", 1, 2),
        all=lambda place: set(),
        own=lambda account: {account.pk},
        masked=MASKED,
    ),
    "sector.appoint_referent": Fact(
        seen=lambda evidence, stage: evidence.done["sector.appoint_referent"], all=lambda place: {place.insee}
    ),
}
