"""The mandates of référents: how many each sector has, who holds them, who is appointed and until when."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts import audit
from accounts.models import Account, Grant, Identity
from accounts.roles import Role
from accounts.services.accounts import GivenRole, give_roles
from accounts.unsealing import unseal_all
from sectors.errors import CandidateExcluded, MandateEndsTooSoon, MandateHeld, UnknownCandidate
from sectors.models import Sector

ONE_DAY = dt.timedelta(days=1)
# What the agreements ask of a sector.
MANDATES = 2
REFERENTS = "SELECT sector_id, referents FROM walls.referents_by_sector()"
WHO = """
SELECT mandate, sector, days, id, wrapped_key, dies_in, name, phone, email FROM walls.referents()
 WHERE sector = ANY (%s) ORDER BY days, mandate
"""
HOLDER = """
SELECT mandate, id, wrapped_key, dies_in, name FROM walls.referents()
 WHERE mandate = ANY (%s) ORDER BY days, mandate LIMIT 1
"""
CANDIDATE = "SELECT account_id, may_be_referent FROM walls.candidate(%s)"
CONTACT = ("phone", "email")


@dataclass(frozen=True, kw_only=True)
class Referent:
    """Who holds a mandate, now or later; a text that was not given, or that may not be read, is empty."""

    mandate: int
    first_day: dt.date
    last_day: dt.date | None
    name: str = ""
    phone: str = ""
    email: str = ""

    def __repr__(self) -> str:
        return f"Referent({self.mandate})"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Who would be appointed: their mandates, now or later, and the name that these let one read."""

    account_id: int
    login: str
    mandates: tuple[Grant, ...]
    name: str = ""

    def __repr__(self) -> str:
        return f"Candidate({self.account_id})"


def count_referents() -> dict[int, int]:
    """Return how many référents each sector of the commune has today, for whoever holds a role there."""
    with connection.cursor() as cursor:
        cursor.execute(REFERENTS)
        return dict(cursor.fetchall())


def read_referents(sector: Sector, *, with_contact: bool) -> list[Referent]:
    """Return who holds the mandates of a sector, now or later, by their first day; see `read_all_referents`."""
    return read_all_referents([sector], with_contact=with_contact)[sector]


def read_all_referents(sectors: Collection[Sector], *, with_contact: bool) -> dict[Sector, list[Referent]]:
    """Return who holds the mandates of sectors, now or later, by their first day; the log tells each reading.

    Parameters
    ----------
    sectors
        Of the commune; the walls name référents to whom the policy says, and nobody to the others.
    with_contact
        Whether to open how they are reached.

    Raises
    ------
    accounts.sealing.SealingError
        When a key is gone or a row was tampered with.
    """
    held: list[Any] = list(Identity.objects.raw(WHO, [[sector.pk for sector in sectors]]))
    known = [identity for identity in held if identity.pk]
    why = audit.Reason.NETWORK
    names = unseal_all(known, "name", reason=why, told_as="sector.referent_names")
    contacts: list[dict[str, str]] = [{}] * len(known)
    if with_contact:
        contacts = unseal_all(known, *CONTACT, reason=why, told_as="sector.referent_contact")
    opened = {identity.pk: name | contact for identity, name, contact in zip(known, names, contacts, strict=True)}
    by_sector: dict[int, list[Referent]] = {}
    for each in held:
        referent = Referent(
            mandate=each.mandate,
            first_day=each.days.lower,
            last_day=each.days.upper and each.days.upper - ONE_DAY,
            **opened.get(each.pk, {}),
        )
        by_sector.setdefault(each.sector, []).append(referent)
    return {sector: by_sector.get(sector.pk, []) for sector in sectors}


def find_candidate(login: str, *, today: dt.date) -> Candidate:
    """Return the account of the commune that an identifier names; the log tells the name that is opened.

    Raises
    ------
    UnknownCandidate
        When the commune has no account in use with that identifier.
    CandidateExcluded
        When the account holds, or will hold, a role that bars it.
    """
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATE, [login])
        account, may_be_referent = cursor.fetchone() or (None, False)
    if account is None:
        raise UnknownCandidate
    if not may_be_referent:
        raise CandidateExcluded
    held = Grant.objects.filter(account=account, role=Role.REFERENT).ending_after(today)
    mandates = tuple(held.select_related("sector").order_by("valid"))
    identities: list[Any] = list(Identity.objects.raw(HOLDER, [[mandate.pk for mandate in mandates]]))
    known = [identity for identity in identities if identity.pk]
    names = unseal_all(known, "name", reason=audit.Reason.NETWORK, told_as="sector.referent_names")
    name = names[0]["name"] if names else ""
    return Candidate(account_id=account, login=login, mandates=mandates, name=name)


def appoint(
    sector: Sector, candidate: Candidate, *, first_day: dt.date, last_day: dt.date | None, by: Account
) -> Grant:
    """Give an account of the commune a mandate of référent in a sector.

    Parameters
    ----------
    candidate
        Who holds no role but those of a neighbour.
    first_day, last_day
        The days of the mandate, both included, from today on; without a last one it lasts until it is ended.
    by
        The correspondent of municipal police.

    Raises
    ------
    MandateHeld
        When it holds a mandate in that sector on one of the days.
    accounts.errors.SectorHasTwoMandates
        When the sector has two on one of the days.
    """
    given = GivenRole(role=Role.REFERENT, sector_id=sector.pk, first_day=first_day, last_day=last_day)
    try:
        with transaction.atomic():
            (mandate,) = give_roles(Account(pk=candidate.account_id), [given], commune=sector.commune_id, by=by)
            audit.record("sector.appoint_referent", subjects=[mandate])
    except IntegrityError as error:
        raise MandateHeld from error
    return mandate


@transaction.atomic
def end_mandate(mandate: Grant, *, from_day: dt.date, today: dt.date) -> None:
    """End a mandate: from a day on, today at the earliest, it opens nothing any more.

    One that would last no day leaves, and the log keeps it: it has opened something if it began today.

    Raises
    ------
    MandateEndsTooSoon
        When the day is past.
    """
    first_day = mandate.valid.lower
    if from_day < today:
        raise MandateEndsTooSoon
    if from_day <= first_day:
        audit.record("mandate.end" if first_day <= today else "mandate.drop", subjects=[mandate])
        mandate.delete()
        return
    audit.record("mandate.end", subjects=[mandate])
    Grant.objects.filter(pk=mandate.pk).update(valid=DateRange(first_day, from_day))
