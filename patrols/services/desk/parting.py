"""Join two passages that tell one visit, part them, join them again: the desk has the last word, signed."""

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Account
from patrols.errors import PassageRefused
from patrols.models import JoinedPassage, Passage
from patrols.services.phone.joining import take_turns_at, weigh


@transaction.atomic
def join(passage: Passage, other: int, *, by: Account) -> None:
    """Say that two passages which no stop brings together tell one visit; one of them counts from now on.

    Parameters
    ----------
    passage, other
        The two, the second by its key; whichever counts, by the rule of what a phone sends (`weigh`), and where
        that says nothing, the one that has a stop.
    by
        Who says so.

    Raises
    ------
    PassageRefused
        When they may not tell one visit, or one of them was joined meanwhile.
    """
    take_turns_at([passage.absence_id])
    if not Passage.objects.alike_to(passage.pk).filter(pk=other).exists():
        raise PassageRefused(_("Ces deux passages ne se réunissent plus : relisez la fiche du logement."))
    both = Passage.objects.filter(pk__in=(passage.pk, other)).order_by("done_at", "pk")
    beneath, counts = sorted(both, key=lambda each: (*weigh(each), each.stop_id is not None))
    now = TransactionNow()
    JoinedPassage.objects.create(passage=beneath, counts_as=counts, joined_at=now, decided_at=now, decided_by=by)
    audit.record("passage.join", kind=Passage, subjects=[beneath.pk], reason=audit.Reason.PATROL)


@transaction.atomic
def decide(pair: JoinedPassage, *, is_parted: bool, by: Account) -> None:
    """Say whether two passages that were joined are two visits; said twice, it is said once.

    Parameters
    ----------
    pair
        The two, as the walls show them.
    is_parted
        True where they are two visits, and count as two; False where they are one, told twice.
    by
        Who says so.
    """
    said_otherwise = JoinedPassage.objects.filter(pk=pair.pk).exclude(is_parted=is_parted)
    if said_otherwise.update(is_parted=is_parted, decided_at=TransactionNow(), decided_by=by):
        action = "passage.part" if is_parted else "passage.join"
        audit.record(action, kind=Passage, subjects=[pair.pk], reason=audit.Reason.PATROL)
