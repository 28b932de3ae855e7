"""Register the vigilants of a sector under a pseudonym: hand a registration out, follow it, choose, leave."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts import audit, scope
from accounts.models import Account, Grant, Identity
from accounts.person import Person
from accounts.roles import Role
from accounts.services import typed_secrets
from accounts.services.accounts import GivenRole, give_roles, open_own_account
from accounts.services.invitations import fingerprint_of
from accounts.unsealing import unseal_all
from sectors.errors import PseudonymTaken, RegistrationNotOpen
from sectors.models import Pseudonym, Registration, Sector

ONE_DAY = dt.timedelta(days=1)
COUNTS = "SELECT sector_id, vigilants FROM walls.vigilants_by_sector()"
PSEUDONYMS = "SELECT held, days, pseudonym FROM walls.pseudonyms() WHERE sector = %s ORDER BY pseudonym, held"
MASKED = """
SELECT id, wrapped_key, dies_in, name, phone, email FROM walls.vigilants_masked() WHERE sector = %s ORDER BY id
"""
DIGITS_SHOWN = 2


@dataclass(frozen=True, kw_only=True)
class KnownVigilant:
    """A vigilant as the référents of the sector know them; ``pseudonym`` is empty until one is chosen."""

    held: int
    since: dt.date
    pseudonym: str


@dataclass(frozen=True, kw_only=True)
class MaskedVigilant:
    """A vigilant as the administrator knows them: initials of the name, the last digits, the first letter."""

    name: str
    phone: str
    email: str


def count_vigilants() -> dict[int, int]:
    """Return how many vigilants each sector has today, where whoever asks may know it; none is not told."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        return dict(cursor.fetchall())


def read_pseudonyms(sector: Sector) -> list[KnownVigilant]:
    """Return the vigilants of a sector for its référents; for anybody else, none."""
    with connection.cursor() as cursor:
        cursor.execute(PSEUDONYMS, [sector.pk])
        return [
            KnownVigilant(held=held, since=days.lower, pseudonym=pseudonym or "")
            for held, days, pseudonym in cursor.fetchall()
        ]


def read_masked(sector: Sector) -> list[MaskedVigilant]:
    """Return the vigilants of a sector who gave their name, masked, for the administrator; for others, none."""
    rows: list[Any] = list(Identity.objects.raw(MASKED, [sector.pk]))
    why = audit.Reason.ACCOUNT_CARE
    names = unseal_all(rows, "name", reason=why, told_as="vigilant.name")
    contacts = unseal_all(rows, "phone", "email", reason=why, told_as="vigilant.contact")
    return [
        MaskedVigilant(
            name=mask_name(name["name"]), phone=mask_phone(contact["phone"]), email=mask_email(contact["email"])
        )
        for name, contact in zip(names, contacts, strict=True)
    ]


def mask_name(name: str) -> str:
    """Return the initials of a name: « Zoé du Bois-Joli » is « Z. D. B. »."""
    return " ".join(f"{word[0].upper()}." for word in name.split())


def mask_phone(phone: str) -> str:
    """Return the last two digits of a number: « ·· 11 »."""
    return f"·· {phone.strip()[-DIGITS_SHOWN:]}" if phone.strip() else ""


def mask_email(email: str) -> str:
    """Return the first letter of an address: « z··· »."""
    return f"{email.strip()[0]}···" if email.strip() else ""


def hand_out(sector: Sector, *, last_day: dt.date | None, by: Account) -> tuple[Registration, str]:
    """Make a one-time link by which a resident joins the network in a sector; return it with its secret.

    Parameters
    ----------
    last_day
        The last day of the role; None where it lasts until one leaves.
    by
        A référent of the sector.
    """
    token = typed_secrets.draw()
    with transaction.atomic():
        registration = Registration.objects.create(
            sector=sector,
            made_by=by,
            token_sha256=fingerprint_of(token),
            last_day=last_day,
            expires_at=timezone.now() + dt.timedelta(days=settings.INVITATION_DAYS),
        )
        audit.record("registration.hand_out", subjects=[registration])
    return registration, token


def take_back(registration: Registration) -> None:
    """Close a registration that nobody has followed. Safe to repeat."""
    with transaction.atomic():
        now = timezone.now()
        if Registration.objects.filter(pk=registration.pk).open_at(now).update(revoked_at=now):
            audit.record("registration.take_back", subjects=[registration])


def find_open(fingerprint: str) -> Registration:
    """Return the open registration whose link has this fingerprint.

    Raises
    ------
    RegistrationNotOpen
        When there is none, or it was followed or taken back, or has expired: all alike.
    """
    with transaction.atomic():
        return _find(fingerprint, Registration.objects.select_related("sector"))


def register(fingerprint: str, *, login: str, password: str, pseudonym: str) -> Account:
    """Open the account of a resident who holds a registration, as a vigilant under a pseudonym.

    Of two requests that follow the same link, one wins.

    Raises
    ------
    RegistrationNotOpen
        As in ``find_open``.
    PseudonymTaken
        When a vigilant of the sector bears it.
    accounts.errors.LoginTaken
        When another account has the identifier.
    django.core.exceptions.ValidationError
        When the password is too weak.
    """
    with transaction.atomic():
        held = Registration.objects.select_related("sector").select_for_update(of=("self",))
        registration = _find(fingerprint, held)
        validate_password(password, Account(login=login))
        account = open_own_account(login, password)
        scope.enter(Person(account_id=account.pk))
        given = GivenRole(
            role=Role.VIGILANT,
            sector_id=registration.sector_id,
            first_day=timezone.localdate(),
            last_day=registration.last_day,
        )
        give_roles(account, [given], commune=registration.sector.commune_id, by=None)
        name_oneself(account, registration.sector, pseudonym)
        Registration.objects.filter(pk=registration.pk).update(used_at=timezone.now())
        audit.record("vigilant.register", subjects=[account])
    return account


def name_oneself(account: Account, sector: Sector, pseudonym: str) -> Pseudonym:
    """Choose the pseudonym by which the référents of a sector know a vigilant, or another one.

    Raises
    ------
    PseudonymTaken
        When a vigilant of the sector bears it, or bore it.
    """
    try:
        with transaction.atomic():
            chosen, _ = Pseudonym.objects.update_or_create(
                account=account, sector=sector, defaults={"text": pseudonym}
            )
    except IntegrityError as error:
        raise PseudonymTaken from error
    audit.record("pseudonym.choose", subjects=[chosen])
    return chosen


@transaction.atomic
def end_role(role: Grant, *, today: dt.date, action: str) -> None:
    """End the role of a vigilant: today, or this evening where it began today. ``action`` says who ends it.

    ``vigilant.leave`` is oneself, ``vigilant.end`` a référent of the sector.
    """
    first_day = role.valid.lower
    Grant.objects.filter(pk=role.pk).update(valid=DateRange(first_day, max(today, first_day + ONE_DAY)))
    audit.record(action, subjects=[role])


def _find(fingerprint: str, registrations: Any) -> Registration:
    scope.bear(fingerprint)
    registration: Registration | None = (
        registrations.open_at(timezone.now()).filter(token_sha256=fingerprint).first()
    )
    if registration is None:
        raise RegistrationNotOpen
    return registration
