"""Say of a stop that a plan took for made that nobody passed, once and signed."""

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Account
from patrols.errors import PassageRefused
from patrols.models import MissedStop, Stop
from patrols.services.progress import read_made_at


@transaction.atomic
def say_missed(stop: Stop, why: MissedStop.Why, *, by: Account) -> MissedStop:
    """Say that nobody passed; said twice, it is once, as it was first.

    Parameters
    ----------
    stop
        With its route, shift and plan.

    Raises
    ------
    PassageRefused
        When no plan took it for made, or a passage was recorded for it.
    """
    if not stop.is_done:
        raise PassageRefused(_("Cet arrêt n'est pas compté comme fait : il n'y a rien à corriger."))
    if read_made_at(stop) is not None:
        raise PassageRefused(
            _("Un passage est enregistré pour cet arrêt : il est fait. Corrigez le passage depuis la fiche.")
        )
    missed, is_new = MissedStop.objects.get_or_create(
        shift_id=stop.route.shift_id,
        absence_id=stop.absence_id,
        planned_at=stop.starts_at,
        defaults={"why": why, "told_at": TransactionNow(), "told_by": by},
    )
    if is_new:
        audit.record("stop.missed", subjects=[missed], reason=audit.Reason.PATROL)
    return missed
