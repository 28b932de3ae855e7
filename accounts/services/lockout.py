"""Lock-out after wrong secrets: by login and network for passwords, by account for second factors; never for good.

Attempts are kept in axes' table. What was typed as a login is kept nowhere, not even here: people type their
password in that field. A keyed digest of it is enough to count.
"""

import datetime as dt
import ipaddress
from dataclasses import dataclass

from axes.models import AccessAttempt
from django.db.models import Case, F, QuerySet, When
from django.utils.crypto import salted_hmac

from accounts.models import Account

FREE_FAILURES = 4  # the fifth failure is the first to cost a wait
FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=1)
FORGOTTEN_AFTER = dt.timedelta(hours=24)
IPV4_PREFIX, IPV6_PREFIX = 24, 64
# Whoever is asked for a code holds the password already: their tries count together, whatever the network.
ANYWHERE = "::"


@dataclass(frozen=True, kw_only=True)
class Door:
    """What is tried, as a keyed digest, and the network from which it is tried."""

    digest: str
    network: str


def password_door(login: str, address: str) -> Door:
    """Return the door of a password: the login as typed, and the client's /24 or /64."""
    return Door(digest=_digest("password", login.strip().casefold()), network=network_of(address))


def second_factor_door(account: Account) -> Door:
    """Return the door of an account's codes."""
    return Door(digest=_digest("second factor", str(account.pk)), network=ANYWHERE)


def network_of(address: str) -> str:
    """Return the first address of the client's network; a client without address (unix socket) counts as one."""
    try:
        client = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ANYWHERE
    client = getattr(client, "ipv4_mapped", None) or client
    prefix = IPV4_PREFIX if client.version == 4 else IPV6_PREFIX
    return str(ipaddress.ip_network((client, prefix), strict=False).network_address)


def wait_after(failures: int) -> dt.timedelta:
    """Return how long a door stays shut after its n-th failure: 1 min at the fifth, doubling up to an hour."""
    beyond = failures - FREE_FAILURES - 1
    if beyond < 0:
        return dt.timedelta()
    doublings = min(beyond, int(LONGEST_WAIT / FIRST_WAIT).bit_length())
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def wait_at(door: Door, *, now: dt.datetime) -> dt.timedelta:
    """Return how long the door stays shut from now on; zero when it can be tried."""
    row = _rows(door).values_list("attempt_time", "failures_since_start").first()
    if row is None:
        return dt.timedelta()
    last_at: dt.datetime = row[0]
    failures: int = row[1]
    return max(last_at + wait_after(failures) - now, dt.timedelta())


def record_failure(door: Door, *, now: dt.datetime) -> dt.timedelta:
    """Count one more failure and return the wait that it costs; a day without any, and the count begins anew."""
    attempt = AccessAttempt(
        username=door.digest,
        ip_address=door.network,
        user_agent="",
        http_accept="",
        path_info="",
        get_data="",
        post_data="",
        failures_since_start=0,
    )
    # Two requests may come first at the same time: one row is made, and both are counted.
    AccessAttempt.objects.bulk_create([attempt], ignore_conflicts=True)
    stale = When(attempt_time__lt=now - FORGOTTEN_AFTER, then=1)
    _rows(door).update(failures_since_start=Case(stale, default=F("failures_since_start") + 1), attempt_time=now)
    return wait_at(door, now=now)


def forget_failures(door: Door) -> None:
    """Open the door: its secret was given."""
    _rows(door).delete()


def _rows(door: Door) -> QuerySet[AccessAttempt]:
    rows: QuerySet[AccessAttempt] = AccessAttempt.objects.filter(username=door.digest, ip_address=door.network)
    return rows


def _digest(kind: str, value: str) -> str:
    return salted_hmac(f"accounts.lockout {kind}", value, algorithm="sha256").hexdigest()
