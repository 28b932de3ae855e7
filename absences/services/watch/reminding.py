"""Remind watchers of their turn by e-mail, at most once a day, without a word of a home."""

import datetime as dt

from django.conf import settings

from absences.models import WatchConsent, Watcher
from accounts import audit
from accounts.roles import Role
from accounts.scope import as_job
from accounts.services.notices import address_of, send_notice

JOB = "watch.reminders"
SUBJECT = "C'est votre tour de veille"
TEXT = """Bonjour,

C'est votre tour de veille aujourd'hui, sur le site des citoyens vigilants de votre commune.
Connectez-vous pour ouvrir « Veille ».
{where}
Cet avis ne dit rien de plus, et n'attend pas de réponse.
"""


def remind(today: dt.date) -> int:
    """Send the reminders of a day that were not sent yet; return how many left.

    Each is marked before the mail server is asked: where the worker dies in between, or the server refuses it, the
    reminder lacks, and the site says the same. None comes twice.
    """
    if not settings.EMAIL_HOST:
        return 0
    where = f"\n{settings.SITE_ADDRESS}\n" if settings.SITE_ADDRESS else ""
    addresses = filter(None, (_mark(key, today) for key in list_turns(today)))
    return sum(send_notice(address, SUBJECT, TEXT.format(where=where)).has_left for address in addresses)


@as_job(JOB)
def list_turns(today: dt.date) -> list[int]:
    """Return whose turn it is on a day, in a chain with something to look at, and who was not reminded yet."""
    # To whom nothing is entrusted, nothing is to be recalled.
    sectors = WatchConsent.objects.running_on(today).values("sector")
    turns = Watcher.objects.filter(
        weekdays__contains=[today.weekday()],
        role__role=Role.VIGILANT,
        role__sector__in=sectors,
        role__valid__contains=today,
        role__account__is_active=True,
    )
    return list(turns.exclude(reminded_on=today).order_by("pk").values_list("pk", flat=True))


@as_job(JOB)
def _mark(key: int, today: dt.date) -> str:
    """Mark a watcher as reminded, and return where to; empty where there is no address, or another worker did."""
    watcher = Watcher.objects.select_for_update(of=("self",)).select_related("role").get(pk=key)
    if watcher.reminded_on == today:
        return ""
    Watcher.objects.filter(pk=key).update(reminded_on=today)
    address = address_of(watcher.role.account_id)
    if address:
        audit.record("watch.remind", subjects=[watcher], reason=audit.Reason.NOTICE)
    return address or ""
