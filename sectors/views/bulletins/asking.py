"""What the pages of messages ask of a request: who asks, and the message that it is about."""

from django.http import Http404, HttpRequest

from accounts.models import Account
from accounts.permissions import person_of
from geo.models import Commune
from sectors.models import Bulletin

READ_OR_SEND = ["GET", "HEAD", "POST"]


def commune_of(request: HttpRequest) -> Commune:
    """The commune of whoever asks, without its outline."""
    return Commune.objects.defer("outline").get(pk=person_of(request).commune)


def account_of(request: HttpRequest) -> Account:
    """The account of whoever asks."""
    account: Account = request.user  # type: ignore[assignment]
    return account


def sent_or_404(key: int) -> Bulletin:
    """The sent message of that number, if the walls show it."""
    bulletin = Bulletin.objects.sent().select_related("replaces").filter(pk=key).first()
    if bulletin is None:
        raise Http404
    return bulletin


def draft_or_404(key: int) -> Bulletin:
    """The draft of that number, locked, if the walls show it: to its author alone."""
    bulletin = Bulletin.objects.drafts().select_for_update().filter(pk=key).first()
    if bulletin is None:
        raise Http404
    return bulletin
