"""Accounts by role, and the steps of a log-in as a browser takes them."""

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone

from accounts.models import Account, Grant
from accounts.roles import HELD_IN_A_SECTOR, Role
from accounts.services import second_factors
from geo.models import Commune
from patrols.models import Crew
from sectors.models import Sector
from tests.builders import build_ground

PASSWORD = "un-mot-de-passe-bien-long"
LIST = "/gestion/comptes/"
ENTERED_AT = dt.datetime(2026, 8, 1, tzinfo=dt.UTC)
SINCE = dt.date(2020, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Place:
    commune: Commune
    sector: Sector
    crew: Crew


def build_place() -> Place:
    commune = build_ground()
    return Place(
        commune=commune,
        sector=Sector.objects.create(commune=commune, number=1, name="Les Lilas"),
        crew=Crew.objects.create(
            commune=commune, name="Alpha", mode=Crew.Mode.CAR, service=Crew.Service.MUNICIPAL
        ),
    )


def build_account(place: Place, *roles: Role, login: str = "agent-1", has_app: bool = True) -> Account:
    account = Account.objects.create_user(login, PASSWORD)
    for role in roles:
        Grant.objects.create(
            account=account,
            role=role,
            commune=place.commune,
            sector=place.sector if role in HELD_IN_A_SECTOR else None,
            crew=place.crew if role is Role.CREW else None,
            valid=DateRange(SINCE, None),
        )
    if has_app:
        TOTP.activate(account, generate_totp_secret())
    return account


def give_password(client: Client, account: Account, password: str = PASSWORD, **extra: str):
    return client.post("/compte/connexion/", {"login": account.login, "password": password}, **extra)


def code_now(account: Account) -> str:
    code = second_factors.next_code(account, now=timezone.now())
    assert code is not None
    return code


def log_in(client: Client, account: Account) -> None:
    give_password(client, account)
    client.post("/compte/connexion/code/", {"code": code_now(account)})
    assert "_auth_user_id" in client.session


def prove(client: Client, account: Account, *, onward: str):
    """Give the code again, on the way to an address that asks for it."""
    return client.post("/compte/verification/", {"code": code_now(account), "next": onward})


def run_together(*acts: Callable[[], object]) -> list[object]:
    """Run each act in a thread of its own, all at the same moment, each with its own connection."""
    together = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        together.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def build_entered(place: Place, *roles: Role, login: str) -> Account:
    """An account that its holder has entered once."""
    account = build_account(place, *roles, login=login)
    Account.objects.filter(pk=account.pk).update(last_login=ENTERED_AT)
    return account


def words_of(page) -> str:
    return page.content.decode()
