"""Keep the names of account holders for as long as they have a role, and no longer."""

import datetime as dt
from collections.abc import Collection

from django.contrib.postgres.aggregates import BoolOr
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Account, Identity
from accounts.retention import days_kept
from accounts.sealing import Week

# A holder whose role has no end gets this much more at a time, so that keys are wrapped again once in six weeks.
SLACK = dt.timedelta(weeks=5)
ONE_DAY = dt.timedelta(days=1)


def identify(
    account: Account, *, name: str, phone: str = "", email: str = "", today: dt.date | None = None
) -> Identity:
    """Say who an account belongs to; sealed, and kept as long as the account.

    Parameters
    ----------
    account
        An account whose roles were given already.
    today
        The clock; the present day by default.

    Raises
    ------
    Account.DoesNotExist
        When whoever asks does not see such an account.
    accounts.sealing.SealingError
        When nothing can be sealed.
    """
    day = today or timezone.localdate()
    last_days = _last_days([account.pk])
    if account.pk not in last_days:
        raise Account.DoesNotExist
    identity = Identity(account=account, name=name, phone=phone, email=email)
    identity.keep_until(_day_to_die(last_days[account.pk], day))
    identity.save()
    return identity


@transaction.atomic
def correct(account: Account, *, name: str, phone: str, email: str) -> Identity:
    """Say anew who an account belongs to, on the word of its holder; it dies when it was to."""
    identity = Identity.objects.select_for_update().filter(account=account).first()
    if identity is None:
        return identify(account, name=name, phone=phone, email=email)
    identity.name, identity.phone, identity.email = name, phone, email
    identity.save(update_fields=Identity.sealed_names())
    return identity


@transaction.atomic
def follow_roles(today: dt.date) -> int:
    """Let each identity die when its account is to go; return how many changed weeks. Safe to repeat."""
    identities = list(Identity.objects.select_for_update().order_by("pk"))
    last_days = _last_days([identity.account_id for identity in identities])
    moved = [
        identity for identity in identities if not _dies_in_time(identity, last_days[identity.account_id], today)
    ]
    for identity in moved:
        identity.keep_until(_day_to_die(last_days[identity.account_id], today))
        identity.save(update_fields=["dies_in", "wrapped_key"])
    return len(moved)


def _last_days(accounts: Collection[int]) -> dict[int, dt.date | None]:
    """Return the last day on which each account was of use; None while a role without end is held."""
    rows = (
        Account.objects.filter(pk__in=accounts)
        .annotate(first_day_after=Max("grants__valid__endswith"), is_open=BoolOr("grants__valid__upper_inf"))
        .values_list("pk", "created_at", "disabled_at", "first_day_after", "is_open")
    )
    return {pk: _last_day(*facts) for pk, *facts in rows}


def _last_day(
    created_at: dt.datetime, disabled_at: dt.datetime | None, first_day_after: dt.date | None, is_open: bool | None
) -> dt.date | None:
    if disabled_at is not None:
        return timezone.localdate(disabled_at)
    if is_open:
        return None
    created_on = timezone.localdate(created_at)
    return created_on if first_day_after is None else max(created_on, first_day_after - ONE_DAY)


def _day_to_die(last_day: dt.date | None, today: dt.date) -> dt.date:
    kept = dt.timedelta(days=days_kept("account"))
    return today + kept + SLACK if last_day is None else last_day + kept


def _dies_in_time(identity: Identity, last_day: dt.date | None, today: dt.date) -> bool:
    week, latest = Week.parse(identity.dies_in), Week.of(_day_to_die(last_day, today))
    if last_day is not None:
        return week == latest
    return Week.of(_day_to_die(None, today) - SLACK) <= week <= latest
