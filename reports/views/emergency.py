"""The first screen: whoever is in danger calls; it opens without a network, and nothing of it is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.permissions import may_be_kept, public
from accounts.presentation.workers import send_worker_of

KEPT_FILES = ("shell.css", "first_screen.js", "icon.svg")


@public
@may_be_kept
@require_safe
def ask_first(request: HttpRequest) -> HttpResponse:
    """Ask whether it is happening now; the page says nothing of who reads it, so that a browser may keep it."""
    return render(request, "reports/emergency.html")


@public
@may_be_kept
@require_safe
def send_worker(request: HttpRequest) -> HttpResponse:
    """The service worker that keeps that page, and shows it where the network fails another page of reports."""
    page = reverse("reports:emergency")
    return send_worker_of("report", page=page, shell=page, offline=page, kept=(page,), files=KEPT_FILES)
