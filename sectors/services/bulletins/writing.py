"""Write a prevention message, keep it as one goes, and send it; what was sent is never rewritten."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from accounts import audit
from accounts.models import Account
from accounts.person import Person
from accounts.roles import Role
from geo.models import Commune
from sectors.errors import BulletinAlreadyReplaced, BulletinUnfinished
from sectors.models import Bulletin, BulletinNotice, BulletinSector, Sector
from sectors.services.bulletins.attachments import take_over
from sectors.services.bulletins.notices import MOST_ATTEMPTS
from sectors.services.referents import count_referents

# Given up: nothing tries these again by itself.
UNSENT = Q(state__in=[BulletinNotice.State.NO_ADDRESS, BulletinNotice.State.NO_SERVER]) | Q(
    state=BulletinNotice.State.FAILED, attempts__gte=MOST_ATTEMPTS
)


@dataclass(frozen=True, kw_only=True)
class Written:
    """What was typed of a message, complete or not."""

    subject: str
    text: str
    sectors: Iterable[Sector]


def service_of(person: Person) -> Bulletin.Service:
    """Return the police in whose name a correspondent writes: the municipal one, for whoever is of both."""
    is_municipal = Role.MUNICIPAL_POLICE in person.roles
    return Bulletin.Service.MUNICIPAL if is_municipal else Bulletin.Service.NATIONAL


@transaction.atomic
def begin(
    commune: Commune,
    author: Account,
    service: Bulletin.Service,
    *,
    now: dt.datetime,
    subject: str = "",
    text: str = "",
    replaces: Bulletin | None = None,
) -> Bulletin:
    """Begin a draft: empty, from a template, or from the message that it corrects, with that one's sectors
    and documents.

    Whoever left an empty one finds it again.

    Raises
    ------
    BulletinAlreadyReplaced
        When a correction of that message was sent already.
    """
    if replaces is not None:
        _refuse_replaced(replaces)
        subject, text = replaces.subject, replaces.text
    mine = {"commune": commune, "service": service, "written_by": author}
    said = {"subject": subject, "text": text, "replaces": replaces, "saved_at": now}
    drafts = Bulletin.objects.drafts().filter(**mine)
    empty = drafts.filter(subject="", text="", replaces=None, sectors=None, attachments=None).first()
    if empty is None:
        bulletin = Bulletin.objects.create(**mine, **said)
    else:
        bulletin = empty
        for name, value in said.items():
            setattr(bulletin, name, value)
        bulletin.save(update_fields=list(said))
    if replaces is not None:
        _address(bulletin, replaces.sectors.all())
        take_over(bulletin, replaces)
    return bulletin


@transaction.atomic
def keep(bulletin: Bulletin, written: Written, *, now: dt.datetime) -> Bulletin:
    """Keep what was typed of a draft; a correction keeps at least the sectors of what it corrects."""
    bulletin.subject, bulletin.text, bulletin.saved_at = written.subject, written.text, now
    bulletin.save(update_fields=["subject", "text", "saved_at"])
    wanted = {sector.pk for sector in written.sectors}
    if bulletin.replaces is not None:
        wanted |= {sector.pk for sector in bulletin.replaces.sectors.all()}
    bulletin.addressed.exclude(sector__in=wanted).delete()
    _address(bulletin, Sector.objects.filter(pk__in=wanted).exclude(pk__in=bulletin.sectors.all()))
    return bulletin


@transaction.atomic
def send(bulletin: Bulletin, *, now: dt.datetime) -> None:
    """Send a draft to its sectors, with how many référents each has now, whom the workers tell; it is then frozen.

    Raises
    ------
    BulletinUnfinished
        When it lacks its subject, its text or a sector.
    BulletinAlreadyReplaced
        When what it corrects was replaced by another message meanwhile.
    """
    addressed = list(bulletin.addressed.all())
    lacking = [
        words
        for words, is_there in (
            ("un objet", bulletin.subject.strip()),
            ("un texte", bulletin.text.strip()),
            ("au moins un secteur", addressed),
        )
        if not is_there
    ]
    if lacking:
        raise BulletinUnfinished(lacking)
    if bulletin.replaces is not None:
        _refuse_replaced(bulletin.replaces)
    referents = count_referents()
    for each in addressed:
        each.referents = referents.get(each.sector_id, 0)
    BulletinSector.objects.bulk_update(addressed, ["referents"])
    bulletin.sent_at = now
    try:
        with transaction.atomic():
            bulletin.save(update_fields=["sent_at"])
    except IntegrityError as error:
        # Of two corrections sent at the same moment, the second.
        raise BulletinAlreadyReplaced from error
    with connection.cursor() as cursor:
        cursor.execute("SELECT walls.defer_bulletin(%s)", [bulletin.pk])
    audit.record("bulletin.send", subjects=[bulletin])


@transaction.atomic
def send_notices_again(bulletin: Bulletin, *, now: dt.datetime) -> int:
    """Have the notices of a sent message that did not leave sent again; return how many wait now.

    A notice that may have left is not among them, nor one that is tried again by itself still.
    """
    waiting = bulletin.notices.filter(UNSENT).update(
        state=BulletinNotice.State.WAITING, attempts=0, changed_at=now
    )
    if waiting:
        with connection.cursor() as cursor:
            cursor.execute("SELECT walls.defer_bulletin(%s)", [bulletin.pk])
        audit.record("bulletin.notices_again", subjects=[bulletin])
    return waiting


def throw_away(bulletin: Bulletin) -> None:
    """Forget a draft."""
    bulletin.delete()


def _address(bulletin: Bulletin, sectors: Iterable[Sector]) -> None:
    BulletinSector.objects.bulk_create(BulletinSector(bulletin=bulletin, sector=sector) for sector in sectors)


def _refuse_replaced(bulletin: Bulletin) -> None:
    if bulletin.corrections.sent().exists():
        raise BulletinAlreadyReplaced
