"""The messages that one may read, and what becomes of each: followed by police, relayed by référents."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import allows, person_of
from accounts.presentation.pages import read_page
from accounts.presentation.sent_forms import sent_from
from geo import french
from sectors.forms.bulletins import RelayForm
from sectors.models import Bulletin
from sectors.services.bulletins import receiving, writing
from sectors.services.bulletins.following import follow, follow_all
from sectors.views.bulletins.asking import account_of, sent_or_404

ON_A_PAGE = 25


@allows("bulletin.text")
@never_cache
@require_safe
def show_list(request: HttpRequest) -> HttpResponse:
    """List what was sent, the latest first; for police with what became of it, and their own drafts."""
    person = person_of(request)
    page = read_page(Bulletin.objects.sent(), request.GET.get("page", ""), size=ON_A_PAGE)
    context = {
        "page": page,
        "is_desk": person.is_police,
        "lacks_address": receiving.lacks_address(person),
        "unread": set(receiving.unread_by(person).values_list("pk", flat=True)),
    }
    if person.is_police:
        followed = follow_all(page.object_list)
        context["rows"] = [(bulletin, followed[bulletin.pk]) for bulletin in page.object_list]
        context["drafts"] = Bulletin.objects.drafts().order_by("-saved_at")
    return render(request, "sectors/bulletins/list.html", context)


@allows("bulletin.text")
@never_cache
@require_safe
def show(request: HttpRequest, key: int) -> HttpResponse:
    """Show a message; the first time that a référent opens it is dated."""
    bulletin, person = sent_or_404(key), person_of(request)
    mine = receiving.sectors_reached(bulletin, person)
    if mine and request.method == "GET":
        receiving.note_reading(bulletin, account_of(request), mine, now=timezone.now())
    return _show(request, bulletin, RelayForm(sectors=mine) if mine else None)


@allows("bulletin.relay", "bulletin.text")
@never_cache
@sent_from("sectors:bulletin", "key")
def relay(request: HttpRequest, key: int) -> HttpResponse:
    """Note by which means a message was passed on."""
    bulletin = sent_or_404(key)
    form = RelayForm(request.POST, sectors=receiving.sectors_reached(bulletin, person_of(request)))
    if not form.mine:
        raise Http404
    if not form.is_valid():
        return _show(request, bulletin, form)
    receiving.relay(
        bulletin,
        account_of(request),
        form.sectors_chosen(),
        form.cleaned_data["means"],
        now=timezone.now(),
    )
    messages.success(request, _("Le relais est noté : les citoyens vigilants du secteur lisent le message ici."))
    return HttpResponseRedirect(resolve_url("sectors:bulletin", bulletin.pk))


@allows("bulletin.relay", "bulletin.text")
@never_cache
@sent_from("sectors:bulletin", "key")
def undo_relay(request: HttpRequest, key: int, relay: int) -> HttpResponse:
    """Take back a relay that one noted by mistake, within a day."""
    bulletin, now = sent_or_404(key), timezone.now()
    for noted in receiving.relays_to_undo(bulletin, person_of(request), now=now):
        if noted.pk == relay:
            receiving.undo_relay(noted)
            messages.success(request, _("Le relais est annulé."))
            return HttpResponseRedirect(resolve_url("sectors:bulletin", bulletin.pk))
    raise Http404


@allows("bulletin.send", "bulletin.text")
@never_cache
@sent_from("sectors:bulletin", "key")
def send_notices_again(request: HttpRequest, key: int) -> HttpResponse:
    """Have the notices of a message that did not leave sent again."""
    bulletin = sent_or_404(key)
    if waiting := writing.send_notices_again(bulletin, now=timezone.now()):
        told = french.counted(waiting, _("avis repart"), _("avis repartent"))
        messages.success(request, _("%(told)s dès maintenant.") % {"told": told})
    else:
        messages.info(request, _("Aucun avis n'est à renvoyer : rechargez la page."))
    return HttpResponseRedirect(resolve_url("sectors:bulletin", bulletin.pk))


def _show(request: HttpRequest, bulletin: Bulletin, form: RelayForm | None) -> HttpResponse:
    person = person_of(request)
    context = {
        "bulletin": bulletin,
        "form": form,
        "is_desk": person.is_police,
        "to_undo": receiving.relays_to_undo(bulletin, person, now=timezone.now()),
        "may_send_again": person.is_police and bulletin.notices.filter(writing.UNSENT).exists(),
        "followed": follow(bulletin).by_sector if person.is_police or form is not None else (),
        "replaced_by": bulletin.corrections.sent().first(),
    }
    return render(request, "sectors/bulletins/bulletin.html", context)
