"""What phones sent and the server could not take in: what it says, and what became of it, said once."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from uuid import NAMESPACE_OID, UUID, uuid5

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from absences.models import Absence
from accounts import audit
from accounts.models import Account
from accounts.retention import days_kept
from accounts.unsealing import unseal
from patrols.errors import PassageRefused, UnreadableEntry
from patrols.models import CallAttempt, Check, Passage, RefusedEntry
from patrols.services.desk.recording import ToldPassage, record_told
from patrols.services.phone.entries import SaidCall, SaidPassage, read_call, read_passage

Reason, Settlement = RefusedEntry.Reason, RefusedEntry.Settlement
# The desk says itself why it keeps nothing; « recorded » is said by recording.
DISMISSALS = [(each.value, each.label) for each in Settlement if each is not Settlement.RECORDED]
WHAT_TO_DO = {
    Reason.UNREADABLE: gettext_lazy(
        "Demandez à l'équipage ce qu'il a noté, puis enregistrez le passage depuis la fiche du logement."
    ),
    Reason.CHANGED: gettext_lazy(
        "Un premier envoi du même passage est enregistré et reste tel quel. Comparez avec la fiche : corrigez-y "
        "le passage s'il le faut, ou notez celui-ci s'il s'agit d'un autre."
    ),
    Reason.NOT_ON_ROUND: gettext_lazy(
        "L'équipage est passé à un logement que sa tournée n'avait pas, ou l'envoi est arrivé plus de sept jours "
        "après. Si le passage a eu lieu, enregistrez-le ci-dessous."
    ),
    Reason.NO_PASSAGE: gettext_lazy(
        "L'appel suit une anomalie que le serveur n'a pas reçue. Demandez à l'équipage ce qu'il a constaté, puis "
        "enregistrez le passage depuis la fiche du logement."
    ),
}


class AlreadySettled(PassageRefused):
    """Quelqu'un d'autre a traité cet envoi entre-temps."""

    def __init__(self) -> None:
        super().__init__(_("Cet envoi est déjà traité : rien n'a été ajouté."))


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """An entry in the clear, for one answer: a passage, a call, or the text as it came where it is neither.

    ``home`` is that of the passage, where the walls show it.
    """

    passage: SaidPassage | None
    call: SaidCall | None
    text: str
    home: Absence | None

    def __repr__(self) -> str:
        return "SetAside(…)"

    @property
    def wrong(self) -> list[str]:
        """The points in which something is wrong, in words."""
        return Check.tell(self.passage.wrong) if self.passage else []

    @property
    def found(self) -> str:
        """What was found, in words."""
        if self.passage is None:
            return ""
        return str(Passage.Anomaly(self.passage.anomaly).label if self.passage.anomaly else _("Rien à signaler"))

    @property
    def presence(self) -> str:
        return str(Passage.Presence(self.passage.presence).label) if self.passage else ""

    @property
    def step(self) -> str:
        return str(CallAttempt.Step(self.call.step).label) if self.call else ""

    @property
    def outcome(self) -> str:
        return str(CallAttempt.Outcome(self.call.outcome).label) if self.call else ""


def read_set_aside(entry: RefusedEntry) -> SetAside:
    """Open an entry and read it as far as it can be read; its reading leaves its trace.

    Raises
    ------
    accounts.sealing.SealingError
        When its key is gone or it was tampered with.
    """
    text = unseal(entry, "content", reason=audit.Reason.PATROL)["content"]
    passage, call = _read(read_passage, text), _read(read_call, text)
    home = None
    if passage is not None:
        home = Absence.objects.listed().select_related("address").filter(pk=passage.home).first()
    return SetAside(passage=passage, call=call, text=text, home=home)


def reference_of(entry: RefusedEntry) -> UUID:
    """The identifier of the passage that an entry may become: one, whoever opens it and however often."""
    return uuid5(NAMESPACE_OID, f"refused entry {entry.pk}")


@transaction.atomic
def record_set_aside(
    entry: RefusedEntry, told: ToldPassage, *, by: Account, now: dt.datetime, is_another: bool
) -> Passage:
    """Record the passage that an entry tells, and settle the entry; sent twice, it is one.

    Raises
    ------
    PassageRefused
        As `record_told`, but for the hour: it may be as old as passages are kept. `AlreadySettled` when the entry
        was settled otherwise.
    """
    within = dt.timedelta(days=days_kept("passage"))
    passage = record_told(told, now=now, is_another=is_another, within=within)
    entry.refresh_from_db(fields=["settlement"])
    if entry.settlement != Settlement.RECORDED:
        settle(entry, Settlement.RECORDED, by=by)
    return passage


@transaction.atomic
def settle(entry: RefusedEntry, settlement: RefusedEntry.Settlement, *, by: Account) -> None:
    """Say what became of an entry.

    Raises
    ------
    AlreadySettled
        When it was said before, otherwise.
    """
    settled = RefusedEntry.objects.waiting().filter(pk=entry.pk)
    if settled.update(settlement=settlement, settled_at=TransactionNow(), settled_by=by):
        audit.record("refusedentry.settle", subjects=[entry], reason=audit.Reason.PATROL)
    elif not RefusedEntry.objects.filter(pk=entry.pk, settlement=settlement).exists():
        raise AlreadySettled


def _read[Said](read: Callable[[str], Said], text: str) -> Said | None:
    try:
        return read(text)
    except UnreadableEntry:
        return None
