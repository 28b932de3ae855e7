"""The watcher's page, phone first: the homes entrusted to the chain today, and the looks that the phone sends."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from absences.errors import UnreadableLooks
from absences.services.watch import chain, looking
from absences.views.asking import account_of
from accounts.permissions import allows, may_be_kept, public
from accounts.presentation.workers import send_worker_of
from accounts.rights import Reach

BAD_REQUEST = 400
KEPT_FILES = ("shell.css", "watch.css", "watch.js", "icon.svg")


@allows("watch.entrusted_home", reach=Reach.ENTRUSTED)
@never_cache
@require_safe
def show_homes(request: HttpRequest) -> HttpResponse:
    """The homes of the day; the script takes the page over, and they are listed without it."""
    return render(
        request,
        "absences/watch/homes.html",
        {"homes": looking.read_entrusted(account_of(request)), "is_shell": False},
    )


@public
@may_be_kept
@require_safe
def show_shell(request: HttpRequest) -> HttpResponse:
    """The watcher's page without anything in it: what the phone keeps to open without a network."""
    return render(request, "absences/watch/homes.html", {"homes": [], "is_shell": True})


@public
@may_be_kept
@require_safe
def send_worker(request: HttpRequest) -> HttpResponse:
    """The service worker that keeps that page."""
    page, shell = reverse("absences:watch"), reverse("absences:watch_shell")
    return send_worker_of("watch", page=page, shell=shell, offline=shell, kept=(shell,), files=KEPT_FILES)


@allows("watch.entrusted_home", reach=Reach.ENTRUSTED)
@never_cache
@require_safe
def send_day(request: HttpRequest) -> JsonResponse:
    """What a phone keeps until the day ends: the homes entrusted to the chain, and whether it is one's turn."""
    now = timezone.localtime()
    homes = [
        {"key": f"{home.key}", "address": home.label, "is_looked_at": home.is_looked_at}
        for home in looking.read_entrusted(account_of(request))
    ]
    return JsonResponse(
        {
            "now": now.isoformat(),
            "day": f"{now.date()}",
            "csrf": get_token(request),
            "account": account_of(request).pk,
            "is_my_turn": chain.is_turn_of(account_of(request), now.date()),
            "homes": homes,
        }
    )


@allows("watch.tick", reach=Reach.ENTRUSTED)
@never_cache
@require_POST
def take_looks(request: HttpRequest) -> JsonResponse:
    """Note the looks that a phone sends, each once, and say what became of each."""
    try:
        entries = looking.read_entries(request.body)
    except UnreadableLooks as error:
        return JsonResponse({"error": str(error)}, status=BAD_REQUEST)
    answers = looking.take_in(entries, by=account_of(request), today=timezone.localdate())
    told = [{"reference": f"{a.reference}", "state": a.state, "reason": a.reason} for a in answers]
    return JsonResponse({"answers": told})
