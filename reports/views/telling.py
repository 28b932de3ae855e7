"""Tell a report, enter one for somebody without an account, read and take back one's own."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit, scope
from accounts.permissions import allows, person_of
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from accounts.roles import Role
from reports.errors import HourToCome, ReportsError
from reports.forms.telling import TellForm
from reports.services import telling
from reports.services.starting import take_beginning
from reports.services.telling import Told
from reports.views.asking import FACT, READ_OR_SEND, TOLD, account_of, commune_of, own_or_404, read_texts
from sectors.models import Pseudonym, Sector


@allows("report.create", reach=Reach.OWN)
@never_cache
@sensitive_post_parameters()
@sensitive_variables("form", "told")
@require_http_methods(READ_OR_SEND)
def tell(request: HttpRequest) -> HttpResponse:
    """Ask what was seen, and keep it under the seal of who told it."""

    def keep(told: Told, sector: Sector) -> HttpResponse:
        telling.tell(told, sector=sector, now=timezone.now())
        messages.success(request, _("Votre signalement est envoyé au référent de votre secteur."))
        return HttpResponseRedirect(resolve_url("reports:own"))

    return _ask(request, Role.VIGILANT, keep)


@allows("report.create", reach=Reach.SECTOR)
@never_cache
@sensitive_post_parameters()
@sensitive_variables("form", "told")
@require_http_methods(READ_OR_SEND)
def enter(request: HttpRequest) -> HttpResponse:
    """Ask a référent what a resident told them, and give the number to say."""

    def keep(told: Told, sector: Sector) -> HttpResponse:
        report = telling.enter(told, sector=sector, by=account_of(request), now=timezone.now())
        said = _("Numéro à dire à l'habitant : %(number)s.") % {"number": report.spoken_number}
        messages.success(request, said)
        return HttpResponseRedirect(resolve_url("reports:received", report.pk))

    return _ask(request, Role.REFERENT, keep)


@allows(*FACT, "report.author_pseudonym", reach=Reach.OWN)
@never_cache
@require_safe
def list_own(request: HttpRequest) -> HttpResponse:
    """One's own reports and where they stand, the latest first."""
    pseudonyms = Pseudonym.objects.filter(account=account_of(request)).values_list("text", flat=True)
    context = {"reports": telling.list_mine(), "pseudonyms": list(pseudonyms)}
    return render(request, "reports/own_list.html", context)


@allows(*TOLD, reach=Reach.OWN)
@never_cache
@sensitive_post_parameters()
@sent_from("reports:own")
def show_own(request: HttpRequest) -> HttpResponse:
    """One's own report: its words, what became of it, the answer."""
    report = own_or_404(request)
    with scope.as_author():
        context = {"report": report, **read_texts(report, audit.Reason.OWN_DATA)}
    return render(request, "reports/own.html", context)


@allows("report.delete", *FACT, reach=Reach.OWN)
@never_cache
@sensitive_post_parameters()
@sent_from("reports:own")
def withdraw(request: HttpRequest) -> HttpResponse:
    """Show which report of one's own would go, and take it back once that is confirmed."""
    report = own_or_404(request)
    # No button gives it back.
    if request.POST.get("confirmed") != str(report.pk):
        return render(request, "reports/withdraw.html", {"report": report})
    telling.withdraw(report)
    messages.success(
        request,
        _("Votre signalement est effacé.")
        if report.relayed_at is None
        else _("Vos mots et le lien avec vous sont effacés. La police garde ce que le référent a écrit."),
    )
    return HttpResponseRedirect(resolve_url("reports:own"))


def _ask(request: HttpRequest, role: Role, keep: Callable[[Told, Sector], HttpResponse]) -> HttpResponse:
    sectors = Sector.objects.filter(pk__in=person_of(request).sectors(role)).order_by("number")
    sent = request.POST if request.method == "POST" else None
    commune = commune_of(request)
    begins = take_beginning(request.session, commune.pk) if sent is None else {}
    form = TellForm(sent, commune=commune, now=timezone.now(), initial=begins)
    if form.is_valid():
        try:
            return keep(form.told, _sector_around(form.told, sectors[0], list(sectors)))
        except ReportsError as error:
            form.add_error("hour" if isinstance(error, HourToCome) else "day", str(error))
    is_spoken = role is Role.REFERENT
    return render(request, "reports/tell.html", {"form": form, "is_spoken": is_spoken})


def _sector_around(told: Told, first: Sector, sectors: list[Sector]) -> Sector:
    """The one of one's sectors that holds the place today; where none does, the first."""
    around = Sector.objects.filter(
        pk__in=[sector.pk for sector in sectors],
        perimeters__area__covers=told.place.point,
        perimeters__valid__contains=timezone.localdate(),
    )
    return around.order_by("number").first() or first
