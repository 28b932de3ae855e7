"""Invitations: a one-time link by which a person takes possession of an account, or of it again."""

import datetime as dt
import hashlib
import secrets

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from accounts import audit, scope
from accounts.errors import InvitationNotOpen
from accounts.models import Account, Invitation
from accounts.models.people import InvitationQuerySet
from accounts.person import Person

TOKEN_BYTES = 32


def fingerprint_of(token: str) -> str:
    """Return what is kept of a link's secret: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(account: Account, *, by: Account | None) -> str:
    """Make the account's one-time link; the former one, if it is still open, is revoked.

    Parameters
    ----------
    account
        Whom to invite: a new account, or one whose password is lost.
    by
        The administrator who invites; None for a command.

    Returns
    -------
    str
        The link's secret, for the address ``invitation``. It is kept nowhere and cannot be shown again.
    """
    token, now = secrets.token_urlsafe(TOKEN_BYTES), timezone.now()
    with transaction.atomic():
        revoke_open_invitations(account, now=now)
        Invitation.objects.create(
            account=account,
            token_sha256=fingerprint_of(token),
            made_by=by,
            expires_at=now + dt.timedelta(days=settings.INVITATION_DAYS),
        )
        audit.record("account.reset_link" if _was_entered(account) else "account.invite", subjects=[account])
    return token


def revoke_open_invitations(account: Account, *, now: dt.datetime) -> int:
    """Close the account's open links; return how many there were."""
    return Invitation.objects.filter(account=account).open_at(now).update(revoked_at=now)


def withdraw_unneeded(account: Account, *, now: dt.datetime) -> bool:
    """Close the open links of an account whose holder has come in without; return whether there were any.

    Whoever has their password and their second factor has lost neither: a link to choose another would serve
    somebody else.
    """
    withdrawn = revoke_open_invitations(account, now=now)
    if withdrawn:
        audit.record("invitation.revoked", subjects=[account])
    return bool(withdrawn)


def find_open(fingerprint: str) -> Invitation:
    """Return the invitation whose link has this fingerprint.

    Raises
    ------
    InvitationNotOpen
        When there is none, or it was used or revoked, or has expired, or its account is disabled: all alike.
    """
    with transaction.atomic():
        return _find(fingerprint, Invitation.objects.select_related("account"))


def accept(fingerprint: str, password: str) -> Account:
    """Give the invitation's account its password and close the link and all sessions; return the account.

    Of two requests that accept the same link, one wins.

    Raises
    ------
    InvitationNotOpen
        As in ``find_open``.
    django.core.exceptions.ValidationError
        When the password is too weak.
    """
    with transaction.atomic():
        invitation = _find(
            fingerprint, Invitation.objects.select_for_update(of=("self",)).select_related("account")
        )
        account, now = invitation.account, timezone.now()
        validate_password(password, account)
        scope.enter(Person(account_id=account.pk))
        account.set_password(password)
        account.save(update_fields=["password"])
        Invitation.objects.filter(pk=invitation.pk).update(used_at=now)
        audit.record("account.reset" if _was_entered(account) else "account.accept", subjects=[account])
    return account


def _was_entered(account: Account) -> bool:
    """Whether somebody has come in before: a link then replaces a password that serves."""
    return account.last_login is not None


def _find(fingerprint: str, invitations: InvitationQuerySet) -> Invitation:
    scope.bear(fingerprint)
    invitation = invitations.open_at(timezone.now()).filter(token_sha256=fingerprint).first()
    if invitation is None or not invitation.account.is_active:
        raise InvitationNotOpen
    return invitation
