"""The figures of the review that are about the ground and the scheme, and about no home: published as they are."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.conf import settings

from accounts.models import Grant
from accounts.retention import first_day_kept
from accounts.roles import Role
from geo.models import Commune
from maps.review.counting import OUTSIDE, Leaf
from maps.review.grounds import count_covered, read_ground
from maps.review.measures import (
    ADDRESSES,
    COVERED,
    MEETING_AGE,
    MESSAGES,
    REACHED,
    READ,
    REFERENTS,
    RELAYED,
    RESIDENTS,
    RESIDENTS_COVERED,
    SENT,
)
from maps.review.periods import Period
from sectors.models import Meeting, Perimeter
from sectors.services.bulletins.figures import count_for_job, count_messages
from sectors.services.grounds import in_force_on

COMMUNE = "commune"
DEFAULT = "default"

Figures = dict[str, dict[tuple[str, Period], float | None]]


def read_open_figures(
    commune: Commune, periods: Sequence[Period], leaves: Sequence[Leaf], today: dt.date
) -> Figures:
    """Read, for each period, what was in force on its last day, and the messages sent within it."""
    sectors = [leaf for leaf in leaves if leaf != OUTSIDE]
    return {
        **_coverage(commune, periods),
        REFERENTS: _referents(commune, periods, sectors, today),
        MEETING_AGE: _meetings(commune, periods, sectors),
        **_bulletins(commune, periods, sectors, today),
    }


def _coverage(commune: Commune, periods: Sequence[Period]) -> Figures:
    """Addresses by the perimeters of the last day; the addresses are those of the file as it is now."""
    ground = read_ground(commune, using=DEFAULT)
    everywhere = len(ground.points_m)
    told: Figures = {key: {} for key in (COVERED, ADDRESSES, RESIDENTS_COVERED, RESIDENTS)}
    counted: dict[frozenset[int], dict[int | None, int]] = {}
    for period in periods:
        in_force = Perimeter.objects.in_force_on(period.last_day).filter(sector__commune=commune)
        versions = frozenset(in_force.values_list("pk", flat=True))
        if versions not in counted:
            counted[versions] = count_covered(ground, in_force_on(commune, period.last_day))
        for sector, addresses in counted[versions].items():
            key = (COMMUNE if sector is None else str(sector), period)
            told[COVERED][key] = addresses
            told[RESIDENTS_COVERED][key] = round(addresses * settings.RESIDENTS_PER_ADDRESS)
        told[ADDRESSES][COMMUNE, period] = everywhere
        told[RESIDENTS][COMMUNE, period] = round(everywhere * settings.RESIDENTS_PER_ADDRESS)
    return told


def _referents(
    commune: Commune, periods: Sequence[Period], sectors: Sequence[Leaf], today: dt.date
) -> dict[tuple[str, Period], float | None]:
    """Mandates held on the last day; not told of days whose accounts may have been erased since."""
    told: dict[tuple[str, Period], float | None] = {}
    for period in periods:
        if period.last_day < first_day_kept("account", today):
            continue
        held = Grant.objects.in_force_on(period.last_day).filter(commune=commune, role=Role.REFERENT)
        by_sector = Counter(str(sector) for sector in held.values_list("sector", flat=True))
        told |= {(sector, period): by_sector[sector] for sector in sectors}
        told[COMMUNE, period] = sum(by_sector[sector] for sector in sectors)
    return told


def _meetings(
    commune: Commune, periods: Sequence[Period], sectors: Sequence[Leaf]
) -> dict[tuple[str, Period], float | None]:
    meetings = list(
        Meeting.objects.filter(sector__commune=commune).order_by("held_on").values_list("sector", "held_on")
    )
    told: dict[tuple[str, Period], float | None] = {}
    for period in periods:
        latest = {str(sector): day for sector, day in meetings if day <= period.last_day}
        told |= {
            (sector, period): (period.last_day - day).days for sector, day in latest.items() if sector in sectors
        }
    return told


def _bulletins(commune: Commune, periods: Sequence[Period], sectors: Sequence[Leaf], today: dt.date) -> Figures:
    """Messages by sector from the first that was ever sent; as messages, where none may have been erased since."""
    last = max(period.last_day for period in periods)
    rows = count_for_job(commune.pk, dt.date.min, last)
    counted = {
        (str(row.sector_id), row.month): {SENT: row.sent, READ: row.read, RELAYED: row.relayed} for row in rows
    }
    begun = min((row.month for row in rows), default=dt.date.max)
    kept_since = first_day_kept("bulletin", today)
    told: Figures = {MESSAGES: {}, REACHED: {}, SENT: {}, READ: {}, RELAYED: {}}
    for period in periods:
        if period.last_day < begun:
            continue
        for key in (SENT, READ, RELAYED):
            by_sector = {
                sector: sum(counted.get((sector, month), {}).get(key, 0) for month in period.months)
                for sector in sectors
            }
            told[key] |= {(sector, period): count for sector, count in by_sector.items()}
            told[key][COMMUNE, period] = sum(by_sector.values())
        told[REACHED][COMMUNE, period] = sum(told[SENT][sector, period] != 0 for sector in sectors)
        if period.first_day >= kept_since:
            told[MESSAGES][COMMUNE, period] = count_messages(commune.pk, period.first_day, period.last_day)
    return told
