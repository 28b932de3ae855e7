"""What référents and vigilants do with the messages that were sent to their sectors."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts import audit
from accounts.models import Account
from accounts.person import Person
from accounts.roles import Role
from sectors.models import Bulletin, BulletinNotice, BulletinReading, BulletinRelay, Sector
from sectors.models.bulletins import BulletinQuerySet

# How long a relay that was noted by mistake may be taken back; the wall says it too.
MAY_UNDO = dt.timedelta(hours=24)


def unread_by(person: Person) -> BulletinQuerySet:
    """Return the messages that stand and that a référent has not opened yet for one of their sectors."""
    opened = BulletinReading.objects.filter(bulletin=OuterRef("pk"), account=person.account_id)
    waiting = Bulletin.objects.standing().filter(addressed__sector__in=person.sectors(Role.REFERENT))
    return waiting.exclude(Exists(opened)).distinct()


def lacks_address(person: Person) -> bool:
    """Whether the last notice to the person found no e-mail address to go to."""
    notices = BulletinNotice.objects.filter(account=person.account_id).order_by("-changed_at", "-pk")
    return notices.values_list("state", flat=True).first() == BulletinNotice.State.NO_ADDRESS


def sectors_reached(bulletin: Bulletin, person: Person) -> list[Sector]:
    """Return the sectors of a message in which the person is référent, by number."""
    keys = person.sectors(Role.REFERENT)
    return list(bulletin.sectors.filter(pk__in=keys).order_by("number")) if keys else []


@transaction.atomic
def note_reading(bulletin: Bulletin, reader: Account, sectors: Iterable[Sector], *, now: dt.datetime) -> int:
    """Note that a référent has opened a message, once for each of their sectors; return how many were new."""
    known = set(bulletin.readings.filter(account=reader).values_list("sector", flat=True))
    new = [
        BulletinReading(bulletin=bulletin, sector=sector, account=reader, read_at=now)
        for sector in sectors
        if sector.pk not in known
    ]
    # Of two pages opened at the same moment, the first one dates it.
    BulletinReading.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


@transaction.atomic
def relay(
    bulletin: Bulletin,
    by: Account,
    sectors: Iterable[Sector],
    means: Collection[BulletinRelay.Means],
    *,
    now: dt.datetime,
) -> None:
    """Note by which means a référent passed a message on in their sectors; what was noted keeps its date."""
    BulletinRelay.objects.bulk_create(
        [
            BulletinRelay(bulletin=bulletin, sector=sector, account=by, means=each, relayed_at=now)
            for sector in sectors
            for each in means
        ],
        ignore_conflicts=True,
    )
    audit.record("bulletin.relay", subjects=[bulletin])


def relays_to_undo(bulletin: Bulletin, person: Person, *, now: dt.datetime) -> list[BulletinRelay]:
    """Return what a référent noted of a message lately enough to take it back, by sector."""
    own = bulletin.relays.filter(account=person.account_id, relayed_at__gt=now - MAY_UNDO)
    return list(own.select_related("sector").order_by("sector__number", "means"))


@transaction.atomic
def undo_relay(relay: BulletinRelay) -> None:
    """Take back a relay noted by mistake; without another one, the sector's vigilants read the message no more."""
    audit.record("bulletin.undo_relay", subjects=[relay.bulletin])
    relay.delete()
