"""The people of two communes, one account for each role, and how a test lets one of them in."""

import datetime as dt
from dataclasses import dataclass, field

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.signing import get_cookie_signer
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone

from accounts.models import Account, Grant
from accounts.person import Holding, Person
from accounts.presentation.device_cookie import COOKIE_SALT
from accounts.roles import HELD_IN_A_SECTOR, Role
from accounts.services import devices
from geo.models import Commune
from patrols.models import Plan, Route, Shift
from sectors.models import Agreement, Sector
from tests.builders import Town, build_plan, build_town

BACKEND = "accounts.adapters.AccountBackend"
SINCE = dt.date(2020, 1, 1)
OTHER_INSEE = "38001"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A commune with its plan, three sectors, two crews (« Alpha » has the round) and an account for each role."""

    town: Town
    plan: Plan
    sectors: tuple[Sector, ...]
    accounts: dict[Role, Account] = field(default_factory=dict)

    @property
    def insee(self) -> str:
        return self.town.commune.pk

    @property
    def route(self) -> Route:
        """The round of Alpha, which visits three homes."""
        return self.plan.routes.get(shift=self.town.shifts[0])

    @property
    def agreements(self) -> tuple[Agreement, ...]:
        """The agreements, by number of their sector."""
        return tuple(Agreement.objects.of_commune(self.insee).latest_first())

    def person(self, role: Role, *, is_on_device: bool = True) -> Person:
        """The person of a role as the site would know them; a crew is Alpha."""
        return Person(
            account_id=self.accounts[role].pk,
            commune=self.insee,
            holdings=(
                Holding(
                    role=role,
                    sector_id=self.sectors[0].pk if role in HELD_IN_A_SECTOR else None,
                    crew_id=self.town.crews[0].pk if role is Role.CREW else None,
                ),
            ),
            device_id=1 if is_on_device else None,
        )


def build_place(insee: str = "26999", name: str = "Valmont-sur-Rhône", *, east_by: float = 0.0) -> Place:
    town = build_town(insee, name, perimeters_east_by=east_by)
    third = Sector.objects.create(commune=town.commune, number=3, name="La Gare")
    place = Place(town=town, plan=build_plan(town), sectors=(*town.sectors, third))
    accounts = Account.objects.bulk_create(
        Account(login=f"{insee}-{role.value.replace('_', '-')}", password=make_password(None)) for role in Role
    )
    place.accounts.update(zip(Role, accounts, strict=True))
    Grant.objects.bulk_create(_grant(account, role, town) for role, account in place.accounts.items())
    return place


def build_plan_again(place: Place) -> Plan:
    """A second plan of the same day, whose only round is Alpha's and visits the fourth home."""
    plan = copy_of(place.plan, number=2, version=2)
    route = copy_of(place.route, plan=plan)
    copy_of(place.route.stops.earliest("order"), route=route, absence=place.town.absences[3])
    return plan


def copy_of[Row: models.Model](row: Row, **changes: object) -> Row:
    """Save a row once more under a key of its own, with some fields changed."""
    fields = {field.name: getattr(row, field.name) for field in row._meta.fields if not field.primary_key}
    return type(row)._default_manager.create(**{**fields, **changes})


def build_account(town: Town, *roles: Role, login: str) -> Account:
    """An account that holds the roles in the first sector, and with the first crew, of the town."""
    account = Account.objects.create_user(login)
    Grant.objects.bulk_create(_grant(account, role, town) for role in roles)
    return account


def _grant(account: Account, role: Role, town: Town) -> Grant:
    return Grant(
        account=account,
        role=role,
        commune=town.commune,
        sector=town.sectors[0] if role in HELD_IN_A_SECTOR else None,
        crew=town.crews[0] if role is Role.CREW else None,
        valid=DateRange(SINCE, None),
    )


def move_shift(shift: Shift, *, starts_in: dt.timedelta, length: dt.timedelta = dt.timedelta(hours=4)) -> None:
    """Let a shift begin so long from now, by the clock of the database, which no test can set."""
    starts_at = dt.datetime.now(dt.UTC) + starts_in
    Shift.objects.filter(pk=shift.pk).update(starts_at=starts_at, ends_at=starts_at + length)


def let_in(client: Client, account: Account, *, is_proven: bool = True, device_of: str = "") -> Client:
    """Let an account in as after a log-in, with a second factor just given; a crew's also needs a device.

    The log-in itself, page by page, is tried in tests/accounts.
    """
    client.force_login(account, backend=BACKEND)
    session = client.session
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(account.pk)
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": method, "at": timezone.now().timestamp()}
        for method in (("password", "mfa") if is_proven else ("password",))
    ]
    session.save()
    if device_of:
        give_device(client, account, device_of)
    return client


def give_device(client: Client, account: Account, insee: str) -> int:
    """Enrol the client as a device of the account, in a commune; return the device's key."""
    device, token = devices.enrol(account, insee, f"Téléphone {account.devices.count() + 1}")
    name = settings.DEVICE_COOKIE_NAME
    client.cookies[name] = get_cookie_signer(salt=name + COOKIE_SALT).sign(token)
    return device.pk


class PoliceClient(Client):
    """The municipal police's correspondent of the town, let in at the first request: once the town is built."""

    is_in = False

    def request(self, **request):
        if not self.is_in:
            self.is_in = True
            let_in(self, police_account())
        return super().request(**request)


def police_account(insee: str = "26999") -> Account:
    """The police's account of a commune, made now unless there is one; without its commune it holds nothing."""
    account, _ = Account.objects.get_or_create(login=f"{insee}-police")
    since = {"valid": DateRange(SINCE, None)}
    for commune in Commune.objects.filter(pk=insee):
        Grant.objects.get_or_create(account=account, role=Role.MUNICIPAL_POLICE, commune=commune, defaults=since)
    return account
