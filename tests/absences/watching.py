"""Watchers and consents as the services make them, in few words."""

import datetime as dt

from absences.models import Absence, HomeOwner, WatchConsent, Watcher
from accounts.models import Account
from sectors.models import Sector


def build_watcher(account: Account, *weekdays: int) -> Watcher:
    """Let a vigilant watch in the chain of their sector."""
    return Watcher.objects.create(role=account.grants.get(), weekdays=list(weekdays))


def build_consent(
    absence: Absence, sector: Sector, owner: Account, *, since: dt.date, until: dt.date | None = None
) -> WatchConsent:
    """Let an owner entrust a home to the chain of a sector: from a day to the last one of its absence."""
    return WatchConsent.objects.create(
        absence=absence,
        owner=HomeOwner.objects.create(absence=absence, account=owner),
        sector=sector,
        first_day=since,
        last_day=until or Absence.objects.get(pk=absence.pk).last_day,
    )
