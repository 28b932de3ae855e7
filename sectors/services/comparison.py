"""What a proposal changes: the ground, the addresses and the streets of each sector, before and after."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.gis.geos import MultiPolygon
from django.db.models import Count, Q
from django.utils import timezone

from geo.models import WGS84, Address, Commune
from sectors.models import Proposal
from sectors.services.drawing import estimate_residents
from sectors.services.examination import Drawn, drawn_in
from sectors.services.grounds import in_force_on, to_metres


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a perimeter holds; shares of the commune's ground and addresses are from 0 to 1."""

    area: MultiPolygon | None
    area_m2: float
    share_of_commune: float
    addresses: int
    residents: int

    @property
    def hectares(self) -> float:
        return self.area_m2 / 10_000

    @property
    def percent(self) -> float:
        """Share of the commune's ground, from 0 to 100."""
        return 100 * self.share_of_commune


@dataclass(frozen=True, kw_only=True)
class StreetChange:
    """How many addresses of a street a sector gains and loses; the name is empty for those that have none."""

    street: str
    gained: int
    lost: int


@dataclass(frozen=True, kw_only=True)
class SectorChange:
    """One sector before and after, and its streets of which an address comes or goes, the most changed first."""

    name: str
    key: str
    before: Held
    after: Held
    streets: tuple[StreetChange, ...]

    @property
    def gained(self) -> int:
        return sum(street.gained for street in self.streets)

    @property
    def lost(self) -> int:
        return sum(street.lost for street in self.streets)


def compare_proposal(proposal: Proposal, *, now: dt.datetime) -> tuple[SectorChange, ...]:
    """Compare a proposal with what is in force, or was on the eve of the day from which it is."""
    return compare(proposal.commune, drawn_in(proposal.last_saved()), day_compared(proposal, now=now))


def day_compared(proposal: Proposal, *, now: dt.datetime) -> dt.date:
    """Return the day with whose perimeters a proposal is compared."""
    return proposal.in_force_from - dt.timedelta(days=1) if proposal.in_force_from else timezone.localdate(now)


def compare(commune: Commune, drawn: Sequence[Drawn], day: dt.date) -> tuple[SectorChange, ...]:
    """Compare what is drawn with the perimeters in force on a day.

    Parameters
    ----------
    drawn
        Areas that need not be finished: one that crosses itself is compared as the database counts it, by parity.
    """
    in_force = in_force_on(commune, day)
    (outline,) = to_metres([commune.outline], commune)
    return tuple(
        _compare(commune, each, in_force.get(each.sector) if each.sector else None, outline.area) for each in drawn
    )


def _compare(commune: Commune, drawn: Drawn, before: MultiPolygon | None, town_m2: float) -> SectorChange:
    was, will = (Q(point__coveredby=area or MultiPolygon(srid=WGS84)) for area in (before, drawn.area))
    streets = (
        Address.objects.filter(was | will, commune=commune)
        .values("street_name")
        .annotate(
            before=Count("pk", filter=was),
            after=Count("pk", filter=will),
            gained=Count("pk", filter=will & ~was),
            lost=Count("pk", filter=was & ~will),
        )
        .order_by("street_name")
    )
    rows = list(streets)
    changed = [
        StreetChange(street=row["street_name"], gained=row["gained"], lost=row["lost"])
        for row in rows
        if row["gained"] or row["lost"]
    ]
    return SectorChange(
        name=str(drawn),
        key=drawn.key,
        before=_hold(commune, before, sum(row["before"] for row in rows), town_m2),
        after=_hold(commune, drawn.area, sum(row["after"] for row in rows), town_m2),
        streets=tuple(sorted(changed, key=lambda change: -(change.gained + change.lost))),
    )


def _hold(commune: Commune, area: MultiPolygon | None, addresses: int, town_m2: float) -> Held:
    area_m2 = to_metres([area], commune)[0].area if area is not None else 0.0
    return Held(
        area=area,
        area_m2=area_m2,
        share_of_commune=area_m2 / town_m2,
        addresses=addresses,
        residents=estimate_residents(addresses),
    )
