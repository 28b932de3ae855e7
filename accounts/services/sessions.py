"""What a session remembers of its life: when it began, when it was last used, when a second factor was given."""

import datetime as dt

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa.models import Authenticator
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import Account, AuditEntry
from accounts.person import Person
from accounts.roles import SessionLimits

BEGUN_AT, SEEN_AT = "ronde.begun_at", "ronde.seen_at"
# A session is written again at most this often; it may so end this much early, never late.
SEEN_EVERY = dt.timedelta(seconds=30)
RECORDS_KEPT = 8
PROOF = "mfa"  # allauth's word for a second factor, a passkey alone included
DEVICE, PROVED_FOR = "ronde.device", "ronde.proved_for"
MINUTES_AN_HOUR = 60


def begin(session: SessionBase, *, now: dt.datetime) -> None:
    """Start the session's clock, at log-in."""
    session[BEGUN_AT] = session[SEEN_AT] = now.timestamp()


def adopt(session: SessionBase, *, now: dt.datetime) -> None:
    """Start the clock of a session that was opened without one."""
    if BEGUN_AT not in session:
        begin(session, now=now)


def end_reason(session: SessionBase, limits: SessionLimits, *, now: dt.datetime) -> str:
    """Return why the session is over, in words for the log-in page; empty while it lives."""
    if now.timestamp() - session.get(SEEN_AT, 0) >= limits.idle.total_seconds():
        words = _("Votre session s'est fermée après %(length)s sans activité. Reconnectez-vous.")
        return words % {"length": _in_words(limits.idle)}
    if now.timestamp() - session.get(BEGUN_AT, 0) >= limits.absolute.total_seconds():
        words = _("Votre session s'est fermée : elle dure au plus %(length)s. Reconnectez-vous.")
        return words % {"length": _in_words(limits.absolute)}
    return ""


def keep_to_device(session: SessionBase, device_id: int) -> None:
    """Tie the session to the enrolled device that it is used on: it ends when the device is withdrawn."""
    if session.get(DEVICE) != device_id:
        session[DEVICE] = device_id


def has_lost_device(session: SessionBase, person: Person) -> bool:
    """Whether the session of a crew member was tied to a device that is no longer theirs."""
    return person.is_crew_anywhere and DEVICE in session and session[DEVICE] != person.device_id


def touch(session: SessionBase, *, now: dt.datetime) -> None:
    """Note that the session is used."""
    if now.timestamp() - session.get(SEEN_AT, 0) >= SEEN_EVERY.total_seconds():
        session[SEEN_AT] = now.timestamp()


def age_of_proof(request: HttpRequest, *, now: dt.datetime, method: str = PROOF) -> dt.timedelta | None:
    """Return how long ago the second factor (or the ``"password"``) was given in this session, None if not."""
    account = request.user if isinstance(request.user, Account) else None
    moments = [
        record["at"] for record in get_authentication_records(request, account) if record["method"] == method
    ]
    return dt.timedelta(seconds=now.timestamp() - max(moments)) if moments else None


def note_proof(request: HttpRequest, account: Account, factor: Authenticator) -> None:
    """Note that a second factor was given, at the moment when it was set up."""
    factor.user = account
    record_authentication(request, account, PROOF, id=factor.pk, type=factor.type)


def forget_proofs(request: HttpRequest) -> None:
    """Forget the second factors given in this session: the account has none any more."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    kept = [record for record in records if record["method"] != PROOF]
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept


def note_purpose(session: SessionBase, address: str, *, now: dt.datetime) -> None:
    """Note what the second factor was just given for."""
    session[PROVED_FOR] = {"address": address, "at": now.timestamp()}


def is_proved_for(session: SessionBase, address: str, *, lasts: dt.timedelta, now: dt.datetime) -> bool:
    """Whether a second factor was given for this address, no longer ago than ``lasts``, and has not served."""
    purpose = session.get(PROVED_FOR, {})
    is_for_it = purpose.get("address") == address
    return is_for_it and bool(now.timestamp() - purpose["at"] <= lasts.total_seconds())


def spend_proof(session: SessionBase) -> None:
    """Let the second factor that was given for an act serve for it once."""
    del session[PROVED_FOR]


def goes_on(request: HttpRequest, *, lasts: dt.timedelta, now: dt.datetime) -> bool:
    """Whether a form was sent, or its address is asked for right after the second factor that it wanted; once."""
    if request.method == "POST":
        return True
    address = request.get_full_path()
    if request.method != "GET" or not is_proved_for(request.session, address, lasts=lasts, now=now):
        return False
    spend_proof(request.session)
    return True


def renew(request: HttpRequest, account: Account) -> None:
    """Go on under a new key, and the account's new generation if there is one: the former key opens nothing."""
    update_session_auth_hash(request, account)
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = records[-RECORDS_KEPT:]


def end_other_sessions(account: Account) -> None:
    """End every session of the account; the one at hand goes on if its view renews it. Locks the account."""
    Account.objects.filter(pk=account.pk).update(session_generation=F("session_generation") + 1)
    account.refresh_from_db(fields=["session_generation"])


def last_log_ins(account: Account, *, number: int = 5) -> list[dt.datetime]:
    """Return when the account was last entered, the latest first, this time left out."""
    entries = AuditEntry.objects.filter(stream=f"account:{account.pk}", action="session.login")
    return list(entries.order_by("-number").values_list("at", flat=True)[1 : number + 1])


def _in_words(length: dt.timedelta) -> str:
    minutes = int(length.total_seconds()) // 60
    if minutes < MINUTES_AN_HOUR:
        return _("%(count)s minutes") % {"count": minutes}
    return _("%(count)s heures") % {"count": minutes // MINUTES_AN_HOUR}
