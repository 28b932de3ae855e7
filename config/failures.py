"""What the site answers when something goes wrong: in its own frame, saying what happened and what to do."""

import logging
import secrets
import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static

from accounts.keys.errors import KeysError
from accounts.permissions import person_of, public
from config.log_redaction import Harmless

Handler = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger(__name__)
REFERENCE_BYTES = 4


def explain_bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: an address or a form that cannot be read."""
    return _explain(request, 400)


def explain_refusal(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: what no page of the site offers."""
    return _explain(request, 403)


def explain_absence(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: what does not exist, and what one may not see, in the same words.

    A crew member is told everywhere alike that the device at hand is not enrolled: it is their own.
    """
    person = person_of(request)
    return _explain(request, 404, is_on_unknown_device=person.is_crew_anywhere and person.device_id is None)


def explain_failure(request: HttpRequest) -> HttpResponse:
    """503 when the database or the keys do not answer, which the operator can mend; 500 with a reference else.

    Nothing is read from the database, whose transaction may be broken, nor asked of the frame of other pages.
    """
    frame = {"request": request, "stylesheet": _stylesheet()}
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        return HttpResponse(render_to_string("503.html", frame), status=503)
    if isinstance(error, KeysError):
        # Its words name a file and what to do, and never a key: the log is where the operator looks.
        logger.error("%s", Harmless(str(error)))
        return HttpResponse(render_to_string("503_keys.html", frame), status=503)
    reference = secrets.token_hex(REFERENCE_BYTES)
    request.failure_reference = reference  # type: ignore[attr-defined]  # the log line of the request bears it
    logger.error("Panne %s", Harmless(reference), exc_info=True)
    return HttpResponse(render_to_string("500.html", {**frame, "reference": reference}), status=500)


def explain_what_was_not_read(status: int) -> str:
    """414 and 431: the page for a request that the web server refused unread (config/web_worker.py)."""
    return render_to_string(f"{status}.html", {"stylesheet": _stylesheet()})


@public
def explain_stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form sent from a page that is too old, or from another site."""
    return render(request, "403_csrf.html", {"is_error_page": True}, status=403)


def explain_wrong_methods(get_response: Handler) -> Handler:
    """Middleware: give Django's empty 405 a page."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            allowed = response["Allow"]
            response = _explain(request, 405)
            response["Allow"] = allowed
        return response

    return answer


def _stylesheet() -> str:
    """The address of the style, empty where the static files were not gathered: that may be what is wrong."""
    try:
        return static("shell.css")
    except ValueError:
        return ""


def _explain(request: HttpRequest, status: int, **more: object) -> HttpResponse:
    return render(request, f"{status}.html", {"is_error_page": True, **more}, status=status)
