"""What the rows of the daily watch find."""

from absences.models import HomeOwner, WatchConsent
from accounts.models import Account
from accounts.roles import Role
from tests.access.evidence import Evidence
from tests.access.fact import Fact
from tests.access.people import Place
from tests.access.stage import Stage, canary


def owned_by(account: Account) -> set[object]:
    return set(HomeOwner.objects.filter(account=account).values_list("absence", flat=True))


def entrusted_to(account: Account) -> set[object]:
    """The homes that an account watches, by the sector of its role."""
    sectors = account.grants.filter(role=Role.VIGILANT).values("sector")
    consents = WatchConsent.objects.filter(revoked_at=None, sector__in=sectors)
    return set(consents.values_list("absence", flat=True))


def owned_by_or_entrusted_to(account: Account) -> set[object]:
    """The homes whose address an account is told, for either reason."""
    return owned_by(account) | entrusted_to(account)


def _are_watched(place: Place) -> set[object]:
    standing = WatchConsent.objects.filter(revoked_at=None, absence__commune=place.insee)
    return set(standing.values_list("absence", flat=True))


def _told(evidence: Evidence, stage: Stage) -> set[object]:
    """Homes whose address the watcher's pages give, or whose record says that they are watched."""
    pages = evidence.text("watch")
    return {
        home.pk
        for place in stage.places
        for number, home in enumerate(place.town.absences)
        if canary("rue", place.insee, number) in pages or _is_marked(evidence, home.pk)
    }


def _is_marked(evidence: Evidence, home: int) -> bool:
    return any("confié à la veille" in text for about, text in evidence.answered("record") if about == home)


WATCH = {
    "watch.entrusted_home": Fact(seen=_told, all=_are_watched, entrusted=entrusted_to),
    "watch.tick": Fact(
        seen=lambda evidence, stage: evidence.done["watch.tick"], all=lambda place: set(), entrusted=entrusted_to
    ),
}
