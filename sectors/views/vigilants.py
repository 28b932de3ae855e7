"""The vigilants of a sector: registrations that a référent hands out, joining by one, one's pseudonym, leaving."""

from typing import cast

import segno
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.errors import LoginTaken
from accounts.models import Account, Grant
from accounts.permissions import allows, person_of, public
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from accounts.roles import Role
from accounts.services import shown_once, typed_secrets
from accounts.services.accounts import propose_login
from accounts.services.invitations import fingerprint_of
from sectors.errors import PseudonymTaken, RegistrationNotOpen
from sectors.forms.vigilants import HandOutForm, PseudonymForm, RegistrationForm
from sectors.models import Pseudonym, Registration, Sector
from sectors.services import vigilants
from sectors.views.asking import KEEPS_SECTOR, OWN_NAME, READ_OR_SEND

FOLLOWED = "ronde.registration"
LETTER = "ronde.registration_to_show"
GONE = 410


@allows(KEEPS_SECTOR, reach=Reach.SECTOR)
@never_cache
@sensitive_variables("token")
@require_http_methods(READ_OR_SEND)
def hand_out(request: HttpRequest, key: int) -> HttpResponse:
    """Ask until when, and make a registration to hand to a resident."""
    sector = _own_sector_or_404(request, key)
    form = HandOutForm(request.POST if request.method == "POST" else None, today=timezone.localdate())
    if form.is_valid():
        registration, token = vigilants.hand_out(sector, **form.cleaned_data, by=_account(request))
        shown_once.keep(request, LETTER, registration.pk, token)
        return HttpResponseRedirect(resolve_url("sectors:registration_letter", registration.pk))
    return render(request, "sectors/hand_out.html", {"sector": sector, "form": form})


@allows(KEEPS_SECTOR, reach=Reach.SECTOR)
@never_cache
@sensitive_variables("token")
@require_safe
def show_letter(request: HttpRequest, key: int) -> HttpResponse:
    """Show the link of a registration, once, to be printed or read."""
    registration = _registration_or_404(key)
    token = shown_once.take(request, LETTER, key)
    if not token:
        messages.info(request, _("L'inscription a été montrée une fois. Annulez-la et remettez-en une autre."))
        return HttpResponseRedirect(resolve_url("sectors:sector", registration.sector_id))
    link = request.build_absolute_uri(reverse("sectors:follow_registration", args=[token]))
    drawing = segno.make(link, error="m").svg_inline(scale=5, border=2, light="#ffffff")
    context = {
        "registration": registration,
        "link": link,
        "days": settings.INVITATION_DAYS,
        # Drawn here from the site's own address.
        "qr_code": mark_safe(drawing),  # noqa: S308
    }
    return render(request, "sectors/registration_letter.html", context)


@allows(KEEPS_SECTOR, reach=Reach.SECTOR)
@never_cache
@sent_from("sectors:list")
def take_back(request: HttpRequest, key: int) -> HttpResponse:
    """Close a registration that nobody has followed."""
    registration = _registration_or_404(key)
    vigilants.take_back(registration)
    messages.success(request, _("L'inscription est annulée : son lien n'ouvre plus rien."))
    return HttpResponseRedirect(resolve_url("sectors:sector", registration.sector_id))


@allows(KEEPS_SECTOR, reach=Reach.SECTOR)
@never_cache
@sent_from("sectors:list")
def end(request: HttpRequest, key: int) -> HttpResponse:
    """Show which vigilant of one's sector would leave, and end their role once that is confirmed."""
    today = timezone.localdate()
    held = Grant.objects.filter(pk=key, role=Role.VIGILANT).in_force_on(today).select_related("sector")
    role = held.first()
    if role is None or role.sector is None or role.sector_id not in person_of(request).sectors(Role.REFERENT):
        raise Http404
    # Somebody else loses what they have here, and no button gives it back.
    if request.POST.get("confirmed") != str(key):
        vigilant = next(each for each in vigilants.read_pseudonyms(role.sector) if each.held == key)
        return render(request, "sectors/end_vigilant.html", {"vigilant": vigilant, "sector": role.sector})
    vigilants.end_role(role, today=today, action="vigilant.end")
    messages.success(request, _("L'inscription est terminée."))
    return HttpResponseRedirect(resolve_url("sectors:sector", role.sector_id))


