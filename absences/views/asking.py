"""What several pages ask of a request: the commune, the record, the cautions that were confirmed."""

from django.http import Http404, HttpRequest

from absences.models import Absence
from accounts.models import Account
from accounts.permissions import person_of
from accounts.rights import Reach
from geo.models import Commune

READ_OR_SEND = ["GET", "HEAD", "POST"]


def commune_of(request: HttpRequest) -> Commune:
    """The commune of whoever asks, without its outline."""
    return Commune.objects.defer("outline").get(pk=person_of(request).commune)


def account_of(request: HttpRequest) -> Account:
    """The account of whoever asks."""
    account: Account = request.user  # type: ignore[assignment]
    return account


def record_or_404(key: int) -> Absence:
    """The record of that number, if the walls show it."""
    absence = Absence.objects.listed().select_related("address", "commune").filter(pk=key).first()
    if absence is None:
        raise Http404
    return absence


def confirmed_in(request: HttpRequest) -> frozenset[str]:
    """The codes of the cautions that were ticked."""
    return frozenset(request.POST.getlist("confirmed"))


def may_write(request: HttpRequest) -> bool:
    """Whether whoever asks changes the records of the commune."""
    return Reach.COMMUNE in person_of(request).reach_of("absence.update")
