"""The cookie in which a phone holds its secret: signed, and read by no script."""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE_SALT = "accounts.device"
COOKIE_LASTS = dt.timedelta(days=365)


def read_secret(request: HttpRequest) -> str:
    """Return the secret of the device that asks; empty when it holds none that this site has given."""
    return request.get_signed_cookie(settings.DEVICE_COOKIE_NAME, None, salt=COOKIE_SALT) or ""


def give_secret(answer: HttpResponse, token: str) -> None:
    """Let the device that asked keep a secret."""
    answer.set_signed_cookie(
        settings.DEVICE_COOKIE_NAME,
        token,
        salt=COOKIE_SALT,
        max_age=COOKIE_LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def take_secret(answer: HttpResponse) -> None:
    """Let the device that asked forget its secret."""
    answer.delete_cookie(settings.DEVICE_COOKIE_NAME, samesite="Lax")
