"""Open, close and reopen the accounts of a commune: each act in one transaction, with its entry in the chain."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import BooleanField, F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from psycopg.errors import CheckViolation

from accounts import audit, scope
from accounts.errors import AccountNotActive, LastAdministrator, LoginTaken, SectorHasTwoMandates
from accounts.models import Account, Grant
from accounts.roles import Role
from accounts.services.identities import identify
from accounts.services.invitations import invite, revoke_open_invitations

ONE_DAY = dt.timedelta(days=1)
# An identifier is dictated on the telephone and says nothing of its holder: a word of the country and a number.
# fmt: off
WORDS = (
    "abricot", "aigle", "alouette", "amande", "aulne", "bleuet", "bouleau", "bruyere", "cedre", "chardon",
    "colline", "coquelicot", "cypres", "erable", "faucon", "figuier", "frene", "galet", "genet", "genevrier",
    "glycine", "grive", "hirondelle", "houx", "iris", "jasmin", "lavande", "lierre", "lilas", "lynx",
    "martinet", "merisier", "mesange", "milan", "muguet", "murier", "narcisse", "noisette", "olivier", "orme",
    "pervenche", "peuplier", "pinson", "platane", "pommier", "ravin", "renard", "rivage", "romarin", "sapin",
    "sauge", "sorbier", "source", "thym", "tilleul", "torrent", "verger",
)
# fmt: on
NUMBERS = range(100, 1000)
# In service means the same everywhere: somebody has come in. One that was only invited may never be entered.
ENTERED = Q(last_login__isnull=False)
# Only an invitation opens it.
WITHOUT_PASSWORD = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
# Looks past the wall of the credentials' table, which nobody reads but its owner: whether there is one, no more.
HAS_SECOND_FACTOR = "accounts_account.id IN (SELECT walls.with_second_factor())"


@dataclass(frozen=True, kw_only=True)
class GivenRole:
    """A role to give: in a sector or a crew where it asks for one, and its days, both included."""

    role: Role
    first_day: dt.date
    last_day: dt.date | None = None
    sector_id: int | None = None
    crew_id: int | None = None

    @property
    def valid(self) -> DateRange:
        return DateRange(self.first_day, self.last_day and self.last_day + ONE_DAY)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who an account belongs to; sealed as soon as it is written."""

    name: str
    phone: str = ""
    email: str = ""


def propose_login() -> str:
    """Return an identifier that no account visible to the caller has: a word and three digits."""
    while True:
        login = f"{secrets.choice(WORDS)}-{secrets.choice(NUMBERS)}"
        if not Account.objects.filter(login=login).exists():
            return login


def open_account(
    login: str, roles: Sequence[GivenRole], *, commune: str, by: Account | None, holder: Holder | None = None
) -> tuple[Account, str]:
    """Create an account with its roles, say who holds it, and invite them: all of it, or nothing.

    Parameters
    ----------
    login
        The identifier, as ``accounts.models.people.LOGIN_PATTERN`` asks.
    roles
        At least one.
    commune
        INSEE code of the commune in which the roles are held.
    by
        The administrator; None for a command.
    holder
        Whom the account is for; nothing is sealed when it is None.

    Returns
    -------
    account, token
        The account, and the secret of its one-time link: see ``accounts.services.invitations.invite``.

    Raises
    ------
    LoginTaken
        When another account, of any commune, has the identifier.
    SectorHasTwoMandates
        When a mandate of référent would be the third of its sector on some day.
    accounts.keys.errors.KeysError
        When nothing can be sealed.
    """
    with transaction.atomic():
        account = _create(login)
        give_roles(account, roles, commune=commune, by=by)
        if holder is not None:
            identify(account, name=holder.name, phone=holder.phone, email=holder.email)
        audit.record("account.create", subjects=[account])
        return account, invite(account, by=by)


def open_own_account(login: str, password: str) -> Account:
    """Create an account for whoever chooses its password now, on the word of a link that they hold.

    Raises
    ------
    LoginTaken
        When another account, of any commune, has the identifier.
    """
    # Nobody is known yet: the walls show a visitor the account whose identifier they claim.
    scope.claim(login=login)
    return _create(login, password)


