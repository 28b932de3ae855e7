"""Devices enrolled for crews: the crew's rights are held on one, and end on the request after it is revoked.

A phone is handed over from crew to crew: it has one secret, under which each account enrols it for itself.
"""

import datetime as dt
import hashlib
import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit, scope
from accounts.errors import DeviceLabelTaken, UnknownDevice
from accounts.models import Account, Device

TOKEN_BYTES = 32


def fingerprint_of(token: str) -> str:
    """Return what is kept of a device's secret: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def enrolled_as(token: str) -> str | None:
    """Return the name under which others have the device of a secret in use; None when nobody has."""
    scope.bear(fingerprint_of(token))
    found = Device.objects.in_use().filter(token_sha256=fingerprint_of(token)).order_by("pk")
    return found.values_list("label", flat=True).first()


def enrol(account: Account, commune: str, label: str, *, held: str = "") -> tuple[Device, str]:
    """Enrol the device at hand.

    Parameters
    ----------
    account, commune
        The crew member, and the INSEE code of the commune where they patrol.
    label
        The word by which the device is known, e.g. « Téléphone du coffre ».
    held
        The secret that the device holds already; empty when it holds none. One under which nobody has it in use
        any more is not taken up again: it may have been lost.

    Returns
    -------
    device, token
        The device, and the secret that it keeps in a cookie; its fingerprint alone stays here.

    Raises
    ------
    DeviceLabelTaken
        When a device of the account that is in use has the label.
    """
    token = held if held and enrolled_as(held) is not None else secrets.token_urlsafe(TOKEN_BYTES)
    try:
        with transaction.atomic():
            device = Device.objects.create(
                account=account, commune_id=commune, label=label, token_sha256=fingerprint_of(token)
            )
    except IntegrityError as error:
        raise DeviceLabelTaken(label) from error
    audit.record("device.enrol", subjects=[device])
    return device, token


def recognise(account: Account, commune: str, token: str, *, today: dt.date) -> int | None:
    """Return the key of the account's device that holds the secret, None when it is unknown or revoked."""
    device = (
        Device.objects.in_use()
        .filter(account=account, commune=commune, token_sha256=fingerprint_of(token))
        .only("pk", "last_seen_on")
        .first()
    )
    if device is None:
        return None
    if device.last_seen_on != today:
        Device.objects.filter(pk=device.pk).update(last_seen_on=today)
    return device.pk


def revoke(key: int, *, commune: str, account: Account | None = None) -> Device:
    """Revoke a device of the commune for all who have it, or for one account; its next request has no rights.

    Raises
    ------
    UnknownDevice
        When there is none in use with this key there.
    """
    in_use = Device.objects.in_use().filter(commune=commune)
    device = (in_use if account is None else in_use.filter(account=account)).filter(pk=key).first()
    if device is None:
        raise UnknownDevice(key)
    same = in_use.filter(token_sha256=device.token_sha256) if account is None else in_use.filter(pk=key)
    keys = list(same.values_list("pk", flat=True))
    Device.objects.filter(pk__in=keys).update(revoked_at=timezone.now())
    audit.record("device.revoke", subjects=keys, kind=Device)
    return device
