"""Addresses to which a form is sent, and which are no pages: whoever comes there otherwise is led to the form."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.views.decorators.http import require_http_methods


def sent_from[View: Callable[..., HttpResponse]](page: str, *names: str) -> Callable[[View], View]:
    """Take what a form sends; lead whoever reloads a refusal, goes back to it or logs in on the way to the form.

    Parameters
    ----------
    page
        The page that has the form.
    names
        The arguments of the address that the page's has too.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @require_http_methods(["GET", "HEAD", "POST"])
        def take_or_lead_back(request: HttpRequest, **arguments: object) -> HttpResponse:
            if request.method == "POST":
                return view(request, **arguments)
            return HttpResponseRedirect(resolve_url(page, *(arguments[name] for name in names)))

        return take_or_lead_back  # type: ignore[return-value]

    return decorate
