"""Pages that anybody may read: privacy, accessibility, help."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import public
from accounts.services.register import register


@public
@require_safe
def explain_privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of whom, why, how long, and the rights one has."""
    return render(request, "site/privacy.html", {"register": register(), "dpo_contact": settings.DPO_CONTACT})


@public
@require_safe
def explain_accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement, by the model of the RGAA."""
    context = {"accessibility_contact": settings.ACCESSIBILITY_CONTACT}
    return render(request, "site/accessibility.html", context)


@public
@require_safe
def explain_use(request: HttpRequest) -> HttpResponse:
    """Help: what each role does here, and what to do when something does not work."""
    return render(request, "site/help.html")
