"""Part two passages that were joined as one visit, or join them again: the desk has the last word, signed."""

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction

from accounts import audit
from accounts.models import Account
from patrols.models import JoinedPassage, Passage


@transaction.atomic
def decide(pair: JoinedPassage, *, is_parted: bool, by: Account) -> None:
    """Say whether two passages are two visits; said twice, it is said once.

    Parameters
    ----------
    pair
        The two, as the walls show them: joined by what a phone sent (`patrols.services.phone.joining`).
    is_parted
        True where they are two visits, and count as two; False where they are one, told twice.
    by
        Who says so.
    """
    said_otherwise = JoinedPassage.objects.filter(pk=pair.pk).exclude(is_parted=is_parted)
    if said_otherwise.update(is_parted=is_parted, decided_at=TransactionNow(), decided_by=by):
        action = "passage.part" if is_parted else "passage.join"
        audit.record(action, kind=Passage, subjects=[pair.pk], reason=audit.Reason.PATROL)
