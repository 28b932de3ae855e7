"""Sessions end in time, and the second factor that a role or a view demands is asked for; behind the walls."""

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, scope
from accounts.permissions import Access, access_of, person_of
from accounts.person import NOBODY
from accounts.presentation.device_cookie import read_secret, take_secret
from accounts.roles import strictest_limits
from accounts.services import devices, second_factors, sessions
from accounts.views.proof import address_of_proof, is_file

Handler = Callable[[HttpRequest], HttpResponse]
# The same words whatever happened: whether an account is closed is nobody's business who merely holds a cookie.
ENDED_ELSEWHERE = gettext_lazy(
    "Votre session est terminée : elle a été fermée ailleurs, ou ce qui protège le compte a changé. "
    "Reconnectez-vous."
)
# A page left open asks by itself what has changed: nobody is at work for that.
BACKGROUND = "X-Ronde-Background"
HARMLESS = frozenset({"GET", "HEAD"})


class KeptSessions:
    """Middleware: inside ``WalledRequests``, which says who asks."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End a session that has lasted or rested too long, or lost its device: whoever asked is then nobody."""
        person, now = person_of(request), timezone.now()
        if person.is_known:
            sessions.adopt(request.session, now=now)
            if sessions.has_lost_device(request.session, person):
                return self._answer_withdrawn_device(request)
            reason = sessions.end_reason(request.session, strictest_limits(person.roles_held), now=now)
            if reason:
                end_session(request, reason)
            elif BACKGROUND not in request.headers:
                sessions.touch(request.session, now=now)
                if person.device_id is not None:
                    sessions.keep_to_device(request.session, person.device_id)
        elif has_ended_elsewhere(request):
            request.session.flush()
            messages.warning(request, ENDED_ELSEWHERE)
        return self.get_response(request)

    def _answer_withdrawn_device(self, request: HttpRequest) -> HttpResponse:
        end_session(request, _("Cet appareil a été retiré : votre session y est terminée."))
        # The script of a page follows the way to the log-in without a look at it: refused, it knows why.
        answer = HttpResponseNotFound() if _asks_for_data(request) else self.get_response(request)
        # A phone that another crew still has in use keeps its secret for them.
        if devices.enrolled_as(read_secret(request)) is None:
            take_secret(answer)
        return answer

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        """Ask for the second factor that the person's roles or the view demand."""
        access = access_of(view)
        if access is None or access.is_public or not person_of(request).is_known:
            return None
        proof_age = sessions.age_of_proof(request, now=timezone.now())
        if person_of(request).must_have_second_factor and proof_age is None and not access.is_on_the_way_in:
            return _ask(request, _("Votre rôle demande une double authentification."))
        if access.needs_recent_proof and not _is_recent(proof_age):
            return _prove(request, access)
        return None


def _asks_for_data(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def has_ended_elsewhere(request: HttpRequest) -> bool:
    """Whether a visitor comes with a session that was somebody's; not at the moment when they log in anew."""
    if request.method not in HARMLESS and request.path.startswith(resolve_url(settings.LOGIN_URL)):
        return False
    if SESSION_KEY in request.session:
        return True
    return bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME)) and request.session.session_key is None


def end_session(request: HttpRequest, reason: str) -> None:
    """Log the person out, and let the rest of the request, and the database, know nobody."""
    audit.record("session.expired")
    logout(request)
    request.person = NOBODY  # type: ignore[attr-defined]
    scope.enter(NOBODY)
    messages.warning(request, reason)


def _is_recent(age: dt.timedelta | None) -> bool:
    return age is not None and age <= settings.PROOF_LASTS


def _prove(request: HttpRequest, access: Access) -> HttpResponse | None:
    if second_factors.has_second_factor(request.user):  # type: ignore[arg-type]
        return _ask(request, _("Confirmez que c'est bien vous pour continuer."), goes_on=access.goes_on)
    if not (access.is_on_the_way_in or access.takes_password):
        return _ask(request, _("Cette page demande une double authentification."))
    # The first factor is set up on the strength of the password alone: it has to have been given just now.
    if _is_recent(sessions.age_of_proof(request, now=timezone.now(), method="password")):
        return None
    if access.takes_password:
        end_session(request, _("Confirmez que c'est bien vous : reconnectez-vous, puis redemandez le fichier."))
    else:
        end_session(request, _("Reconnectez-vous pour mettre en place la double authentification."))
    onward = request.get_full_path()
    # After a log-in a file would be saved and the form stay on screen: one goes back to the page it hangs on.
    onward = _page_before(request) if is_file(onward) else onward
    return auth_views.redirect_to_login(onward, resolve_url(settings.LOGIN_URL))


def _ask(request: HttpRequest, why: str, *, goes_on: bool = False) -> HttpResponse:
    page = "prove" if second_factors.has_second_factor(request.user) else "second_factors"  # type: ignore[arg-type]
    if request.method in HARMLESS or goes_on:
        onward = request.get_full_path()
    else:
        why = _("%(why)s Recommencez ensuite votre action : rien n'a été fait.") % {"why": why}
        onward = _page_before(request)
    messages.info(request, why)
    if page == "prove" and is_file(onward):
        return HttpResponseRedirect(address_of_proof(onward, _page_before(request)))
    return auth_views.redirect_to_login(onward, resolve_url(page)) if page == "prove" else _to(page)


def _to(page: str) -> HttpResponse:
    return HttpResponseRedirect(resolve_url(page))


def _page_before(request: HttpRequest) -> str:
    before = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}):
        return resolve_url("account")
    parts = urlsplit(before)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
