"""Devices of crews: enrol the one at hand, see and revoke one's own, or the commune's for those who keep them."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import DeviceLabelTaken, UnknownDevice
from accounts.forms.own_account import EnrolDeviceForm
from accounts.models import Account, Device
from accounts.permissions import allows, logged_in, person_of
from accounts.presentation.device_cookie import give_secret, read_secret
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from accounts.services import devices, sessions
from accounts.views.log_in import READ_OR_SEND

ASK_FOR_CODE = gettext_lazy(
    "Enregistrer un appareil demande un code donné pour cela : celui de la connexion ne sert pas deux fois, "
    "attendez le suivant."
)


@logged_in
@never_cache
@require_safe
def list_own(request: HttpRequest) -> HttpResponse:
    """Show one's devices, and how to enrol the one at hand."""
    person = person_of(request)
    if not person.is_crew_anywhere:
        raise Http404
    context = {
        "devices": Device.objects.in_use().filter(account=person.account_id).order_by("label"),
        "device_at_hand": person.device_id,
    }
    return render(request, "accounts/devices.html", context)


@allows(needs_recent_proof=True)
@never_cache
@require_http_methods(READ_OR_SEND)
def enrol(request: HttpRequest) -> HttpResponse:
    """Enrol the device at hand, under a name, on the strength of a second factor given for this."""
    person = person_of(request)
    if not person.is_crew_anywhere:
        raise Http404
    if person.device_id is not None:
        messages.info(request, _("Cet appareil est déjà enregistré."))
        return HttpResponseRedirect(resolve_url("devices"))
    if not sessions.is_proved_for(request.session, request.path, lasts=settings.PROOF_LASTS, now=timezone.now()):
        messages.info(request, ASK_FOR_CODE)
        return redirect_to_login(request.path, resolve_url("prove"))
    held = read_secret(request)
    known_as = devices.enrolled_as(held) if held else None
    form = EnrolDeviceForm(request.POST if request.method == "POST" else None, initial={"label": known_as})
    context = {"form": form, "known_as": known_as}
    if not (form.is_bound and form.is_valid()):
        return render(request, "accounts/enrol_device.html", context)
    account: Account = request.user  # type: ignore[assignment]
    try:
        device, token = devices.enrol(account, person.commune, form.cleaned_data["label"], held=held)
    except DeviceLabelTaken as error:
        form.add_error("label", str(error))
        return render(request, "accounts/enrol_device.html", context)
    sessions.spend_proof(request.session)
    sessions.keep_to_device(request.session, device.pk)
    messages.success(request, _("Appareil enregistré : vous pouvez y ouvrir la tournée de votre équipage."))
    answer = HttpResponseRedirect(resolve_url("devices"))
    give_secret(answer, token)
    return answer


@logged_in
@never_cache
@sent_from("devices")
def revoke_own(request: HttpRequest, key: int) -> HttpResponse:
    """Revoke one of one's devices."""
    account: Account = request.user  # type: ignore[assignment]
    _revoke(request, key, account)
    return HttpResponseRedirect(resolve_url("devices"))


@allows("device.revoke", reach=Reach.COMMUNE)
@never_cache
@require_safe
def list_of_commune(request: HttpRequest) -> HttpResponse:
    """Show the devices in use in the commune, with whose they are for those who keep the accounts."""
    in_use = list(Device.objects.in_use().filter(commune=person_of(request).commune).order_by("label", "pk"))
    # Not a join: the police see the devices and not the accounts, and a join would hide both.
    logins = Account.objects.filter(pk__in={device.account_id for device in in_use})
    login_of = dict(logins.values_list("pk", "login"))
    phones: dict[str, list[Device]] = {}
    for device in in_use:
        phones.setdefault(device.token_sha256, []).append(device)
    rows = [_describe_phone(same, login_of) for same in phones.values()]
    return render(request, "accounts/commune_devices.html", {"rows": rows, "shows_logins": bool(login_of)})


def _describe_phone(same: list[Device], login_of: dict[int, str]) -> dict[str, object]:
    """One phone, enrolled by one account or more."""
    return {
        "key": same[0].pk,
        "labels": sorted({device.label for device in same}),
        "logins": sorted(login_of.get(device.account_id, "") for device in same),
        "accounts": len(same),
        "enrolled_at": min(device.enrolled_at for device in same),
        "last_seen_on": max((device.last_seen_on for device in same if device.last_seen_on), default=None),
    }


@allows("device.revoke", reach=Reach.COMMUNE)
@never_cache
@sent_from("commune_devices")
def revoke_of_commune(request: HttpRequest, key: int) -> HttpResponse:
    """Revoke a device of the commune, lost or stolen."""
    _revoke(request, key, None)
    return HttpResponseRedirect(resolve_url("commune_devices"))


def _revoke(request: HttpRequest, key: int, account: Account | None) -> None:
    try:
        device = devices.revoke(key, commune=person_of(request).commune, account=account)
    except UnknownDevice as error:
        raise Http404 from error
    if account is None:
        words = _("« %(label)s » est retiré : il n'ouvre plus rien, à aucun compte.")
    else:
        words = _(
            "« %(label)s » est retiré : il n'ouvre plus rien à votre compte. Perdu ou volé, faites-le retirer "
            "aussi par la police municipale : d'autres équipages ont pu l'enregistrer."
        )
    messages.success(request, words % {"label": device.label})
