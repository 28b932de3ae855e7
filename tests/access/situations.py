"""Who asks, and when: each role in office, and every way of being out of it or beside it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone

from accounts.models import Account, Device, Grant
from accounts.roles import WITHOUT_SECOND_FACTOR, Role
from tests.access.people import build_plan_again, let_in, move_shift
from tests.access.stage import AN_HOUR, Stage

A_MINUTE, TWO_HOURS, FOUR_HOURS = dt.timedelta(minutes=1), 2 * AN_HOUR, 4 * AN_HOUR


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A way of asking; ``holds`` says whether the person's role counts in it.

    Where it does not, they find what anybody finds of their own account once inside (``is_inside``), and their own
    log while they hold a role that the phone alone keeps from counting (``keeps_log``), or nothing.
    """

    name: str
    enter: Callable[[Stage, Role], Client]
    roles: tuple[Role, ...] = tuple(Role)
    holds: bool = False
    is_inside: bool = True
    keeps_log: bool = False

    def __str__(self) -> str:
        return self.name


def account_of(stage: Stage, role: Role) -> Account:
    return stage.here.accounts[role]


def in_office(stage: Stage, role: Role, *, is_proven: bool = True) -> Client:
    """Let the account in, a crew's on a phone of its own."""
    device_of = stage.here.insee if role is Role.CREW else ""
    return let_in(Client(), account_of(stage, role), is_proven=is_proven, device_of=device_of)


def _dated(first: int, last: int | None) -> Callable[[Stage, Role], Client]:
    """In office from one day to another (excluded), counted from today."""

    def enter(stage: Stage, role: Role) -> Client:
        today = timezone.localdate()
        end = None if last is None else today + dt.timedelta(days=last)
        Grant.objects.filter(account=account_of(stage, role)).update(
            valid=DateRange(today + dt.timedelta(days=first), end)
        )
        return in_office(stage, role)

    return enter


def elsewhere_alone(stage: Stage, role: Role) -> Client:
    Grant.objects.filter(account=account_of(stage, role)).update(commune=stage.there.town.commune)
    return in_office(stage, role)


def disabled(stage: Stage, role: Role) -> Client:
    client = in_office(stage, role)
    Account.objects.filter(pk=account_of(stage, role).pk).update(is_active=False, disabled_at=timezone.now())
    return client


def by_password_alone(stage: Stage, role: Role) -> Client:
    return in_office(stage, role, is_proven=False)


def logged_out(stage: Stage, role: Role) -> Client:
    client = in_office(stage, role)
    client.post("/compte/deconnexion/")
    return client


def session_too_old(stage: Stage, role: Role) -> Client:
    client = in_office(stage, role)
    session = client.session
    session["ronde.begun_at"] = session["ronde.seen_at"] = timezone.now().timestamp() - 17 * 3600
    session.save()
    return client


def without_phone(stage: Stage, role: Role) -> Client:
    return let_in(Client(), account_of(stage, role))


def revoked_phone(stage: Stage, role: Role) -> Client:
    client = in_office(stage, role)
    Device.objects.filter(account=account_of(stage, role)).update(revoked_at=timezone.now())
    return client


def phone_of_another(stage: Stage, role: Role) -> Client:
    owner = let_in(Client(), stage.mate, device_of=stage.here.insee)
    client = let_in(Client(), account_of(stage, role))
    client.cookies[settings.DEVICE_COOKIE_NAME] = owner.cookies[settings.DEVICE_COOKIE_NAME]
    return client


def _shift(starts_in: dt.timedelta) -> Callable[[Stage, Role], Client]:
    def enter(stage: Stage, role: Role) -> Client:
        move_shift(stage.here.town.shifts[0], starts_in=starts_in, length=FOUR_HOURS)
        return in_office(stage, role)

    return enter


def in_crew_without_round(stage: Stage, role: Role) -> Client:
    """In the third crew, which has no shift today."""
    third = stage.here.town.crews[0].__class__.objects.get(
        commune=stage.here.town.commune, name__startswith="zqpass"
    )
    Grant.objects.filter(account=account_of(stage, role)).update(crew=third)
    return in_office(stage, role)


def after_a_newer_plan(stage: Stage, role: Role) -> Client:
    """A plan made since takes Alpha's homes from it; the stage's plan is the former one."""
    build_plan_again(stage.here)
    return in_office(stage, role)


CREW = (Role.CREW,)
# Dates, accounts and sessions are the same code for all roles: a desk, a phone and a keeper stand for them.
SOME = (Role.MUNICIPAL_POLICE, Role.CREW, Role.DPO)
ONE = (Role.MUNICIPAL_POLICE,)
PROVEN = tuple(role for role in Role if role not in WITHOUT_SECOND_FACTOR)
IN_OFFICE = (
    Situation(name="in office", enter=in_office, holds=True),
    Situation(name="on the first day", enter=_dated(0, None), roles=(Role.REFERENT,), holds=True),
    Situation(name="on the last day", enter=_dated(-30, 1), roles=(Role.REFERENT,), holds=True),
    Situation(name="two hours before the shift", enter=_shift(TWO_HOURS - A_MINUTE), roles=CREW, holds=True),
    Situation(name="as the shift ends", enter=_shift(A_MINUTE - FOUR_HOURS), roles=CREW, holds=True),
)
OUT_OF_OFFICE = (
    Situation(name="before the first day", enter=_dated(1, None), roles=SOME),
    Situation(name="after the last day", enter=_dated(-30, 0), roles=SOME),
    Situation(name="in office elsewhere", enter=elsewhere_alone, roles=SOME),
    Situation(name="disabled", enter=disabled, roles=SOME, is_inside=False),
    Situation(name="by the password alone", enter=by_password_alone, roles=ONE, is_inside=False),
    Situation(name="logged out", enter=logged_out, roles=ONE, is_inside=False),
    Situation(name="in a session too old", enter=session_too_old, roles=ONE, is_inside=False),
    Situation(name="without a phone", enter=without_phone, roles=CREW, keeps_log=True),
    Situation(name="on a revoked phone", enter=revoked_phone, roles=CREW, keeps_log=True),
    Situation(name="on the phone of another", enter=phone_of_another, roles=CREW, keeps_log=True),
)
# The role counts, and what is on the round does not: it is another crew's, not yet open, over, or taken away.
OFF_ROUND = (
    Situation(name="before the window", enter=_shift(TWO_HOURS + A_MINUTE), roles=CREW, holds=True),
    Situation(name="after the shift", enter=_shift(-FOUR_HOURS - A_MINUTE), roles=CREW, holds=True),
    Situation(name="in a crew without a round", enter=in_crew_without_round, roles=CREW, holds=True),
)
