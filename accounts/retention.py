"""How long each table that concerns people is kept, why, and what remains: said by its model, in one small object.

``accounts.services.purge`` removes what these declarations say is over, and ``accounts.services.register`` writes
the register of processing (GDPR, article 30) from them.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts.errors import AccountsError

NOTHING = "rien"


class UnknownDuration(AccountsError):
    """Une durée de conservation n'est pas réglée."""

    def __init__(self, name: str) -> None:
        super().__init__(f"La durée de conservation « {name} » manque dans RETENTION_DAYS (config/settings.py).")


@dataclass(frozen=True, kw_only=True)
class Processing:
    """One entry of the register: what is done with people's data, and on what ground; in French."""

    name: str
    purpose: str
    legal_basis: str
    people: str
    recipients: str


# Why a column is not handed over with the rest of a row.
PROTECTS_ACCESS = "secret qui protège l'accès : le donner l'affaiblirait"
OTHERS = "se rapporte à une autre personne ou à un logement"
TECHNICAL = "empreinte technique, qui ne dit rien de vous"
SEAL = {"wrapped_key": PROTECTS_ACCESS}


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Whose the rows of a table are: an account's, whose holder is given them on request (GDPR, art. 15 and 20).

    Each column of the table is in ``columns`` or in ``withheld``, but for the one that leads to the account.

    Parameters
    ----------
    path
        Lookup that leads from a row to the account's key.
    written
        How the key is written there, ``{}`` standing for it.
    columns
        Name in French of each column that is handed over, in the order in which they are told.
    withheld
        The other columns, each with the reason, in French.
    tell
        What a column is told as, where its value is a code or a list of keys.
    """

    path: str
    columns: Mapping[str, str]
    withheld: Mapping[str, str] = field(default_factory=dict)
    tell: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    written: str = "{}"

    def rows_of(self, account_id: int) -> Q:
        """Return the condition on the rows of one account."""
        return Q(**{self.path: self.written.format(account_id)})

    def reading(self) -> AbstractContextManager[None]:
        """Return what must surround the opening of what is sealed in the rows."""
        return nullcontext()


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long the rows of a table are kept, and whose they are.

    Parameters
    ----------
    processing
        The entry of the register that the table belongs to.
    title
        What the table is called, in French.
    data
        Categories of data in the table, in French.
    duration
        Name of a number of days in ``settings.RETENTION_DAYS``; empty when the row leaves with another.
    since
        What the days are counted from, in French.
    apart
        How long, in French, where rows leave by a way of their own (the audit chain).
    leaves_with
        Label of the model with whose row this one leaves, when it has no duration of its own.
    remains
        What is left afterwards, in French.
    over
        The condition on the rows that are past their time on a day.
    count_first
        Writes what remains, given the keys of the rows that are about to leave.
    holder
        Whose the rows are; or, in French, why they are told to no holder of an account. What leaves with another
        table may say nothing where that one's are nobody's.
    """

    processing: Processing
    title: str
    data: str
    duration: str = ""
    since: str = ""
    leaves_with: str = ""
    apart: str = ""
    remains: str = NOTHING
    over: Callable[[dt.date], Q] | None = None
    count_first: Callable[[Sequence[Any]], None] | None = None
    holder: Holder | str = ""

    def __post_init__(self) -> None:
        if [bool(way) for way in (self.duration, self.leaves_with, self.apart)].count(True) != 1:
            raise ValueError("A table is kept for a duration, leaves with another, or leaves by a way of its own.")
        if bool(self.duration) != (self.over is not None):
            raise ValueError("A duration goes with the condition on the rows that are past it.")
        if not (self.holder or self.leaves_with):
            raise ValueError("A table says whose its rows are, or why they are told to no holder of an account.")


def days_kept(duration: str) -> int:
    """Return how many days a duration of ``settings.RETENTION_DAYS`` counts.

    Raises
    ------
    UnknownDuration
        When it has none of that name.
    """
    try:
        return int(settings.RETENTION_DAYS[duration])
    except KeyError as error:
        raise UnknownDuration(duration) from error


def first_day_kept(duration: str, today: dt.date) -> dt.date:
    """Return the oldest day whose rows are still kept ``today``: what happened before it is over.

    With 7 days, what happened on the 1st is kept up to the 8th, and is over on the 9th.
    """
    return today - dt.timedelta(days=days_kept(duration))


def first_moment_kept(duration: str, today: dt.date) -> dt.datetime:
    """Return the beginning of `first_day_kept`, at the scheme's own time."""
    return timezone.make_aware(dt.datetime.combine(first_day_kept(duration, today), dt.time.min))


ACCESS = Processing(
    name="Comptes et droits d'accès",
    purpose="Reconnaître les personnes qui utilisent Ronde et limiter chacune à ce que son rôle permet",
    legal_basis="Mission d'intérêt public (RGPD, art. 6.1.e) ; sécurité du traitement (art. 32)",
    people="Citoyens vigilants, référents, agents de police, élus et agents habilités",
    recipients="La personne elle-même ; administrateur et DPO pour les rôles et l'état du compte, sans les noms ; "
    "d'un référent, son secteur, la police et l'administrateur lisent nom et coordonnées, le DPO le nom ; d'un "
    "citoyen vigilant, l'administrateur lit les initiales",
)
TRACES = Processing(
    name="Journal des accès",
    purpose="Savoir qui a consulté ou changé des données nominatives, et pouvoir le prouver",
    legal_basis="Obligation de sécurité (RGPD, art. 5.2 et 32)",
    people="Personnes qui utilisent Ronde",
    recipients="La personne pour ses propres accès ; DPO ; administrateur sous une forme masquée",
)
