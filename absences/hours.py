"""The hours at which a passage may begin at a home, as a reader is told them."""

import datetime as dt
from collections.abc import Iterable

from absences.models import AllowedHours
from geo import french

ANY_HOUR = "à toute heure"


def write_hours(allowed: Iterable[AllowedHours], day: dt.date) -> str:
    """Write the hours of one home on ``day``.

    Hours that go past midnight are listed on the day they open and on the day they close.
    """
    allowed = list(allowed)
    if not allowed:
        return ANY_HOUR
    before = (day.weekday() - 1) % len(french.WEEKDAYS)
    spans = {
        (hours.opens, hours.closes)
        for hours in allowed
        if hours.weekday in (None, day.weekday()) or (hours.closes <= hours.opens and hours.weekday == before)
    }
    return ", ".join(french.span(*hours) for hours in sorted(spans)) or "aucune ce jour"


def write_all_hours(allowed: Iterable[AllowedHours]) -> str:
    """Write the hours of one home on any day, with their weekday where they are of one."""
    told = []
    for hours in allowed:
        weekday = "" if hours.weekday is None else f"{french.WEEKDAYS[hours.weekday]} "
        told.append(f"{weekday}{french.span(hours.opens, hours.closes)}")
    return ", ".join(told) or ANY_HOUR
