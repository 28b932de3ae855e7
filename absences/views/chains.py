"""The chain of a sector: a vigilant joins it on some days, its référents keep the rota and count the days."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from absences.forms.watch import WEEKDAYS, TurnForm
from absences.services.watch import chain
from absences.views.asking import READ_OR_SEND, account_of
from accounts.models import Grant
from accounts.permissions import allows, person_of
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from accounts.roles import Role
from sectors.models import Sector

OWN_ROLE = "vigilant.name"
# A référent keeps the life of their sector as they keep its outline.
KEEPS_SECTOR = "sector.propose_perimeter"


@allows(OWN_ROLE, reach=Reach.OWN)
@never_cache
@require_safe
def show_own_turns(request: HttpRequest) -> HttpResponse:
    """The chains that one may watch in, and the days of one's turn."""
    rows = [
        (
            role,
            watcher,
            TurnForm(initial={"weekdays": watcher.weekdays if watcher else ()}, auto_id=f"{role.pk}_%s"),
        )
        for role, watcher in chain.read_own(account_of(request), today=timezone.localdate())
    ]
    return render(request, "absences/watch/turns.html", {"rows": rows})


@allows(OWN_ROLE, reach=Reach.OWN)
@never_cache
@sent_from("absences:own_turns")
def join(request: HttpRequest, key: int) -> HttpResponse:
    """Watch in the chain of a sector of one's own, on the days that were ticked."""
    role, form = _own_role_or_404(request, key), TurnForm(request.POST)
    if not form.is_valid():
        raise Http404
    chain.join(role, form.cleaned_data["weekdays"])
    messages.success(request, _("C'est noté : vous veillez dans ce secteur."))
    return HttpResponseRedirect(resolve_url("absences:own_turns"))


@allows(OWN_ROLE, reach=Reach.OWN)
@never_cache
@sent_from("absences:own_turns")
def leave(request: HttpRequest, key: int) -> HttpResponse:
    """Leave the chain of a sector: its homes are shown no more."""
    chain.leave(_own_role_or_404(request, key))
    messages.success(request, _("Vous ne veillez plus dans ce secteur."))
    return HttpResponseRedirect(resolve_url("absences:own_turns"))


@allows(KEEPS_SECTOR, reach=Reach.SECTOR)
@never_cache
@require_http_methods(READ_OR_SEND)
def show_chain(request: HttpRequest, key: int) -> HttpResponse:
    """The chain of one's sector by pseudonym, its rota, and the days by numbers alone."""
    sector = Sector.objects.filter(pk__in=person_of(request).sectors(Role.REFERENT), pk=key).first()
    if sector is None:
        raise Http404
    watchers = chain.read_chain(sector)
    if request.method == "POST":
        chain.set_turns(_read_turns(request, watchers), watchers)
        messages.success(request, _("Les tours de veille sont enregistrés."))
        return HttpResponseRedirect(resolve_url("absences:chain", key))
    taken = {day for watcher in watchers for day in watcher.weekdays}
    context = {
        "sector": sector,
        "watchers": watchers,
        "weekdays": WEEKDAYS,
        "without_turn": [label for day, label in WEEKDAYS if day not in taken],
        "today": timezone.localdate(),
        "days": chain.read_watch_days(sector),
    }
    return render(request, "absences/watch/chain.html", context)


def _read_turns(request: HttpRequest, watchers: list[chain.KnownWatcher]) -> dict[int, list[int]]:
    """The weekdays ticked for each watcher; what is no weekday is left out."""
    known = {f"{day}": day for day, _label in WEEKDAYS}
    return {
        watcher.key: [known[said] for said in request.POST.getlist(f"w{watcher.key}") if said in known]
        for watcher in watchers
    }


def _own_role_or_404(request: HttpRequest, key: int) -> Grant:
    for role, _watcher in chain.read_own(account_of(request), today=timezone.localdate()):
        if role.pk == key:
            return role
    raise Http404
