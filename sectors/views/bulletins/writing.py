"""The desk of messages: write, read again, send."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import QueryDict
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import allows, person_of
from accounts.presentation.sent_forms import sent_from
from sectors.errors import BulletinRefused
from sectors.forms.bulletins import BulletinForm, fill
from sectors.models import Bulletin, BulletinTemplate, Sector
from sectors.services.bulletins import writing
from sectors.services.referents import count_referents
from sectors.views.bulletins.asking import READ_OR_SEND, account_of, commune_of, draft_or_404, sent_or_404


@allows("bulletin.send", "bulletin.text")
@never_cache
@sent_from("sectors:bulletins")
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a message: empty, from a text of the commune, or as the correction of one that was sent."""
    corrected, wanted = request.POST.get("replaces", ""), request.POST.get("template", "")
    template = BulletinTemplate.objects.filter(pk=int(wanted) if wanted.isdecimal() else 0).first()
    try:
        bulletin = writing.begin(
            commune_of(request),
            account_of(request),
            writing.service_of(person_of(request)),
            now=timezone.now(),
            subject=template.subject if template else "",
            text=template.text if template else "",
            replaces=sent_or_404(int(corrected)) if corrected.isdecimal() else None,
        )
    except BulletinRefused as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(resolve_url("sectors:bulletins"))
    return HttpResponseRedirect(resolve_url("sectors:write_bulletin", bulletin.pk))


@allows("bulletin.send", "bulletin.text")
@never_cache
@require_http_methods(READ_OR_SEND)
def write(request: HttpRequest, key: int) -> HttpResponse:
    """Show a draft, and keep what was typed; on the way to sending it must be complete."""
    bulletin = draft_or_404(key)
    if request.method != "POST":
        return _show(request, bulletin, _form(request, bulletin))
    is_draft = bool({"keep", "attach"} & set(request.POST))
    form = _form(request, bulletin, request.POST, is_draft=is_draft)
    if not form.is_valid():
        return _show(request, bulletin, form)
    writing.keep(bulletin, form.written(), now=timezone.now())
    if "attach" in request.POST:
        return HttpResponseRedirect(resolve_url("sectors:attach", bulletin.pk))
    if is_draft:
        messages.success(request, _("Brouillon gardé : vous seul pouvez le reprendre."))
        return HttpResponseRedirect(resolve_url("sectors:bulletins"))
    return HttpResponseRedirect(resolve_url("sectors:send_bulletin", bulletin.pk))


@allows("bulletin.send", "bulletin.text")
@never_cache
@require_POST
def keep(request: HttpRequest, key: int) -> HttpResponse:
    """Keep what is typed, as the page's script sends it from time to time."""
    bulletin = draft_or_404(key)
    form = _form(request, bulletin, request.POST, is_draft=True)
    if not form.is_valid():
        return HttpResponse(status=422)
    writing.keep(bulletin, form.written(), now=timezone.now())
    return HttpResponse(status=204)


@allows("bulletin.send", "bulletin.text")
@never_cache
@sent_from("sectors:bulletins")
def throw_away(request: HttpRequest, key: int) -> HttpResponse:
    """Forget a draft."""
    writing.throw_away(draft_or_404(key))
    messages.success(request, _("Le brouillon est jeté."))
    return HttpResponseRedirect(resolve_url("sectors:bulletins"))


@allows("bulletin.send", "bulletin.text")
@never_cache
@require_http_methods(READ_OR_SEND)
def send(request: HttpRequest, key: int) -> HttpResponse:
    """Show a draft as it will be read, and by whom; then send it."""
    if request.method == "POST" and Bulletin.objects.sent().filter(pk=key).exists():
        # Pressed twice: it was sent the first time.
        return HttpResponseRedirect(resolve_url("sectors:bulletin", key))
    bulletin = draft_or_404(key)
    if request.method == "POST":
        try:
            writing.send(bulletin, now=timezone.now())
        except BulletinRefused as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(resolve_url("sectors:write_bulletin", bulletin.pk))
        messages.success(request, _("Le message est envoyé."))
        return HttpResponseRedirect(resolve_url("sectors:bulletin", bulletin.pk))
    referents = count_referents()
    sectors = [(sector, referents.get(sector.pk, 0)) for sector in bulletin.sectors.order_by("number")]
    context = {"bulletin": bulletin, "sectors": sectors, "orphans": [s for s, number in sectors if not number]}
    return render(request, "sectors/bulletins/send.html", context)


def _form(
    request: HttpRequest, bulletin: Bulletin, sent: QueryDict | None = None, *, is_draft: bool = False
) -> BulletinForm:
    return BulletinForm(
        sent,
        initial=fill(bulletin),
        sectors=Sector.objects.filter(commune=person_of(request).commune),
        referents=count_referents(),
        is_draft=is_draft,
    )


def _show(request: HttpRequest, bulletin: Bulletin, form: BulletinForm) -> HttpResponse:
    is_empty = not (form.is_bound or bulletin.subject or bulletin.text)
    context = {
        "bulletin": bulletin,
        "form": form,
        "is_empty": is_empty,
        "templates": BulletinTemplate.objects.all() if is_empty else (),
    }
    return render(request, "sectors/bulletins/write.html", context)
