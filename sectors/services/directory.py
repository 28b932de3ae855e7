"""The sectors of a commune at a glance: since when each has its perimeter and its agreement, and what lacks."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from sectors.models import Agreement, AgreementState, Perimeter, Sector
from sectors.services.meetings import read_last_meetings
from sectors.services.referents import MANDATES, count_referents

MEETS_EVERY = dt.timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class SectorLine:
    """A sector on a day: its agreement in force, or to come, or the last one; None where it never had any."""

    sector: Sector
    today: dt.date
    perimeter_since: dt.date | None
    agreement: Agreement | None
    referents: int
    met_on: dt.date | None

    @property
    def vacant_mandates(self) -> int:
        """How many of the mandates of the sector nobody holds."""
        return max(MANDATES - self.referents, 0)

    @property
    def has_met_lately(self) -> bool:
        """Whether the sector met within a year."""
        return self.met_on is not None and self.met_on > self.today - MEETS_EVERY

    @property
    def is_orphan(self) -> bool:
        """Whether the sector has no référent at all."""
        return not self.referents

    @property
    def has_agreement(self) -> bool:
        """Whether an agreement is in force."""
        return self.agreement is not None and self.state not in (AgreementState.UPCOMING, AgreementState.OVER)

    @property
    def state(self) -> AgreementState | None:
        """Where the agreement stands; None without any."""
        return self.agreement.state_on(self.today) if self.agreement else None

    @property
    def until(self) -> dt.date | None:
        """The last day of what is told: of the agreement that ends or has ended, else of its term."""
        if self.agreement is None:
            return None
        return self.agreement.last_day or self.agreement.term_on(self.today).last_day

    @property
    def is_urgent(self) -> bool:
        """Whether the agreement is about to renew itself."""
        return self.agreement is not None and self.agreement.is_urgent_on(self.today)

    @property
    def wants_an_act(self) -> bool:
        """Whether somebody has to act: nothing in force, to be renewed, or about to end."""
        return self.state is not AgreementState.IN_FORCE


def read_sectors(commune: str, *, today: dt.date) -> list[SectorLine]:
    """Read every sector of a commune, by number."""
    since = {
        perimeter.sector_id: perimeter.valid.lower
        for perimeter in Perimeter.objects.filter(sector__commune=commune).in_force_on(today).defer("area")
    }
    referents, met = count_referents(), read_last_meetings()
    agreements: dict[int, list[Agreement]] = {}
    for agreement in Agreement.objects.of_commune(commune).latest_first():
        agreements.setdefault(agreement.sector_id, []).append(agreement)
    return [
        SectorLine(
            sector=sector,
            today=today,
            perimeter_since=since.get(sector.pk),
            agreement=_most_telling(agreements.get(sector.pk, []), today),
            referents=referents.get(sector.pk, 0),
            met_on=met.get(sector.pk),
        )
        for sector in Sector.objects.filter(commune=commune).order_by("number")
    ]


def count_states(lines: list[SectorLine]) -> Counter[AgreementState | None]:
    """Count the sectors by where their agreement stands."""
    return Counter(line.state for line in lines)


def _most_telling(latest_first: list[Agreement], today: dt.date) -> Agreement | None:
    """The agreement in force, else the next to come, else the last that ended."""
    in_force = (each for each in latest_first if each.first_day <= today and not _is_over(each, today))
    upcoming = (each for each in reversed(latest_first) if each.first_day > today)
    return next(in_force, None) or next(upcoming, None) or next(iter(latest_first), None)


def _is_over(agreement: Agreement, today: dt.date) -> bool:
    return agreement.last_day is not None and agreement.last_day < today
