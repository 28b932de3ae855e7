"""Declare an absence, with a draft that survives a closed page and a session that has ended."""

import logging
from typing import Any

from django.contrib import messages
from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from absences.choices import PassagesPerWeek
from absences.errors import AbsencesError, OutsideCommune
from absences.forms.households import AllowedForms, HouseholdForm, refuse_outside_absence, show_unchecked
from absences.models import Absence
from absences.services import drafts, registry
from absences.services.cautions import ToConfirm, check_place, find_sector, judge_address
from absences.services.declared import Place
from absences.services.places import place_at
from absences.views.asking import READ_OR_SEND, account_of, commune_of, confirmed_in
from accounts.models.sealed_fields import TextTooLong
from accounts.permissions import allows
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from accounts.sealing import SealingError
from geo.models import WGS84, Address, Commune

# What a draft does not hold: the token of the form, what was ticked knowingly, and the buttons.
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "confirmed", "keep"})
logger = logging.getLogger(__name__)


@allows("absence.create", reach=Reach.COMMUNE)
@never_cache
@sensitive_post_parameters()
@sensitive_variables("form", "allowed", "sent")
@require_http_methods(READ_OR_SEND)
def declare(request: HttpRequest) -> HttpResponse:
    """Ask for an absence and its household, and enter them."""
    if request.method != "POST":
        return _ask(request)
    if "keep" in request.POST:
        return _keep(request)
    form, allowed = _forms(request, request.POST)
    if not _are_valid(form, allowed):
        return _ask(request, form, allowed)
    try:
        absence = registry.declare(
            form.declaration(allowed.given),
            commune=commune_of(request),
            today=timezone.localdate(),
            confirmed=confirmed_in(request),
        )
    except ToConfirm as doubt:
        return _ask(request, form, allowed, warned=doubt.cautions)
    except SealingError as error:
        logger.error("Une absence n'a pas pu être scellée : %s", error)
        form.add_error(None, _("Le nom n'a pas pu être scellé : rien n'est créé. Prévenez qui gère le serveur."))
        return _ask(request, form, allowed)
    except AbsencesError as error:
        form.add_error("address_text" if isinstance(error, OutsideCommune) else None, str(error))
        return _ask(request, form, allowed)
    drafts.drop_draft(account_of(request))
    messages.success(request, _told(absence))
    return HttpResponseRedirect(resolve_url("absences:record", absence.pk))


@allows("absence.create", reach=Reach.COMMUNE)
@never_cache
@sensitive_post_parameters()
@require_POST
def keep_draft(request: HttpRequest) -> HttpResponse:
    """Keep what is typed, as the page's script sends it from time to time."""
    try:
        drafts.keep_draft(account_of(request), _typed(request.POST), now=timezone.now())
    except TextTooLong:
        return HttpResponse(status=413)
    return HttpResponse(status=204)


@allows("absence.create", reach=Reach.COMMUNE)
@never_cache
@sensitive_variables("typed", "form", "allowed")
@sent_from("absences:declare")
def resume_draft(request: HttpRequest) -> HttpResponse:
    """Show the form with what was kept, unchecked."""
    typed = drafts.open_draft(account_of(request))
    if not typed:
        return HttpResponseRedirect(resolve_url("absences:declare"))
    sent = QueryDict(mutable=True)
    for name, values in typed.items():
        sent.setlist(name, list(values))
    form, allowed = _forms(request, sent)
    show_unchecked(form, allowed)
    return _ask(request, form, allowed, is_resumed=True)


@allows("absence.create", reach=Reach.COMMUNE)
@never_cache
@sent_from("absences:declare")
def drop_draft(request: HttpRequest) -> HttpResponse:
    """Forget what was kept."""
    drafts.drop_draft(account_of(request))
    messages.success(request, _("Le brouillon est jeté."))
    return HttpResponseRedirect(resolve_url("absences:declare"))


@allows("absence.create", reach=Reach.COMMUNE)
@never_cache
@sensitive_post_parameters()
@require_POST
def judge_place(request: HttpRequest) -> JsonResponse:
    """Say at once whether a home is in the commune and in which sector, when its address is chosen."""
    commune = commune_of(request)
    place = _place_in(request.POST, commune)
    if place is None:
        return JsonResponse({"state": "unknown", "sentence": ""})
    try:
        check_place(commune, place)
    except OutsideCommune as error:
        return JsonResponse({"state": "outside", "sentence": str(error)})
    warned = list(judge_address(commune, place))
    doubts = [*(each.sentence for each in warned), *dict.fromkeys(each.advice for each in warned)]
    perimeter = find_sector(commune, place.point, timezone.localdate())
    if perimeter is None:
        sentence = _("Ce logement n'est dans aucun secteur du dispositif aujourd'hui.")
        return JsonResponse({"state": "no_sector", "sentence": " ".join([*doubts, sentence])})
    sentence = _("Secteur %(sector)s.") % {"sector": perimeter.sector}
    state = "other_address" if doubts else "inside"
    return JsonResponse({"state": state, "sentence": " ".join([*doubts, sentence])})


def _place_in(sent: QueryDict, commune: Commune) -> Place | None:
    address = Address.objects.filter(pk=_whole(sent.get("address")), commune=commune).first()
    if address is None:
        return None
    lon, lat = _degrees(sent.get("lon"), 180), _degrees(sent.get("lat"), 90)
    point = address.point if lon is None or lat is None else Point(lon, lat, srid=WGS84)
    return None if point is None else place_at(commune, address, point, typed=sent.get("address_typed", ""))


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0


def _degrees(text: str | None, limit: int) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if -limit <= value <= limit else None


def _forms(request: HttpRequest, sent: QueryDict | None) -> tuple[HouseholdForm, Any]:
    today = timezone.localdate()
    form = HouseholdForm(
        sent, commune=commune_of(request), today=today, initial={"passages_per_week": PassagesPerWeek.SEVEN}
    )
    return form, AllowedForms(sent)


def _are_valid(form: HouseholdForm, allowed: Any) -> bool:
    """Check both, so that all that is wrong is said at once; the page's title then says that something is."""
    is_valid = form.is_valid()
    if not allowed.is_valid() or (is_valid and not refuse_outside_absence(form, allowed)):
        form.add_error(None, _("Les personnes autorisées sont à corriger."))
        return False
    return is_valid


def _ask(
    request: HttpRequest,
    form: HouseholdForm | None = None,
    allowed: Any = None,
    *,
    warned: Any = (),
    is_resumed: bool = False,
) -> HttpResponse:
    if form is None:
        form, allowed = _forms(request, None)
    context = {
        "form": form,
        "allowed": allowed,
        "warned": warned,
        "confirmed": confirmed_in(request),
        "draft": None if form.is_bound or is_resumed else drafts.draft_of(account_of(request)),
    }
    return render(request, "absences/declare.html", context)


def _keep(request: HttpRequest) -> HttpResponse:
    try:
        drafts.keep_draft(account_of(request), _typed(request.POST), now=timezone.now())
    except TextTooLong:
        messages.error(request, _("Cette saisie est trop longue pour être gardée."))
    else:
        messages.success(request, _("Brouillon gardé : vous seul pouvez le reprendre."))
    return HttpResponseRedirect(resolve_url("absences:declare"))


def _typed(sent: QueryDict) -> dict[str, list[str]]:
    return {name: values for name, values in sent.lists() if name not in NOT_KEPT}


def _told(absence: Absence) -> str:
    return _("Absence enregistrée : fiche n° %(key)s.") % {"key": absence.pk}
