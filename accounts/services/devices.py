"""Devices enrolled for crews: the crew's rights are held on one, and end on the request after it is revoked."""

import datetime as dt
import hashlib
import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.errors import DeviceLabelTaken, UnknownDevice
from accounts.models import Account, Device

TOKEN_BYTES = 32
COOKIE_SALT = "accounts.device"
COOKIE_LASTS = dt.timedelta(days=365)


def fingerprint_of(token: str) -> str:
    """Return what is kept of a device's secret: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def enrol(account: Account, commune: str, label: str) -> tuple[Device, str]:
    """Enrol the device at hand.

    Parameters
    ----------
    account, commune
        The crew member, and the INSEE code of the commune where they patrol.
    label
        The word by which the device is known, e.g. « Téléphone du coffre ».

    Returns
    -------
    device, token
        The device, and the secret that it keeps in a cookie; its fingerprint alone stays here.

    Raises
    ------
    DeviceLabelTaken
        When a device of the account that is in use has the label.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
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
    """Revoke a device of the commune, or of one account in it; it loses its rights on its next request.

    Raises
    ------
    UnknownDevice
        When there is none in use with this key there.
    """
    devices = Device.objects.in_use().filter(pk=key, commune=commune)
    if account is not None:
        devices = devices.filter(account=account)
    if not devices.update(revoked_at=timezone.now()):
        raise UnknownDevice(key)
    audit.record("device.revoke", subjects=[key], kind=Device)
    return Device.objects.get(pk=key)
