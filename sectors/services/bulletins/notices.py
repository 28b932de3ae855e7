"""Tell référents by e-mail that a message waits: once each, without a word of it, whatever dies on the way.

Each step is a transaction of its own. A notice is marked as being sent before the mail server is asked, and as
sent afterwards: where the worker dies in between, nobody can know, and the notice is not sent a second time.
"""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from accounts.models import Grant
from accounts.roles import Role
from accounts.scope import as_job
from accounts.services.notices import address_of, send_notice
from sectors.errors import NotAllTold
from sectors.models import Bulletin, BulletinNotice, Sector

JOB = "bulletin.notices"
MOST_ATTEMPTS = 6
SUBJECT = "Un message de prévention vous attend"
TEXT = """Bonjour,

Un message de prévention vous attend sur le site des citoyens vigilants de votre commune.
Connectez-vous pour le lire, puis le relayer.
{where}
Cet avis ne dit rien de plus, et n'attend pas de réponse.
"""
State = BulletinNotice.State
TO_SEND = (State.WAITING, State.FAILED)


def tell_referents(bulletin: int, *, today: dt.date) -> None:
    """Send the notices of a message that are not sent yet.

    Raises
    ------
    NotAllTold
        When the mail server refused some, which may be tried again.
    """
    for key in list_notices(bulletin, today):
        address = _begin(key)
        if address:
            _end(key, State(send_notice(address, SUBJECT, TEXT.format(where=_where()))))
    if _have_failed(bulletin):
        raise NotAllTold


@as_job(JOB)
def list_notices(bulletin: int, today: dt.date) -> list[int]:
    """Write a notice for each référent that has none yet; return the keys of those that are to be sent."""
    sent = Bulletin.objects.sent().filter(pk=bulletin).first()
    if sent is None:
        return []
    # One message has one job at a time: what is still being sent was left by a worker that died.
    sent.notices.filter(state=State.SENDING).update(state=State.DOUBTFUL, changed_at=timezone.now())
    referents = Grant.objects.in_force_on(today).filter(role=Role.REFERENT, account__is_active=True)
    sectors: dict[int, Sector] = {}
    for sector in sent.sectors.order_by("number"):
        for account in referents.filter(sector=sector).values_list("account", flat=True):
            sectors.setdefault(account, sector)
    state = State.WAITING if settings.EMAIL_HOST else State.NO_SERVER
    BulletinNotice.objects.bulk_create(
        [
            BulletinNotice(
                bulletin=sent, account_id=account, sector=sector, state=state, changed_at=timezone.now()
            )
            for account, sector in sectors.items()
        ],
        ignore_conflicts=True,
    )
    to_send = sent.notices.filter(state__in=TO_SEND, attempts__lt=MOST_ATTEMPTS)
    return list(to_send.order_by("pk").values_list("pk", flat=True))


@as_job(JOB)
def _begin(key: int) -> str:
    """Mark a notice as being sent, and return where to; empty where there is no address, or nothing to send."""
    notice = BulletinNotice.objects.select_for_update().filter(pk=key, state__in=TO_SEND).first()
    if notice is None:
        return ""
    address = address_of(notice.account_id)
    notice.state = State.FAILED if address is None else State.SENDING if address else State.NO_ADDRESS
    notice.attempts += 1
    notice.changed_at = timezone.now()
    notice.save(update_fields=["state", "attempts", "changed_at"])
    return address or ""


@as_job(JOB)
def _end(key: int, state: BulletinNotice.State) -> None:
    BulletinNotice.objects.filter(pk=key).update(state=state, changed_at=timezone.now())


@as_job(JOB)
def _have_failed(bulletin: int) -> bool:
    return BulletinNotice.objects.filter(
        bulletin=bulletin, state=State.FAILED, attempts__lt=MOST_ATTEMPTS
    ).exists()


def _where() -> str:
    return f"\n{settings.SITE_ADDRESS}\n" if settings.SITE_ADDRESS else ""
