"""What the pages of perimeters ask of a request: who acts, in which role, and the proposal that it is about."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest
from django.utils import timezone

from accounts.models import Account
from accounts.permissions import person_of
from accounts.person import Person
from accounts.rights import Reach
from accounts.roles import Role
from geo.models import Commune
from sectors.models import Proposal
from sectors.services.proposals import Act

PROPOSE, DECIDE, READ = "sector.propose_perimeter", "sector.approve_perimeter", "sector.perimeter_draft"


def commune_of(request: HttpRequest) -> Commune:
    """The commune of whoever asks, with its outline: perimeters are drawn within it."""
    return Commune.objects.get(pk=person_of(request).commune)


def account_of(request: HttpRequest) -> Account:
    """The account of whoever asks."""
    account: Account = request.user  # type: ignore[assignment]
    return account


def proposal_or_404(key: int) -> Proposal:
    """The proposal of that number, if the walls show it."""
    proposal = Proposal.objects.select_related("commune").filter(pk=key).first()
    if proposal is None:
        raise Http404
    return proposal


def written_or_404(request: HttpRequest, key: int) -> Proposal:
    """The proposal of that number, if the person may write it."""
    proposal = proposal_or_404(key)
    if not may_write(person_of(request), proposal.sector_ids):
        raise Http404
    return proposal


def may_write(person: Person, sector_ids: Iterable[int]) -> bool:
    """Whether the person may propose what changes these sectors: all of them, or one's own and no other."""
    reach = person.reach_of(PROPOSE)
    keys = set(sector_ids)
    return Reach.COMMUNE in reach or (
        Reach.SECTOR in reach and bool(keys) and keys <= person.sectors(Role.REFERENT)
    )


def role_of(person: Person) -> Role:
    """The widest of the roles in which the person may propose."""
    return Role.MUNICIPAL_POLICE if Role.MUNICIPAL_POLICE in person.roles else Role.REFERENT


def act_of(request: HttpRequest, *, revision: int = 0, comment: str = "") -> Act:
    """What the person does, in the widest of the roles in which they may."""
    account, role = account_of(request), role_of(person_of(request))
    return Act(account=account, role=role, now=timezone.now(), revision=revision, comment=comment)
