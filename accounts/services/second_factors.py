"""Second factors: an authentication app (TOTP), passkeys, and the recovery codes that go with them.

The credentials are django-allauth's, and so are their tables; here is when they change and what follows.
"""

import datetime as dt
from typing import Any

from allauth.core.internal.cryptokit import compare_user_code, normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db import transaction

from accounts import audit
from accounts.errors import AppAlreadyThere, LastSecondFactor
from accounts.models import Account
from accounts.services.sessions import end_other_sessions

# What proves who one is; recovery codes only stand in for them.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
LAST_STEP = "last_step"


def has_second_factor(account: Account) -> bool:
    """Whether the account has an app or a passkey."""
    return bool(Authenticator.objects.filter(user=account, type__in=FACTORS).exists())


def has_app(account: Account) -> bool:
    """Whether the account has an authentication app."""
    return bool(Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists())


def factors_of(account: Account) -> list[Authenticator]:
    """Return the account's app and passkeys, the oldest first."""
    return list(Authenticator.objects.filter(user=account, type__in=FACTORS).order_by("created_at", "pk"))


def count_recovery_codes(account: Account) -> int:
    """Return how many recovery codes can still be used."""
    row = Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(row.wrap().get_unused_codes()) if row else 0


def add_app(account: Account, secret: str, *, step: int) -> tuple[Authenticator, list[str]]:
    """Add the app that holds a secret.

    Parameters
    ----------
    account, secret
        Whose app it is, and what it holds, in base 32.
    step
        The time step of the code by which it was shown to work: that code does not serve again.

    Returns
    -------
    factor, codes
        The app, and the recovery codes made for it; none when the account has some already.

    Raises
    ------
    AppAlreadyThere
        When the account has an app, be it from another tab a moment ago.
    """
    with transaction.atomic():
        end_other_sessions(account)
        if has_app(account):
            raise AppAlreadyThere
        factor = TOTP.activate(account, secret).instance
        factor.data[LAST_STEP] = step
        factor.save(update_fields=["data"])
        audit.record("factor.set", subjects=[factor])
        return factor, _make_first_recovery_codes(account)


def add_passkey(account: Account, name: str, credential: dict[str, Any]) -> tuple[Authenticator, list[str]]:
    """Add a passkey that was checked; return it and the recovery codes made for it, as ``add_app`` does."""
    with transaction.atomic():
        end_other_sessions(account)
        factor = WebAuthn.add(account, name, credential).instance
        audit.record("factor.set", subjects=[factor])
        return factor, _make_first_recovery_codes(account)


def remove_factor(account: Account, key: int, *, is_compulsory: bool) -> None:
    """Remove an app or a passkey; the recovery codes go with the last one.

    Raises
    ------
    allauth.mfa.models.Authenticator.DoesNotExist
        When the account has no such factor.
    LastSecondFactor
        When it is the last and the account's roles demand one.
    """
    with transaction.atomic():
        end_other_sessions(account)
        factors = Authenticator.objects.filter(user=account, type__in=FACTORS)
        factor = factors.get(pk=key)
        is_last = factors.count() == 1
        if is_last and is_compulsory:
            raise LastSecondFactor
        audit.record("factor.removed", subjects=[factor])
        factor.delete()
        if is_last:
            Authenticator.objects.filter(user=account).delete()


def renew_recovery_codes(account: Account) -> list[str]:
    """Replace the recovery codes, used or not, and return the new ones: they are not shown again."""
    with transaction.atomic():
        end_other_sessions(account)
        Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES).delete()
        audit.record("factor.codes_renewed", subjects=[account])
        return _make_first_recovery_codes(account)


def verify_code(account: Account, code: str, *, now: dt.datetime) -> Authenticator | None:
    """Return the app or the recovery codes that a code comes from, None when it is wrong or has already served.

    A code of the app serves once, and none before it serves afterwards (RFC 6238, section 5.2): the time step of
    the last one is kept with the secret, behind a row lock, so that it holds for every process of the site.
    """
    with transaction.atomic():
        rows = Authenticator.objects.select_for_update().filter(user=account)
        for row in rows.filter(type=Authenticator.Type.TOTP):
            step = matching_step(decrypt(row.data["secret"]), code, now=now)
            if step is not None and step > row.data.get(LAST_STEP, -1):
                row.data[LAST_STEP] = step
                row.save(update_fields=["data"])
                return row
        for row in rows.filter(type=Authenticator.Type.RECOVERY_CODES):
            if row.wrap().validate_code(code):
                row.refresh_from_db()
                return row
    return None


def has_shape_of_code(code: str) -> bool:
    """Whether a code has as many digits as one of the app or a recovery code; spaces and hyphens do not count."""
    digits = normalize_user_code(code)
    return digits.isdecimal() and len(digits) in {app_settings.TOTP_DIGITS, app_settings.RECOVERY_CODE_DIGITS}


def matching_step(secret: str, code: str, *, now: dt.datetime) -> int | None:
    """Return the time step whose code this is, among the present one and those that the tolerance admits."""
    present = step_at(now)
    for step in range(present - app_settings.TOTP_TOLERANCE, present + app_settings.TOTP_TOLERANCE + 1):
        if compare_user_code(actual=code, expected=code_of(secret, step)):
            return step
    return None


def next_code(account: Account, *, now: dt.datetime) -> str | None:
    """Return the code that the account's app would show, the next one where it has served; None without an app."""
    row = Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).first()
    if row is None:
        return None
    step = max(step_at(now), row.data.get(LAST_STEP, -1) + 1)
    return code_of(decrypt(row.data["secret"]), step)


def code_of(secret: str, step: int) -> str:
    """Return the six digits of a time step."""
    return str(format_hotp_value(hotp_value(secret, step)))


def step_at(now: dt.datetime) -> int:
    """Return the number of the time step of a moment."""
    return int(now.timestamp() // app_settings.TOTP_PERIOD)


def _make_first_recovery_codes(account: Account) -> list[str]:
    if Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES).exists():
        return []
    return list(RecoveryCodes.activate(account).get_unused_codes())