@public
@never_cache
@sensitive_variables("token", "fingerprint")
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Take the link's secret out of the address, whatever it is worth: the next page says."""
    fingerprint = fingerprint_of(typed_secrets.read(token))
    # Whoever opens the link again has noted the identifier that it proposed.
    if request.session.get(FOLLOWED, {}).get("fingerprint") != fingerprint:
        request.session[FOLLOWED] = {"fingerprint": fingerprint, "login": propose_login()}
    answer = HttpResponseRedirect(resolve_url("sectors:register"))
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@public
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(READ_OR_SEND)
def register(request: HttpRequest) -> HttpResponse:
    """Ask for a pseudonym and a password, open the account, and log in."""
    if person_of(request).is_known:
        return render(request, "accounts/invitation_while_logged_in.html")
    followed = request.session.get(FOLLOWED, {"fingerprint": "", "login": ""})
    login = followed["login"]
    form = RegistrationForm(request.POST if request.method == "POST" else None, account=Account(login=login))
    try:
        registration = vigilants.find_open(followed["fingerprint"])
        account = _register(form, followed["fingerprint"], login) if form.is_valid() else None
    except RegistrationNotOpen:
        audit.record("registration.refused", outcome="refused")
        return render(request, "sectors/registration_not_open.html", status=GONE)
    except LoginTaken:
        # Somebody was given the same identifier meanwhile: another one is proposed, and the form asked again.
        login = propose_login()
        request.session[FOLLOWED] = followed | {"login": login}
        form.add_error(None, _("Votre identifiant vient d'être pris : un autre vous est proposé. Validez encore."))
        account = None
    if account is None:
        context = {"form": form, "login": login, "sector": registration.sector}
        return render(request, "sectors/register.html", context)
    del request.session[FOLLOWED]
    told = _("Vous êtes inscrit. Votre identifiant est « %(login)s » : notez-le, il vous le faudra pour revenir.")
    messages.success(request, told % {"login": login})
    answer: HttpResponse = perform_password_login(request, {}, Login(user=account))
    return answer


@allows(OWN_NAME, reach=Reach.OWN)
@never_cache
@require_safe
def show_own(request: HttpRequest) -> HttpResponse:
    """Show one's own registrations: the sectors, the pseudonym in each, how to leave."""
    return _show_own(request)


@allows(OWN_NAME, reach=Reach.OWN)
@never_cache
@sent_from("sectors:own_registration")
def choose_pseudonym(request: HttpRequest, key: int) -> HttpResponse:
    """Choose the pseudonym by which the référents of a sector know oneself."""
    role = _own_role_or_404(request, key)
    form = PseudonymForm(request.POST)
    if form.is_valid():
        try:
            vigilants.name_oneself(_account(request), cast(Sector, role.sector), form.cleaned_data["pseudonym"])
        except PseudonymTaken as error:
            form.add_error("pseudonym", str(error))
        else:
            messages.success(request, _("Votre pseudonyme est enregistré."))
            return HttpResponseRedirect(resolve_url("sectors:own_registration"))
    return _show_own(request, {role.pk: form})


@allows(OWN_NAME, reach=Reach.OWN)
@never_cache
@sent_from("sectors:own_registration")
def leave(request: HttpRequest, key: int) -> HttpResponse:
    """Leave the network in a sector."""
    role = _own_role_or_404(request, key)
    vigilants.end_role(role, today=timezone.localdate(), action="vigilant.leave")
    messages.success(request, _("Votre départ est enregistré."))
    return HttpResponseRedirect(resolve_url("home"))


def _register(form: RegistrationForm, fingerprint: str, login: str) -> Account | None:
    """Open the account, or say on the form why it cannot be."""
    chosen = {"password": form.cleaned_data["password"], "pseudonym": form.cleaned_data["pseudonym"]}
    try:
        return vigilants.register(fingerprint, login=login, **chosen)
    except PseudonymTaken as error:
        form.add_error("pseudonym", str(error))
    return None


def _show_own(request: HttpRequest, sent: dict[int, PseudonymForm] | None = None) -> HttpResponse:
    account = _account(request)
    chosen = dict(Pseudonym.objects.filter(account=account).values_list("sector__number", "text"))
    rows = []
    for role in _own_roles(request):
        pseudonym = chosen.get(cast(Sector, role.sector).number, "")
        form = PseudonymForm(initial={"pseudonym": pseudonym}, auto_id=f"{role.pk}_%s")
        rows.append({"role": role, "pseudonym": pseudonym, "form": (sent or {}).get(role.pk, form)})
    return render(request, "sectors/own_registration.html", {"account": account, "rows": rows})


def _own_roles(request: HttpRequest) -> list[Grant]:
    account, commune = _account(request), person_of(request).commune
    held = Grant.objects.filter(account=account, commune=commune, role=Role.VIGILANT)
    return list(held.in_force_on(timezone.localdate()).select_related("sector").order_by("sector__number"))


def _own_role_or_404(request: HttpRequest, key: int) -> Grant:
    for role in _own_roles(request):
        if role.pk == key:
            return role
    raise Http404


def _own_sector_or_404(request: HttpRequest, key: int) -> Sector:
    sector = Sector.objects.filter(pk__in=person_of(request).sectors(Role.REFERENT), pk=key).first()
    if sector is None:
        raise Http404
    return sector


def _registration_or_404(key: int) -> Registration:
    """The registration of that key, if the walls show it: in a sector of one's own."""
    registration = Registration.objects.select_related("sector").filter(pk=key).first()
    if registration is None:
        raise Http404
    return registration


def _account(request: HttpRequest) -> Account:
    return cast(Account, request.user)
