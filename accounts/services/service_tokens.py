"""Tokens of tools: made and withdrawn by the administrator, shown once, recognised at each request."""

import base64
import datetime as dt
import hashlib
import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit, scope
from accounts.errors import TokenLabelTaken, UnknownToken
from accounts.models import Account, ServiceToken

TOKEN_BYTES = 32
# A secret that is found in a file or in a log is known for what it is, and by search tools too.
PREFIX = "ronde_"
LONGEST = 200
LASTS_AT_MOST = dt.timedelta(days=365)


def issue(*, commune: str, label: str, last_day: dt.date, by: Account) -> tuple[ServiceToken, str]:
    """Make a token.

    Parameters
    ----------
    commune
        INSEE code of the commune whose data it opens.
    label
        The word by which the tool is known, e.g. « QGIS du service urbanisme ».
    last_day
        The last day on which it opens anything.
    by
        The administrator who makes it.

    Returns
    -------
    token, secret
        The token, and what the tool sends; it is kept nowhere and cannot be shown again.

    Raises
    ------
    TokenLabelTaken
        When a token that was not withdrawn has the label.
    """
    secret = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    try:
        with transaction.atomic():
            token = ServiceToken.objects.create(
                commune_id=commune,
                label=label,
                token_sha256=_fingerprint_of(secret),
                made_by=by,
                last_day=last_day,
            )
    except IntegrityError as error:
        raise TokenLabelTaken(label) from error
    audit.record("token.issue", subjects=[token])
    return token, secret


def recognise(header: str, *, today: dt.date) -> ServiceToken | None:
    """Return the token that an ``Authorization`` header holds, None when it holds none that is in use.

    It comes as a bearer's token (RFC 6750), or as the password of whatever user (RFC 7617): many tools know only
    a name and a password.
    """
    secret = _secret_in(header)
    if not secret.startswith(PREFIX):
        return None
    fingerprint = _fingerprint_of(secret)
    scope.bear(fingerprint)
    token = ServiceToken.objects.in_use(today).filter(token_sha256=fingerprint).first()
    if token is not None and token.last_used_on != today:
        ServiceToken.objects.filter(pk=token.pk).update(last_used_on=today)
    return token


def revoke(key: int, *, commune: str) -> ServiceToken:
    """Withdraw a token of the commune; it opens nothing from the next request on.

    Raises
    ------
    UnknownToken
        When there is none in use with this key there.
    """
    tokens = ServiceToken.objects.filter(pk=key, commune=commune)
    if not tokens.filter(revoked_at__isnull=True).update(revoked_at=timezone.now()):
        raise UnknownToken(key)
    audit.record("token.revoke", subjects=[key], kind=ServiceToken)
    return tokens.get()


def _secret_in(header: str) -> str:
    scheme, _, given = header.strip().partition(" ")
    if len(given) > LONGEST:
        return ""
    match scheme.lower():
        case "bearer":
            return given.strip()
        case "basic":
            try:
                return base64.b64decode(given, validate=True).decode("ascii").partition(":")[2]
            except ValueError:
                return ""
    return ""


def _fingerprint_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