def give_roles(account: Account, roles: Sequence[GivenRole], *, commune: str, by: Account | None) -> list[Grant]:
    """Give an account its roles; the walls say who may give which.

    Raises
    ------
    SectorHasTwoMandates
        When a mandate of référent would be the third of its sector on some day.
    """
    try:
        with transaction.atomic():
            return Grant.objects.bulk_create(
                Grant(
                    account=account,
                    role=given.role,
                    commune_id=commune,
                    sector_id=given.sector_id,
                    crew_id=given.crew_id,
                    valid=given.valid,
                    given_by=by,
                )
                for given in roles
            )
    except IntegrityError as error:
        if isinstance(error.__cause__, CheckViolation):
            raise SectorHasTwoMandates from error
        raise


def invite_again(key: int, *, commune: str, by: Account) -> tuple[Account, str]:
    """Make a new one-time link for an account of the commune; the former one opens nothing any more.

    Raises
    ------
    Account.DoesNotExist
        When the commune has no such account.
    AccountNotActive
        When it is disabled.
    """
    with transaction.atomic():
        account = accounts_of(commune).select_for_update(of=("self",)).get(pk=key)
        if not account.is_active:
            raise AccountNotActive(key)
        return account, invite(account, by=by)


def disable(key: int, *, commune: str) -> Account:
    """Close an account of the commune: its sessions and its open invitation end at once. Safe to repeat.

    Raises
    ------
    Account.DoesNotExist
        When the commune has no such account.
    LastAdministrator
        When nobody would be left to administer the commune.
    """
    with transaction.atomic():
        # Before the account itself, and in one order: of two administrators who close each other, one is refused.
        administrators = _lock_administrators(commune)
        account = accounts_of(commune).select_for_update(of=("self",)).get(pk=key)
        if administrators == {key}:
            raise LastAdministrator(key)
        if account.is_active:
            now = timezone.now()
            Account.objects.filter(pk=key).update(
                is_active=False, disabled_at=now, session_generation=F("session_generation") + 1
            )
            revoke_open_invitations(account, now=now)
            audit.record("account.disable", subjects=[account])
        account.refresh_from_db()
    return account


def enable(key: int, *, commune: str) -> Account:
    """Open again an account that was disabled, with the roles it had; its former sessions stay closed.

    Raises
    ------
    Account.DoesNotExist
        When the commune has no such account.
    """
    with transaction.atomic():
        account = accounts_of(commune).select_for_update(of=("self",)).get(pk=key)
        if not account.is_active:
            Account.objects.filter(pk=key).update(is_active=True, disabled_at=None)
            audit.record("account.enable", subjects=[account])
        account.refresh_from_db()
    return account


def accounts_of(commune: str) -> QuerySet[Account]:
    """Return the accounts that hold or held a role in the commune."""
    return Account.objects.filter(pk__in=Grant.objects.filter(commune=commune).values("account"))


def with_second_factor(accounts: QuerySet[Account]) -> QuerySet[Account]:
    """Add ``has_second_factor`` to accounts of the commune of whoever asks: an app or a passkey."""
    has_one = RawSQL(HAS_SECOND_FACTOR, [], output_field=BooleanField())  # noqa: S611
    return accounts.annotate(has_second_factor=has_one)


def administrators_of(commune: str) -> QuerySet[Account]:
    """Return the active accounts that administer the commune today, entered by somebody already or not."""
    held = Grant.objects.filter(commune=commune, role=Role.ADMINISTRATOR).in_force_on(timezone.localdate())
    return Account.objects.filter(is_active=True, pk__in=held.values("account"))


def _create(login: str, password: str | None = None) -> Account:
    try:
        with transaction.atomic():
            return Account.objects.create_user(login, password)
    except IntegrityError as error:
        raise LoginTaken(login) from error


def _lock_administrators(commune: str) -> set[int]:
    """Lock the administrators of the commune who have come in once, and return them: others may never come."""
    entered = administrators_of(commune).filter(ENTERED)
    return set(entered.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
