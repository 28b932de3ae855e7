"""Whose a home is: the police hand its declarant a code, who types it and then entrusts the home to a chain."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from absences.errors import CodeNotOpen, NotEntrustable
from absences.models import Absence, HomeCode, HomeOwner, WatchConsent
from accounts import audit, scope
from accounts.models import Account
from accounts.services import typed_secrets
from accounts.services.invitations import fingerprint_of
from geo.models import Address
from sectors.models import Sector

OWN_HOMES = """
SELECT owner, absence, address, missing_number, first_day, last_day, is_over, sector FROM walls.own_homes()
 ORDER BY first_day, absence
"""


@dataclass(frozen=True, kw_only=True)
class OwnHome:
    """A home as its owner sees it; no ``sector`` where no perimeter holds it, ``consent`` is what stands."""

    owner: int
    key: int
    address: Address
    missing_number: str
    first_day: dt.date
    last_day: dt.date
    is_over: bool
    sector: Sector | None
    consent: WatchConsent | None

    @property
    def may_be_entrusted(self) -> bool:
        """Whether a chain can look at it, now or later."""
        return not self.is_over and self.sector is not None


@transaction.atomic
def hand_out_code(absence: Absence) -> str:
    """Make the one-time code of a home's record, in the place of the former one; return it."""
    token = typed_secrets.draw()
    now = timezone.now()
    said = {"token_sha256": fingerprint_of(token), "made_at": now, "used_at": None}
    until = {"expires_at": now + dt.timedelta(days=settings.INVITATION_DAYS)}
    HomeCode.objects.update_or_create(absence=absence, defaults=said | until)
    audit.record("home.hand_code", subjects=[absence], reason=audit.Reason.PATROL)
    return token


@transaction.atomic
def take_home(written: str, *, by: Account) -> HomeOwner:
    """Become the owner of the home whose code was typed.

    Raises
    ------
    CodeNotOpen
        When no record has it, or it was used, or has expired: all alike.
    """
    fingerprint = fingerprint_of(typed_secrets.read(written))
    scope.bear(fingerprint)
    code = HomeCode.objects.filter(token_sha256=fingerprint, used_at=None, expires_at__gt=timezone.now()).first()
    if code is None:
        raise CodeNotOpen
    owner = HomeOwner.objects.filter(absence=code.absence_id, account=by).first()
    owner = owner or HomeOwner.objects.create(absence_id=code.absence_id, account=by)
    HomeCode.objects.filter(pk=code.pk).update(used_at=timezone.now())
    audit.record("home.take", kind=Absence, subjects=[code.absence_id], reason=audit.Reason.OWN_DATA)
    return owner


def list_own_homes() -> Sequence[OwnHome]:
    """Return the homes of whoever asks, by their first day; reading them leaves its trace."""
    with connection.cursor() as cursor:
        cursor.execute(OWN_HOMES)
        rows = cursor.fetchall()
    keys = [row[1] for row in rows]
    audit.record("absence.address", kind=Absence, subjects=keys, reason=audit.Reason.OWN_DATA)
    addresses = Address.objects.in_bulk([row[2] for row in rows])
    sectors = Sector.objects.in_bulk([row[7] for row in rows])
    standing = {each.absence_id: each for each in WatchConsent.objects.filter(absence__in=keys, revoked_at=None)}
    return [
        OwnHome(
            owner=owner,
            key=key,
            address=addresses[address],
            missing_number=number,
            first_day=first_day,
            last_day=last_day,
            is_over=is_over,
            sector=sectors.get(sector),
            consent=standing.get(key),
        )
        for owner, key, address, number, first_day, last_day, is_over, sector in rows
    ]


@transaction.atomic
def entrust(home: OwnHome, first_day: dt.date, last_day: dt.date, *, today: dt.date) -> WatchConsent:
    """Entrust a home of one's own to the chain of its sector, from a day to another, in place of a former consent.

    Raises
    ------
    NotEntrustable
        When its absence is over, no sector holds it, or the days are past or outside its absence.
    """
    if not home.may_be_entrusted or home.sector is None:
        raise NotEntrustable
    if first_day < today or last_day < first_day or first_day < home.first_day or last_day > home.last_day:
        raise NotEntrustable
    _withdraw(home.key)
    consent = WatchConsent.objects.create(
        absence_id=home.key, owner_id=home.owner, sector=home.sector, first_day=first_day, last_day=last_day
    )
    audit.record("watch.entrust", subjects=[consent], reason=audit.Reason.OWN_DATA)
    return consent


@transaction.atomic
def revoke(home: OwnHome) -> None:
    """Take a home back from the chain: from the next request on, no watcher is told of it. Safe to repeat."""
    if _withdraw(home.key):
        audit.record("watch.revoke", kind=Absence, subjects=[home.key], reason=audit.Reason.OWN_DATA)


def _withdraw(key: int) -> int:
    return WatchConsent.objects.filter(absence=key, revoked_at=None).update(revoked_at=timezone.now())
