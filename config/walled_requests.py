"""One transaction a request, in which the database knows who asks and each view has said whom it serves."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone

from accounts import audit, scope
from accounts.audit.recording import REFUSED
from accounts.models import Account, Grant
from accounts.permissions import Access, access_of
from accounts.person import NOBODY, Person
from accounts.services import devices
from geo.errors import GeoError
from geo.models import Commune

Handler = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]
SERVER_ERROR = 500
NOT_FOUND = 404


class WalledRequests:
    """Middleware: after authentication, before every view."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside one transaction; what a failed request has written is forgotten."""
        with transaction.atomic():
            request.person = recognise(request)  # type: ignore[attr-defined]
            scope.enter(request.person)  # type: ignore[attr-defined]
            response = self.get_response(request)
            if response.status_code >= SERVER_ERROR:
                transaction.set_rollback(True)
            elif response.status_code == NOT_FOUND:
                note_refusal(request)
        forbid_keeping(request, response)
        return response

    def process_view(self, request: HttpRequest, view: View, args: object, kwargs: object) -> HttpResponse | None:
        """Refuse as if the page did not exist; invite a visitor to log in first."""
        access = access_of(view)
        person: Person = request.person  # type: ignore[attr-defined]
        if access is not None and access.admits(person):
            return None
        if not person.is_known:
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        raise Http404


def recognise(request: HttpRequest) -> Person:
    """Return who asks, with what they hold today in the commune of the site."""
    account = request.user
    if not isinstance(account, Account) or not account.is_active:
        return NOBODY
    known = Person(account_id=account.pk)
    try:
        commune = Commune.objects.defer("outline").of_site().pk
    except GeoError:
        return known
    scope.enter(known)
    grants = Grant.objects.filter(account=account, commune=commune).in_force_on(timezone.localdate())
    holdings = grants.as_holdings()
    device = _device_of(request, account, commune) if any(held.crew_id for held in holdings) else None
    return Person(account_id=account.pk, commune=commune, holdings=holdings, device_id=device)


def note_refusal(request: HttpRequest) -> None:
    """Record that somebody known was answered « not found »: refused, hidden by the walls or absent are one."""
    person: Person = request.person  # type: ignore[attr-defined]
    if person.is_known and not _access(request).is_public:
        audit.record("access.refused", outcome=REFUSED)


def forbid_keeping(request: HttpRequest, response: HttpResponse) -> None:
    """Let nobody keep an answer, unless it is open to all or its view says that it is about nobody."""
    person: Person = request.person  # type: ignore[attr-defined]
    if getattr(_view(request), "may_be_kept", False) and response.status_code != NOT_FOUND:
        return
    if person.is_known or not _access(request).is_public:
        response["Cache-Control"] = "no-store, private"


def _view(request: HttpRequest) -> View | None:
    return request.resolver_match.func if request.resolver_match else None


def _access(request: HttpRequest) -> Access:
    """What the view says; an address without a view is open to all: it is about nothing."""
    view = _view(request)
    return Access(is_public=True) if view is None else access_of(view) or Access()


def _device_of(request: HttpRequest, account: Account, commune: str) -> int | None:
    token = request.get_signed_cookie(settings.DEVICE_COOKIE_NAME, None, salt=devices.COOKIE_SALT)
    return devices.recognise(account, commune, token, today=timezone.localdate()) if token else None
