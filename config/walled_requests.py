"""One transaction a request, in which the database knows who asks and each view has said whom it serves."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils import timezone

from accounts import audit, scope
from accounts.audit.recording import REFUSED
from accounts.models import Account
from accounts.permissions import Access, access_of
from accounts.person import NOBODY, Person
from accounts.presentation.device_cookie import read_secret
from accounts.services import devices, recognition, service_tokens
from geo.models import Commune

Handler = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]
SERVER_ERROR = 500
NOT_FOUND = 404
HOW_TO_BE_LET_IN = (
    "Il manque un jeton en service, dans l'en-tête « Authorization: Bearer … ». "
    "L'administrateur de la commune en fait dans « Comptes », « Jetons des logiciels »."
)


class WalledRequests:
    """Middleware: after authentication, before every view."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside one transaction; what a failed request has written is forgotten."""
        with transaction.atomic():
            request.person = recognise(request)  # type: ignore[attr-defined]
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
        if access is not None and access.is_for_tools and not person.is_known:
            return None if holds_token(request) else ask_for_token()
        if not person.is_known:
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        raise Http404


def recognise(request: HttpRequest) -> Person:
    """Return who asks, with what they hold today in the commune of the site, and say it to the walls."""
    key = request.session.get(SESSION_KEY)
    day = timezone.localdate()
    known = recognition.recognise(int(key), site=settings.COMMUNE_INSEE, day=day) if key else None
    if known is None or not _is_let_in(request, known.account):
        scope.enter(NOBODY)
        return NOBODY
    if not known.person.is_crew_anywhere:
        return known.person
    person = replace(known.person, device_id=_device_of(request, known, day))
    scope.enter(person)
    return person


def holds_token(request: HttpRequest) -> bool:
    """Whether a tool shows a token of this site's commune: it is let in, and nobody is known all the same."""
    token = service_tokens.recognise(request.headers.get("Authorization", ""), today=timezone.localdate())
    return token is not None and token.commune_id == Commune.objects.of_site().pk


def ask_for_token() -> HttpResponse:
    """Refuse a tool in its own way: a page to log in is nothing to it."""
    answer = JsonResponse({"code": "401", "description": HOW_TO_BE_LET_IN}, status=401)
    answer["WWW-Authenticate"] = 'Bearer realm="Ronde"'
    return answer


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


def _is_let_in(request: HttpRequest, account: Account) -> bool:
    """Whether the session is still the account's, as Django and the backends say: they are given what was read."""
    with recognition.at_hand(account):
        return request.user.is_authenticated


def _device_of(request: HttpRequest, known: recognition.Known, day: dt.date) -> int | None:
    token = read_secret(request)
    return devices.recognise(known.account, known.person.commune, token, today=day) if token else None
